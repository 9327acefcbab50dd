"""The database seam: types, naming, engine, the session of this context, and the units of work around it."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Index,
    Integer,
    MetaData,
    UniqueConstraint,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

BigId = BigInteger().with_variant(Integer, "sqlite")
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in, aware UTC out; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Amount(TypeDecorator[Decimal]):
    """An amount of money with two decimals, stored as whole hundredths."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int((value * 100).to_integral_exact())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 100


class Base(DeclarativeBase):
    """Base of every table: constraints carry predictable names, so that each can be mapped to a rule."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, Decimal: Amount, dict[str, Any]: Json, list[Any]: Json}


class Keyed:
    """A table with an internal key that never leaves the database."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)


class Public(Keyed):
    """A table whose rows are named outside by a random UUIDv4."""

    uuid: Mapped[uuidlib.UUID] = mapped_column(Uuid, default=uuidlib.uuid4, unique=True)


def _dumps(value: Any) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


class ReadOnlySession(RuntimeError):
    """Something tried to write while only reading is allowed (a GET)."""


class Database:
    """One engine with its way to read, its way to write, and for tests one pinned connection."""

    def __init__(self, url: str, *, durable: bool = True, pool_size: int = 10) -> None:
        options: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": orjson.loads}
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            options["connect_args"] = {"timeout": 10, "check_same_thread": False}
        else:
            options |= {"pool_size": pool_size, "max_overflow": pool_size, "pool_pre_ping": False}
        self.engine: Engine = create_engine(url, **options)
        if self.sqlite:
            _tune_sqlite(self.engine, durable=durable)
        self.writer = self.engine.execution_options(reins_write=True)
        # A page reads without BEGIN and COMMIT, on PostgreSQL through connections that never begin by themselves.
        self.reader = (
            self.engine if self.sqlite else create_engine(url, isolation_level="AUTOCOMMIT", **options)
        )
        self.pinned: Connection | None = None
        self._memory: dict[Any, Any] = {}

    @property
    def memory(self) -> dict[Any, Any]:
        """What a process keeps of rows that hardly ever change; a pinned connection keeps nothing."""
        return {} if self.pinned is not None else self._memory

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self.reader.dispose()


class Unit:
    """One unit of work: a session that is made when it is asked for, and for reading the bare connection below it."""

    __slots__ = ("_connection", "_session", "database", "write")

    def __init__(self, database: Database, *, write: bool) -> None:
        self.database, self.write = database, write
        self._session: Session | None = None
        self._connection: Any = None

    @property
    def session(self) -> Session:
        """The session: one that writes, or one that refuses to flush."""
        if self._session is None:
            info, pinned = {"write": self.write}, self.database.pinned
            if pinned is not None:
                # A reader takes no savepoint: closing it would undo what was committed apart in the meantime.
                mode: Any = "create_savepoint" if self.write else "rollback_only"
                self._session = Session(pinned, info=info, join_transaction_mode=mode, autoflush=self.write)
            elif self.write:
                self._session = Session(self.database.writer, info=info)
            else:
                bind = Connection(self.database.reader, connection=self._bare())
                self._session = Session(bind, info=info, autoflush=False)
        return self._session

    @property
    def bare(self) -> bool:
        """Whether statements may go to the driver past the session: nothing here is ever written or begun."""
        return not self.write and self.database.pinned is None

    def fetch(self, sql: str, given: Any) -> list[Any]:
        """Run a SELECT on the driver's cursor; a connection that the server has closed meanwhile is replaced once."""
        reader: Any = self.database.reader
        try:
            return self._fetch(sql, given)
        except reader.dialect.dbapi.Error as error:
            if self._session is not None or not reader.dialect.is_disconnect(error, self._connection, None):
                raise
            # The server went away: every connection of that time is put aside.
            reader.pool._invalidate(self._connection, error)
            self._connection = None
        return self._fetch(sql, given)

    def _fetch(self, sql: str, given: Any) -> list[Any]:
        cursor = self._bare().cursor()
        self._tell(cursor, sql, given)
        cursor.execute(sql, given)
        found: list[Any] = cursor.fetchall()
        cursor.close()
        return found

    def _tell(self, cursor: Any, sql: str, given: Any) -> None:
        """Tell whoever counts or logs statements."""
        engine: Any = self.database.reader
        if engine._has_events:
            for listener in engine.dispatch.before_cursor_execute:
                listener(None, cursor, sql, given, None, False)

    def _bare(self) -> Any:
        if self._connection is None:
            self._connection = self.database.reader.raw_connection()
        return self._connection

    def close(self) -> None:
        """Give the connection back; what was not committed is rolled back."""
        if self._session is not None:
            bind = self._session.bind
            self._session.close()
            if self._connection is not None and isinstance(bind, Connection):
                bind.close()
                return
        if self._connection is not None:
            self._connection.close()


