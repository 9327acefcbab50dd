"""What we publish about how we deal with complaints: dates kept, how long answers took, how complaints ended.

One reading of the last 90 days, with the number behind each figure. What ended without the customer's word stands
apart and is called nothing else (ISO 10004: no score without its count).
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal import db
from portal.domain import clock

from . import figures
from .figures import OVER, PublicPromise
from .models import Clock, Complaint
from .sourcing import CLOSED_BY_SOURCE
from .states import K, State

FRESH = timedelta(hours=1)
FEWEST = 10  # below so many a middle would tell of single complaints
SILENT = (State.CLOSED_UNCONFIRMED, State.LAPSED)


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: of ``n``, half at most ``median``, nine of ten at most ``ninetieth``.

    Both are values that occurred (nearest rank), and None below ten of them.
    """

    n: int
    median: timedelta | None
    ninetieth: timedelta | None


@dataclass(frozen=True, slots=True)
class Ends:
    """How the complaints ended that ended in this time and are not open again."""

    put_right: int  # the customer said so
    withdrawn: int
    silent: int  # without the customer's word
    other: int

    @property
    def n(self) -> int:
        """All of them."""
        return self.put_right + self.withdrawn + self.silent + self.other


@dataclass(frozen=True, slots=True)
class Numbers:
    """What anybody may read of the 90 days before ``until`` (UTC)."""

    since: datetime
    until: datetime
    promises: list[PublicPromise]
    answers: Spread
    reviews: Spread
    ends: Ends

    @property
    def answered(self) -> int:
        """How many answers we gave, first ones and those of reviews: each asked two questions."""
        return self.answers.n + self.reviews.n


def public_numbers() -> Numbers:
    """Return what we publish of the last 90 days, the same within one hour; six queries at most."""
    return db.lately("public numbers", FRESH, _count)


def _count() -> Numbers:
    until = clock.now()
    since = until - OVER
    took: dict[str, array[float]] = {K.ANSWER.value: array("d"), K.REVIEW.value: array("d")}
    answered = select(Clock.k, Clock.started_at, Clock.ended_at).where(
        Clock.ended_at >= since,
        Clock.ended_at <= until,
        Clock.k.in_(tuple(took)),
        Clock.ended_how.in_(("kept", "late")),
    )
    for row in db.session().execute(answered):
        if row.ended_at is not None:
            took[row.k].append((row.ended_at - row.started_at).total_seconds())
    return Numbers(
        since, until, figures.public_promises(), spread(took[K.ANSWER.value]), spread(took[K.REVIEW.value]),
        _ends(since, until),
    )  # fmt: skip


def spread(seconds: Iterable[float]) -> Spread:
    """Return the middle and the ninetieth percentile of durations in seconds, by nearest rank."""
    found = sorted(seconds)
    if len(found) < FEWEST:
        return Spread(len(found), None, None)
    median, ninetieth = (timedelta(seconds=found[math.ceil(len(found) * p / 100) - 1]) for p in (50, 90))
    return Spread(len(found), median, ninetieth)


def _ends(since: datetime, until: datetime) -> Ends:
    """Count the ends of this time; what another register had closed is no end of ours."""
    rows = db.session().execute(
        select(Complaint.state, func.count())
        .where(
            Complaint.ended_at >= since,
            Complaint.ended_at <= until,
            Complaint.ended_how != CLOSED_BY_SOURCE,
            Complaint.state != State.DISCARDED.value,
        )
        .group_by(Complaint.state)
    )
    found = {State(state): n for state, n in rows}
    put_right, withdrawn = found.pop(State.CLOSED, 0), found.pop(State.WITHDRAWN, 0)
    silent = sum(found.pop(state, 0) for state in SILENT)
    return Ends(put_right, withdrawn, silent, sum(found.values()))
