"""Statements that are put together once and run on the driver's own cursor: for what nearly every page asks.

A round trip costs the driver a few hundredths of a millisecond; putting a statement together, looking it up and
making rows of it costs ten times as much. Types are read and written exactly as by SQLAlchemy.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, SafeUUID

from sqlalchemy import BindParameter, Dialect, Label, Select, Uuid, bindparam, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
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
    """A SELECT of columns with named parameters, or what makes it; put together once for each kind of database.

    Columns from :func:`record` come as a tuple of their own within the row, or None where an outer join found nothing.
    """

    def __init__(self, statement: Any, *, flush: bool = True) -> None:
        self._statement = statement
        self._flush = flush  # whether it may read what this unit of work has changed and not yet written
        self._forms: dict[str, _Form] = {}

    def all(self, **values: Any) -> list[Any]:
        """Return all rows as named tuples; it sees what the unit of work has changed so far."""
        unit = db.unit()
        dialect = unit.database.engine.dialect
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
        found = (
            unit.fetch(form.sql, given) if unit.bare else _fetch(unit.session, form.sql, given, self._flush)
        )
        if not form.readers:
            return [form.row(row) for row in found]
        return [form.row(_read(row, form.readers)) for row in found]

    def first(self, **values: Any) -> Any | None:
        """Return the first row, or None."""
        found = self.all(**values)
        return found[0] if found else None


def _fetch(session: Session, sql: str, given: Any, flush: bool) -> list[Any]:
    """Run a SELECT on the driver's cursor of a session; it sees what the unit of work has changed so far."""
    if flush and (session.new or session.dirty or session.deleted):
        session.flush()
    return _run(session, sql, given)


def _run(session: Session, sql: str, given: Any) -> list[Any]:
    """Run a statement that returns rows on the driver's cursor of a session, in its transaction."""
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    # Whoever counts or logs statements sees it too.
    for listener in connection.dispatch.before_cursor_execute:
        listener(connection, cursor, sql, given, None, False)
    try:
        cursor.execute(sql, given)
        found: list[Any] = cursor.fetchall()
    except connection.dialect.dbapi.IntegrityError as error:  # type: ignore[union-attr]
        raise IntegrityError(sql, None, error) from error
    cursor.close()
    return found


def record(name: str, *columns: Any) -> list[Label[Any]]:
    """Return columns, or a model's, to be selected as one named tuple; the first tells whether there is one."""
    mapper = getattr(columns[0], "__mapper__", None)
    return [column.label(f"{name}.{column.key}") for column in (mapper.columns if mapper else columns)]


def _read(row: Sequence[Any], readers: Sequence[tuple[int, Process]]) -> list[Any]:
    values = list(row)
    for place, read in readers:
        value = values[place]
        if value is not None:
            values[place] = read(value)
    return values


def _form(statement: Select[Any], dialect: Dialect) -> _Form:
    for part in visitors.iterate(statement):
        if isinstance(part, BindParameter):
            part.required = False  # values come with each run
    compiled: Any = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    writers = {}
    for parameter, name in compiled.bind_names.items():
        write = writer_of(parameter.type, dialect)
        if write is not None:
            writers[name] = write
    given = {
        name: writers[name](value) if name in writers and value is not None else value
        for name, value in compiled.params.items()
    }
    columns = list(statement.selected_columns)
    readers = []
    for place, column in enumerate(columns):
        read = _reader(column.type, dialect)
        if read is not None:
            readers.append((place, read))
    return _Form(
        compiled.string,
        list(compiled.positiontup) if compiled.positional else None,
        given,
        writers,
        readers,
        _row([str(column.key) for column in columns]),
    )


def _row(keys: Sequence[str]) -> Callable[[Any], Any]:
    """Return what makes a row of its values: a named tuple, with one within for each record."""
    if not any("." in key for key in keys):
        return _tuple("Row", keys)
    parts: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        parts.setdefault(key.partition(".")[0], []).append(place)
    whole = _tuple("Row", list(parts))
    makers: list[tuple[int, int, Callable[[Any], Any] | None]] = []
    for name, places in parts.items():
        start, end = places[0], places[-1] + 1
        own = [key.partition(".")[2] for key in keys[start:end]] if "." in keys[start] else []
        makers.append((start, end, _tuple(name, own) if own else None))

    def make(values: Sequence[Any]) -> Any:
        return whole(
            values[start] if maker is None else None if values[start] is None else maker(values[start:end])
            for start, end, maker in makers
        )

    return make


