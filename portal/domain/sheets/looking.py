"""A whole file looked at once before anything of it is used: how it is written, and which columns it has."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from portal.text import Lazy, _t, _tn

from .columns import Column, Sort, match
from .encodings import detect
from .parsing import Record, Shape, Unreadable, header, records
from .values import Reading, decimal_sign

DELIMITERS = (",", ";", "\t")
LONGEST = 20_000  # letters of a line


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that can be read: how, and which of its columns is which field."""

    path: Path
    shape: Shape
    names: tuple[str, ...]
    columns: Mapping[str, str]  # our field → column
    reading: Reading
    lines: int

    def records(self) -> Iterator[Record]:
        """Yield every record after the header."""
        return records(self.path, self.shape)

    def fields(self, record: Record) -> dict[str, str]:
        """Return our fields of a record."""
        return {key: record.values.get(column, "") for key, column in self.columns.items()}


def look(
    path: Path, columns: Sequence[Column], reading: Reading, *, most: int, longest: int = LONGEST
) -> Sheet:
    """Return how a file is to be read; raise :class:`Unreadable` with the mend for one that cannot be.

    The file is streamed: what is held of it is one record at a time.
    """
    shape = Shape(encoding=detect(path, reading.encoding), longest=longest)
    shape, names, found = _columns(path, shape, columns)
    missing = [column for column in columns if column.needed and column.key not in found]
    if missing:
        raise Unreadable(
            _t(
                "There is no column “{column}”. The first line of the file names: {names}.",
                column=missing[0].title, names=", ".join(names)[:300],
            )
        )  # fmt: skip
    numbers = [found[one.key] for one in columns if one.sort is Sort.NUMBER and one.key in found]
    counted = 0

    def figures() -> Iterator[str]:
        nonlocal counted
        for record in records(path, shape):
            counted += 1
            if counted > most:
                raise Unreadable(_too_many(most))
            for name in numbers:
                yield record.values.get(name, "")

    sign = decimal_sign(figures())
    if not counted:
        raise Unreadable(_t("The file has a first line with names, and nothing below it."))
    if not reading.decimal and sign is None:
        raise Unreadable(
            _t("We cannot tell whether “1.234” means a thousand or a bit more than one. Name its decimal sign.")
        )  # fmt: skip
    reading = replace(reading, encoding=shape.encoding, decimal=reading.decimal or sign or "")
    return Sheet(path, shape, tuple(names), found, reading, counted)


def _columns(path: Path, shape: Shape, columns: Sequence[Column]) -> tuple[Shape, list[str], dict[str, str]]:
    """Return the file with the delimiter by which most of the columns are known; of equals, the one with most parts."""
    words: dict[str, Sequence[str]] = {
        one.key: (one.key.replace("_", " "), str(one.title), *one.words) for one in columns
    }
    tried: list[tuple[int, int, Shape, list[str], dict[str, str]]] = []
    refused: Unreadable | None = None
    for sign in DELIMITERS:
        candidate = replace(shape, delimiter=sign)
        try:
            names = header(path, candidate)
        except (Unreadable, csv.Error) as error:
            refused = refused or (error if isinstance(error, Unreadable) else None)
            continue
        found = match(names, words)
        tried.append((len(found), len(names), candidate, names, found))
    if not tried:
        raise refused or Unreadable(_t("This is no text file. Save the list as “CSV UTF-8”."))
    _, _, best, names, found = max(tried, key=lambda one: one[:2])
    if refused is not None and any(one.needed and one.key not in found for one in columns):
        raise refused
    return best, names, found


def _too_many(most: int) -> Lazy:
    return _tn(
        "The file has more than {count} line. Send it in parts.",
        "The file has more than {count} lines. Send it in parts.",
        most,
    )
