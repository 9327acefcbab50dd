"""How a message moves on: put off, withheld, handed to staff, sent, given up; each leaves a line on the record."""

from __future__ import annotations

from datetime import datetime

from portal import db
from portal.domain import audit
from portal.domain.actor import SYSTEM, Actor
from portal.domain.audit import Tag
from portal.domain.gate import Reason
from portal.domain.outbox import Message, State

from .addresses import mark_bounced
from .parcel import Refused, TryLater
from .reading_rights import pass_on
from .schedule import DOWN_PAUSE, next_try


def put_off(message: Message, until: datetime, reason: str, at: datetime) -> None:
    """Let it wait until ``until``, or until it expires if that is earlier: then its end is made visible.

    The record says it once for a reason and a day, however often the message comes up and has to wait again.
    """
    if message.expires_at is not None:
        until = min(until, message.expires_at)
    said = message.reason == reason and message.due_at.date() == until.date()
    _free(message, State.QUEUED)
    message.due_at, message.reason, message.detail = until, reason, ""
    if not said:
        _record(Tag.MESSAGE_DELAYED, message, at, reason=reason, until=until)


def withhold(message: Message, reason: str, at: datetime, *, detail: str = "") -> None:
    """End it unsent, visibly and with the reason; what its reader may no longer read goes to an administrator."""
    _end(message, State.WITHHELD, at, reason, detail)
    _record(Tag.MESSAGE_WITHHELD, message, at, reason=reason)
    if reason == Reason.NO_RIGHT:
        pass_on(message)


def hand_to_staff(message: Message, at: datetime) -> None:
    """Let it wait for a call or a print."""
    _free(message, State.WAITING)
    message.reason = message.detail = ""
    _record(Tag.MESSAGE_TO_STAFF, message, at)


def sent(message: Message, at: datetime) -> None:
    """Note that it left."""
    _end(message, State.SENT, at, "", "")
    _record(Tag.MESSAGE_SENT, message, at, title=message.subject)


def done(message: Message, result: str, at: datetime, *, actor: Actor) -> None:
    """Note what came of a call, or that a letter was posted."""
    _end(message, State.DONE, at, "", "")
    message.actor_name = message.actor_name or actor.name
    _record(Tag.MESSAGE_DONE, message, at, actor=actor, result=result)


def give_up(message: Message, reason: str, at: datetime, *, detail: str = "", actor: Actor = SYSTEM) -> None:
    """End it undelivered, visibly."""
    _end(message, State.GAVE_UP, at, reason, detail)
    _record(Tag.MESSAGE_GIVEN_UP, message, at, actor=actor, reason=reason)


def failed(message: Message, error: TryLater | Refused, at: datetime) -> None:
    """Note a failed try: again later by the schedule, or never again."""
    if isinstance(error, Refused):
        if error.dead:
            mark_bounced(message, at)
        give_up(message, error.reason, at, detail=error.detail)
        return
    until = next_try(message.attempts, at)
    if until is None:
        give_up(message, error.reason, at, detail=error.detail)
        return
    if message.expires_at is not None:
        until = min(until, message.expires_at)
    _free(message, State.QUEUED)
    message.due_at, message.reason, message.detail = until, error.reason, error.detail[:300]
    db.session().flush()


def not_tried(message: Message, at: datetime) -> None:
    """Let it wait a little because its channel is out of order; that is no try."""
    _free(message, State.QUEUED)
    message.due_at = at + DOWN_PAUSE
    db.session().flush()


def _free(message: Message, state: State) -> None:
    message.state, message.leased_by, message.leased_until = state.value, "", None


def _end(message: Message, state: State, at: datetime, reason: str, detail: str) -> None:
    _free(message, state)
    message.ended_at, message.reason, message.detail = at, reason, detail[:300]
    message.sealed = None


def _record(tag: Tag, message: Message, at: datetime, actor: Actor = SYSTEM, **keys: object) -> None:
    audit.record(
        tag, actor=actor, account_id=message.account_id, subject=("message", message.uuid), at=at,
        channel=message.channel, purpose=message.purpose, **keys,
    )  # fmt: skip
    db.session().flush()
