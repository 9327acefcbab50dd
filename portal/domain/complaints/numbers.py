"""What we publish about how we deal with complaints: dates kept, how long answers took, how complaints ended.

One reading of the last 90 days, with the number behind each figure. What ended without the customer's word stands
apart and is called nothing else (ISO 10004: no score without its count).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

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
    """Return what we publish of the last 90 days, the same within one hour; nine queries at most."""
    return db.lately("public numbers", FRESH, _count)


def _count() -> Numbers:
    until = clock.now()
    since = until - OVER
    ended = (
        Clock.ended_at >= since,
        Clock.ended_at <= until,
        Clock.k.in_((K.ANSWER.value, K.REVIEW.value)),
        Clock.ended_how.in_(("kept", "late")),
    )
    counted = select(Clock.k, func.count()).where(*ended).group_by(Clock.k)
    n = {K(k): count for k, count in db.session().execute(counted)}
    answers, reviews = (_spread(k, n.get(k, 0), ended) for k in (K.ANSWER, K.REVIEW))
    return Numbers(since, until, figures.public_promises(), answers, reviews, _ends(since, until))


def rank(n: int, percent: int) -> int:
    """Return which of ``n`` values in their order, from 1, is the percentile (nearest rank)."""
    return -(-n * percent // 100)


def _spread(k: K, n: int, ended: Sequence[ColumnElement[bool]]) -> Spread:
    """Return how long this clock took; the database sorts, so that no more than two rows come out of it."""
    if n < FEWEST:
        return Spread(n, None, None)
    if db.database().sqlite:
        took: Any = func.julianday(Clock.ended_at) - func.julianday(Clock.started_at)
    else:
        took = Clock.ended_at - Clock.started_at
    found = []
    for percent in (50, 90):
        row = (
            db.session()
            .execute(
                select(Clock.started_at, Clock.ended_at)
                .where(*ended, Clock.k == k.value)
                .order_by(took, Clock.id)
                .offset(rank(n, percent) - 1)
                .limit(1)
            )
            .first()
        )
        found.append(row.ended_at - row.started_at if row is not None and row.ended_at is not None else None)
    return Spread(n, *found)


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
