"""Which complaints have something due, and for how long it has been waiting."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal import db

from .models import Clock


def due_complaints(now: datetime, limit: int) -> list[int]:
    """Return the complaints with something due by ``now``, the longest waiting first."""
    first = func.min(Clock.next_at)
    found = (
        select(Clock.complaint_id)
        .where(Clock.next_at.is_not(None), Clock.next_at <= now)
        .group_by(Clock.complaint_id)
        .order_by(first, Clock.complaint_id)
        .limit(limit)
    )
    return list(db.session().scalars(found))


def clock_lag(now: datetime) -> timedelta:
    """Return for how long the longest waiting effect has been due at ``now`` (UTC); zero when none waits."""
    first = db.session().scalar(
        select(func.min(Clock.next_at)).where(Clock.next_at.is_not(None), Clock.next_at <= now)
    )
    return now - first if first else timedelta(0)
