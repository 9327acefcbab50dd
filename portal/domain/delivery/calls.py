"""Messages by phone: staff take one, the gate is asked before the number is shown, and what came of it is noted."""

from __future__ import annotations

import uuid as uuidlib
from datetime import timedelta

from portal import db
from portal.domain import clock, timeline
from portal.domain.actor import Actor, Permission
from portal.domain.errors import Conflict, Invalid
from portal.domain.outbox import Message, State
from portal.text import Lazy, _t, _tn

from . import endings, timing
from .addresses import NoAddress, choose
from .asking import ask
from .readers import lane_of, reader_of

TAKEN_FOR = timedelta(minutes=30)
TRY_AGAIN = timedelta(hours=3)
CALLS_AT_MOST = 3
OUTCOMES: dict[str, Lazy] = {
    "reached": _t("I spoke to the customer"),
    "voicemail": _t("I left a message"),
    "no_answer": _t("Nobody answered"),
    "refused": _t("The customer does not want to talk about it"),
}


def begin(message: Message, *, actor: Actor) -> bool:
    """Take a call and ask the gate for it; False means that it was withheld or moved, and its row says why.

    Raises Denied, Conflict when somebody else is on it or it does not wait any more.
    """
    actor.require(Permission.TASKS_WORK)
    at = clock.now()
    # First the person, then the message: in the order in which a withdrawal takes them.
    reader = reader_of(message, lock=True)
    db.session().refresh(message, with_for_update=True)
    _check_waiting(message)
    if message.leased_until is not None and message.leased_until > at and message.leased_by != _holder(actor):
        raise Conflict(_t("A colleague is on this call now."), code="delivery.taken")
    try:
        message.address = choose(message)
    except NoAddress as none:
        endings.withhold(message, none.reason, at)
        return False
    decision = ask(message, "call", message.address, at)
    if not decision.allowed:
        endings.withhold(message, decision.reason, at)
        return False
    wait = timing.not_before(message, lane_of(message.purpose, reader.language), at)
    if wait is not None:
        message.due_at, message.reason = wait.until, wait.reason
        db.session().flush()
        return False
    message.leased_by, message.leased_until, message.reason = _holder(actor), at + TAKEN_FOR, ""
    db.session().flush()
    return True


def taken_by(message: Message, actor: Actor) -> bool:
    """Tell whether ``actor`` has this call in hand now, so that the number may be shown."""
    live = message.leased_until is not None and message.leased_until > clock.now()
    return message.state == State.WAITING and live and message.leased_by == _holder(actor)


def finish(message: Message, *, outcome: str, note: str, actor: Actor) -> None:
    """Note what came of a call that ``actor`` has in hand; after three without an answer it is given up.

    The customer reads the note on the timeline. Raises Denied, Invalid (outcome, note), Conflict.
    """
    actor.require(Permission.TASKS_WORK)
    db.session().refresh(message, with_for_update=True)
    _check_waiting(message)
    if not taken_by(message, actor):
        raise Conflict(
            _t("Begin the call first; then write down what came of it."), code="delivery.not_taken"
        )
    if outcome not in OUTCOMES:
        raise Invalid(_t("Choose what came of the call."), code="delivery.outcome", field="outcome")
    if len(note) > 2000:
        raise Invalid(
            _tn("Please use at most {count} letter.", "Please use at most {count} letters.", 2000),
            code="delivery.note",
            field="note",
        )
    at = clock.now()
    message.attempts += 1
    if message.account_id is not None:
        timeline.log_contact(
            actor=actor, account_id=message.account_id, person_id=message.person_id, channel="phone",
            direction="out", outcome="reached" if outcome == "refused" else outcome,
            subject=message.subject or message.name, text=note,
            about_uuid=uuidlib.UUID(message.about_uuid) if message.about_uuid else None,
        )  # fmt: skip
    if outcome != "no_answer":
        endings.done(message, outcome, at, actor=actor)
    elif message.attempts >= CALLS_AT_MOST:
        endings.give_up(message, "not_reached", at, actor=actor)
    else:
        message.leased_by, message.leased_until = "", None
        message.due_at, message.reason = at + TRY_AGAIN, "no_answer"
        db.session().flush()


def _check_waiting(message: Message) -> None:
    if message.channel != "phone" or message.state != State.WAITING:
        raise Conflict(_t("This call does not wait any more."), code="delivery.not_waiting")


def _holder(actor: Actor) -> str:
    return f"person:{actor.person_id}"
