"""Rows and files of an archive into an empty place; nothing of it is there until all of it is.

PostgreSQL: everything in one transaction. SQLite: a new file beside the old one, put in its place at the end. Files
have random names, so they are put beside those that are there, before the rows that name them count.
"""

from __future__ import annotations

import gzip
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from portal import db, schema, tuning
from portal.domain import files

from . import archive, snapshot
from .archive import Broken, Member

After = Callable[[Connection], None]
IN_USE = "Something still uses the database: stop the web processes and the worker first."
LOCK_WAIT, LOCK_NOT_AVAILABLE = "10s", "55P03"


class Target(Protocol):
    """A database that is being filled."""

    def take(self, member: Member) -> None:
        """Take one member of the database part."""
        ...

    def finish(self, after: After) -> None:
        """Bring what was taken to this release, run ``after`` on it, and make it count."""
        ...


class NotEmpty(Exception):
    """There is something in the place; the message is one line that says what."""


def is_empty(database: db.Database) -> bool:
    """Tell whether no table of the product has a row."""
    with database.engine.connect() as connection:
        known = set(inspect(connection).get_table_names()) & _of_product()
        rows = (
            connection.scalar(text(f'SELECT 1 FROM "{name}" LIMIT 1')) for name in sorted(known)  # noqa: S608
        )  # fmt: skip
        return not any(rows)


def _of_product() -> set[str]:
    return set(db.Base.metadata.tables)


@contextmanager
def target(database: db.Database, head: dict[str, Any], manifest: dict[str, Any]) -> Iterator[Target]:
    """Open the place that takes the rows; when the block raises, nothing has changed."""
    if database.sqlite:
        file = Path(str(make_url(str(database.engine.url)).database))
        made = file.with_name(f".{file.name}.restoring")
        _remove_sqlite(made)
        place = _Sqlite(database, file, made, manifest)
        try:
            yield place
        finally:
            place.close()
            _remove_sqlite(made)
        return
    with database.writer.connect() as connection, connection.begin():
        tuning.wait_for_files(connection)
        yield _Postgres(connection, head, manifest)


class _Sqlite:
    def __init__(self, database: db.Database, file: Path, made: Path, manifest: dict[str, Any]) -> None:
        self._database, self._file, self._made, self._manifest = database, file, made, manifest
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._out = os.fdopen(descriptor, "wb")

    def close(self) -> None:
        """Let go of the new file; a second call does nothing."""
        self._out.close()

    def take(self, member: Member) -> None:
        with gzip.open(member.content) as rows:
            while block := rows.read(archive.BLOCK):
                self._out.write(block)

    def finish(self, after: After) -> None:
        self.close()
        with sqlite3.connect(self._made) as plain:
            if plain.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise Broken("The database in the backup is damaged.")
            _compare(snapshot.sqlite_counts(plain), self._manifest)
        plain.close()
        own = db.Database(f"sqlite:///{self._made}")
        try:
            with own.writer.connect() as connection:
                schema.upgrade(connection)
                connection.commit()
                after(connection)
                connection.commit()
        finally:
            own.dispose()
        with sqlite3.connect(self._made) as plain:
            plain.execute("PRAGMA journal_mode=delete")
        plain.close()
        with self._made.open("rb") as written:
            os.fsync(written.fileno())
        self._database.dispose()
        _take_over(self._file)
        self._made.replace(self._file)
        archive.sync_folder(self._file.parent)


def _take_over(file: Path) -> None:
    """Make sure that nobody has the old file open; raise :class:`NotEmpty` otherwise."""
    if not file.exists():
        return
    old = sqlite3.connect(file, timeout=2)
    try:
        # Only a connection that is alone may leave the write-ahead log.
        alone = old.execute("PRAGMA journal_mode=delete").fetchone()[0] == "delete"
    except sqlite3.OperationalError:
        alone = False
    except sqlite3.DatabaseError:
        alone = True  # damaged beyond reading, which is why somebody restores: nobody works with it any more
    finally:
        old.close()
    if not alone:
        raise NotEmpty(IN_USE)
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def _remove_sqlite(file: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + end).unlink(missing_ok=True)


