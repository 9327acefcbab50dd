"""Reading a CSV file line by line so that one broken line costs one line, not the file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.text import Lazy, _t

MAX_LINES = 500  # of one quoted record: beyond it a quote was never closed
MAX_FIELD = 100_000
MAX_RECORD = 4 * MAX_FIELD  # letters of one record that goes over several lines
csv.field_size_limit(MAX_FIELD * 2)


@dataclass(frozen=True, slots=True)
class Record:
    """One record with the number of its first line; either ``values`` or ``fault``."""

    line: int
    values: dict[str, str]
    fault: Lazy | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written: its encoding, what parts its columns, and how long a line may be (0: as it likes)."""

    encoding: str = "utf-8-sig"
    delimiter: str = ","
    longest: int = 0


PLAIN = Shape()


class Unreadable(Exception):
    """The file as a whole cannot be read; ``message`` says why, and what to do."""

    def __init__(self, message: Lazy | str) -> None:
        self.message = message
        super().__init__(str(message))


def header(path: Path, shape: Shape = PLAIN) -> list[str]:
    """Return the column names of a file; raise :class:`Unreadable` when it has none."""
    first = next(_lines(path, shape), (0, ""))[1]
    names = [name.strip() for name in next(csv.reader([first], delimiter=shape.delimiter), [])]
    if not any(names):
        raise Unreadable(_t("The first line should name the columns, but it is empty."))
    double = sorted({name for name in names if name and names.count(name) > 1})
    if double:
        raise Unreadable(_t("The column “{column}” stands twice in the first line.", column=double[0][:80]))
    return names


def records(path: Path, shape: Shape = PLAIN) -> Iterator[Record]:
    """Yield every record after the header; a broken one carries its fault and the next is read all the same."""
    names = header(path, shape)
    lines = _lines(path, shape)
    next(lines)
    waiting: list[tuple[int, str]] = []
    while True:
        number, text = waiting.pop(0) if waiting else next(lines, (0, ""))
        if not number:
            return
        if not text.strip():
            continue
        parts, size = [(number, text)], len(text)
        row = _parse(text, shape)
        while row is None and len(parts) < MAX_LINES and size < MAX_RECORD:
            nxt = waiting.pop(0) if waiting else next(lines, (0, ""))
            if not nxt[0]:
                break
            parts.append(nxt)
            size += len(nxt[1])
            # Only a line with a quote can close one.
            row = _parse("".join(part for _, part in parts), shape) if '"' in nxt[1] else None
        if not row:
            yield Record(number, {}, _t("a quotation mark is opened and never closed"))
            waiting = parts[1:] + waiting
            continue
        yield _record(number, names, row, shape)


def _parse(text: str, shape: Shape) -> list[str] | None:
    """Parse one record; None while its quotes do not balance yet, nothing where no further line can mend it."""
    try:
        rows = list(csv.reader([text], strict=True, delimiter=shape.delimiter))
    except csv.Error as error:
        return None if "unexpected end" in str(error) else []
    return rows[0] if len(rows) == 1 else None


def _record(number: int, names: list[str], row: list[str], shape: Shape) -> Record:
    if len(row) != len(names):
        return Record(
            number,
            {},
            _t("it has {found} columns, the first line names {named}", found=len(row), named=len(names)),
        )
    values = {name: value.strip() for name, value in zip(names, row, strict=True) if name}
    for name, value in values.items():
        if any("\udc80" <= sign <= "\udcff" for sign in value):
            return Record(
                number, {}, _t("{column} is not valid {encoding}", column=name, encoding=_named(shape))
            )
        if any(sign < " " and sign not in "\n\r\t" for sign in value):
            return Record(number, {}, _t("{column} contains a control character", column=name))
        if len(value) > MAX_FIELD:
            return Record(
                number, {}, _t("{column} is longer than {most} letters", column=name, most=MAX_FIELD)
            )
    return Record(number, values)


def _named(shape: Shape) -> str:
    return "UTF-8" if shape.encoding.startswith("utf-8") else shape.encoding


def _lines(path: Path, shape: Shape) -> Iterator[tuple[int, str]]:
    """Yield (number, line); bytes outside the encoding survive as surrogates, so that their line can be named."""
    with path.open(encoding=shape.encoding, errors="surrogateescape", newline="") as source:
        if not shape.longest:
            yield from enumerate(source, start=1)
            return
        number = 0
        while text := source.readline(shape.longest + 1):
            number += 1
            if len(text) > shape.longest:
                raise Unreadable(
                    _t("Line {line} is longer than {most} letters.", line=number, most=shape.longest)
                )
            yield number, text
