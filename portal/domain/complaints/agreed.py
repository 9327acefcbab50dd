"""What we owe: remedies that were accepted or upheld, each with its date, and the clock of the nearest one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from portal import db
from portal.domain import calendars
from portal.domain.calendars import Due

from . import clocks as clock_rules
from . import terms, ticking
from .clock_changes import GOING
from .lengths import Length, Unit
from .models import Complaint, Offer, Remedy
from .states import K


def owed(complaint_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of what is owed on a complaint and not done."""
    return (
        Remedy.complaint_id == complaint_id,
        Remedy.due_at.is_not(None),
        Remedy.done_at.is_(None),
        Remedy.replaced_at.is_(None),
    )


def open_ones(complaint: Complaint) -> list[Remedy]:
    """Return what is owed and not done, the nearest date first."""
    return list(
        db.session().scalars(
            select(Remedy)
            .where(*owed(complaint.id))
            .order_by(Remedy.due_at, Remedy.id)
            .execution_options(populate_existing=True)
        )
    )


def count_open(complaint: Complaint) -> int:
    """Return how many remedies are owed and not done."""
    return db.session().scalar(select(func.count()).select_from(Remedy).where(*owed(complaint.id))) or 0


def anything(complaint: Complaint) -> bool:
    """Say whether something was ever agreed or given on a complaint that is not replaced."""
    found = select(Remedy.id).where(
        Remedy.complaint_id == complaint.id, Remedy.due_at.is_not(None), Remedy.replaced_at.is_(None)
    )
    return db.session().scalar(found.limit(1)) is not None


def owe(complaint: Complaint, parts: Sequence[Remedy], at: datetime) -> tuple[ticking.Clocks, Due | None]:
    """Give each remedy its date from ``at`` on, take older ones that were not done off, return clocks and nearest.

    The round of the remedy clock that went for the older ones ends, so that the transition begins a new one.
    """
    clocks = ticking.of(complaint)
    if not parts:
        return clocks, None
    for old in open_ones(complaint):
        old.replaced_at = at
    running = clocks.get(K.REMEDY)
    if running is not None and ticking.status(running) in GOING:
        ticking.finish(running, at, "stopped")
    nearest: Due | None = None
    zones = ticking.zones_of(complaint)
    for part in parts:
        due = _due(part, at, zones)
        part.due_at, part.due_explanation = due.at, due.to_json()
        if nearest is None or due.at < nearest.at:
            nearest = due
    return clocks, nearest


def _due(part: Remedy, at: datetime, zones: clock_rules.Zones) -> Due:
    """Return the date of what is owed from ``at`` on; never later than the terms of the day it was offered on say."""
    length = Length(part.days, Unit.BUSINESS_DAYS) if part.days else None
    calendar, rules = calendars.current(), terms.in_force()
    due = clock_rules.start(K.REMEDY, at, calendar, zones, length=length, rules=rules)
    assert due is not None, "what is owed has a date"
    offered_at = db.session().scalar(select(Offer.made_at).where(Offer.id == part.offer_id))
    if length is not None or offered_at is None:
        return due
    rule = clock_rules.rule_for(K.REMEDY, calendars.local_day(offered_at, zones.firm), rules)
    assert rule.length is not None, "a remedy has a published length"
    return min(
        due, clock_rules.due_after(rule.length, at, calendar, zones, rule.binds), key=lambda one: one.at
    )


def follow(complaint: Complaint, clocks: ticking.Clocks, rest: Sequence[Remedy], at: datetime) -> None:
    """Let the remedy clock go by the nearest date of what is still owed, when the one it went by is done."""
    running = clocks.get(K.REMEDY)
    if running is None or ticking.status(running) not in GOING or not rest:
        return
    nearest = min(rest, key=lambda one: (one.due_at or at, one.id))
    if nearest.due_at == running.due_at:
        return
    ticking.finish(running, at, "kept" if running.due_at and at <= running.due_at else "late")
    ticking.begin(complaint, clocks, K.REMEDY, at, due=Due.from_json(nearest.due_explanation))
