"""What one act writes, worked out first and written at once, so that its transaction is as short as can be.

While a unit of work gathers, an ``Added`` puts its row here. The rows of one act depend on the rows that it read and
changes: where one of those has changed meanwhile, nothing is written. On SQLite one statement follows the other on
the driver's cursor; on PostgreSQL all are one statement, whose only argument is JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Table
from sqlalchemy.types import TypeDecorator

from portal import db
from portal.prepared import Added, Process, writer_of


class Sheet:
    """A row outside of its table: it is changed like a model, and knows what it was."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)
        self._before = dict(values)

    def __getattr__(self, name: str) -> Any:  # only where there is no such column
        raise AttributeError(name)

    def before(self, name: str) -> Any:
        """Return what a column held."""
        return self._before[name]

    def now(self) -> dict[str, Any]:
        """Return all columns but the key, as they are now."""
        return {name: self.__dict__[name] for name in self._before if name != "id"}

    def changed(self) -> dict[str, Any]:
        """Return the columns that have another value now."""
        now = self.__dict__
        return {name: now[name] for name, value in self._before.items() if now[name] != value}


@dataclass(frozen=True, slots=True)
class _Change:
    table: Any
    key: int
    values: Mapping[str, Any]
    as_read: Mapping[str, Any]

    @property
    def shape(self) -> _Shape:
        return self.table, tuple(self.values), tuple(self.as_read)


_Shape = tuple[Table, tuple[str, ...], tuple[str, ...]]


class Gathered:
    """The rows that one act changes and adds, in the order in which they are written."""

    def __init__(self) -> None:
        self._changes: list[_Change] = []
        self._added: dict[Added, list[dict[str, Any]]] = {}

    def add(self, added: Added, values: dict[str, Any]) -> None:
        """Take a row to be added."""
        self._added.setdefault(added, []).append(values)

    def change(self, model: Any, sheet: Sheet, as_read: Sequence[str] = ()) -> None:
        """Take what has changed on a sheet; ``as_read`` are columns that must still hold what was read."""
        values = sheet.changed()
        if values or as_read:
            held = {name: sheet.before(name) for name in as_read}
            self._changes.append(_Change(model.__table__, sheet.before("id"), values, held))

    def write(self) -> bool:
        """Write all in the transaction of this unit of work; False where a row has changed: then roll it back.

        A connection that the server has closed meanwhile is replaced once, where nothing was written on it before.
        """
        unit = db.unit()
        # All is put together before the transaction begins.
        statements = self._one_by_one() if db.database().sqlite else [self._as_one()]
        dialect: Any = db.database().engine.dialect
        begun = unit.begun
        try:
            return self._write(unit, statements)
        except dialect.dbapi.Error as error:
            if begun or not unit.put_aside(error):
                raise
        return self._write(unit, statements)

    def _write(self, unit: db.Unit, statements: list[tuple[str, Any]]) -> bool:
        cursor = unit.writing()
        try:
            for place, (sql, given) in enumerate(statements):
                unit.tell(cursor, sql, given)
                cursor.execute(sql, given)
                if not db.database().sqlite:
                    return bool(cursor.fetchone()[0] == len(self._changes))
                if place < len(self._changes) and cursor.rowcount != 1:
                    return False
        finally:
            cursor.close()
        return True

    def _one_by_one(self) -> list[tuple[str, Any]]:
        dialect = db.database().engine.dialect
        found: list[tuple[str, Any]] = []
        for change in self._changes:
            sql, writers = _updating(change.shape)
            given = [*change.values.values(), change.key, *change.as_read.values()]
            found.append(
                (
                    sql,
                    [one if write is None else write(one) for one, write in zip(given, writers, strict=True)],
                )
            )
        return found + [added.form(dialect, row) for added, rows in self._added.items() for row in rows]

    def _as_one(self) -> tuple[str, Any]:
        changes = tuple(change.shape for change in self._changes)
        sql = _whole(changes, tuple(self._added))
        given: dict[str, Any] = {}
        for place, change in enumerate(self._changes):
            table = change.table
            given[f"c{place}"] = _plain(table, {"id": change.key, **change.values})
            given[f"r{place}"] = _plain(table, dict(change.as_read))
        for place, (added, rows) in enumerate(self._added.items()):
            given[f"a{place}"] = [_plain(added.table, row) for row in rows]
        return sql, [orjson.dumps(given, default=str, option=orjson.OPT_NON_STR_KEYS).decode()]


@lru_cache(maxsize=64)
def _updating(shape: _Shape) -> tuple[str, list[Process | None]]:
    table, names, as_read = shape
    sets = ", ".join(f'"{name}" = ?' for name in names or as_read)
    held = "".join(f' AND "{name}" IS ?' for name in as_read)
    dialect = db.database().engine.dialect
    writers = [writer_of(table.c[name].type, dialect) for name in (*names, "id", *as_read)]
    return f'UPDATE "{table.name}" SET {sets} WHERE id = ?{held}', writers  # noqa: S608 - our own names


@lru_cache(maxsize=64)
def _whole(changes: tuple[_Shape, ...], added: tuple[Added, ...]) -> str:
    """Return the one statement: what is added depends on all rows being as they were read."""
    parts = ["g AS MATERIALIZED (SELECT %s::jsonb AS j)"]
    for place, (table, names, as_read) in enumerate(changes):
        record = f"jsonb_populate_record(NULL::{table.name}, g.j->'{{}}{place}')"
        held = "".join(f' AND t."{name}" IS NOT DISTINCT FROM r."{name}"' for name in as_read)
        sets = ", ".join(f'"{name}" = n."{name}"' for name in names)
        parts.append(
            f"c{place} AS (UPDATE {table.name} t SET {sets} FROM g, {record.format('c')} n, {record.format('r')} r"  # noqa: S608
            f" WHERE t.id = n.id{held}{_all_of(place)} RETURNING t.id)"
        )
    for place, one in enumerate(added):
        columns = ", ".join(f'"{name}"' for name in one.columns)
        rows = f"g, jsonb_populate_recordset(NULL::{one.table.name}, g.j->'a{place}')"
        parts.append(
            f"a{place} AS (INSERT INTO {one.table.name} ({columns}) SELECT {columns} FROM {rows}"  # noqa: S608
            f" WHERE true{_all_of(len(changes))}{_otherwise(one)})"
        )
    count = " + ".join(f"(SELECT count(*) FROM c{place})" for place in range(len(changes))) or "0"  # noqa: S608
    return f"WITH {', '.join(parts)} SELECT {count}"


def _all_of(count: int) -> str:
    return "".join(f" AND EXISTS (SELECT FROM c{place})" for place in range(count))


def _otherwise(one: Added) -> str:
    key = ", ".join(one.unless)
    if one.renew:
        sets = ", ".join(f"{name} = EXCLUDED.{name}" for name in one.renew)
        differs = " OR ".join(f"{one.table.name}.{name} <> EXCLUDED.{name}" for name in one.renew)
        return f" ON CONFLICT ({key}) DO UPDATE SET {sets} WHERE {differs}"
    return f" ON CONFLICT ({key}) DO NOTHING" if key else ""


def _plain(table: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Turn values of ours into what JSON carries; the types of the table read them back."""
    for name, kind in _decorated(table):
        if name in values:
            values[name] = kind.process_bind_param(values[name], _postgresql())
    return values


@lru_cache(maxsize=64)
def _decorated(table: Any) -> list[tuple[str, Any]]:
    return [(column.key, column.type) for column in table.columns if isinstance(column.type, TypeDecorator)]


def _postgresql() -> Any:
    return db.database().engine.dialect
