"""D1 to D3: decisions of the gate against the driver's own loop over the same statement."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from portal import db
from portal.domain import clock, gate
from portal.domain.gate import statements

from . import stores
from .lines import Line
from .pairs import alternate

BATCH = 100


def lines(url: str, size: int, *, count: int = 2_000) -> Iterator[Line]:
    """Measure decisions about random customers, purposes and channels, one thread."""
    sqlite = url.startswith("sqlite")
    kind = stores.SQLITE if sqlite else stores.POSTGRESQL
    with stores.raw(url) as connection:
        uses = _uses(connection, count, size)
        cursor = connection.cursor()
        statement, at = statements.one(sqlite), statements.bound(clock.now(), sqlite)
        given = [dict(zip((*statements.FIELDS, "at"), (*use[:6], at), strict=True)) for use in uses]

        def driver() -> None:
            for parameters in given:
                cursor.execute(statement, parameters)
                cursor.fetchall()

        with db.unit_of_work(write=False):

            def one_by_one() -> None:
                decide = gate.decide
                for use in uses:
                    decide(use)

            def in_batches() -> None:
                for start in range(0, count, BATCH):
                    gate.decide_many(uses[start : start + BATCH])

            single = alternate(one_by_one, driver)
            rate = f"{count / single.ours:,.0f} of {count / single.theirs:,.0f} a second"
            yield Line("D3" if sqlite else "D1", kind, size, rate, 1 / single.ratio)
            batch = alternate(in_batches, driver)
            rate = f"{count / batch.ours:,.0f} of {count / batch.theirs:,.0f} a second"
            yield Line("D2", kind, size, rate, 1 / batch.ratio, judged=not sqlite)


def _uses(connection: Any, count: int, size: int) -> list[gate.Use]:
    chance = Random(1)
    first, last = connection.execute("SELECT min(id), max(id) FROM membership").fetchone()
    chosen = {
        row[0]: row[1:]
        for row in connection.execute(
            f"SELECT id, account_id, person_id FROM membership WHERE id % {max((last - first) // 5000, 1)} = 0"
        ).fetchall()
    }
    people = list(chosen.values())
    purposes = ("offers", "tips", "partner_repairs", "orders", "quality")
    return [
        gate.Use(*chance.choice(people), chance.choice(purposes), "", chance.choice(("", "email", "sms")))
        for _ in range(count)
    ]
