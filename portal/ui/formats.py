"""How values look to a reader: dates, money, sizes and lazy texts in the reader's language and zone."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_timezone_location
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit
from flask import Flask, current_app, g, has_app_context
from flask_babel import get_domain, gettext
from markupsafe import Markup, escape

from portal.domain import clock
from portal.ui.charts import plot_line

NOTHING = "–"
# English here is the firm's English: day before month, a 24-hour clock.
LOCALES = {"en": "en_GB"}
SOON = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a language code and an IANA zone."""

    language: str = "en"
    zone: str = "Europe/Warsaw"


def reader() -> Any:
    """Return the reader of this request or mail, or the firm's own language and zone."""
    if not has_app_context():
        return Reader()
    found = getattr(g, "reader", None)
    if found is None:
        settings = current_app.config.get("SETTINGS")
        return Reader(zone=settings.firm_zone) if settings else Reader()
    return found


def reader_language() -> str:
    """Return the reader's language code."""
    return str(reader().language)


@lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES.get(language, language), sep="-" if "-" in language else "_")


def locale() -> Locale:
    """Return the reader's Babel locale."""
    return _locale(reader_language())


def _zone(name: Any = None) -> ZoneInfo:
    return name if isinstance(name, ZoneInfo) else ZoneInfo(str(name or reader().zone))


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
        at = at.astimezone(_zone(zone)).date()
    return format_date(at, format=length, locale=locale())


def time(value: Any, zone: Any = None) -> str:
    """Return "17:00" in the reader's zone or the one given."""
    at = moment(value)
    if not isinstance(at, dt.datetime):
        return NOTHING
    return format_time(at, format="short", tzinfo=_zone(zone), locale=locale())


def datetime(value: Any, zone: Any = None, length: str = "medium") -> str:
    """Return "14 Mar 2026, 17:00"; in a promise's own zone, named where it differs from the reader's."""
    at = moment(value)
    if at is None:
        return NOTHING
    if not isinstance(at, dt.datetime):
        return date(at, length)
    shown = at.astimezone(_zone(zone))
    text = f"{format_date(shown, format=length, locale=locale())}, {time(at, zone)}"
    if zone and shown.utcoffset() != at.astimezone(_zone()).utcoffset():
        return gettext("%(time)s (%(city)s time)", time=text, city=zone_city(zone))
    return text


def weekday_date(value: Any) -> str:
    """Return "Saturday 14 March", with the year when it is not this one."""
    at = moment(value)
    if at is None:
        return NOTHING
    if isinstance(at, dt.datetime):
        at = at.astimezone(_zone()).date()
    this_year = clock.now().astimezone(_zone()).year == at.year
    return format_date(at, format="EEEE d MMMM" if this_year else "EEEE d MMMM y", locale=locale())


def zone_city(zone: Any) -> str:
    """Return the city of an IANA zone in the reader's language."""
    return str(get_timezone_location(_zone(zone), locale=locale(), return_city=True))


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


def _length(seconds: float) -> str:
    count, unit = _count(abs(seconds))
    return str(format_unit(count, f"duration-{unit}", length="long", locale=locale()))


def relative(value: Any) -> str:
    """Return "3 days ago" or "in 3 days"; a date counts in calendar days of the reader."""
    at = moment(value)
    if at is None:
        return NOTHING
    if not isinstance(at, dt.datetime):
        days = (at - clock.now().astimezone(_zone()).date()).days
        if days in (-1, 0, 1):
            return {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}[days]
        whole = dt.timedelta(days=days)
        return format_timedelta(whole, granularity="day", add_direction=True, locale=locale())
    seconds = (at - clock.now()).total_seconds()
    if abs(seconds) < 60:
        return gettext("just now")
    count, unit = _count(abs(seconds))
    whole = dt.timedelta(seconds=count * SIZES[unit] * (1 if seconds > 0 else -1))
    return format_timedelta(whole, granularity=unit, threshold=1, add_direction=True, locale=locale())


def due(value: Any) -> str:
    """Return "3 days left" or "2 days late": rounded down to what is surely still there or already gone."""
    at = moment(value)
    if at is None:
        return NOTHING
    if not isinstance(at, dt.datetime):
        at = dt.datetime.combine(at, dt.time.max, _zone())
    seconds = (at - clock.now()).total_seconds()
    if seconds < 0:
        return gettext("%(length)s late", length=_length(seconds))
    return gettext("%(length)s left", length=_length(seconds))


def is_past(value: Any) -> bool:
    """Tell whether the instant has passed."""
    at = moment(value)
    if at is None:
        return False
    if not isinstance(at, dt.datetime):
        return at < clock.now().astimezone(_zone()).date()
    return at < clock.now()


