"""Statements that are put together once and run on the driver's own cursor: for what nearly every page asks.

A round trip costs the driver a few hundredths of a millisecond; putting a statement together, looking it up and
making rows of it costs ten times as much. Types are read and written exactly as by SQLAlchemy.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Dialect, Select
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeEngine

from portal import db

Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one driver takes it: its text, its parameters in order (or by name), and what becomes of rows."""

    sql: str
    order: Sequence[str] | None
    given: Mapping[str, Any]
    writers: Mapping[str, Process]
    readers: Sequence[tuple[int, Process]]
    row: Callable[[Any], Any]


class Prepared:
    """A SELECT of columns with named parameters, or what makes it; put together once for each kind of database."""

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def all(self, **values: Any) -> list[Any]:
        """Return all rows as named tuples; it sees what the unit of work has changed so far."""
        session = db.session()
        if session.new or session.dirty or session.deleted:
            session.flush()
        dialect = db.database().engine.dialect
        form = self._forms.get(dialect.name)
        if form is None:
            whole = self._statement if isinstance(self._statement, Select) else self._statement()
            form = self._forms[dialect.name] = _form(whole, dialect)
        for name, write in form.writers.items():
            if name in values:
                values[name] = write(values[name])
        given: Any = {**form.given, **values}
        if form.order is not None:
            given = [given[name] for name in form.order]
        connection = session.connection()
        driver: Any = connection.connection.driver_connection
        cursor = driver.cursor()
        # Whoever counts or logs statements sees it too.
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, form.sql, given, None, False)
        cursor.execute(form.sql, given)
        found = cursor.fetchall()
        cursor.close()
        if not form.readers:
            return [form.row(row) for row in found]
        return [form.row(_read(row, form.readers)) for row in found]

    def first(self, **values: Any) -> Any | None:
        """Return the first row, or None."""
        found = self.all(**values)
        return found[0] if found else None


def _read(row: Sequence[Any], readers: Sequence[tuple[int, Process]]) -> list[Any]:
    values = list(row)
    for place, read in readers:
        values[place] = read(values[place])
    return values


def _form(statement: Select[Any], dialect: Dialect) -> _Form:
    for part in visitors.iterate(statement):
        if isinstance(part, BindParameter):
            part.required = False  # values come with each run
    compiled: Any = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    writers = {}
    for parameter, name in compiled.bind_names.items():
        write = _impl(parameter.type, dialect).bind_processor(dialect)
        if write is not None:
            writers[name] = write
    given = {
        name: writers[name](value) if name in writers and value is not None else value
        for name, value in compiled.params.items()
    }
    columns = list(statement.selected_columns)
    readers = []
    for place, column in enumerate(columns):
        read = _impl(column.type, dialect).result_processor(dialect, None)
        if read is not None:
            readers.append((place, read))
    row = namedtuple("Row", [str(column.key) for column in columns])  # type: ignore[misc]
    return _Form(
        compiled.string,
        list(compiled.positiontup) if compiled.positional else None,
        given,
        writers,
        readers,
        row._make,
    )


def _impl(kind: TypeEngine[Any], dialect: Dialect) -> Any:
    return kind.dialect_impl(dialect)
