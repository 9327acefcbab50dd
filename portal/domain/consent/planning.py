"""The day on which the next version of a purpose publishes itself: set, taken back, carried out once.

A day begins at midnight in the zone of the firm. Until then everything stays as it is, and the day can be taken
back; what is published on it is what was read when the day was set, because a text with a day cannot be changed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal import db
from portal.domain import audit, calendars, clock, firm
from portal.domain.actor import SYSTEM, Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.text import _t

from .models import PurposeSketch
from .publishing import check, publish
from .rules import Basis
from .sketching import current, hold, sketch, throw_away

FURTHEST = timedelta(days=366)


def today() -> date:
    """Return the day that it is in the zone of the firm."""
    return calendars.local_day(clock.now(), firm.now().zone)


def begins(day: date) -> datetime:
    """Return the instant at which a day begins in the zone of the firm."""
    return calendars.day_start(day, firm.now().zone)


def plan(key: str, on: date, *, actor: Actor, expected: datetime | None = None) -> datetime:
    """Let what was written publish itself when the day ``on`` begins, and return that instant; again changes nothing.

    Raise NotFound when nothing is being written, Conflict when it was changed since it was read, was overtaken or has
    another day, Invalid at ``publish_on`` for a day that is not ahead, and where a word or a term is missing.
    """
    now = hold(key, actor=actor)
    if not now.kept:
        raise NotFound()
    current(now, expected)
    if now.publish_on == on:
        return begins(on)
    if now.publish_on is not None:
        raise Conflict(_t("Another day is set already. Take it back first."), code="consent.planned")
    if not today() < on <= today() + FURTHEST:
        message = _t("Choose a day from tomorrow on, at most a year ahead.")
        raise Invalid(message, code="consent.day", field="publish_on")
    check(now.draft)
    row = _row(key)
    row.publish_on, row.planned_by = on, actor.name[:120]
    db.session().flush()
    audit.record(Tag.PURPOSE_PLANNED, actor=actor, purpose=key, version=now.version + 1, day=on.isoformat())
    return begins(on)


def take_back(key: str, *, actor: Actor) -> None:
    """Take the day back; the text stays as it was written. Without a day nothing changes; raise Denied."""
    actor.require(Permission.PURPOSES_WRITE)
    row = db.session().scalar(select(PurposeSketch).where(PurposeSketch.key == key).with_for_update())
    if row is None or row.publish_on is None:
        return
    audit.record(Tag.PURPOSE_PLAN_ENDED, actor=actor, purpose=key, day=row.publish_on.isoformat())
    row.publish_on, row.planned_by = None, ""
    db.session().flush()


def publish_due() -> int:
    """Publish every version whose day has begun, each in a transaction of its own, and return how many.

    For the worker: several may run at once, each version is published once, and a day that nobody worked is made up
    for. What was overtaken in the meantime is not published; its day ends and the record says so.
    """
    with db.unit_of_work(write=False) as session:
        due = session.scalars(select(PurposeSketch.key).where(PurposeSketch.publish_on <= today())).all()
    return sum(_publish_one(key) for key in sorted(due))


def _publish_one(key: str) -> bool:
    with db.unit_of_work() as session:
        row = session.scalar(
            select(PurposeSketch).where(PurposeSketch.key == key).with_for_update(skip_locked=True)
        )
        if row is None or row.publish_on is None or row.publish_on > today():
            return False  # another worker has it, or the day was taken back
        now = sketch(SYSTEM, key)
        try:
            current(now, None)
            check(now.draft)
        except (Conflict, Invalid):
            audit.record(Tag.PURPOSE_PLAN_FAILED, actor=SYSTEM, purpose=key, day=row.publish_on.isoformat())
            row.publish_on, row.planned_by = None, ""
            return False
        publish(replace(now.draft, asks_anew=now.draft.basis == Basis.CONSENT), actor=SYSTEM)
        throw_away(key, actor=SYSTEM)
        return True


def _row(key: str) -> PurposeSketch:
    row = db.session().scalar(select(PurposeSketch).where(PurposeSketch.key == key).with_for_update())
    if row is None:
        raise NotFound()
    return row
