"""The lines that are measured, each with its floor and its goal, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MISSED, MET, REACHED, UNJUDGED = "MISSED", "met", "aim", "not judged"


@dataclass(frozen=True, slots=True)
class Limit:
    """The floor under which a change does not go in, and the goal; ``more`` says that a higher ratio is better."""

    what: str
    must: float
    aim: float
    more: bool = False
    unit: str = "x"


LIMITS: dict[str, Limit] = {
    "P1": Limit("staff queue, of bare", 0.25, 0.38, more=True),
    "P2a": Limit("staff case page with its look-up, of bare", 0.25, 0.38, more=True),
    "P2b": Limit("customer's own case page, of bare", 0.38, 0.56, more=True),
    "P3": Limit("complaint by POST, of bare", 0.27, 0.44, more=True),
    "P4a": Limit("dashboard alone, from a hundred thousand cases on", 20, 8, unit=" ms"),
    "P4b": Limit("search alone, from a hundred thousand cases on", 40, 15, unit=" ms"),
    "C1a": Limit("CPU of a staff page, against bare", 4, 2.5),
    "C1b": Limit("CPU of a customer page, against bare", 3, 2),
    "C2a": Limit("queries of the queue", 5, 3, unit=""),
    "C2b": Limit("queries of a case page", 7, 5, unit=""),
    "C2c": Limit("queries of the customer's lists", 4, 3, unit=""),
    "C2d": Limit("queries of home and staff customer page", 9, 7, unit=""),
    "D1": Limit("one decision, of the driver's loop", 0.6, 0.8, more=True),
    "D2": Limit("decisions in batches of 100, of raw single rows", 3, 4.5, more=True),
    "D3": Limit("one decision in process, of sqlite3's loop", 0.5, 0.7, more=True),
    "A1a": Limit("audience counted, against SQL by hand", 1.15, 1.05),
    "A1b": Limit("audience materialised, against SQL by hand", 1.25, 1.1),
    "A1c": Limit("audience streamed, against SQL by hand", 1.0, 0.5),
    "A1d": Limit("memory of streaming", 20, 10, unit=" MiB"),
    "G1a": Limit("growth of every page but dashboard and search", 1.25, 1.1),
    "G1b": Limit("growth of dashboard and search", 3, 1.5),
    "M1a": Limit("memory after load, against the libraries alone", 1.25, 1.1),
    "M1b": Limit("growth of memory from the small database to the large", 5, 2, unit=" MiB"),
    "S1a": Limit("a sign-in, against one argon2 verification", 1.15, 1.05),
    "S1b": Limit("p99 of a list while four sign in a second, against quiet", 2, 1.5),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One measured line; ``ratio`` is what is judged, ``value`` what it means in figures."""

    key: str
    database: str
    size: int
    value: str
    ratio: float
    judged: bool = True
    note: str = ""

    @property
    def verdict(self) -> str:
        """Return aim, met, MISSED or not judged."""
        if not self.judged:
            return UNJUDGED
        limit = LIMITS[self.key]
        sign = 1 if limit.more else -1
        if sign * self.ratio >= sign * limit.aim:
            return REACHED
        return MET if sign * self.ratio >= sign * limit.must else MISSED


def _figure(value: float, unit: str) -> str:
    if unit == "":
        return f"{value:.0f}"
    return f"{value:.2f} x" if unit == "x" else f"{value:.1f}{unit}"


def header() -> str:
    """Return the head of the table."""
    return (
        f"{'line':<5}{'database':<12}{'size':>8}  {'value':<42}{'ratio':>10}{'must':>12}{'aim':>12}  verdict"
    )


def written(line: Line) -> str:
    """Return one row of the table."""
    limit = LIMITS[line.key]
    sign = "≥" if limit.more else "≤"
    must, aim = (sign + " " + _figure(bound, limit.unit) for bound in (limit.must, limit.aim))
    cells = f"{line.key:<5}{line.database:<12}{line.size:>8,}  {line.value:<42}"
    told = f"  ({line.note})" if line.note else ""
    return f"{cells}{_figure(line.ratio, limit.unit):>10}{must:>12}{aim:>12}  {line.verdict}{told}"


def markdown(lines: Iterable[Line]) -> str:
    """Return the whole table for the documentation."""
    rows = [
        "| line | what | database | size | value | ratio | must | aim | verdict |",
        "|---|---|---|---:|---|---:|---:|---:|---|",
    ]
    for line in lines:
        limit = LIMITS[line.key]
        cells: list[Any] = [
            line.key, limit.what, line.database, f"{line.size:,}", line.value, _figure(line.ratio, limit.unit),
            _figure(limit.must, limit.unit), _figure(limit.aim, limit.unit), line.verdict,
        ]  # fmt: skip
        rows.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(rows)


def missed(lines: Iterable[Line]) -> list[Line]:
    """Return the lines that lie under their floor."""
    return [line for line in lines if line.verdict == MISSED]
