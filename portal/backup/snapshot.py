"""One instant of a database as a stream of rows, while others go on writing.

SQLite: the online backup API copies the file within one read transaction. PostgreSQL: one REPEATABLE READ
transaction and COPY … TO STDOUT for each table, in the order of their references; no client programs are needed.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, MetaData, Table, make_url, text

from portal import schema, tuning
from portal.engines import Database

from .archive import CHUNK, Step

VERSION_TABLE = "alembic_version"
COPY = ".reins-backup-"  # begins the name of the folder with the copy of a SQLite file
ENDED = timedelta(days=1)  # after which what is half done is the leaving of a kill


class Piece(NamedTuple):
    """Some rows of one table, in the text form of COPY, or some bytes of a SQLite file."""

    table: str
    number: int
    rows: bytes


class Named(NamedTuple):
    """A stored file that a row names."""

    stored_name: str
    size: int
    sha256: str


class Snapshot(Protocol):
    """What both databases give."""

    kind: str
    revision: str
    size: int

    def pieces(self) -> Iterator[Piece]:
        """Yield every row."""
        ...

    def files(self) -> Iterator[Named]:
        """Yield every file that a row of this instant names."""
        ...

    def facts(self) -> dict[str, Any]:
        """Return the rows of each table and, on PostgreSQL, where its sequences stand; after the pieces."""
        ...


# Every table with these columns names files: it is the schema of the backup that says which, not that of this release.
FILES = 'SELECT stored_name, size, sha256 FROM "{table}" WHERE removed_at IS NULL ORDER BY id'
NAMING = (
    "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c "
    "WHERE m.type = 'table' AND c.name = 'stored_name' ORDER BY m.name"
)


_HAS_SCHEMA = "SELECT name FROM sqlite_master WHERE name = 'alembic_version'"


class NoTables(Exception):
    """The database has no schema yet."""


@contextmanager
def of(database: Database, step: Step) -> Iterator[Snapshot]:
    """Open a snapshot of ``database``; a SQLite copy lies beside it meanwhile, where others may read no more of it."""
    if database.sqlite:
        here = Path(str(make_url(str(database.engine.url)).database)).parent
        _clear(here)
        with tempfile.TemporaryDirectory(dir=here, prefix=COPY) as folder:
            yield _Sqlite(database, Path(folder) / "copy.db", step)
        return
    with database.engine.execution_options(isolation_level="REPEATABLE READ").connect() as connection:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        tuning.wait_for_files(connection)
        try:
            yield _Postgres(connection, step)
        finally:
            connection.rollback()


def _clear(folder: Path) -> None:
    """Remove the copies that a kill left behind; one of today may still be read."""
    for left in folder.glob(f"{COPY}*"):
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > ENDED.total_seconds():
                shutil.rmtree(left, ignore_errors=True)


class _Sqlite:
    kind = "sqlite"

    def __init__(self, database: Database, copy: Path, step: Step) -> None:
        self._copy, self._step = copy, step
        source = sqlite3.connect(str(make_url(str(database.engine.url)).database), isolation_level=None)
        target = sqlite3.connect(copy, isolation_level=None)
        try:
            source.execute("PRAGMA busy_timeout=10000")
            source.execute(
                "BEGIN"
            )  # one read transaction: writers go on, and the copy never has to begin anew
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(target, pages=2048, sleep=0)
            source.execute("COMMIT")
            target.execute("PRAGMA journal_mode=delete")
            found = target.execute(_HAS_SCHEMA).fetchone()
            if found is None:
                raise NoTables("The database is empty: there is nothing to back up.")
            self.revision = target.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()[0]  # noqa: S608
        finally:
            source.close()
            target.close()
        copy.chmod(0o600)
        self.size = copy.stat().st_size

    def pieces(self) -> Iterator[Piece]:
        with self._copy.open("rb") as source:
            number = 0
            while rows := source.read(CHUNK):
                number += 1
                self._step(len(rows))
                yield Piece("sqlite", number, rows)

    def files(self) -> Iterator[Named]:
        connection = sqlite3.connect(self._copy)
        try:
            for (table,) in connection.execute(NAMING).fetchall():
                for row in connection.execute(FILES.format(table=table)):
                    yield Named(*row)
        finally:
            connection.close()

    def facts(self) -> dict[str, Any]:
        connection = sqlite3.connect(self._copy)
        try:
            return {"rows": sqlite_counts(connection)}
        finally:
            connection.close()


def sqlite_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each table of the product has; those of the full-text index are its own."""
    names = [
        row[0]
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
            "AND name NOT LIKE 'search_fts%' ORDER BY name"
        )
    ]
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for name in names
    }


class _Postgres:
    kind = "postgresql"

    def __init__(self, connection: Connection, step: Step) -> None:
        self._connection, self._step = connection, step
        self._rows: dict[str, int] = {}
        for name, value in (("DateStyle", "ISO"), ("TimeZone", "UTC"), ("bytea_output", "hex")):
            connection.execute(text(f"SET LOCAL {name} = '{value}'"))
        revision = schema.current(connection)  # the first read: from here on the snapshot stands
        if revision is None:
            raise NoTables("The database is empty: there is nothing to back up.")
        self.revision = revision
        self.size = connection.scalar(text("SELECT pg_database_size(current_database())")) or 0
        self._tables = MetaData()
        self._tables.reflect(connection)

    def _kept(self) -> list[Table]:
        """Every table in the order of their references, but for the one that migrations write themselves."""
        return [table for table in self._tables.sorted_tables if table.name != VERSION_TABLE]

    def _driver(self) -> Any:
        return self._connection.connection.driver_connection

    def pieces(self) -> Iterator[Piece]:
        for table in self._kept():
            self._rows[table.name] = 0
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            kept, number = bytearray(), 0
            with (
                self._driver().cursor() as cursor,
                cursor.copy(f'COPY (SELECT {columns} FROM "{table.name}") TO STDOUT') as copy,  # noqa: S608
            ):
                for block in copy:
                    kept += block
                    if len(kept) >= CHUNK:
                        number += 1
                        yield self._piece(table.name, number, kept)
                        kept = bytearray()
            yield self._piece(table.name, number + 1, kept)

    def _piece(self, table: str, number: int, rows: bytearray) -> Piece:
        self._rows[table] += rows.count(b"\n")  # an end of line within a value is written as two letters
        self._step(len(rows))
        return Piece(table, number, bytes(rows))

    def files(self) -> Iterator[Named]:
        for table in self._kept():
            if "stored_name" not in table.columns:
                continue
            with self._driver().cursor(name="reins_files") as cursor:
                cursor.itersize = 1000
                cursor.execute(FILES.format(table=table.name))
                for row in cursor:
                    yield Named(*row)

    def facts(self) -> dict[str, Any]:
        columns = {table.name: [column.name for column in table.columns] for table in self._kept()}
        return {"rows": self._rows, "columns": columns, "sequences": dict(self._sequences())}

    def _sequences(self) -> Iterator[tuple[str, list[Any]]]:
        found = self._connection.execute(
            text(
                "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE c.relkind = 'S' AND n.nspname = current_schema()"
            )
        )
        for (name,) in found.all():
            row = self._connection.execute(text(f'SELECT last_value, is_called FROM "{name}"')).one()  # noqa: S608
            yield name, list(row)
