"""First versions of working calendars: office hours, public holidays, round the clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import holidays

from portal.domain.calendars.week import Closure, Span, Week, WorkingCalendar
from portal.domain.errors import Invalid
from portal.text import _t

OFFICE_WEEK: Week = ((Span.parse("09:00", "17:00"),),) * 5 + ((), ())
WAKING_WEEK: Week = ((Span.parse("08:00", "20:00"),),) * 7  # for reminders to people who named no hours
ROUND_THE_CLOCK_WEEK: Week = ((Span.parse("00:00", "24:00"),),) * 7
ROUND_THE_CLOCK = WorkingCalendar("always", 1, "UTC", ROUND_THE_CLOCK_WEEK)


@lru_cache(maxsize=64)
def round_the_clock(zone: str) -> WorkingCalendar:
    """Return the calendar without closing times, its days those of ``zone``."""
    return WorkingCalendar(ROUND_THE_CLOCK.key, ROUND_THE_CLOCK.version, zone, ROUND_THE_CLOCK_WEEK)


def closures_for(
    country: str, years: Iterable[int], subdivision: str | None = None, language: str | None = None
) -> tuple[Closure, ...]:
    """Return the public holidays of a country (ISO 3166) as closures, as a proposal that a person approves.

    Names come in ``language``, or in the country's own; raises Invalid for an unknown country.
    """
    return _closures(country, tuple(sorted(set(years))), subdivision, language)


@lru_cache(maxsize=32)
def _closures(
    country: str, years: tuple[int, ...], subdivision: str | None, language: str | None
) -> tuple[Closure, ...]:
    try:
        own = holidays.country_holidays(country, subdiv=subdivision)
        # Without a language the library follows the locale of the machine, and so would the calendar's hash.
        found = holidays.country_holidays(
            country, subdiv=subdivision, years=years, language=language or own.default_language
        )
    except NotImplementedError:
        message = _t("No public holidays are known for “{country}”.", country=country)
        raise Invalid(message, code="calendar.country", field="country") from None
    days: list[tuple[date, str]] = [(day, name) for day, name in found.items() if day.year in years]
    return tuple(Closure(day, name) for day, name in sorted(days))


def office_calendar(
    key: str, zone: str, country: str, years: Iterable[int], version: int = 1, language: str | None = None
) -> WorkingCalendar:
    """Return Monday to Friday 9 to 17 in ``zone``, closed on the country's public holidays of ``years``."""
    return WorkingCalendar(key, version, zone, OFFICE_WEEK, closures_for(country, years, language=language))
