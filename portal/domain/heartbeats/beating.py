"""Give a sign, and read the signs of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from portal import db
from portal.domain import clock

from .models import Heartbeat

FRESH = timedelta(minutes=2)  # a worker in the middle of its longest turn beats within this
KEPT = timedelta(days=1)


class Beat(NamedTuple):
    """One worker: its name, since when it runs, and its last sign (UTC)."""

    owner: str
    started_at: datetime
    at: datetime


def beat(owner: str, *, started_at: datetime, jobs: Mapping[str, datetime]) -> None:
    """Note that ``owner`` lives now and when each of its jobs last went well; nobody else writes its row."""
    signs = {name: at.isoformat() for name, at in jobs.items()}
    values = {"started_at": started_at, "at": clock.now(), "jobs": signs}
    known = (
        db.session()
        .execute(
            update(Heartbeat)
            .where(Heartbeat.owner == owner)
            .values(values)
            .returning(Heartbeat.id)
            .execution_options(synchronize_session=False)
        )
        .all()
    )
    if not known:
        db.session().execute(insert(Heartbeat).values(owner=owner, **values))


def gone(owner: str) -> None:
    """Take the row of a worker that ends away, so that nobody waits for it."""
    db.session().execute(delete(Heartbeat).where(Heartbeat.owner == owner))


def alive(at: datetime) -> Sequence[Beat]:
    """Return the workers that have given a sign within :data:`FRESH` before ``at``, the latest first."""
    found = (
        select(Heartbeat.owner, Heartbeat.started_at, Heartbeat.at)
        .where(Heartbeat.at > at - FRESH)
        .order_by(Heartbeat.at.desc())
    )
    return [Beat(*row) for row in db.session().execute(found)]


def latest() -> datetime | None:
    """Return the last sign of any worker, or None when there has never been one."""
    return db.session().scalar(select(Heartbeat.at).order_by(Heartbeat.at.desc()).limit(1))


def job_times() -> dict[str, datetime]:
    """Return when each job last went well, by whichever worker."""
    times: dict[str, datetime] = {}
    for jobs in db.session().scalars(select(Heartbeat.jobs)):
        for name, text in jobs.items():
            at = datetime.fromisoformat(text)
            times[name] = max(at, times.get(name, at))
    return times


def sweep() -> None:
    """Forget the workers that have been silent for a day."""
    db.session().execute(delete(Heartbeat).where(Heartbeat.at < clock.now() - KEPT))
