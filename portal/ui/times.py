"""How instants and days look to a reader, in the reader's language and zone or a promise's own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

from babel.dates import format_date, format_time, format_timedelta, get_timezone_location
from babel.units import format_unit
from flask_babel import gettext

from portal.domain import calendars, clock
from portal.ui.reader import firm_zone, locale, locale_of, reader_language, zone_of

NOTHING = "–"
SOON = dt.timedelta(hours=24)
YEAR_SIGN = re.compile(r"\s*'г'\.$")


def moment(value: Any) -> dt.datetime | dt.date | None:
    """Read an aware datetime, a date or an ISO string; an unaware time counts as UTC."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = dt.date.fromisoformat(value) if len(value) == 10 else dt.datetime.fromisoformat(value)
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=dt.UTC)
    return value


def date(value: Any, length: str = "medium", zone: Any = None) -> str:
    """Return "14 Mar 2026" as the reader's calendar has it; length is short, medium, long or full."""
    at = moment(value)
    if at is None:
        return NOTHING
    if isinstance(at, dt.datetime):
        at = at.astimezone(zone_of(zone)).date()
    return _spelled_day(at, length, reader_language())


@lru_cache(maxsize=64)
def _pattern(length: str, language: str) -> str:
    """Return how a language writes a day, without the "г." (year) after it: a sentence may end there as well."""
    return YEAR_SIGN.sub("", locale_of(language).date_formats[length].pattern)


@lru_cache(maxsize=4096)
def _spelled_day(day: dt.date, length: str, language: str) -> str:
    return str(format_date(day, format=_pattern(length, language), locale=locale_of(language)))


def time(value: Any, zone: Any = None) -> str:
    """Return "17:00" in the reader's zone or the one given."""
    at = moment(value)
    if not isinstance(at, dt.datetime):
        return NOTHING
    return format_time(at, format="short", tzinfo=zone_of(zone), locale=locale())


def datetime(value: Any, zone: Any = None, length: str = "medium") -> str:
    """Return "14 Mar 2026, 17:00"; in a promise's own zone, named where it differs from the reader's."""
    at = moment(value)
    if at is None:
        return NOTHING
    if not isinstance(at, dt.datetime):
        return date(at, length)
    # Lists show the same minutes again and again, and spelling one costs more than the rest of its row.
    minute = at.astimezone(dt.UTC).replace(second=0, microsecond=0)
    return _spelled_minute(minute, str(zone) if zone else "", str(zone_of()), reader_language(), length)


@lru_cache(maxsize=8192)
def _spelled_minute(at: dt.datetime, zone: str, own: str, language: str, length: str) -> str:
    shown, reading = at.astimezone(zone_of(zone or own)), locale_of(language)
    clock_time = format_time(at, format="short", tzinfo=shown.tzinfo, locale=reading)
    text = f"{_spelled_day(shown.date(), length, language)}, {clock_time}"
    return _placed(text, at, zone, own)


def _placed(text: str, at: dt.datetime, zone: str, own: str) -> str:
    """Name the zone of a time where the reader's clock shows another."""
    if zone and at.astimezone(zone_of(zone)).utcoffset() != at.astimezone(zone_of(own)).utcoffset():
        return gettext("%(time)s (%(city)s time)", time=text, city=zone_city(zone))
    return text


def deadline(value: Any, zone: Any = None) -> str:
    """Return by when something is promised: "30 Nov 2026, 24:00" where a day ends, else as :func:`datetime`.

    ``zone`` is that of the promise, or of the customer it was made to (the reader's, where none is given): a day
    ends there, and an hour is one of the firm's. The zone is named where it differs from the reader's.
    """
    at = moment(value)
    if not isinstance(at, dt.datetime):
        return date(at)
    own = str(zone_of())
    return _spelled_deadline(at.astimezone(dt.UTC), str(zone or own), firm_zone(), own, reader_language())


@lru_cache(maxsize=8192)
def _spelled_deadline(at: dt.datetime, zone: str, firm: str, own: str, language: str) -> str:
    for place in (zone, firm):
        day = calendars.last_day(at, place)
        if day is not None:
            return _placed(f"{_spelled_day(day, 'medium', language)}, 24:00", at, place, own)
    return _spelled_minute(at.replace(second=0, microsecond=0), firm, own, language, "medium")


def deadline_day(value: Any, zone: Any = None) -> str:
    """Return the day of :func:`deadline` alone: "30 Nov 2026" for what is promised by the end of that day."""
    at = moment(value)
    if not isinstance(at, dt.datetime):
        return date(at)
    at = at.astimezone(dt.UTC)
    for place in (str(zone or zone_of()), firm_zone()):
        day = calendars.last_day(at, place)
        if day is not None:
            return _spelled_day(day, "medium", reader_language())
    return date(at, zone=firm_zone())


