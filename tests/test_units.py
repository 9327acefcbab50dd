"""Units of work: what was begun on the driver's cursor ends with the unit, whoever asked for a session meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from portal import db

pytestmark = pytest.mark.usefixtures("own_database")


def put(name: str) -> None:
    """Write a row on the driver's own cursor, as what is gathered is written."""
    cursor = db.unit().writing()
    sign = "?" if db.database().sqlite else "%s"
    cursor.execute(
        f"INSERT INTO heartbeat (owner, started_at, at, jobs) VALUES ({sign}, {sign}, {sign}, {sign})",
        [name, "2026-06-15 08:00:00.000000", "2026-06-15 08:00:00.000000", "{}"],
    )
    cursor.close()


def names() -> list[Any]:
    with db.unit_of_work(write=False) as session:
        rows = session.connection().exec_driver_sql("SELECT owner FROM heartbeat ORDER BY id")
        return list(rows.scalars())


def test_what_was_written_is_committed_though_a_session_was_asked_for_and_not_used() -> None:
    token = db.begin(write=True)
    try:
        put("one")
        db.session().info["asked"] = True
        db.commit()
    finally:
        db.end(token)
    assert names() == ["one"]


def test_what_was_written_is_undone_though_a_session_was_asked_for_and_not_used() -> None:
    token = db.begin(write=True)
    try:
        put("one")
        db.session().info["asked"] = True
        db.rollback()
        put("two")
        db.commit()
    finally:
        db.end(token)
    assert names() == ["two"]


def test_the_next_one_writes_at_once_after_either_end() -> None:
    for end in (db.commit, db.rollback):
        token = db.begin(write=True)
        put(end.__name__)
        db.session().info["asked"] = True
        end()
        with db.unit_of_work():
            put(f"after {end.__name__}")
        db.end(token)
    assert names() == ["commit", "after commit", "after rollback"]
