"""Reading a CSV file line by line so that one broken line costs one line, not the file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.text import Lazy, _t

MAX_LINES = 500  # of one quoted record: beyond it a quote was never closed
MAX_FIELD = 100_000
csv.field_size_limit(MAX_FIELD * 2)


@dataclass(frozen=True, slots=True)
class Record:
    """One record with the number of its first line; either ``values`` or ``fault``."""

    line: int
    values: dict[str, str]
    fault: Lazy | None = None


class Unreadable(Exception):
    """The file as a whole cannot be read; the message says why."""


def header(path: Path) -> list[str]:
    """Return the column names of a CSV file; raise :class:`Unreadable` when it has none."""
    first = next(_lines(path), (0, ""))[1]
    names = [name.strip() for name in next(csv.reader([first]), [])]
    if not any(names):
        raise Unreadable(f"{path.name}: the first line should name the columns, but it is empty")
    double = sorted({name for name in names if name and names.count(name) > 1})
    if double:
        raise Unreadable(f"{path.name}: the column {double[0]!r} stands twice in the first line")
    return names


def records(path: Path) -> Iterator[Record]:
    """Yield every record after the header; a broken one carries its fault and the next is read all the same."""
    names = header(path)
    lines = _lines(path)
    next(lines)
    waiting: list[tuple[int, str]] = []
    while True:
        number, text = waiting.pop(0) if waiting else next(lines, (0, ""))
        if not number:
            return
        if not text.strip():
            continue
        parts = [(number, text)]
        row = _parse(text)
        while row is None and len(parts) < MAX_LINES:
            nxt = waiting.pop(0) if waiting else next(lines, (0, ""))
            if not nxt[0]:
                break
            parts.append(nxt)
            # Only a line with a quote can close one.
            row = _parse("".join(part for _, part in parts)) if '"' in nxt[1] else None
        if row is None:
            yield Record(number, {}, _t("a quotation mark is opened and never closed"))
            waiting = parts[1:] + waiting
            continue
        yield _record(number, names, row)


def _parse(text: str) -> list[str] | None:
    """Parse one record, or return None when its quotes do not balance yet."""
    try:
        rows = list(csv.reader([text], strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _record(number: int, names: list[str], row: list[str]) -> Record:
    if len(row) != len(names):
        return Record(
            number,
            {},
            _t("it has {found} columns, the first line names {named}", found=len(row), named=len(names)),
        )
    values = {name: value.strip() for name, value in zip(names, row, strict=True) if name}
    for name, value in values.items():
        if any("\udc80" <= sign <= "\udcff" for sign in value):
            return Record(number, {}, _t("{column} is not valid UTF-8", column=name))
        if any(sign < " " and sign not in "\n\r\t" for sign in value):
            return Record(number, {}, _t("{column} contains a control character", column=name))
        if len(value) > MAX_FIELD:
            return Record(
                number, {}, _t("{column} is longer than {most} letters", column=name, most=MAX_FIELD)
            )
    return Record(number, values)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number, line); bytes that are no UTF-8 survive as surrogates, so that their line can be named."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as source:
        yield from enumerate(source, start=1)
