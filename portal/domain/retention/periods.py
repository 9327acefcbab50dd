"""How long something is kept, and which instant parts what stays from what goes; pure.

A period of days or months ends with the last second of its last day in the firm's zone, as Regulation (EEC) 1182/71
counts; one of hours ends to the second.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.domain.calendars import day_start, local_day
from portal.text import Lazy, _t, _tn

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """So many months, days or hours; exactly one of them."""

    months: int = 0
    days: int = 0
    hours: int = 0

    @property
    def dated(self) -> bool:
        """Whether it ends with a day rather than at an instant."""
        return bool(self.months or self.days)

    def text(self) -> Lazy:
        """Return the period in words."""
        if self.months:
            return _tn("{count} month", "{count} months", self.months)
        if self.days:
            return _tn("{count} day", "{count} days", self.days)
        if self.hours:
            return _tn("{count} hour", "{count} hours", self.hours)
        return _t("until its end")

    def cut_off(self, now: datetime, zone: str) -> datetime:
        """Return the first instant that is still kept at ``now`` (aware UTC); what lies before it is due."""
        if not self.dated:
            return now - timedelta(hours=self.hours)
        yesterday = local_day(now, zone) - DAY
        last = self._back(yesterday)
        while self.last_day(last + DAY) <= yesterday:
            last += DAY
        return day_start(last + DAY, zone)

    def last_day(self, begun: date) -> date:
        """Return the last day on which something of the day ``begun`` is kept; in a short month its last."""
        if self.days:
            return begun + timedelta(days=self.days)
        return _months(begun, self.months)

    def _back(self, day: date) -> date:
        return day - timedelta(days=self.days) if self.days else _months(day, -self.months)


def _months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
