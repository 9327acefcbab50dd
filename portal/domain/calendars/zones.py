"""Local days as stretches of UTC: where a day begins, where it ends, and what the clock on the wall shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo

from portal.domain.errors import Invalid
from portal.text import _t

DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@cache
def zone_of(name: str) -> ZoneInfo:
    """Return the zone called ``name`` (IANA); raises Invalid when the zone data do not know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = _t("“{zone}” is not a time zone. Use a name such as Europe/Warsaw.", zone=name)
        raise Invalid(message, code="calendar.zone", field="zone") from None


@cache
def zone_data_version() -> str:
    """Return the version of the zone data that dates are computed with, such as ``2026f``."""
    for folder in map(Path, TZPATH):
        if not (folder / "Europe").is_dir():
            continue
        for name in ("tzdata.zi", "+VERSION"):
            path = folder / name
            if path.is_file():
                with path.open(encoding="ascii", errors="replace") as lines:
                    return lines.readline().removeprefix("# version").strip()
        return "system"
    return str(import_module("tzdata").IANA_VERSION)


def instant(at: datetime) -> datetime:
    """Return ``at`` itself when it is aware UTC; anything else is a mistake of the caller (ValueError)."""
    if at.utcoffset() != timedelta(0):
        raise ValueError(f"an aware UTC instant is needed, not {at!r}")
    return at.astimezone(UTC)


def local_day(at: datetime, zone: str) -> date:
    """Return the date that a calendar on the wall in ``zone`` shows at the UTC instant ``at``."""
    return at.astimezone(zone_of(zone)).date()


@lru_cache(maxsize=8192)
def day_start(day: date, zone: str) -> datetime:
    """Return the first UTC instant of the local ``day``, also where the clocks jump over midnight."""
    local = datetime.combine(day, time(), zone_of(zone))
    start = local.astimezone(UTC)
    if start.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None):
        return start
    return _jump(start - DAY, start, zone)


def day_end(day: date, zone: str) -> datetime:
    """Return the UTC instant at which the local ``day`` is over: 24:00 on the wall."""
    return day_start(day + DAY, zone)


def end_of_day_after(at: datetime, zone: str) -> datetime:
    """Return ``at`` when a local day ends there, else the end of the local day it lies in."""
    day = local_day(at, zone)
    return at if day_start(day, zone) == at else day_end(day, zone)


def last_day(at: datetime, zone: str) -> date | None:
    """Return the local day that is over at the instant ``at``: 24:00 on the wall; None within a day."""
    day = local_day(at, zone)
    return day - DAY if day_start(day, zone) == at else None


@lru_cache(maxsize=8192)
def stretches(day: date, zone: str) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """Return the parts of a local day with one UTC offset each: two on a day when the clocks change."""
    start, end = day_start(day, zone), day_end(day, zone)
    if start >= end:  # a day that the zone skipped
        return ()
    first, last = _offset(start, zone), _offset(end - _SECOND, zone)
    if first == last:
        return ((start, end, first),)
    jump = _jump(start, end - _SECOND, zone)
    return ((start, jump, first), (jump, end, last))


def _offset(at: datetime, zone: str) -> timedelta:
    offset = at.astimezone(zone_of(zone)).utcoffset()
    assert offset is not None
    return offset


def _jump(low: datetime, high: datetime, zone: str) -> datetime:
    """Return the instant in (low, high] at which the offset changes, to the second."""
    before = _offset(low, zone)
    while high - low > _SECOND:
        middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high
