"""Every row of a database as plain values, so that two of them can be compared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData, text

from portal import db

Rows = dict[str, dict[Any, dict[str, Any]]]
SHADOW = "search_fts"


def all_rows(database: db.Database) -> Rows:
    """Map each table to its rows by primary key; read without any model."""
    found: Rows = {}
    with database.engine.connect() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            if table.name.startswith(SHADOW) or table.name == "alembic_version":
                continue
            keys = [column.name for column in table.primary_key]
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            rows = connection.execute(text(f'SELECT {names} FROM "{table.name}"')).mappings()
            found[table.name] = {tuple(row[key] for key in keys): _plain(dict(row)) for row in rows}
    return found


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}


def without(rows: Rows, ignored: dict[str, set[str]]) -> Rows:
    """Leave out some columns of some tables."""
    return {
        table: {
            key: {name: value for name, value in row.items() if name not in ignored.get(table, set())}
            for key, row in kept.items()
        }
        for table, kept in rows.items()
    }