def _tuple(name: str, keys: Sequence[str]) -> Callable[[Any], Any]:
    make: Callable[[Any], Any] = namedtuple(name, keys)._make  # type: ignore[attr-defined]
    return make


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    """Return what turns the driver's value, if there is one, into ours."""
    if dialect.name == "sqlite" and isinstance(kind, db.UtcDateTime):
        return _instant
    found: Process | None = _impl(kind, dialect).result_processor(dialect, None)
    if found is not None and isinstance(kind, Uuid):
        return _uuid
    return found


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text + "+00:00")


def _uuid(text: str) -> UUID:
    """Return the UUID of 32 hexadecimal digits that the database keeps, without doubting them."""
    made = _NEW(UUID)
    _PUT(made, "int", int(text, 16))
    _PUT(made, "is_safe", SafeUUID.unknown)
    return made


_NEW, _PUT = object.__new__, object.__setattr__


def _impl(kind: TypeEngine[Any], dialect: Dialect) -> Any:
    return kind.dialect_impl(dialect)


class Added:
    """An INSERT of one row, put together once; the columns that are not given have the defaults of the model.

    ``unless`` names the columns of a unique key: a row that is there already stays as it is, or takes the new values
    of the columns in ``renew``. Where the unit of work gathers, the row is written with all others later.
    """

    def __init__(self, model: Any, *, unless: Sequence[str] = (), renew: Sequence[str] = ()) -> None:
        self.table: Any = model.__table__
        self.unless, self.renew = tuple(unless), tuple(renew)
        self._forms: dict[str, tuple[str, Sequence[str] | None, Mapping[str, Process]]] = {}
        self._defaults = {
            column.key: column.default.arg if column.default is not None else None
            for column in self.table.columns
            if not column.primary_key
        }

    @property
    def columns(self) -> list[str]:
        """The columns that are written."""
        return list(self._defaults)

    def whole(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values with the defaults of the model for those that are not given."""
        for name, default in self._defaults.items():
            if name not in values:
                values[name] = default(None) if callable(default) else default
        return values

    def run(self, **values: Any) -> int | None:
        """Write the row in the transaction of this unit and return its key; None where it was there already.

        Rows it refers to must have been flushed. Raises ReadOnlySession where nothing may be written. While the
        unit gathers there is no key yet, and 0 is returned.
        """
        unit = db.unit()
        values = self.whole(values)
        if unit.gathering is not None:
            unit.gathering.add(self, values)
            return 0
        session = unit.session
        if not unit.write:
            raise db.ReadOnlySession("this unit of work only reads")
        found = _run(session, *self.form(unit.database.engine.dialect, values))
        return found[0][0] if found else None

    def form(self, dialect: Dialect, values: dict[str, Any]) -> tuple[str, Any]:
        """Return the statement of a row and its values, as the driver takes them."""
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = self._form(dialect)
        sql, order, writers = form
        for name, write in writers.items():
            values[name] = write(values[name])
        return sql, [values[name] for name in order] if order is not None else values

    def _form(self, dialect: Dialect) -> tuple[str, Sequence[str] | None, Mapping[str, Process]]:
        insert: Any = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
        given = {name: bindparam(name, type_=self.table.c[name].type) for name in self._defaults}
        statement = insert(self.table).values(given)
        if self.renew:
            new = {name: statement.excluded[name] for name in self.renew}
            changed = or_(*(self.table.c[name] != value for name, value in new.items()))
            statement = statement.on_conflict_do_update(
                index_elements=list(self.unless), set_=new, where=changed
            )
        elif self.unless:
            statement = statement.on_conflict_do_nothing(index_elements=list(self.unless))
        compiled: Any = statement.returning(self.table.c.id).compile(dialect=dialect)
        writers = {
            name: write
            for name in given
            if (write := writer_of(self.table.c[name].type, dialect)) is not None
        }
        return compiled.string, list(compiled.positiontup) if compiled.positional else None, writers


def writer_of(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    """Return what turns a value of ours into the driver's, if anything does."""
    found: Process | None = _impl(kind, dialect).bind_processor(dialect)
    return found
