"""Which column is which field, and the fields of one record as values."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from portal.domain.errors import Invalid
from portal.text import Lazy, _t

from .values import Reading, day, number
from .writing import unquoted

_YES = frozenset({"yes", "y", "true", "1", "x", "tak", "t", "да", "ja", "oui"})
_NO = frozenset({"", "no", "n", "false", "0", "nie", "не", "нет", "nein", "non"})


class Sort(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MARK = "mark"  # yes or no


@dataclass(frozen=True, slots=True)
class Column:
    """A field that a file may have: its name, other words for it, and what may stand there."""

    key: str
    title: Lazy
    words: tuple[str, ...] = ()
    needed: bool = False
    sort: Sort = Sort.TEXT
    most: int = 200  # letters
    places: int = 0  # decimals
    example: str = ""


class Fault(NamedTuple):
    """What is wrong at a field of a record, and the mend."""

    key: str
    message: Lazy


def match(
    names: Sequence[str], words: Mapping[str, Collection[str]], *, given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return which column is which field, by words in the order of preference; case, signs and order do not matter.

    ``given`` says it for some fields beforehand; each column is used once.
    """
    by_word: dict[str, str] = {}
    for name in names:
        by_word.setdefault(_plain(name), name)
    found = dict(given or {})
    for key, known in words.items():
        for word in known:
            column = by_word.get(_plain(word))
            if key not in found and column is not None and column not in found.values():
                found[key] = column
    return found


def read(
    columns: Sequence[Column], fields: Mapping[str, str], reading: Reading
) -> tuple[dict[str, Any], list[Fault]]:
    """Return the fields as values (text, Decimal, date, bool; None where empty), and every fault of the record."""
    found: dict[str, Any] = {}
    wrong: list[Fault] = []
    for column in columns:
        text = unquoted(fields.get(column.key, ""))
        try:
            found[column.key] = _value(column, text, reading)
        except Invalid as error:
            wrong.append(Fault(column.key, error.message))
    return found, wrong


def _value(column: Column, text: str, reading: Reading) -> Any:
    if not text and column.sort is not Sort.MARK:
        if column.needed:
            raise Invalid(_t("It is empty. Fill it in."), code="sheets.empty", field=column.key)
        return "" if column.sort is Sort.TEXT else None
    match column.sort:
        case Sort.NUMBER:
            return number(text, reading.decimal, field=column.key, places=column.places)
        case Sort.DATE:
            return day(text, reading.dates, field=column.key)
        case Sort.MARK:
            return _mark(text, column.key)
    if len(text) > column.most:
        message = _t("Please use at most {count} letters.", count=column.most)
        raise Invalid(message, code="sheets.long", field=column.key)
    return text


def _mark(text: str, key: str) -> bool:
    plain = text.casefold()
    if plain not in _YES | _NO:
        raise Invalid(_t("Write yes or no, not “{value}”.", value=text[:40]), code="sheets.mark", field=key)
    return plain in _YES


def _plain(name: str) -> str:
    return re.sub(r"[\s_.\-]+", " ", name).strip().casefold()
