"""What we do with feedback: reply, and say what came of it."""

from __future__ import annotations

from sqlalchemy import update

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid
from portal.text import _t, _tn

from . import messages
from .giving import TEXT_MAX
from .models import Feedback


def reply(feedback: Feedback, *, actor: Actor, text: str) -> Feedback:
    """Write to the customer about their feedback, once; they get a message and read it on their page.

    The same words again change nothing. Raises Denied, Invalid (field ``text``), Conflict when another reply or the
    end was faster.
    """
    actor.require(Permission.FEEDBACK_WRITE)
    text = _checked(text, "text", _t("Write what you want to say."))
    if feedback.account_id is None:
        raise Conflict(
            _t(
                "Whoever wrote this was not signed in, so nobody would read a reply. Say what came of it instead."
            )
        )
    if feedback.reply == text:
        return feedback
    _move(
        feedback, ("new",), state="replied", reply=text, replied_at=clock.now(), replied_by_id=actor.person_id
    )
    audit.record(
        Tag.FEEDBACK_REPLIED,
        actor=actor,
        account_id=feedback.account_id,
        subject=("feedback", feedback.uuid),
        about=feedback.about_label or "portal",
    )
    messages.replied(feedback, actor)
    db.session().flush()
    return feedback


def close(feedback: Feedback, *, actor: Actor, came_of_it: str) -> Feedback:
    """End feedback by saying what came of it; the customer reads it and gets a message.

    The same words again change nothing. Raises Denied, Invalid (field ``came_of_it``), Conflict when it has ended.
    """
    actor.require(Permission.FEEDBACK_WRITE)
    came_of_it = _checked(came_of_it, "came_of_it", _t("Say what came of it, in a sentence or two."))
    if feedback.came_of_it == came_of_it:
        return feedback
    _move(feedback, ("new", "replied"), state="done", came_of_it=came_of_it, done_at=clock.now())
    audit.record(
        Tag.FEEDBACK_DONE,
        actor=actor,
        account_id=feedback.account_id,
        subject=("feedback", feedback.uuid),
        about=feedback.about_label or "portal",
        result=came_of_it[:200],
    )
    messages.done(feedback, actor)
    db.session().flush()
    return feedback


def _checked(text: str, field: str, missing: object) -> str:
    text = text.replace("\x00", "").strip()
    if not text:
        raise Invalid(missing, code=f"feedback.{field}", field=field)  # type: ignore[arg-type]
    if len(text) > TEXT_MAX:
        raise Invalid(
            _tn("Please use at most {count} letter.", "Please use at most {count} letters.", TEXT_MAX),
            code=f"feedback.{field}",
            field=field,
        )
    return text


def _move(feedback: Feedback, sources: tuple[str, ...], **values: object) -> None:
    """Change the row only from a state that allows it, so that of two who answer at once one learns of it."""
    session = db.session()
    moved = session.execute(
        update(Feedback)
        .where(Feedback.id == feedback.id, Feedback.state.in_(sources))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(feedback)
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(code="feedback.moved_on")
