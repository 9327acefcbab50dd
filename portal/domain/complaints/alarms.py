"""When the clock runner looks at a clock: reminders, warnings, the end, and the grace after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain import calendars
from portal.domain.calendars import Due, WorkingCalendar
from portal.domain.complaints.acts import Act
from portal.domain.complaints.clocks import DEFAULTS, ClockRule, Zones, due_after, rule_for
from portal.domain.complaints.lengths import Length, Unit
from portal.domain.complaints.states import K


class AlarmKind(StrEnum):
    """Why the clock runner looks at a clock."""

    REMIND = "remind"  # the customer
    WARN = "warn"  # us; at the service date also the customer, with a new date to agree to
    DUE = "due"
    GRACE = "grace"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One instant (UTC) at which something is to be done about a clock; ``n`` counts reminders from 1."""

    at: datetime
    kind: AlarmKind
    act: Act | None = None
    n: int = 0


def alarms(
    k: K | str,
    due: Due,
    cal: WorkingCalendar,
    zones: Zones,
    created: datetime,
    hours: calendars.Week | None = None,
    urgent: bool = False,
    rules: Iterable[ClockRule] = DEFAULTS,
    begun: datetime | None = None,
) -> tuple[Alarm, ...]:
    """Return reminders, warnings, the end and the grace of a clock in time order; none lies at or before ``created``.

    The rules are those of the day on which the clock began, which is ``begun`` where that was before ``created``.
    Reminders wait for the customer's waking hours (``hours``, or 8 to 20) unless ``urgent``; warnings lie on our
    calendar.
    """
    rule = rule_for(k, calendars.local_day(begun or created, zones.firm), rules)
    place = zones.customer or zones.firm
    found = [Alarm(due.at, AlarmKind.DUE, rule.end)]
    if rule.grace and rule.after_grace:
        later = due_after(rule.grace, due.at, cal, zones, rule.binds)
        found.append(Alarm(later.at, AlarmKind.GRACE, rule.after_grace))
    for length in rule.warnings:
        found.append(Alarm(_before(cal, due, length, zones.firm), AlarmKind.WARN))
    for n, length in enumerate(rule.reminders, start=1):
        at = _before(cal, due, length, place)
        if not urgent:
            at = calendars.waking(place, hours or calendars.WAKING_WEEK, at)
        if at < due.at:
            found.append(Alarm(at, AlarmKind.REMIND, n=n))
    ends = (AlarmKind.DUE, AlarmKind.GRACE)
    return tuple(
        sorted((one for one in found if one.kind in ends or one.at > created), key=lambda one: one.at)
    )


def _before(cal: WorkingCalendar, due: Due, length: Length, zone: str) -> datetime:
    if length.unit is Unit.BUSINESS_DAYS:
        return calendars.before(cal, due.at, length.n)
    if length.unit is Unit.CALENDAR_DAYS:
        last = calendars.local_day(due.at - timedelta(microseconds=1), zone)
        return calendars.day_start(last - timedelta(days=length.n), zone)
    return calendars.before(cal, due.at, timedelta(hours=length.n))
