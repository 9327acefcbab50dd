"""When a message that did not leave is tried again; pure."""

from __future__ import annotations

from datetime import datetime, timedelta

# Quick at first, for greylisting and short failures; then hourly through a day, then every four hours.
_MINUTES = (1, 1, 2, 3, 5, 5, 10, 10, 15, 15, 30, 30) + (60,) * 24 + (240,) * 11
TRIES = len(_MINUTES) + 1
DOWN_PAUSE = timedelta(seconds=30)  # for messages not tried because their channel is out of order


def next_try(attempts: int, at: datetime) -> datetime | None:
    """Return when to try again after ``attempts`` failed ones, or None when it is time to give up."""
    return at + timedelta(minutes=_MINUTES[attempts - 1]) if attempts < TRIES else None
