"""Copies of a pattern, as fast as Python makes them: each pattern becomes one function written for it.

What is the same in every copy is computed once for each shift in time; a copy only fills in keys, public ids and
names. On PostgreSQL a row is a line for COPY, on SQLite a tuple.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from sqlalchemy import Date, DateTime
from sqlalchemy.types import TypeDecorator

from portal.db import Json

from .patterns import FRESH, TABLES, Pattern, Row

OUTER = ("account", "person", "name", "folded", "local", "number", "firm", "firm_folded")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+\d\d:\d\d|Z)?")
Piece = tuple[bool, Any]  # (whether it is an expression, its source or the constant itself)


@dataclass(slots=True)
class Cloner:
    """Makes copies of one pattern into lists of rows, one list for each table."""

    pattern: Pattern
    tables: Sequence[str]
    copy: Callable[..., None]
    constants: Callable[[int], list[Any]]


def public_id(chance: Random) -> Callable[[], str]:
    """Return a maker of UUIDv4s as 32 hex digits, the same ones each time for the same seed."""
    bits = chance.getrandbits

    def make() -> str:
        digits = f"{bits(120):030x}"
        return f"{digits[:12]}4{digits[12:15]}a{digits[15:]}"

    return make


def dashed(digits: str) -> str:
    """Return a public id as texts carry it."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def compiled(pattern: Pattern, tables: Sequence[str], *, sqlite: bool) -> Cloner:
    """Write the function that copies ``pattern``; its keys count up in the list that it is given."""
    writer = _Writer(pattern, tables, sqlite)
    namespace: dict[str, Any] = {"dashed": dashed}
    exec(writer.source(), namespace)  # noqa: S102 - written by us, from our own rows
    return Cloner(pattern, tables, namespace["copy"], lru_cache(maxsize=None)(writer.constants))


