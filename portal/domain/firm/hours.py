"""Opening hours and closed days of the firm: every change is a new version of the calendar, with who approved it.

Promises that have begun keep the version they were computed with.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import holidays
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.domain import audit, calendars, clock
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.calendars import WEEKDAYS, Closure, Span, WorkingCalendar
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.text import _t

from . import store

LONGEST_CLOSURE = 60
YEARS_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday as the library proposes it, and whether the firm is closed on it."""

    day: date
    name: str
    closed: bool


def calendar(*, at: datetime | None = None) -> WorkingCalendar:
    """Return the calendar that counts now; version 0 is the proposal of an installation that has none yet.

    With ``at`` (UTC) the database is asked, whatever this process read a moment ago.
    """
    try:
        return calendars.current(at=at)
    except NotFound:
        firm, year = store.now(), clock.now().year
        years = range(year, year + YEARS_AHEAD)
        return calendars.office_calendar(calendars.OFFICE, firm.zone, firm.country, years, version=0)


def regions(country: str) -> list[str]:
    """Return the regions of a country that have holidays of their own; [] for one the library does not know."""
    try:
        return list(holidays.country_holidays(country).subdivisions)
    except NotImplementedError:
        return []


def proposal(year: int, *, region: str = "") -> list[Holiday]:
    """Return the public holidays of a year in the firm's country, each with whether the firm is closed on it.

    Raise Invalid at ``region`` for one that does not exist; a country without known holidays has none.
    """
    country, now = store.now().country, calendar()
    known = regions(country)
    if region and region not in known:
        raise Invalid(_t("Choose a region from the list."), code="calendar.region", field="region")
    if not known and country not in holidays.list_supported_countries():
        return []
    found = calendars.closures_for(country, (year,), region or None)
    return [Holiday(day, name, now.closed_because(day) is not None) for day, name in found]


def set_week(
    week: Mapping[str, tuple[str, str] | None], *, actor: Actor, expected: int | None = None
) -> WorkingCalendar:
    """Open on these weekdays from and until these local times; None is closed.

    Raise Invalid at the weekday that does not fit, Conflict when somebody was quicker.
    """
    before = _guarded(actor, expected)
    spans: list[tuple[Span, ...]] = []
    for place, name in enumerate(WEEKDAYS):
        given, had = week.get(name), before.week[place]
        if given is None:
            spans.append(())
        elif had and given == (had[0].to_json()[0], had[-1].to_json()[1]):
            spans.append(had)  # hours with a break in them stay as they are
        else:
            spans.append((_span(name, *given),))
    if not any(spans):
        raise Invalid(_t("Open on one weekday at least."), code="calendar.week", field="mon")
    return _approve(replace(before, week=tuple(spans)), before, actor, "hours")


def approve_holidays(
    year: int, days: Collection[date], *, actor: Actor, region: str = "", expected: int | None = None
) -> WorkingCalendar:
    """Close on these holidays of a year and open on its other ones; closures of the firm's own stay.

    Raise Invalid at ``days`` for a day that is none of the proposal.
    """
    before = _guarded(actor, expected)
    offered = {one.day: one.name for one in proposal(year, region=region)}
    if set(days) - offered.keys():
        raise Invalid(_t("Choose from the holidays of that year."), code="calendar.holidays", field="days")
    kept = [one for one in before.closures if one.day not in offered]
    wanted = [Closure(day, offered[day]) for day in sorted(set(days))]
    return _approve(replace(before, closures=(*kept, *wanted)), before, actor, "holidays", year=year)


def close(
    first: date, last: date, reason: str, *, actor: Actor, expected: int | None = None
) -> WorkingCalendar:
    """Close on days of the firm's own, the first and the last included; raise Invalid at the field."""
    before = _guarded(actor, expected)
    today = calendars.local_day(clock.now(), before.zone)
    if first < today:
        raise Invalid(_t("Choose a day from today on."), code="calendar.day", field="first")
    if not first <= last <= first + timedelta(days=LONGEST_CLOSURE):
        message = _t("Choose a last day after the first, at most {most} days later.", most=LONGEST_CLOSURE)
        raise Invalid(message, code="calendar.day", field="last")
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in reason).split())
    if not 0 < len(words) <= 80:
        raise Invalid(
            _t("Say why, in at most 80 letters: customers read it."), code="calendar.reason", field="reason"
        )
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    kept = [one for one in before.closures if one.day not in days]
    closures = (*kept, *(Closure(day, words) for day in days))
    return _approve(replace(before, closures=closures), before, actor, "closure", year=first.year)


def reopen(day: date, *, actor: Actor, expected: int | None = None) -> WorkingCalendar:
    """Take one closed day back; raise NotFound when it is none, Invalid for a day that is over."""
    before = _guarded(actor, expected)
    if before.closed_because(day) is None:
        raise NotFound()
    if day < calendars.local_day(clock.now(), before.zone):
        raise Invalid(_t("Choose a day from today on."), code="calendar.day", field="first")
    kept = tuple(one for one in before.closures if one.day != day)
    return _approve(replace(before, closures=kept), before, actor, "opening", year=day.year)


def move_zone(zone: str, *, actor: Actor) -> None:
    """Count opening hours in another zone from now on."""
    before = calendar(at=clock.now())
    if before.version and before.zone != zone:
        _approve(replace(before, zone=zone), before, actor, "zone")


def _guarded(actor: Actor, expected: int | None) -> WorkingCalendar:
    actor.require(Permission.SETTINGS_WRITE)
    before = calendar(at=clock.now())
    if expected is not None and expected != before.version:
        raise _moved_on()
    return before


def _moved_on() -> Conflict:
    return Conflict(
        _t("Somebody else changed this in the meantime. Look at the page anew."), code="firm.moved_on"
    )


def _span(name: str, start: str, end: str) -> Span:
    try:
        return Span.parse(start, "24:00" if end == "00:00" else end)
    except Invalid as error:
        raise Invalid(error.message, code=error.code, field=name) from None


def _approve(
    after: WorkingCalendar, before: WorkingCalendar, actor: Actor, what: str, *, year: int = 0
) -> WorkingCalendar:
    if before.version and after.content_hash == before.content_hash:
        return before
    try:
        with db.session().begin_nested():
            row = calendars.approve(after, actor=actor)
    except IntegrityError:
        raise _moved_on() from None
    audit.record(Tag.CALENDAR_APPROVED, actor=actor, version=row.number, change=what, year=year or "")
    return calendars.version(calendars.OFFICE, row.number)
