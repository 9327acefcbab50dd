"""Claims on messages, and how much of them waits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from portal import db
from portal.domain import leasing

from .models import Message
from .restored import on_hold
from .states import State


def claim(limit: int, owner: str, lease: timedelta) -> list[int]:
    """Take up to ``limit`` due messages for ``owner`` and return their keys, the longest due first.

    After a restore there is nothing to take until somebody released it.
    """
    return [] if on_hold() else leasing.claim(Message, limit, owner, lease)


class Depth(NamedTuple):
    """How much waits: messages that should have left, the age of the longest due, and how many were given up."""

    due: int
    oldest: timedelta
    failed: int


def depth(at: datetime) -> Depth:
    """Return how deep the outbox is at ``at``."""
    waiting = select(func.count(), func.min(Message.due_at)).where(
        Message.state.in_([State.QUEUED.value, State.LEASED.value]), Message.due_at <= at
    )
    due, first = db.session().execute(waiting).one()
    gave_up = select(func.count()).where(Message.state == State.GAVE_UP.value)
    return Depth(due, at - first if first else timedelta(0), db.session().scalar(gave_up) or 0)


def next_due(after: datetime) -> datetime | None:
    """Return when the next waiting message is due after ``after``, or None when none waits."""
    waiting = select(func.min(Message.due_at)).where(
        Message.state.in_([State.QUEUED.value, State.LEASED.value]), Message.due_at > after
    )
    return db.session().scalar(waiting)


def keep(message_id: int, owner: str, lease: timedelta) -> Message | None:
    """Hold a claim for another ``lease`` and return the message; None when it is no longer ``owner``'s."""
    return leasing.keep(Message, message_id, owner, lease)


def still_held(message_id: int, owner: str, lease: timedelta) -> float:
    """Return for how many seconds the claim still holds, renewed if need be; raise :class:`leasing.Lost`."""
    return leasing.still_held(Message, message_id, owner, lease)


def release(message_ids: Collection[int], owner: str) -> None:
    """Give claims of ``owner`` back at once, as at a graceful stop."""
    leasing.release(Message, message_ids, owner)


def not_ended(message_id: int) -> Message | None:
    """Return a message that is still on its way, whoever holds it, locked until the transaction ends."""
    return leasing.not_ended(Message, message_id)