def weekday_date(value: Any) -> str:
    """Return "Saturday 14 March", with the year when it is not this one."""
    at = moment(value)
    if at is None:
        return NOTHING
    if isinstance(at, dt.datetime):
        at = at.astimezone(zone_of()).date()
    this_year = clock.now().astimezone(zone_of()).year == at.year
    return format_date(at, format="EEEE d MMMM" if this_year else "EEEE d MMMM y", locale=locale())


def zone_city(zone: Any) -> str:
    """Return the city of an IANA zone in the reader's language."""
    return str(get_timezone_location(zone_of(zone), locale=locale(), return_city=True))


def isotime(value: Any) -> str:
    """Return the machine form for the attribute ``datetime``."""
    at = moment(value)
    return at.isoformat() if at else ""


Unit = Literal["year", "month", "day", "hour", "minute"]
SIZES: dict[Unit, int] = {"year": 31_557_600, "month": 2_629_800, "day": 86_400, "hour": 3_600, "minute": 60}


def _count(seconds: float) -> tuple[int, Unit]:
    """Return whole units, rounded down so that nothing sounds longer than it is."""
    for unit, size in SIZES.items():
        if seconds >= (2 * size if unit in ("year", "month") else size):
            return int(seconds // size), unit
    return 0, "minute"


@lru_cache(maxsize=2048)
def _spelled_length(count: int, unit: Unit, language: str) -> str:
    return str(format_unit(count, f"duration-{unit}", length="long", locale=locale_of(language)))


def relative(value: Any) -> str:
    """Return "3 days ago" or "in 3 days"; a date counts in calendar days of the reader."""
    at = moment(value)
    if at is None:
        return NOTHING
    if not isinstance(at, dt.datetime):
        days = (at - clock.now().astimezone(zone_of()).date()).days
        if days in (-1, 0, 1):
            return {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}[days]
        whole = dt.timedelta(days=days)
        return format_timedelta(whole, granularity="day", add_direction=True, locale=locale())
    seconds = (at - clock.now()).total_seconds()
    if abs(seconds) < 60:
        return gettext("just now")
    return _spelled_distance(*_count(abs(seconds)), seconds > 0, reader_language())


@lru_cache(maxsize=2048)
def _spelled_distance(count: int, unit: Unit, future: bool, language: str) -> str:
    whole = dt.timedelta(seconds=count * SIZES[unit] * (1 if future else -1))
    return str(
        format_timedelta(whole, granularity=unit, threshold=1, add_direction=True, locale=locale_of(language))
    )


def due(value: Any) -> str:
    """Return "3 days left" or "2 days late": rounded down to what is surely still there or already gone."""
    at = moment(value)
    if at is None:
        return NOTHING
    if not isinstance(at, dt.datetime):
        at = dt.datetime.combine(at, dt.time.max, zone_of())
    return span((at - clock.now()).total_seconds())


def span(seconds: float) -> str:
    """Return "3 days left" for so many seconds to come, "2 days late" for so many gone by."""
    return _spelled_due(*_count(abs(seconds)), seconds < 0, reader_language())


def spellers() -> tuple[Callable[[dt.datetime, str], str], Callable[[float], str]]:
    """Return :func:`deadline` for instants in UTC and :func:`span`, for many rows of one reader."""
    own, language, firm = str(zone_of()), reader_language(), firm_zone()

    def by(at: dt.datetime, zone: str) -> str:
        return _spelled_deadline(at, zone, firm, own, language)

    def left(seconds: float) -> str:
        return _spelled_due(*_count(abs(seconds)), seconds < 0, language)

    return by, left


@lru_cache(maxsize=2048)
def _spelled_due(count: int, unit: Unit, late: bool, language: str) -> str:
    length = _spelled_length(count, unit, language)
    return gettext("%(length)s late", length=length) if late else gettext("%(length)s left", length=length)


def is_past(value: Any) -> bool:
    """Tell whether the instant has passed."""
    at = moment(value)
    if at is None:
        return False
    if not isinstance(at, dt.datetime):
        return at < clock.now().astimezone(zone_of()).date()
    return at < clock.now()


def is_soon(value: Any) -> bool:
    """Tell whether less than a day is left."""
    at = moment(value)
    return isinstance(at, dt.datetime) and clock.now() <= at < clock.now() + SOON


def weekday_names() -> list[str]:
    """Return the short names of the days, Monday first, in the reader's language."""
    names = locale().days["stand-alone"]["abbreviated"]
    return [names[index] for index in range(7)]


def weekday_number(value: Any) -> int:
    """Return 0 for Monday to 6 for Sunday in the reader's zone."""
    at = moment(value)
    if isinstance(at, dt.datetime):
        at = at.astimezone(zone_of())
    return at.weekday() if at else 0


def day_of_month(value: Any) -> int:
    """Return 1 to 31 in the reader's zone."""
    at = moment(value)
    if isinstance(at, dt.datetime):
        at = at.astimezone(zone_of())
    return at.day if at else 0


def strip_cells(day: Any) -> tuple[str, Any]:
    """Return the row of a table that says what a day of a calendar strip shows."""
    get = day.get if isinstance(day, dict) else lambda name: getattr(day, name)
    return date(get("date")), get("count")
