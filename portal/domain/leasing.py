"""Claims on rows that wait to leave: a worker takes them for a time; one that dies loses them by itself.

A table takes part by its columns ``state`` (queued, leased, …), ``due_at``, ``leased_until`` and ``leased_by``.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from portal import db

from . import clock

QUEUED, LEASED = "queued", "leased"
ON_ITS_WAY = (QUEUED, LEASED)
RENEW_BELOW = 0.75  # of the lease, when a carrier asks whether it still holds


class Lost(Exception):
    """The claim ran out while the row was on its way to the door: nothing of it has left."""


def claim(model: Any, limit: int, owner: str, lease: timedelta, *narrowed: ColumnElement[bool]) -> list[int]:
    """Take up to ``limit`` due rows for ``owner`` and return their keys, the longest due first.

    One conditional update: rows that another claimer holds are passed over (SKIP LOCKED on PostgreSQL; SQLite
    lets one writer in at a time), and a lease that has run out counts as due again.
    """
    at = clock.now()
    free = or_(model.state == QUEUED, model.leased_until < at)
    due = (
        select(model.id)
        .where(model.state.in_(ON_ITS_WAY), model.due_at <= at, free, *narrowed)
        .order_by(model.due_at, model.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    statement = (
        update(model)
        .where(model.id.in_(select(due.c.id)))
        .values(state=LEASED, leased_by=owner, leased_until=at + lease)
        .returning(model.id, model.due_at)
        .execution_options(synchronize_session=False)
    )
    taken = db.session().execute(statement).all()
    return [row.id for row in sorted(taken, key=lambda row: (row.due_at, row.id))]


def keep(model: Any, row_id: int, owner: str, lease: timedelta) -> Any:
    """Hold a claim for another ``lease`` and return the row; None when it is no longer ``owner``'s."""
    statement = (
        update(model)
        .where(model.id == row_id, model.state == LEASED, model.leased_by == owner)
        .values(leased_until=clock.now() + lease)
        .returning(model)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    return db.session().scalars(statement).one_or_none()


def held_until(model: Any, row_id: int, owner: str) -> datetime | None:
    """Return when the claim of ``owner`` runs out, or None when it is no longer theirs."""
    statement = select(model.leased_until).where(
        model.id == row_id, model.state == LEASED, model.leased_by == owner
    )
    return db.session().scalar(statement)


def still_held(model: Any, row_id: int, owner: str, lease: timedelta) -> float:
    """Return for how many seconds the claim still holds, renewed if much of it is gone; raise :class:`Lost`.

    Asked outside of a unit of work right before something leaves: a process that was stopped for a while learns
    here that another has taken its place.
    """
    with db.unit_of_work(write=False):
        until = held_until(model, row_id, owner)
    left = (until - clock.now()) / lease if until is not None else 0.0
    if 0 < left < RENEW_BELOW:
        with db.unit_of_work():
            left = 1.0 if keep(model, row_id, owner, lease) is not None else 0.0
    if left <= 0:
        raise Lost
    return left * lease.total_seconds()


def release(model: Any, row_ids: Collection[int], owner: str) -> None:
    """Give claims of ``owner`` back at once, as at a graceful stop."""
    if row_ids:
        db.session().execute(
            update(model)
            .where(model.id.in_(list(row_ids)), model.state == LEASED, model.leased_by == owner)
            .values(state=QUEUED, leased_by="", leased_until=None)
            .execution_options(synchronize_session=False)
        )


def not_ended(model: Any, row_id: int) -> Any:
    """Return a row that is still on its way, whoever holds it, locked until the transaction ends."""
    statement = (
        select(model)
        .where(model.id == row_id, model.state.in_(ON_ITS_WAY))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session().scalars(statement).one_or_none()
