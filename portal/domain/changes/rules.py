"""What a change can be, and how a cursor is written; no database here."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

KEPT = timedelta(days=90)
_SHAPE = re.compile(r"([0-9]{1,18})-([0-9a-f]{1,12})")


class Subject(StrEnum):
    """What a change is about."""

    TASK = "task"
    SHARE = "share"


class What(StrEnum):
    """What happened to it."""

    BEGAN = "began"
    CHANGED = "changed"
    NARROWED = "narrowed"
    DATA = "data"  # of a share: what it shows says something else now
    ERASE = "erase"  # of a share that ended: what is held is to be erased, and that confirmed
    ENDED = "ended"


class Cursor(NamedTuple):
    """A place in a feed: after this number, of the feed that began at this instant."""

    number: int
    begun: int  # milliseconds since 1970

    def __str__(self) -> str:
        return f"{self.number}-{self.begun:x}"


def read(text: str) -> Cursor | None:
    """Return the cursor that a text is, None for what is none."""
    found = _SHAPE.fullmatch(text)
    return Cursor(int(found[1]), int(found[2], 16)) if found else None


def mark_of(begun_at: datetime) -> int:
    """Return the mark by which the cursors of a feed know it: after a restore it is another."""
    return int((begun_at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))