class _Postgres:
    def __init__(self, connection: Connection, head: dict[str, Any], manifest: dict[str, Any]) -> None:
        self._connection, self._manifest = connection, manifest
        self._rows = dict.fromkeys(manifest["rows"], 0)
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'"))
        there = set(inspect(connection).get_table_names())
        gone = sorted(there & (_of_product() | set(manifest["rows"]) | {snapshot.VERSION_TABLE}))
        if gone:
            names = ", ".join(f'"{name}"' for name in gone)
            try:
                with connection.begin_nested():
                    connection.execute(text(f"DROP TABLE {names} CASCADE"))
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                    raise
                raise NotEmpty(f"{IN_USE} Connected: {_others(connection)}.") from None
            for function in ("refuse_change", "refuse_change_until_due"):
                connection.execute(text(f"DROP FUNCTION IF EXISTS {function}() CASCADE"))
        schema.upgrade(connection, head["revision"], inside=True)
        self._empty()
        for name, value in (("DateStyle", "ISO"), ("TimeZone", "UTC")):
            connection.execute(text(f"SET LOCAL {name} = '{value}'"))

    def _empty(self) -> None:
        """Take out the rows that migrations put into a new place: the backup has those of the installation."""
        for name in sorted(set(inspect(self._connection).get_table_names()) & set(self._manifest["columns"])):
            if self._connection.scalar(text(f'SELECT 1 FROM "{name}" LIMIT 1')):  # noqa: S608
                self._connection.execute(text(f'DELETE FROM "{name}"'))  # noqa: S608

    def take(self, member: Member) -> None:
        table = member.name.split("/")[1]
        columns = self._manifest["columns"].get(table)
        if columns is None:
            raise Broken(f"The backup has rows of a table it does not name: {table}.")
        named = ", ".join(f'"{column}"' for column in columns)
        driver: Any = self._connection.connection.driver_connection
        with driver.cursor() as cursor:
            with (
                gzip.open(member.content) as rows,
                cursor.copy(f'COPY "{table}" ({named}) FROM STDIN') as copy,
            ):
                while block := rows.read(archive.BLOCK):
                    copy.write(block)
            self._rows[table] += cursor.rowcount

    def finish(self, after: After) -> None:
        _compare(self._rows, self._manifest)
        for name, (value, called) in self._manifest["sequences"].items():
            self._connection.execute(
                text("SELECT setval(CAST(:name AS regclass), :value, :called)"),
                {"name": f'"{name}"', "value": value, "called": called},
            )
        schema.upgrade(self._connection, inside=True)
        after(self._connection)


def _others(connection: Connection) -> str:
    """Say who else is connected to this database of PostgreSQL: how many, by which program, from where."""
    rows = connection.execute(
        text(
            "SELECT count(*), coalesce(nullif(application_name, ''), 'a program'), host(client_addr) "
            "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend' GROUP BY 2, 3 ORDER BY 1 DESC, 2, 3 LIMIT 9"
        )
    )
    return ", ".join(f"{count} × {name} from {host or 'this machine'}" for count, name, host in rows)


def _compare(found: dict[str, int], manifest: dict[str, Any]) -> None:
    if found != manifest["rows"]:
        raise Broken("The backup does not hold the rows that its manifest names.")


def put_file(member: Member) -> None:
    """Put one file in its place, on the disk before it has its name; one that is there is replaced."""
    stored_name = member.name.rsplit("/", 1)[-1]
    if len(stored_name) != 64 or not set(stored_name) <= set("0123456789abcdef"):
        raise Broken("The backup has a file with a name that is none of ours.")
    path = files.path_of(stored_name)
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f".{secrets.token_hex(4)}.restoring")
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            while block := member.content.read(archive.BLOCK):
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        files.is_back(stored_name)
        waiting.replace(path)
    except BaseException:
        with suppress(OSError):
            waiting.unlink()
        raise


def sync_files() -> None:
    """Make the names of the files outlast a power cut."""
    for folder in (files.folder(), *files.folder().glob("??")):
        if folder.is_dir():
            archive.sync_folder(folder)
