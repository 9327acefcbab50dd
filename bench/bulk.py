"""Writing millions of rows: indexes aside while they come, then built at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from . import stores

PORTION = 20_000


@contextmanager
def loading(url: str) -> Iterator[Any]:
    """Give a connection of the driver for a bulk load; indexes, triggers and foreign keys rest meanwhile."""
    with stores.raw(url) as connection:
        if url.startswith("sqlite"):
            with _sqlite(connection):
                yield connection
        else:
            with _postgresql(connection):
                yield connection


@contextmanager
def _sqlite(connection: Any) -> Iterator[None]:
    for pragma in ("foreign_keys=off", "synchronous=off", "cache_size=-300000", "temp_store=memory"):
        connection.execute(f"PRAGMA {pragma}")
    aside = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        " AND (type = 'index' OR (type = 'trigger' AND name LIKE 'search_fts%'))"
    ).fetchall()
    connection.execute("BEGIN IMMEDIATE")
    for kind, name, _ in aside:
        connection.execute(f"DROP {kind} {name}")
    yield
    connection.execute("INSERT INTO search_fts(search_fts) VALUES ('rebuild')")
    for _, _, sql in aside:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _postgresql(connection: Any) -> Iterator[None]:
    connection.execute("SET session_replication_role = replica")  # the keys are right by construction
    connection.execute("SET maintenance_work_mem = '512MB'")
    uniques = connection.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'u' AND connamespace = 'public'::regnamespace"
    ).fetchall()
    with connection.transaction():
        for table, name, _ in uniques:
            connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        indexes = connection.execute(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisprimary"
            " AND c.relnamespace = 'public'::regnamespace"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        yield
        for table, name, definition in uniques:
            connection.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        for _, definition in indexes:
            connection.execute(definition)
        for (table,) in connection.execute(
            "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint c JOIN pg_attribute a"
            " ON a.attrelid = c.conrelid AND a.attname = 'id' WHERE contype = 'p'"
            " AND connamespace = 'public'::regnamespace"
        ).fetchall():
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 0) + 1, false) FROM {table}"
            )
    connection.execute("VACUUM ANALYZE")
    connection.execute("CHECKPOINT")


class Sink:
    """Collects rows for each table and writes them in portions."""

    def __init__(self, connection: Any, columns: Mapping[str, Sequence[str]], *, sqlite: bool) -> None:
        self.connection, self.sqlite = connection, sqlite
        self.rows: dict[str, list[Any]] = {table: [] for table in columns}
        self.written = 0
        names = {table: ", ".join(f'"{name}"' for name in names) for table, names in columns.items()}
        if sqlite:
            self.statements = {
                table: f"INSERT INTO {table} ({names[table]}) VALUES ({', '.join('?' * len(columns[table]))})"
                for table in columns
            }
        else:
            self.statements = {table: f"COPY {table} ({names[table]}) FROM STDIN" for table in columns}

    def flush(self, least: int = PORTION) -> None:
        """Write the tables of which at least so many rows wait."""
        for table, rows in self.rows.items():
            if len(rows) < max(least, 1):
                continue
            self.written += len(rows)
            if self.sqlite:
                self.connection.executemany(self.statements[table], rows)
            else:
                with self.connection.cursor() as cursor, cursor.copy(self.statements[table]) as copy:
                    copy.write("".join(rows))
            rows.clear()  # in place: the writers hold its append
