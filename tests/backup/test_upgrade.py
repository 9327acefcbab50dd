"""An upgrade from the database of the last release loses nothing, and the way down gives it back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, inspect, text

from portal import backup, db, schema
from tests.backup.rows import Rows, all_rows, without

LAST_RELEASE = "0010"
ROWS = 3


def old_database(database: db.Database) -> None:
    """Take a database to the last release's migrations and write rows into every table, by plain SQL alone."""
    with database.writer.connect() as connection:
        schema.downgrade(connection)
        connection.commit()
        schema.upgrade(connection, LAST_RELEASE)
        connection.commit()
        metadata = MetaData()
        metadata.reflect(connection)
        written: dict[str, list[dict[str, Any]]] = {}
        for table in metadata.sorted_tables:
            if table.name == "alembic_version" or table.name.startswith("search_fts"):
                continue
            written[table.name] = [_row(table, number, written, connection) for number in range(1, ROWS + 1)]
        _sequences(connection, written)
        connection.commit()


def _row(
    table: Table, number: int, written: dict[str, list[dict[str, Any]]], connection: Connection
) -> dict[str, Any]:
    row = {column.name: _value(table, column, number, written) for column in table.columns}
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join(f":{name}" for name in row)
    connection.execute(text(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'), row)
    return row


def _value(table: Table, column: Column[Any], number: int, written: dict[str, list[dict[str, Any]]]) -> Any:
    for key in column.foreign_keys:
        target = key.column
        return written[target.table.name][number - 1][target.name]
    if column.primary_key and column.name == "id":
        return number
    kind = str(column.type).upper()
    sqlite = "CHAR(32)" in kind
    if kind == "UUID" or sqlite:
        made = uuid.uuid5(uuid.NAMESPACE_URL, f"{table.name}{number}")
        return made.hex if sqlite else made
    if kind.startswith("JSON"):
        return json.dumps({"letters": "zażółć Ж \\ \" ' \t \n ☂", "n": number})
    if kind.startswith(("DATETIME", "TIMESTAMP")):
        at = datetime(2026, 3, 29, 1, 59, 59, 999999, tzinfo=UTC)
        return at if kind.startswith("TIMESTAMP") else at.strftime("%Y-%m-%d %H:%M:%S.%f")
    if kind == "DATE":
        return date(2024, 2, 29) if column.type.__class__.__module__.find("sqlite") < 0 else "2024-02-29"
    if kind in {"BOOLEAN"}:
        return number % 2 == 0
    if kind in {"BLOB", "BYTEA"}:
        return bytes([0, 255, 10, 92, number])
    if "INT" in kind:
        return number * 2**15 if kind == "BIGINT" else number
    length = getattr(column.type, "length", None) or 40
    words = f"{number}ż\\N\t{column.name}" if length >= 10 else f"{number}ż"
    return words[:length]


def _sequences(connection: Connection, written: dict[str, list[dict[str, Any]]]) -> None:
    if connection.dialect.name == "sqlite":
        return
    for table, rows in written.items():
        if "id" in rows[0]:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :value)"),
                {"table": table, "value": len(rows)},
            )


def _old_part(now: Rows, before: Rows) -> Rows:
    """Return what the old release knew: its tables, and in them its columns."""
    return {
        table: {
            key: {name: now[table][key][name] for name in row if name in now[table][key]}
            for key, row in rows.items()
            if key in now[table]
        }
        for table, rows in before.items()
    }


def test_an_upgrade_loses_nothing_and_the_way_down_gives_it_back(own_database: db.Database) -> None:
    old_database(own_database)
    before = all_rows(own_database)
    assert len(before) > 45 and all(len(rows) == ROWS for rows in before.values())
    with own_database.writer.connect() as connection:
        schema.upgrade(connection)
        connection.commit()
        assert schema.drift(connection) == []
    upgraded = all_rows(own_database)
    assert _old_part(upgraded, before) == before
    assert {table: len(rows) for table, rows in upgraded.items() if table in before} == dict.fromkeys(
        before, ROWS
    )
    with own_database.writer.connect() as connection:
        schema.downgrade(connection, LAST_RELEASE)
        connection.commit()
        schema_now = set(inspect(connection).get_table_names())
    assert all_rows(own_database) == before
    assert "restoration" not in schema_now


def test_a_backup_of_the_last_release_is_restored_into_this_one(
    own_database: db.Database, empty: db.Database, instance: Callable[[str], Path], tmp_path: Path
) -> None:
    old_database(own_database)
    before = all_rows(own_database)
    made = backup.take(tmp_path / "old.backup")  # its files are none of ours: they are said to be missing
    assert len(made.missing) in (0, ROWS)
    instance("second")
    db.configure(empty)
    found = backup.restore(made.path)
    assert found.head["revision"] == LAST_RELEASE
    with empty.engine.connect() as connection:
        assert schema.drift(connection) == []
    ignored = {"message": {"state", "leased_by", "leased_until"}, "held_form": {"id"}}
    back, old = without(_old_part(all_rows(empty), before), ignored), without(before, ignored)
    for gone in (
        "held_form",
        "mailbox_request",
        "one_time_link",
        "sign_in_session",
        "lost_second_step",
        "program",
    ):
        back.pop(gone), old.pop(gone)
    assert back == old
