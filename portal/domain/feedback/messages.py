"""The messages of feedback: one function for each."""

from __future__ import annotations

from portal.domain import outbox
from portal.domain.actor import Actor

from .models import Feedback


def replied(feedback: Feedback, actor: Actor) -> None:
    """Tell the customer that somebody has replied; the words are read in the portal."""
    _write("feedback_replied", feedback, actor)


def done(feedback: Feedback, actor: Actor) -> None:
    """Tell the customer that something came of the feedback."""
    _write("feedback_done", feedback, actor)


def _write(name: str, feedback: Feedback, actor: Actor) -> None:
    if feedback.person_id is None:
        return
    outbox.write(
        name,
        key=f"feedback:{feedback.uuid}:{name}",
        account_id=feedback.account_id,
        person_id=feedback.person_id,
        purpose="service",
        data={"number": feedback.about_label, "given_at": feedback.created_at.isoformat()},
        about=("feedback", feedback.uuid),
        actor_name=actor.name,
    )