def is_soon(value: Any) -> bool:
    """Tell whether less than a day is left."""
    at = moment(value)
    return isinstance(at, dt.datetime) and clock.now() <= at < clock.now() + SOON


def money(value: Any, currency: str) -> str:
    """Return an amount with its currency as the reader's language writes it."""
    if value is None:
        return NOTHING
    text = str(format_currency(Decimal(value), currency, locale=locale()))
    # A code of letters stands apart from the figures: "PLN 120.00".
    return re.sub(r"(?<=[A-Z])(?=\d)", "\N{NO-BREAK SPACE}", text)


def number(value: Any) -> str:
    """Return a number with the separators of the reader's language."""
    return NOTHING if value is None else str(format_decimal(value, locale=locale()))


def percent(value: Any, digits: int = 0) -> str:
    """Return a share between 0 and 1 as per cent."""
    pattern = "#,##0%" if not digits else "#,##0." + "0" * digits + "%"
    return NOTHING if value is None else str(format_percent(value, pattern, locale=locale()))


def filesize(value: int | None) -> str:
    """Return a size in bytes, kB or MB (powers of 1,000, as phones and desks show it)."""
    if value is None:
        return NOTHING
    for unit, size in (("megabyte", 1_000_000), ("kilobyte", 1_000)):
        if value >= size:
            shown = round(value / size, 1 if value < 10 * size else 0)
            return str(format_unit(shown, f"digital-{unit}", length="short", locale=locale()))
    return str(format_unit(value, "digital-byte", length="short", locale=locale()))


def duration(value: Any) -> str:
    """Return a span (timedelta or seconds) in its two largest units: "2 days 3 hrs"."""
    if value is None:
        return NOTHING
    left = int(value.total_seconds() if isinstance(value, dt.timedelta) else value)
    parts: list[str] = []
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count or (unit == "second" and not parts):
            parts.append(str(format_unit(count, f"duration-{unit}", length="short", locale=locale())))
        if len(parts) == 2:
            break
    return " ".join(parts)


def say(value: Any) -> Any:
    """Return a text of the domain in the reader's language; other texts pass unchanged."""
    if value is None:
        return ""
    if isinstance(value, (str, int, float, Decimal)):
        return value
    if hasattr(value, "render"):
        translations = get_domain().get_translations()
        return value.render(translations.ugettext, translations.ungettext)
    if hasattr(value, "__html__"):
        return value
    return str(value)


def lines(value: Any) -> Markup:
    """Return a person's plain text as escaped paragraphs and line breaks."""
    text = str(say(value)).replace("\r\n", "\n").strip()
    parts = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
    return Markup("\n").join(
        Markup("<p>%s</p>") % Markup("<br>").join(escape(line) for line in part.split("\n")) for part in parts
    )


def initials(value: Any) -> str:
    """Return one or two letters that stand for a name."""
    words = [word for word in re.split(r"[\s\-]+", str(say(value))) if word[:1].isalnum()]
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words[:1])).upper()


def weekday_names() -> list[str]:
    """Return the short names of the days, Monday first, in the reader's language."""
    names = locale().days["stand-alone"]["abbreviated"]
    return [names[index] for index in range(7)]


def weekday_number(value: Any) -> int:
    """Return 0 for Monday to 6 for Sunday in the reader's zone."""
    at = moment(value)
    if isinstance(at, dt.datetime):
        at = at.astimezone(_zone())
    return at.weekday() if at else 0


def day_of_month(value: Any) -> int:
    """Return 1 to 31 in the reader's zone."""
    at = moment(value)
    if isinstance(at, dt.datetime):
        at = at.astimezone(_zone())
    return at.day if at else 0


def strip_cells(day: Any) -> tuple[str, Any]:
    """Return the row of a table that says what a day of a calendar strip shows."""
    get = day.get if isinstance(day, dict) else lambda name: getattr(day, name)
    return date(get("date")), get("count")


FILTERS = (
    date,
    time,
    datetime,
    weekday_date,
    zone_city,
    isotime,
    relative,
    due,
    is_past,
    is_soon,
    money,
    number,
    percent,
    filesize,
    duration,
    say,
    lines,
    initials,
    weekday_number,
    day_of_month,
    strip_cells,
    plot_line,
)


def init_formats(app: Flask) -> None:
    """Give the templates the filters and the reader's language."""
    for one in FILTERS:
        app.jinja_env.filters[one.__name__] = one
    app.jinja_env.globals.update(reader_language=reader_language, weekday_names=weekday_names)
