"""The database seam: types, naming, the session of this context, and the units of work around it."""

from __future__ import annotations

import time
import uuid as uuidlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from portal.engines import Database, ReadOnlySession, Unit

__all__ = [
    "Amount", "Base", "BigId", "Database", "Json", "Keyed", "Public", "ReadOnlySession", "Unit", "UtcDateTime",
    "after_commit", "apart", "append_only", "begin", "commit", "configure", "constraint_of", "cursor", "database",
    "end", "lately", "reading", "rollback", "session", "unit", "unit_of_work",
]  # fmt: skip

T = TypeVar("T")
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


def is_configured() -> bool:
    """Tell whether this process has a database."""
    return _database is not None


def session() -> Session:
    """Return the session of this context; raise RuntimeError outside a unit of work."""
    return unit().session


def begin(*, write: bool) -> Any:
    """Open the unit of work of a request; return the token that :func:`end` takes."""
    return _current.set(Unit(database(), write=write))


def commit() -> None:
    """Commit the unit of work of this context once and then run what waited for the commit."""
    unit().commit()


def rollback() -> None:
    """Undo what the unit of work of this context has not committed."""
    unit().rollback()


@contextmanager
def reading() -> Iterator[Unit]:
    """Read beside a write that has not begun, so that it begins late; while only reading, read as ever."""
    current = unit()
    if not current.write:
        yield current
        return
    beside = current.beside
    token = _current.set(beside)
    try:
        yield beside
    finally:
        _current.reset(token)
        beside.rest()


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


def lately(key: str, fresh: timedelta, read: Callable[[], T]) -> T:
    """Return what ``read`` gives, or what it gave to this process no longer than ``fresh`` ago.

    For figures over many rows that the same people look at again and again; a pinned connection keeps nothing.
    """
    memory = database().memory
    known = memory.get(("lately", key))
    if known is None or known[0] < time.monotonic():
        known = memory["lately", key] = (time.monotonic() + fresh.total_seconds(), read())
    found: T = known[1]
    return found


def after_commit(callback: Callable[[], None]) -> None:
    """Run ``callback`` once the current unit of work has committed; a rollback forgets it."""
    current = unit()
    (current.above or current).afterwards.append(callback)


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
