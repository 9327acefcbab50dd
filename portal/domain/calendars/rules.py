"""Date arithmetic on aware UTC instants: working time, business days, calendar days, weeks, months, warnings.

Every interval is taken to UTC before anything is counted, so a day of 25 hours has 25 hours and fourteen
days are not 336 hours. A date never rolls forward over a weekend: the earlier date is always the safe one.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from portal.domain.calendars.due import Due, Row
from portal.domain.calendars.week import Week, WorkingCalendar, week_from_json
from portal.domain.calendars.zones import (
    DAY,
    day_end,
    day_start,
    instant,
    local_day,
    zone_data_version,
)
from portal.domain.errors import Invalid
from portal.text import _t

NONE = timedelta(0)
_INSTANT = timedelta(microseconds=1)
_PATIENCE = 1000  # days without any opening after which a calendar counts as never open

CLOSED = "closed"  # the reason of a day that the week itself leaves closed


# ---------------------------------------------------------------------------------- working time


def add_working(cal: WorkingCalendar, start: datetime, length: timedelta) -> Due:
    """Return the first UTC instant by which ``length`` of open time has passed since ``start``.

    It lies in an open interval or at its end; a length of zero gives ``start`` or, when closed, the next
    opening. Raises Invalid when the calendar never opens.
    """
    begin = instant(start)
    if length < NONE:
        raise ValueError("a length of working time is not negative")
    left, rows = length, []
    # The day before may end at the very instant of the start: 24:00 there is 00:00 here.
    for day in _days(cal, local_day(begin, cal.zone) - DAY):
        spans = cal.open_on(day)
        if not spans and day_start(day, cal.zone) > begin:
            rows.append(_skipped(cal, day))
        for opens, closes in spans:
            if closes < begin:
                continue
            opens = max(opens, begin)
            at = min(opens + left, closes)
            if at > opens:
                rows.append(Row(day, opens, at))
            left -= at - opens
            if not left and (at > opens or not length):
                inputs = {"start": begin.isoformat(), "seconds": length.total_seconds()}
                return _due(cal, at, "working_time", inputs, rows, None)
    raise AssertionError("unreachable: the days of a calendar do not end")


def working_between(cal: WorkingCalendar, a: datetime, b: datetime) -> timedelta:
    """Return the open time between two UTC instants; zero when ``b`` is not after ``a``."""
    begin, finish = instant(a), instant(b)
    total, day = NONE, local_day(begin, cal.zone)
    last = local_day(finish, cal.zone)
    while day <= last:
        for opens, closes in cal.open_on(day):
            total += max(NONE, min(closes, finish) - max(opens, begin))
        day += DAY
    return total


def next_open(cal: WorkingCalendar, at: datetime) -> datetime:
    """Return ``at`` when the calendar is open then, else the next UTC instant at which it opens."""
    begin = instant(at)
    for day in _days(cal, local_day(begin, cal.zone)):
        for opens, closes in cal.open_on(day):
            if closes > begin:
                return max(opens, begin)
    raise AssertionError("unreachable: the days of a calendar do not end")


def waking(zone: str, hours: Week | Mapping[str, Sequence[Sequence[str]]] | None, at: datetime) -> datetime:
    """Return ``at`` or the next UTC instant inside a person's weekly hours in ``zone``; None means any hour.

    The hours are a week or its JSON form; raises Invalid when no hour of the week is left.
    """
    if hours is None:
        return instant(at)
    return next_open(_hours(zone, week_from_json(hours) if isinstance(hours, Mapping) else hours), at)


@lru_cache(maxsize=1024)
def _hours(zone: str, week: Week) -> WorkingCalendar:
    return WorkingCalendar("hours", 1, zone, week)


# ---------------------------------------------------------------------------------- days, weeks, months


def add_business_days(cal: WorkingCalendar, start: datetime, n: int) -> Due:
    """Return the close of the ``n``-th day with opening hours after the day of receipt (as DISP 1.5)."""
    begin = instant(start)
    _positive(n)
    found, rows = 0, []
    for day in _days(cal, local_day(begin, cal.zone) + DAY):
        spans = cal.open_on(day)
        if not spans:
            rows.append(_skipped(cal, day))
            continue
        found += 1
        rows.append(Row(day, spans[0][0], spans[-1][1]))
        if found == n:
            inputs = {"start": begin.isoformat(), "n": n}
            return _due(cal, spans[-1][1], "business_days", inputs, rows, day)
    raise AssertionError("unreachable: the days of a calendar do not end")


def add_calendar_days(start: datetime, n: int, zone: str, customer_zone: str | None = None) -> Due:
    """Return the end of the ``n``-th local day after the day of receipt, in ``zone``.

    Where the same count in the customer's zone ends earlier, that end is returned.
    """
    return _by_days("calendar_days", start, n, zone, customer_zone)


def add_weeks(start: datetime, n: int, zone: str, customer_zone: str | None = None) -> Due:
    """Return the end of the local day ``n`` times seven days after the day of receipt; zones as for days."""
    return _by_days("weeks", start, n, zone, customer_zone)


def add_months(start: datetime, n: int, zone: str, customer_zone: str | None = None) -> Due:
    """Return the end of the same day number ``n`` months later, or of the month's last; zones as for days."""
    return _by_days("months", start, n, zone, customer_zone)


