"""What customers tell us: two questions after an answer, and the box on every page."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import Actor, ActorKind
from portal.domain.audit import Tag
from portal.domain.errors import Denied, Invalid
from portal.prepared import Prepared
from portal.text import Lazy, _t, _tn

from .models import Feedback

TEXT_MAX = 4000
PAGE_MAX = 120
SCALE: dict[int, Lazy] = {
    1: _t("very bad"), 2: _t("bad"), 3: _t("so-so"), 4: _t("good"), 5: _t("very good"),
}  # fmt: skip


def answer_questions(
    *,
    actor: Actor,
    about_uuid: uuidlib.UUID,
    about_label: str,
    handling: int | None,
    outcome: int | None,
    answer: str = "1",
    text: str = "",
) -> Feedback:
    """Store how a complaint was handled and what came out of it, each 1 to 5 (apart, as in ISO 10004).

    Once per ``answer`` (the number of the offer) and person: a second time gives back what was said first. The
    caller has found the complaint within the actor's own scope. Raises Denied, Invalid that names the field.
    """
    if not actor.is_customer or actor.person_id is None:
        raise Denied()
    for field, value in (("handling", handling), ("outcome", outcome)):
        if value not in SCALE:
            raise Invalid(_t("Choose one of the five answers."), code=f"feedback.{field}", field=field)
    return _give(
        actor,
        key=f"answer:{about_uuid}:{answer}:{actor.person_id}",
        kind="answer",
        about_uuid=about_uuid,
        about_label=about_label,
        handling=handling,
        outcome=outcome,
        text=_checked(text, needed=False),
    )


def tell_us(*, actor: Actor, text: str, page: str = "") -> Feedback:
    """Store what somebody wants to tell us; of a visitor who is not signed in only the words.

    ``page`` is the path from which the box was opened. Raises Denied for staff, Invalid (field ``text``).
    """
    if actor.kind not in (ActorKind.CUSTOMER, ActorKind.ANONYMOUS):
        raise Denied()
    return _give(actor, kind="tell_us", page=page[:PAGE_MAX], text=_checked(text, needed=True))


def asked(actor: Actor, about_uuid: uuidlib.UUID, answer: str = "1") -> bool:
    """Tell whether this person has already answered the two questions on this answer."""
    key = f"answer:{about_uuid}:{answer}:{actor.person_id}"
    return _ASKED.first(key=key) is not None


_ASKED = Prepared(select(Feedback.id).where(Feedback.key == bindparam("key", type_=Feedback.key.type)))


def _checked(text: str, *, needed: bool) -> str:
    text = text.replace("\x00", "").strip()
    if needed and not text:
        raise Invalid(_t("Write what you want to tell us."), code="feedback.text", field="text")
    if len(text) > TEXT_MAX:
        raise Invalid(
            _tn("Please use at most {count} letter.", "Please use at most {count} letters.", TEXT_MAX),
            code="feedback.text",
            field="text",
        )
    return text


def _give(actor: Actor, *, key: str | None = None, about_label: str = "", **values: Any) -> Feedback:
    insert: Any = sqlite.insert if db.database().sqlite else postgresql.insert
    session = db.session()
    statement = insert(Feedback).values(
        uuid=uuidlib.uuid4(),
        key=key,
        account_id=actor.account_id,
        person_id=actor.person_id,
        about_label=about_label[:PAGE_MAX],
        language=actor.language,
        created_at=clock.now(),
        state="new",
        reply="",
        came_of_it="",
        **values,
    )
    # A button that is pressed twice says it once.
    written = session.scalars(
        statement.on_conflict_do_nothing(index_elements=["key"]).returning(Feedback)
    ).one_or_none()
    if written is None:
        return session.scalars(select(Feedback).where(Feedback.key == key)).one()
    audit.record(
        Tag.FEEDBACK_GIVEN,
        actor=actor,
        account_id=actor.account_id,
        subject=("feedback", written.uuid),
        about=about_label or "portal",
    )
    session.flush()
    return written
