"""A working calendar as a value: local hours per weekday, dated closures, dated extra openings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from portal.domain.calendars.zones import instant, local_day, stretches, zone_of
from portal.domain.errors import Invalid
from portal.text import Lazy, _t

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTES_A_DAY = 24 * 60


class Span(NamedTuple):
    """Local open hours on one day, in minutes after midnight; 1440 is 24:00."""

    start: int
    end: int

    @classmethod
    def parse(cls, start: str, end: str) -> Span:
        """Return the span from ``"09:00"`` to ``"17:00"``; Invalid on other shapes or an empty span."""
        span = cls(_minutes(start), _minutes(end))
        if span.start >= span.end:
            raise _refused(_t("Opening hours end after they begin: {start}–{end}.", start=start, end=end))
        return span

    def to_json(self) -> list[str]:
        """Return the span as two times, such as ``["09:00", "24:00"]``."""
        return [f"{minute // 60:02d}:{minute % 60:02d}" for minute in self]


Week = tuple[tuple[Span, ...], ...]


class Closure(NamedTuple):
    """A local day without opening hours, and why."""

    day: date
    reason: str


class Opening(NamedTuple):
    """Extra opening hours on one local day, and why; they hold also on a day that is otherwise closed."""

    day: date
    span: Span
    reason: str = ""


@dataclass(frozen=True)
class WorkingCalendar:
    """One version of opening hours in one zone; equal hours have an equal content hash."""

    key: str
    version: int
    zone: str
    week: Week
    closures: tuple[Closure, ...] = ()
    openings: tuple[Opening, ...] = ()
    content_hash: str = field(init=False, compare=False, repr=False)
    _closed: dict[date, str] = field(init=False, compare=False, repr=False)
    _extra: dict[date, list[Span]] = field(init=False, compare=False, repr=False)
    _open: dict[date, tuple[tuple[datetime, datetime], ...]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Check the hours and put them in order, so that equal calendars look equal."""
        zone_of(self.zone)
        if len(self.week) != len(WEEKDAYS):
            raise _refused(_t("A week has seven days."))
        extra: dict[date, list[Span]] = {}
        for opening in sorted(self.openings):
            extra.setdefault(opening.day, []).append(opening.span)
        settled = {
            "week": tuple(_in_order(spans) for spans in self.week),
            "closures": tuple(sorted(self.closures)),
            "openings": tuple(sorted(self.openings)),
            "_closed": {closure.day: closure.reason for closure in self.closures},
            "_extra": extra,
            "_open": {},
        }
        for name, value in settled.items():
            object.__setattr__(self, name, value)
        content = json.dumps(self._content(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        object.__setattr__(self, "content_hash", hashlib.sha256(content.encode()).hexdigest())

    def hours_on(self, day: date) -> tuple[Span, ...]:
        """Return the local hours of ``day``: the week's unless closed, and the extra ones."""
        weekly = () if day in self._closed else self.week[day.weekday()]
        return _union((*weekly, *self._extra.get(day, ())))

    def closed_because(self, day: date) -> str | None:
        """Return the reason of a dated closure of ``day``, or None when no closure is dated so."""
        return self._closed.get(day)

    def open_on(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Return the open intervals of ``day`` in UTC: open is when the clock on the wall is in the hours."""
        known = self._open.get(day)
        if known is None:
            known = self._open[day] = tuple(_in_utc(day, self.hours_on(day), self.zone))
        return known

    def is_open(self, at: datetime) -> bool:
        """Say whether the calendar is open at the UTC instant ``at``; closing time itself is not open."""
        return any(start <= at < end for start, end in self.open_on(local_day(instant(at), self.zone)))

    def _content(self) -> dict[str, Any]:
        return {
            "zone": self.zone,
            "week": week_to_json(self.week),
            "closures": [{"day": day.isoformat(), "reason": reason} for day, reason in self.closures],
            "openings": [
                {"day": day.isoformat(), "hours": span.to_json(), "reason": reason}
                for day, span, reason in self.openings
            ],
        }

    def to_json(self) -> dict[str, Any]:
        """Return the whole calendar as plain JSON data, with its content hash."""
        return {"key": self.key, "version": self.version, **self._content(), "hash": self.content_hash}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> WorkingCalendar:
        """Return the calendar that ``to_json`` wrote; Invalid on a wrong shape or an unfitting hash."""
        try:
            calendar = cls(
                key=str(data["key"]),
                version=int(data["version"]),
                zone=str(data["zone"]),
                week=week_from_json(data["week"]),
                closures=tuple(
                    Closure(date.fromisoformat(row["day"]), str(row["reason"])) for row in data["closures"]
                ),
                openings=tuple(
                    Opening(date.fromisoformat(row["day"]), Span.parse(*row["hours"]), str(row["reason"]))
                    for row in data["openings"]
                ),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise _refused(_t("This is not a calendar: {problem}.", problem=str(error))) from None
        if data.get("hash", calendar.content_hash) != calendar.content_hash:
            message = _t("The calendar was changed after it was approved.")
            raise Invalid(message, code="calendar.changed", field="hash")
        return calendar


def week_from_json(data: Mapping[str, Sequence[Sequence[str]]]) -> Week:
    """Return the week written as ``{"mon": [["09:00", "17:00"]], …}``; a weekday left out is closed."""
    unknown = sorted(set(data) - set(WEEKDAYS))
    if unknown:
        message = _t("“{name}” is not a weekday. Use mon, tue, wed, thu, fri, sat, sun.", name=unknown[0])
        raise _refused(message)
    return tuple(_in_order(Span.parse(*hours) for hours in data.get(name, ())) for name in WEEKDAYS)


def week_to_json(week: Week) -> dict[str, list[list[str]]]:
    """Return a week as plain JSON data, all seven weekdays named."""
    return {name: [span.to_json() for span in spans] for name, spans in zip(WEEKDAYS, week, strict=True)}


def _refused(message: Lazy) -> Invalid:
    return Invalid(message, code="calendar.hours", field="week")


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    if len(hours) == 2 and len(minutes) == 2 and (hours + minutes).isascii() and (hours + minutes).isdigit():
        value = int(hours) * 60 + int(minutes)
        if int(minutes) < 60 and value <= _MINUTES_A_DAY:
            return value
    raise _refused(_t("“{text}” is not a time of day. Write 09:00, or 24:00 for midnight.", text=text))


def _in_order(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans by their start; raises Invalid when two overlap or one is empty or outside the day."""
    ordered = tuple(sorted(spans))
    if any(not 0 <= span.start < span.end <= _MINUTES_A_DAY for span in ordered):
        raise _refused(_t("Opening hours lie between 00:00 and 24:00 and end after they begin."))
    for earlier, later in pairwise(ordered):
        if later.start < earlier.end:
            raise _refused(_t("Two opening hours of one day overlap."))
    return ordered


def _union(spans: Iterable[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def _in_utc(day: date, spans: Sequence[Span], zone: str) -> list[tuple[datetime, datetime]]:
    """Convert local hours to UTC, part by part of a day whose offset changes, and join what then touches."""
    found: list[tuple[datetime, datetime]] = []
    for begin, finish, offset in stretches(day, zone) if spans else ():
        midnight = datetime(day.year, day.month, day.day, tzinfo=begin.tzinfo) - offset
        for span in spans:
            start = max(begin, midnight + timedelta(minutes=span.start))
            end = min(finish, midnight + timedelta(minutes=span.end))
            if start >= end:
                continue
            if found and found[-1][1] == start:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
    return found