def _by_days(rule: str, start: datetime, n: int, zone: str, customer_zone: str | None) -> Due:
    begin = instant(start)
    _positive(n)
    inputs = {"start": begin.isoformat(), "n": n, "zone": zone, "customer_zone": customer_zone}
    ends = []
    for place in dict.fromkeys((zone, customer_zone or zone)):
        days = [_later(rule, local_day(begin, place), step) for step in range(1, n + 1)]
        ends.append((day_end(days[-1], place), place, days))
    at, place, days = min(ends, key=lambda end: end[0])  # the governing zone comes first where both are equal
    counted = tuple(Row(day) for day in days)
    return Due(at, rule, place, zone_data_version(), days[-1], inputs=inputs, counted=counted)


def _later(rule: str, day: date, steps: int) -> date:
    if rule == "calendar_days":
        return day + steps * DAY
    if rule == "weeks":
        return day + 7 * steps * DAY
    year, month = divmod(day.year * 12 + day.month - 1 + steps, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# ---------------------------------------------------------------------------------- warnings


def before(cal: WorkingCalendar, due: datetime, n: timedelta | int) -> datetime:
    """Return the UTC instant ``n`` before ``due``, on the calendar: not at night, not on a closed day.

    A timedelta is open time; a number is business days and gives the opening of that day.
    """
    limit = instant(due)
    if isinstance(n, int):
        return _business_days_before(cal, limit, n)
    if n < NONE:
        raise ValueError("a length of working time is not negative")
    left = n
    for day in _days(cal, local_day(limit, cal.zone), -1):
        for opens, closes in reversed(cal.open_on(day)):
            if opens > limit:
                continue
            closes = min(closes, limit)
            if closes - opens >= left:
                return closes - left
            left -= closes - opens
    raise AssertionError("unreachable: the days of a calendar do not end")


def warning(cal: WorkingCalendar, created: datetime, due: datetime, n: timedelta | int) -> datetime | None:
    """Return the instant ``n`` before ``due``, or None when it would not lie after ``created``."""
    at = before(cal, due, n)
    return at if at > instant(created) else None


def _business_days_before(cal: WorkingCalendar, limit: datetime, n: int) -> datetime:
    _positive(n)
    for day in _days(cal, local_day(limit - _INSTANT, cal.zone) - DAY, -1):
        spans = cal.open_on(day)
        n -= bool(spans)
        if not n:
            return spans[0][0]
    raise AssertionError("unreachable: the days of a calendar do not end")


# ---------------------------------------------------------------------------------- parts


def _days(cal: WorkingCalendar, first: date, step: int = 1) -> Iterator[date]:
    """Yield local days from ``first`` on; raises Invalid once the calendar stayed closed for years."""
    day, closed = first, 0
    while closed < _PATIENCE:
        closed = 0 if cal.open_on(day) else closed + 1
        yield day
        day += step * DAY
    message = _t("The calendar “{calendar}” has no opening hours.", calendar=cal.key)
    raise Invalid(message, code="calendar.never_open", field="week")


def _skipped(cal: WorkingCalendar, day: date) -> Row:
    return Row(day, counts=False, reason=cal.closed_because(day) or CLOSED)


def _due(
    cal: WorkingCalendar, at: datetime, rule: str, inputs: dict[str, Any], rows: list[Row], day: date | None
) -> Due:
    return Due(
        at=at,
        rule=rule,
        zone=cal.zone,
        tzdata=zone_data_version(),
        day=day,
        calendar=cal.key,
        version=cal.version,
        calendar_hash=cal.content_hash,
        inputs=inputs,
        counted=tuple(rows),
    )


def _positive(n: int) -> None:
    if n < 1:
        raise ValueError("a number of days, weeks or months is 1 or more")
