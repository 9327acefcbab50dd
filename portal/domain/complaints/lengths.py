"""Lengths of promises: so many working hours, business days, days, weeks or months."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.text import Lazy, _tn


class Unit(StrEnum):
    """What a length is counted in."""

    SECONDS = "seconds"
    WORKING_HOURS = "working_hours"
    BUSINESS_DAYS = "business_days"
    CALENDAR_DAYS = "calendar_days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Length:
    """So many of a unit."""

    n: int
    unit: Unit

    def text(self) -> Lazy:
        """Return the length in words, such as “10 business days”."""
        match self.unit:
            case Unit.SECONDS:
                return _tn("{count} second", "{count} seconds", self.n)
            case Unit.WORKING_HOURS:
                return _tn("{count} working hour", "{count} working hours", self.n)
            case Unit.BUSINESS_DAYS:
                return _tn("{count} business day", "{count} business days", self.n)
            case Unit.CALENDAR_DAYS:
                return _tn("{count} day", "{count} days", self.n)
            case Unit.WEEKS:
                return _tn("{count} week", "{count} weeks", self.n)
            case Unit.MONTHS:
                return _tn("{count} month", "{count} months", self.n)


def text_of(n: int, unit: str) -> Lazy:
    """Return a stored length in words."""
    return Length(n, Unit(unit)).text()