class _Writer:
    def __init__(self, pattern: Pattern, tables: Sequence[str], sqlite: bool) -> None:
        self.pattern, self.tables, self.sqlite = pattern, list(tables), sqlite
        self.keys: dict[tuple[str, int], str] = {}
        self.uuids: dict[str, str] = {}
        for i, row in enumerate(pattern.rows):
            self.keys[row.table, row.values["id"]] = f"i{i}"
            if row.values.get("uuid"):
                self.uuids[row.values["uuid"]] = f"u{i}"
        self.texts = {text: f"o[{OUTER.index(slot)}]" for text, slot in pattern.texts.items()}
        self.texts |= {dashed(digits): f"dashed({name})" for digits, name in self.uuids.items()}
        longest = sorted(self.texts, key=len, reverse=True)
        self.words = re.compile("|".join(map(re.escape, longest)))

    def source(self) -> str:
        """Return the text of ``copy(n, w, h, k, o)``: next keys, writers, public ids, constants, what differs."""
        lines = ["def copy(n, w, h, k, o):"]
        for i, row in enumerate(self.pattern.rows):
            t = self.tables.index(row.table)
            lines.append(f"    i{i} = n[{t}]; n[{t}] = i{i} + 1")
        lines += [f"    {name} = h()" for name in self.uuids.values()]
        self.fixed: list[Any] = []
        for row in self.pattern.rows:
            lines.append(f"    w[{self.tables.index(row.table)}]({self._row_source(row)})")
        return "\n".join(lines)

    def constants(self, shift: int) -> list[Any]:
        """Return the constants of all rows, with every instant moved by ``shift`` minutes."""
        moved = timedelta(minutes=shift)
        return [one(moved) if callable(one) else one for one in self.fixed]

    def _row_source(self, row: Row) -> str:
        cells = [self._cell(pieces) for pieces in self._cells(row)]
        return f"({', '.join(cells)},)" if self.sqlite else cells[0]

    def _cell(self, pieces: list[Piece]) -> str:
        """Return the expression of one value; what does not differ is put aside, with what moves it in time."""
        parts: list[str] = []
        run: list[Any] = []
        for is_slot, value in [*pieces, (True, "")]:
            if not is_slot:
                run.append(value)
                continue
            if run:
                parts.append(f"k[{len(self.fixed)}]")
                self.fixed.append(_fixed(run, as_text=not self.sqlite or len(pieces) > 1))
                run = []
            if value:
                parts.append(value)
        alone = self.sqlite and len(parts) == 1
        return parts[0] if alone else "f'" + "".join(f"{{{part}}}" for part in parts) + "'"

    def _cells(self, row: Row) -> list[list[Piece]]:
        """Return the pieces of each value; for COPY those of the whole line."""
        cells = [self._pieces(row, name, value) for name, value in row.values.items()]
        if self.sqlite:
            return cells
        line: list[Piece] = []
        for pieces in cells:
            line += [(is_slot, value if is_slot else _escaped(value)) for is_slot, value in pieces]
            line.append((False, "\t"))
        line[-1] = (False, "\n")
        return [line]

    def _pieces(self, row: Row, name: str, value: Any) -> list[Piece]:
        column = TABLES[row.table].columns[name]
        if name == "id":
            return [(True, self.keys[row.table, value])]
        if (row.table, name) in FRESH and value is not None:
            return [(False, f"{row.table}:"), (True, self.keys[row.table, row.values["id"]])]
        if value is None:
            return [(False, None)]
        if name == "ref_id" and row.table == "search_document":
            return [(True, self.keys[str(row.values["kind"]), value])]
        for foreign in column.foreign_keys:
            table = foreign.column.table.name
            if (table, value) in self.keys:
                return [(True, self.keys[table, value])]
            if table == "account" and value == self.pattern.account_id:
                return [(True, "o[0]")]
            if table == "person" and value == self.pattern.person_id:
                return [(True, "o[1]")]
        if isinstance(value, str) and value in self.uuids:
            return [(True, self.uuids[value])]
        kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
        if isinstance(kind, DateTime):
            return [(False, datetime.fromisoformat(value))]
        if isinstance(kind, Date):
            return [(False, date.fromisoformat(value))]
        if isinstance(value, str):
            return self._split(value, dated=isinstance(column.type, type(Json)))
        return [(False, value)]

    def _split(self, text: str, *, dated: bool) -> list[Piece]:
        pieces: list[Piece] = []
        end = 0
        for found in self.words.finditer(text):
            if found.start() > end:
                pieces += _instants(text[end : found.start()], dated)
            pieces.append((True, self.texts[found[0]]))
            end = found.end()
        if end < len(text) or not pieces:
            pieces += _instants(text[end:], dated)
        return pieces


def _instants(text: str, dated: bool) -> list[Piece]:
    """Take the instants out of a text of JSON, so that they move with the rest."""
    pieces: list[Piece] = []
    end = 0
    for found in INSTANT.finditer(text) if dated else ():
        pieces += [(False, text[end : found.start()]), (False, _Written(found[0]))]
        end = found.end()
    return [*pieces, (False, text[end:])] if end < len(text) or not pieces else pieces


class _Written(str):
    """An instant as JSON carries it."""


def _moved(value: Any, moved: timedelta) -> Any:
    match value:
        case _Written():
            return (datetime.fromisoformat(value) + moved).isoformat()
        case datetime():
            return (value + moved).isoformat(" ", "microseconds")
        case date():
            return (value + moved).isoformat()
    return value


def _fixed(run: list[Any], *, as_text: bool) -> Any:
    """Return a constant, or what makes it from a move in time."""
    if not any(isinstance(one, (_Written, date)) for one in run):
        return "".join(map(str, run)) if as_text else run[0]
    kept: list[Any] = []
    for one in run:
        if kept and type(one) is str and type(kept[-1]) is str:
            kept[-1] += one
        else:
            kept.append(one)
    if as_text or len(kept) > 1:
        return lambda moved: "".join(str(_moved(one, moved)) for one in kept)
    return lambda moved: _moved(kept[0], moved)


def _escaped(value: Any) -> Any:
    """Return a constant as COPY reads it; what moves in time needs nothing."""
    if value is None:
        return "\\N"
    if isinstance(value, (date, _Written)):
        return value
    text = str(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
