"""Feedback as each side reads it: the customer the own, staff the new and the unhappy first."""

from __future__ import annotations

import math
import uuid as uuidlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, select, true, tuple_
from sqlalchemy.orm import aliased

from portal import db
from portal.domain import clock
from portal.domain.accounts import Account
from portal.domain.actor import Actor, Permission, Right
from portal.domain.errors import NotFound

from .models import ANSWER, Feedback

STATES = ("new", "replied", "done")
FIGURES_OVER = timedelta(days=90)
FRESH, FRESH_FOR_ALL = timedelta(minutes=1), timedelta(hours=1)
# The lower of two scores; without one it stands after all that have.
LOW = case(
    (Feedback.handling.is_(None), 9),
    (Feedback.handling < Feedback.outcome, Feedback.handling),
    else_=Feedback.outcome,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of feedback in a list."""

    uuid: uuidlib.UUID
    kind: str
    about_uuid: uuidlib.UUID | None
    about_label: str
    page: str
    handling: int | None
    outcome: int | None
    text: str
    created_at: datetime
    state: str
    reply: str
    replied_at: datetime | None
    came_of_it: str
    done_at: datetime | None
    account_name: str | None
    account_uuid: uuidlib.UUID | None

    @property
    def low(self) -> bool:
        """Whether one of the two scores is 1 or 2."""
        return any(score is not None and score <= 2 for score in (self.handling, self.outcome))


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of scores with its 95 per cent interval, None below ten answers."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Scores of the last 90 days, never without the number of answers."""

    n: int
    handling: Mean
    outcome: Mean


def public_figures() -> Figures:
    """Return both means of the last 90 days for anybody to read, the same within one hour; one query."""
    return db.lately("public answers", FRESH_FOR_ALL, lambda: _figures(true()))


def of(actor: Actor) -> FeedbackOf:
    """Return the feedback that ``actor`` may read; raise Denied for staff without the right."""
    if actor.is_staff:
        actor.require(Permission.FEEDBACK_READ)
    return FeedbackOf(actor)


class FeedbackOf:
    """The feedback within the scope of one actor."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def _scope(self) -> ColumnElement[bool]:
        me = self.actor
        if me.may(Permission.FEEDBACK_READ):
            return true()
        if not me.is_customer or me.account_id is None:
            return false()
        own = Feedback.account_id == me.account_id
        return own if me.has_right(Right.ADMINISTER) else and_(own, Feedback.person_id == me.person_id)

    def get(self, uuid: uuidlib.UUID) -> Feedback:
        """Return one piece of feedback; raise NotFound."""
        found = db.session().scalar(select(Feedback).where(Feedback.uuid == uuid, self._scope()))
        if found is None:
            raise NotFound()
        return found

    def page(self, *, after: uuidlib.UUID | None = None, limit: int = 20) -> list[Line]:
        """Return feedback newest first, one more than ``limit`` when there are more; one query."""
        wanted = self._lines().order_by(Feedback.id.desc()).limit(limit + 1)
        if after is not None:
            mark = select(Feedback.id).where(Feedback.uuid == after, self._scope())
            wanted = wanted.where(Feedback.id < mark.correlate(None).scalar_subquery())
        return [Line(*row) for row in db.session().execute(wanted)]

    def inbox(self, state: str = "new", *, after: uuidlib.UUID | None = None, limit: int = 50) -> list[Line]:
        """Return what is in ``state``, low scores first, then newest first; one query."""
        wanted = (
            self._lines()
            .where(Feedback.state == state)
            .order_by(LOW.asc(), Feedback.id.desc())
            .limit(limit + 1)
        )
        if after is not None:
            last = aliased(Feedback)
            low = case(
                (last.handling.is_(None), 9),
                (last.handling < last.outcome, last.handling),
                else_=last.outcome,
            )
            mark = select(low, -last.id).where(last.uuid == after).scalar_subquery()
            wanted = wanted.where(tuple_(LOW, -Feedback.id) > mark)
        return [Line(*row) for row in db.session().execute(wanted)]

    def counts(self, cap: int = 100) -> dict[str, int]:
        """Return how many are in each state, counted up to ``cap``; one query."""
        parts: list[Any] = []
        for state in STATES:
            some = select(Feedback.id).where(Feedback.state == state, self._scope()).limit(cap).subquery()
            parts.append(select(func.count()).select_from(some).scalar_subquery().label(state))
        row = db.session().execute(select(*parts)).one()
        return {state: getattr(row, state) for state in STATES}

    def figures(self) -> Figures:
        """Return both means of the last 90 days with their interval and the number of answers; one query.

        What staff see over all customers is the same within one minute, since it reads that many rows.
        """
        if self.actor.may(Permission.FEEDBACK_READ):
            return db.lately("answers", FRESH, lambda: _figures(self._scope()))
        return _figures(self._scope())

    def _lines(self) -> Any:
        return (
            select(
                Feedback.uuid, Feedback.kind, Feedback.about_uuid, Feedback.about_label, Feedback.page,
                Feedback.handling, Feedback.outcome, Feedback.text, Feedback.created_at, Feedback.state,
                Feedback.reply, Feedback.replied_at, Feedback.came_of_it, Feedback.done_at,
                Account.name, Account.uuid,
            )
            .outerjoin(Account, Account.id == Feedback.account_id)
            .where(self._scope())
        )  # fmt: skip


def _figures(scope: ColumnElement[bool]) -> Figures:
    h, o = Feedback.handling, Feedback.outcome
    row = (
        db.session()
        .execute(
            select(func.count(), func.sum(h), func.sum(h * h), func.sum(o), func.sum(o * o)).where(
                ANSWER, Feedback.created_at >= clock.now() - FIGURES_OVER, scope
            )
        )
        .one()
    )
    n = row[0]
    return Figures(n, _mean(n, row[1], row[2]), _mean(n, row[3], row[4]))


def _mean(n: int, total: int | None, squares: int | None) -> Mean:
    """Return the mean and, from ten answers on, the normal 95 per cent interval within the scale."""
    if not n or total is None or squares is None:
        return Mean(None, None, None)
    total, squares = int(total), int(squares)
    mean = total / n
    if n < 10:
        return Mean(round(mean, 1), None, None)
    variance = max(0.0, (squares - total * total / n) / (n - 1))
    reach = 1.96 * math.sqrt(variance / n)
    return Mean(round(mean, 1), round(max(1.0, mean - reach), 1), round(min(5.0, mean + reach), 1))
