"""Claims: a worker takes due messages for a time; one that dies loses them by itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, select, update

from portal import db
from portal.domain import clock

from .models import Message
from .restored import on_hold
from .states import State


def claim(limit: int, owner: str, lease: timedelta) -> list[int]:
    """Take up to ``limit`` due messages for ``owner`` and return their keys, the longest due first.

    One conditional update: rows that another claimer holds are passed over (SKIP LOCKED on PostgreSQL; SQLite
    lets one writer in at a time), and a lease that has run out counts as due again. After a restore there is
    nothing to take until somebody released it.
    """
    if on_hold():
        return []
    at = clock.now()
    free = or_(Message.state == State.QUEUED.value, Message.leased_until < at)
    due = (
        select(Message.id)
        .where(Message.state.in_([State.QUEUED.value, State.LEASED.value]), Message.due_at <= at, free)
        .order_by(Message.due_at, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    statement = (
        update(Message)
        .where(Message.id.in_(select(due.c.id)))
        .values(state=State.LEASED.value, leased_by=owner, leased_until=at + lease)
        .returning(Message.id, Message.due_at)
        .execution_options(synchronize_session=False)
    )
    taken = db.session().execute(statement).all()
    return [row.id for row in sorted(taken, key=lambda row: (row.due_at, row.id))]


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
    statement = (
        update(Message)
        .where(Message.id == message_id, Message.state == State.LEASED.value, Message.leased_by == owner)
        .values(leased_until=clock.now() + lease)
        .returning(Message)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    return db.session().scalars(statement).one_or_none()


def held_until(message_id: int, owner: str) -> datetime | None:
    """Return when the claim of ``owner`` runs out, or None when it is no longer theirs."""
    statement = select(Message.leased_until).where(
        Message.id == message_id, Message.state == State.LEASED.value, Message.leased_by == owner
    )
    return db.session().scalar(statement)


def release(message_ids: Collection[int], owner: str) -> None:
    """Give claims of ``owner`` back at once, as at a graceful stop."""
    if message_ids:
        db.session().execute(
            update(Message)
            .where(
                Message.id.in_(list(message_ids)),
                Message.state == State.LEASED.value,
                Message.leased_by == owner,
            )
            .values(state=State.QUEUED.value, leased_by="", leased_until=None)
            .execution_options(synchronize_session=False)
        )


def not_ended(message_id: int) -> Message | None:
    """Return a message that is still on its way, whoever holds it, locked until the transaction ends."""
    statement = (
        select(Message)
        .where(Message.id == message_id, Message.state.in_([State.QUEUED.value, State.LEASED.value]))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session().scalars(statement).one_or_none()
