"""What staff and customers read: the rules, what was removed when, what goes next."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select, tuple_

from portal import db
from portal.domain import clock, firm
from portal.domain.actor import Actor, Permission
from portal.domain.calendars import local_day
from portal.text import Lazy

from .models import RetentionRun
from .periods import DAY
from .rules import RULES, Rule, every


class Line(NamedTuple):
    """One rule with what became of it: the last day on which something went, how much in all, what is due next."""

    rule: Rule
    last_day: date | None
    last_count: int
    in_all: int
    due_now: int
    next_day: date | None


class Run(NamedTuple):
    """One day of one rule."""

    day: date
    rule: Rule | None
    key: str
    removed: int
    oldest: datetime | None


class Told(NamedTuple):
    """One rule in words, as the privacy notice says it."""

    what: Lazy
    period: Lazy
    begins_with: Lazy
    ends_in: Lazy


def told() -> list[Told]:
    """Return what customers read about how long each kind of data is kept; the same rules that remove them."""
    return [
        Told(rule.what, rule.period.text(), rule.begins_with, rule.ends_in) for rule in RULES if rule.told
    ]


def overview(actor: Actor) -> list[Line]:
    """Return every rule with its past and what is due; raise Denied."""
    actor.require(Permission.RETENTION_READ)
    now, zone = clock.now(), firm.now().zone
    session = db.session()
    sums = session.execute(
        select(RetentionRun.rule, func.sum(RetentionRun.removed), func.max(RetentionRun.day))
        .where(RetentionRun.removed > 0)
        .group_by(RetentionRun.rule)
    )
    past = {rule: (int(total), day) for rule, total, day in sums}
    last = {
        (run.rule, run.day): run.removed
        for run in session.scalars(
            select(RetentionRun).where(
                tuple_(RetentionRun.rule, RetentionRun.day).in_(
                    [(key, day) for key, (_, day) in past.items()]
                )
            )
        )
    }
    lines = []
    for rule in every():
        cut_off = rule.period.cut_off(now, zone)
        total, day = past.get(rule.key, (0, None))
        due_now, following = rule.standing(cut_off)
        lines.append(
            Line(
                rule, day, last.get((rule.key, day), 0) if day else 0, total, due_now,
                _goes_on(rule, following, zone) if following else None,
            )
        )  # fmt: skip
    return lines


def runs(actor: Actor, *, before: tuple[date, str] | None = None, limit: int = 30) -> list[Run]:
    """Return what went by day and rule, newest first, what comes after the key ``before``; raise Denied."""
    actor.require(Permission.RETENTION_READ)
    known = {rule.key: rule for rule in every()}
    statement = select(RetentionRun).where(RetentionRun.removed > 0)
    if before is not None:
        statement = statement.where(tuple_(RetentionRun.day, RetentionRun.rule) < before)
    rows = db.session().scalars(
        statement.order_by(RetentionRun.day.desc(), RetentionRun.rule.desc()).limit(limit)
    )
    return [Run(row.day, known.get(row.rule), row.rule, row.removed, row.oldest) for row in rows]


def _goes_on(rule: Rule, begun: datetime, zone: str) -> date:
    """Return the day on which a row that began then is removed."""
    if rule.period.dated:
        return rule.period.last_day(local_day(begun, zone)) + DAY
    return local_day(begun + timedelta(hours=rule.period.hours), zone)
