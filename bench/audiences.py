"""A1: an audience counted, written and streamed, against SQL that somebody wrote by hand for the same people."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, MetaData, Table, text

from portal import db
from portal.db import BigId
from portal.domain import clock, gate
from portal.domain.gate import statements

from . import stores
from .lines import Line
from .pairs import alternate

# What an expert writes for "everybody whom we may send offers by e-mail": the newest narrow answer beats the wide one.
BY_HAND = """
SELECT s.account_id, s.person_id
FROM consent_state s JOIN purpose p ON p.id = s.purpose_id
WHERE p.key = 'offers' AND s.topic = '' AND s.address = '' AND s.channel IN ('', 'email') AND s.permits
  AND (s.expires_at IS NULL OR s.expires_at > :now) AND s.purpose_version >= p.asks_from_version
  AND NOT EXISTS (SELECT 1 FROM consent_state n WHERE n.purpose_id = s.purpose_id AND n.account_id = s.account_id
    AND n.person_id = s.person_id AND n.topic = '' AND n.address = '' AND n.channel = 'email' AND n.mask > s.mask)
  AND NOT EXISTS (SELECT 1 FROM consent_override o WHERE o.person_id = s.person_id
    AND (o.account_id IS NULL OR o.account_id = s.account_id) AND o.lifted_at IS NULL
    AND (o.until IS NULL OR o.until > :now) AND (o.kind = 'objection' OR o.at > s.at))
  AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.account_id = s.account_id AND h.ended_at IS NULL
    AND h.purpose IN ('', 'offers'))
  AND NOT EXISTS (SELECT 1 FROM preference f WHERE f.person_id = s.person_id AND f.account_id = s.account_id
    AND {off})
"""
TARGET = Table("bench_audience", MetaData(), Column("account_id", BigId), Column("person_id", BigId))
FETCHED = 2_000


def lines(url: str, size: int) -> Iterator[Line]:
    """Measure one audience of the size of the database; both sides must find the same people."""
    sqlite = url.startswith("sqlite")
    kind = stores.SQLITE if sqlite else stores.POSTGRESQL
    off = "instr(f.channels_off, '\"email\"') > 0" if sqlite else "jsonb_exists(f.channels_off, 'email')"
    by_hand = BY_HAND.format(off=off)
    with db.unit_of_work() as session:
        connection = session.connection()
        now = statements.bound(clock.now(), sqlite)
        selection = gate.audience("offers", channel="email")
        hand = text(by_hand).bindparams(now=now).execution_options(yield_per=FETCHED)
        TARGET.create(connection)

        def counted() -> int:
            return gate.count(selection)

        def counted_by_hand() -> int:
            return connection.scalar(text(f"SELECT count(*) FROM ({by_hand}) x").bindparams(now=now)) or 0

        def written() -> int:
            _emptied(connection)
            return gate.materialise(selection, TARGET)

        def written_by_hand() -> int:
            _emptied(connection)
            into = text(f"INSERT INTO bench_audience (account_id, person_id) {by_hand}").bindparams(now=now)
            return connection.execute(into).rowcount

        def streamed() -> int:
            return sum(len(people) for _, people in gate.stream(selection))

        def streamed_by_hand() -> int:
            with _cursor(now, by_hand) if not sqlite else connection.execute(hand) as found:
                return sum(1 for _ in found)

        sizes = {
            one() for one in (counted, counted_by_hand, written, written_by_hand, streamed, streamed_by_hand)
        }
        if len(sizes) != 1:
            raise AssertionError(f"the audiences differ: {sizes}")
        people = f"{sizes.pop():,} people"
        for key, ours, theirs in (
            ("A1a", counted, counted_by_hand),
            ("A1b", written, written_by_hand),
            ("A1c", streamed, streamed_by_hand),
        ):
            pair = alternate(ours, theirs)
            value = f"{people}, {pair.ours * 1000:,.1f} of {pair.theirs * 1000:,.1f} ms"
            yield Line(key, kind, size, value, pair.ratio)
        gc.collect()
        tracemalloc.start()
        streamed()
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        yield Line("A1d", kind, size, people, peak)
        session.rollback()


def _emptied(connection: Any) -> None:
    connection.execute(text("DELETE FROM bench_audience"))


def _cursor(now: Any, by_hand: str) -> Any:
    """Read by a cursor of the server, as one does by hand for a result that may be large."""
    driver = db.session().connection().connection.driver_connection
    assert driver is not None
    cursor = driver.cursor(name="by_hand")
    cursor.itersize = FETCHED
    cursor.execute(by_hand.replace(":now", "%(now)s"), {"now": now})
    return cursor
