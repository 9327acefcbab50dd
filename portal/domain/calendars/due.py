"""A due instant together with everything that explains it, as data that can be stored and checked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an explanation: a local day, the UTC interval of it that matters, and whether it counts."""

    day: date
    start: datetime | None = None
    end: datetime | None = None
    counts: bool = True
    reason: str = ""  # why a day does not count: "closed" by the week, else the name of the closure

    def to_json(self) -> dict[str, Any]:
        """Return the row as plain JSON data without what is empty."""
        data: dict[str, Any] = {"day": self.day.isoformat()}
        if self.start is not None and self.end is not None:
            data |= {"start": self.start.isoformat(), "end": self.end.isoformat()}
        if not self.counts:
            data |= {"counts": False, "reason": self.reason}
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Row:
        """Return the row that ``to_json`` wrote."""
        return cls(
            date.fromisoformat(data["day"]),
            datetime.fromisoformat(data["start"]) if "start" in data else None,
            datetime.fromisoformat(data["end"]) if "end" in data else None,
            data.get("counts", True),
            data.get("reason", ""),
        )


@dataclass(frozen=True, slots=True)
class Due:
    """The UTC instant ``at`` with its rule, its inputs, and the days or intervals that were counted."""

    at: datetime
    rule: str
    zone: str
    tzdata: str
    day: date | None = None  # the last local day, when the promise is "by the end of that day"
    calendar: str = ""
    version: int = 0
    calendar_hash: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)  # plain JSON data
    counted: tuple[Row, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the due instant and its explanation as plain JSON data."""
        return {
            "at": self.at.isoformat(),
            "rule": self.rule,
            "zone": self.zone,
            "tzdata": self.tzdata,
            "day": self.day.isoformat() if self.day else None,
            "calendar": self.calendar,
            "version": self.version,
            "calendar_hash": self.calendar_hash,
            "inputs": dict(self.inputs),
            "counted": [row.to_json() for row in self.counted],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Due:
        """Return the due instant that ``to_json`` wrote."""
        return cls(
            at=datetime.fromisoformat(data["at"]),
            rule=data["rule"],
            zone=data["zone"],
            tzdata=data["tzdata"],
            day=date.fromisoformat(data["day"]) if data.get("day") else None,
            calendar=data.get("calendar", ""),
            version=data.get("version", 0),
            calendar_hash=data.get("calendar_hash", ""),
            inputs=dict(data["inputs"]),
            counted=tuple(Row.from_json(row) for row in data["counted"]),
        )
