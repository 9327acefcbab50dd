"""Clocks that stand still: a due instant moves by exactly the time during which its clock was paused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from portal.domain.calendars.due import Due
from portal.domain.calendars.rules import NONE, add_working, working_between
from portal.domain.calendars.week import WorkingCalendar
from portal.domain.calendars.zones import end_of_day_after, instant, local_day

_INSTANT = timedelta(microseconds=1)


class Pause(NamedTuple):
    """A stretch of UTC time in which a clock stands still; without an end it still does."""

    start: datetime
    end: datetime | None = None


def with_pauses(cal: WorkingCalendar | None, due: Due, pauses: Iterable[Pause]) -> Due | None:
    """Return ``due`` moved by the time its clock stood still, or None while it stands still.

    1. Pauses are joined where they overlap; what lies before the start, or begins when the date has come,
       is left out.
    2. A due instant of a working calendar moves by the open time of the pauses, along the calendar.
    3. A due instant of calendar days moves by their whole length, to the end of the local day it falls in.
    """
    if due.inputs.get("pauses"):
        raise ValueError("give the date as it was before any pause")
    begin = datetime.fromisoformat(due.inputs["start"])
    moved, taken, current = NONE, [], due
    for start, end in _joined(pauses, begin):
        if start >= current.at:
            break
        if end is None:
            return None
        moved += working_between(cal, start, end) if due.calendar and cal else end - start
        taken.append([start.isoformat(), end.isoformat()])
        current = _moved(cal, due, moved)
    if not moved:
        return due
    inputs = {**due.inputs, "pauses": taken, "moved_seconds": moved.total_seconds()}
    return replace(current, inputs=inputs)


def _moved(cal: WorkingCalendar | None, due: Due, by: timedelta) -> Due:
    if due.calendar:
        assert cal is not None, "a date of a working calendar moves along that calendar"
        later = add_working(cal, due.at, by)
        return replace(due, at=later.at, day=None, counted=(*due.counted, *later.counted))
    at = end_of_day_after(due.at + by, due.zone)
    return replace(due, at=at, day=local_day(at - _INSTANT, due.zone))


def _joined(pauses: Iterable[Pause], begin: datetime) -> Iterator[Pause]:
    current: Pause | None = None
    for pause in sorted(pauses, key=lambda pause: pause.start):
        start = max(instant(pause.start), begin)
        if pause.end is not None and instant(pause.end) <= start:
            continue
        if current is None:
            current = Pause(start, pause.end)
        elif current.end is None or start <= current.end:
            ends = None if current.end is None or pause.end is None else max(current.end, pause.end)
            current = Pause(current.start, ends)
        else:
            yield current
            current = Pause(start, pause.end)
    if current is not None:
        yield current
