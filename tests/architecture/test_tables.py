"""The schema: models equal migrations, up and down, and ledgers refuse every change on both databases."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from portal import db, schema
from portal.domain import tables

APPEND_ONLY = sorted(table.name for table in tables.ALL if table.info.get("append_only"))


def test_models_equal_migrations(own_database: db.Database) -> None:
    with own_database.writer.connect() as connection:
        assert schema.drift(connection) == []


def test_there_is_one_head() -> None:
    assert schema.head() is not None


def test_migrations_go_down_and_up_again(own_database: db.Database) -> None:
    with own_database.writer.connect() as connection:
        schema.downgrade(connection)
        connection.commit()
    left = set(inspect(own_database.engine).get_table_names()) - {"alembic_version"}
    assert left == set()
    with own_database.writer.connect() as connection:
        schema.upgrade(connection)
        connection.commit()
        assert schema.drift(connection) == []


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_ledger_refuses_change(own_database: db.Database, table: str) -> None:
    """The triggers are tried with a row in the table: an UPDATE that meets no row would prove nothing."""
    with own_database.writer.connect() as connection:
        if own_database.sqlite:
            connection.connection.cursor().execute(
                "PRAGMA foreign_keys=off"
            )  # takes effect outside of BEGIN only
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        _insert_any(connection, table)
        connection.commit()
        if own_database.sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys=on")
    for act in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with own_database.writer.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(act))


def _insert_any(connection: Connection, table: str) -> None:
    model = next(t for t in tables.ALL if t.name == table)
    values = {}
    for column in model.columns:
        if column.primary_key or column.nullable:
            continue
        kind = column.type.python_type if not hasattr(column.type, "impl") else None
        name = type(column.type).__name__
        if name == "UtcDateTime":
            values[column.name] = datetime.now(UTC)
        elif name == "Date":
            values[column.name] = date(2026, 1, 1)
        elif name == "Uuid":
            values[column.name] = uuid.uuid4()
        elif name == "JSON":
            values[column.name] = {}
        elif kind is bytes:
            values[column.name] = b"x"
        elif kind is bool:
            values[column.name] = True
        elif kind is str:
            values[column.name] = "x"
        else:
            values[column.name] = 1
    connection.execute(model.insert().values(**values))