def _tune_sqlite(engine: Engine, *, durable: bool) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=wal")
        cursor.execute(f"PRAGMA synchronous={'full' if durable else 'off'}")
        cursor.execute("PRAGMA foreign_keys=on")
        cursor.execute("PRAGMA busy_timeout=10000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A read lock cannot become a write lock while another writer waits, so a writer says so at once.
        write = connection.get_execution_options().get("reins_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@event.listens_for(Session, "before_flush")
def _refuse_to_flush(session: Session, *_: Any) -> None:
    if session.info.get("write") is False:
        raise ReadOnlySession("this unit of work only reads")


_database: Database | None = None
_current: ContextVar[Unit | None] = ContextVar("reins_unit", default=None)


def configure(database: Database) -> None:
    """Make ``database`` the one that every unit of work in this process uses."""
    global _database
    _database = database


def database() -> Database:
    """Return the configured database."""
    if _database is None:
        raise RuntimeError("no database is configured")
    return _database


def unit() -> Unit:
    """Return the unit of work of this context; raise RuntimeError outside of one."""
    current = _current.get()
    if current is None:
        raise RuntimeError("there is no unit of work here")
    return current


def session() -> Session:
    """Return the session of this context; raise RuntimeError outside a unit of work."""
    return unit().session


def begin(*, write: bool) -> Any:
    """Open the unit of work of a request; return the token that :func:`end` takes."""
    return _current.set(Unit(database(), write=write))


def commit() -> None:
    """Commit the session of this context once and then run what waited for the commit."""
    current = session()
    current.commit()
    for callback in current.info.pop("after_commit", ()):
        callback()


def end(token: Any) -> None:
    """Close the unit of work of this context; what was not committed is rolled back."""
    current = _current.get()
    _current.reset(token)
    if current is not None:
        current.close()


@contextmanager
def unit_of_work(*, write: bool = True) -> Iterator[Session]:
    """Open a session for the block; commit at its end when writing, roll back when it raises."""
    token = begin(write=write)
    try:
        yield session()
        if write:
            commit()
    finally:
        end(token)


apart = unit_of_work
"""A second, short write transaction beside a read: a look-up, a session touch, the first differing signal."""


def after_commit(callback: Callable[[], None]) -> None:
    """Run ``callback`` once the current unit of work has committed; a rollback forgets it."""
    session().info.setdefault("after_commit", []).append(callback)


def cursor() -> Any:
    """Return the driver's own cursor on the connection of the current session, for the hottest statements."""
    driver = session().connection().connection.driver_connection
    assert driver is not None
    return driver.cursor()


def constraint_of(error: IntegrityError) -> str:
    """Return the name of the constraint that ``error`` broke, the same on both databases ('' if unknown)."""
    diag = getattr(error.orig, "diag", None)
    if diag is not None:
        return diag.constraint_name or ""
    text = str(error.orig)
    if text.startswith("UNIQUE constraint failed: "):
        parts = [part.strip() for part in text.removeprefix("UNIQUE constraint failed: ").split(",")]
        if parts and parts[0].startswith("index "):
            return parts[0].removeprefix("index ").strip("'")
        table = Base.metadata.tables.get(parts[0].split(".")[0])
        columns = {part.split(".")[1] for part in parts}
        unique: list[UniqueConstraint | Index] = []
        if table is not None:
            unique += [item for item in table.constraints if isinstance(item, UniqueConstraint)]
            unique += [item for item in table.indexes if item.unique]
        for item in unique:
            if {column.name for column in item.columns} == columns:
                return str(item.name)
    if text.startswith("CHECK constraint failed: "):
        return text.removeprefix("CHECK constraint failed: ")
    return ""


def append_only(*models: type[Base]) -> None:
    """Mark tables whose rows may never change or go; migrations give them triggers, a test tries each."""
    for model in models:
        model.__table__.info["append_only"] = True  # type: ignore[attr-defined]
