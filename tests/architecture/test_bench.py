"""The measurements stay runnable: every line has its limits, and the generator makes what the portal can read."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bench import __main__ as command
from bench import bulk, cloning, generate, lines, load, patterns, stores
from portal import config, db
from portal.domain import accounts, complaints
from portal.domain.accounts import Face
from portal.domain.tables import ALL


@pytest.fixture
def own_settings(tmp_path: Path) -> Iterator[None]:
    """The settings of a measurement, taken back afterwards."""
    before, known = dict(os.environ), db._database
    stores.prepare(tmp_path)
    yield
    os.environ.clear()
    os.environ.update(before)
    config.load.cache_clear()
    if known is not None:
        db.configure(known)


@pytest.mark.pure
def test_every_line_has_a_floor_below_its_goal() -> None:
    for key, limit in lines.LIMITS.items():
        assert (limit.must < limit.aim) if limit.more else (limit.must > limit.aim), key


@pytest.mark.pure
@pytest.mark.parametrize(
    ("key", "ratio", "verdict"),
    [
        ("P1", 0.2, "MISSED"),
        ("P1", 0.25, "met"),
        ("P1", 0.4, "aim"),
        ("C1a", 4.1, "MISSED"),
        ("C1a", 2.0, "aim"),
    ],
)
def test_a_line_is_judged_by_its_floor_and_its_goal(key: str, ratio: float, verdict: str) -> None:
    line = lines.Line(key, "sqlite", 1000, "", ratio)
    assert line.verdict == verdict
    assert (line in lines.missed([line])) is (verdict == "MISSED")


@pytest.mark.pure
def test_what_ran_beside_others_is_not_judged() -> None:
    assert lines.Line("P1", "sqlite", 1000, "", 0.01, judged=False).verdict == lines.UNJUDGED


@pytest.mark.pure
def test_the_command_takes_what_the_documentation_names() -> None:
    asked = command.arguments(["--quick", "--only", "P1,D1", "--anyway", "--database", "sqlite"])
    assert asked.quick and asked.anyway and asked.database == "sqlite"


@pytest.mark.pure
def test_public_ids_are_the_same_for_the_same_seed_and_never_twice() -> None:
    one, two = (cloning.public_id(Random(7)) for _ in range(2))
    made = [one() for _ in range(200)]
    assert made == [two() for _ in range(200)]
    assert len(set(made)) == 200 and all(len(digits) == 32 for digits in made)


@pytest.mark.pure
def test_a_post_says_how_long_it_is() -> None:
    assert load.post("/x", "", "a=1&b=2").endswith("Content-Length: 7\r\n\r\na=1&b=2")


@pytest.mark.slow
@pytest.mark.postgres  # four times as long on SQLite, and the generator is the same
def test_generated_customers_and_complaints_are_read_like_real_ones(
    own_settings: None, tmp_path: Path
) -> None:
    found = patterns.make(tmp_path)
    url = stores.new_url(stores.SQLITE, "small", tmp_path, None)
    database = stores.migrated(url)
    made = generate.fill(url, found, 400, drafts=2)
    assert made.accounts == 400 and made.complaints == 400 + 2 * generate.SENDERS
    with db.unit_of_work(write=False) as session:
        for table in ALL:
            broken = session.connection().exec_driver_sql(f"PRAGMA foreign_key_check({table.name})").first()
            assert broken is None, broken
        first = session.connection().exec_driver_sql("SELECT min(id) FROM account").scalar_one()
        for place, many in enumerate(generate.HEAVY):
            person = (
                session.connection()
                .exec_driver_sql(f"SELECT person_id FROM membership WHERE account_id = {first + place}")
                .scalar_one()
            )
            actor = accounts.actor_of(person, account_id=first + place)
            listed = complaints.of(actor).recent(limit=200)
            assert 0 < len(listed) <= many
            for line in itertools.islice(listed, 5):
                assert complaints.case(actor, line.uuid).number == line.number
        sam = session.connection().exec_driver_sql("SELECT min(person_id) FROM staff_member").scalar_one()
        due = complaints.of(accounts.actor_of(sam, face=Face.STAFF)).queue("due", limit=25)
        assert len(due) == 26
    database.dispose()


@pytest.mark.pure
def test_rows_are_written_once_they_are_enough() -> None:
    class Kept:
        def __init__(self) -> None:
            self.rows: list[object] = []

        def executemany(self, _statement: str, rows: list[object]) -> None:
            self.rows += rows

    kept = Kept()
    sink = bulk.Sink(kept, {"hold": ("id",)}, sqlite=True)
    sink.rows["hold"] += [(1,), (2,)]
    sink.flush(3)
    assert not kept.rows
    sink.flush(1)
    assert kept.rows == [(1,), (2,)] and sink.written == 2
