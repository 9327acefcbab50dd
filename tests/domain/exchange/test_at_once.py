"""Two partners register the same company at the same instant: exactly one is first, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import exchange
from portal.domain.actor import Actor
from portal.domain.exchange import Prospect
from portal.domain.exchange.models import Claim, Lead

from .prospects import prospect, trader

EMAIL = {"contact_email": "hanna@bryza.example"}


def together(*acts: tuple[Actor, Prospect]) -> list[exchange.Registered]:
    """Register all of them, each in its own unit of work, begun at the same moment."""
    start = Barrier(len(acts))

    def run(act: tuple[Actor, Prospect]) -> exchange.Registered:
        start.wait()
        with db.unit_of_work():
            return exchange.register(act[1], actor=act[0])

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize(
    "spellings",
    [
        [{}, {}, {}],
        [EMAIL, {**EMAIL, "number": "5260250995"}, {"number": "5260250995"}],
        [{"number": "5260250995"}, {"company": "HOTEL BRYZA Sp. z o.o."}, EMAIL],
    ],
)
def test_one_is_first_whatever_each_knows_of_it(
    own_database: db.Database, spellings: list[dict[str, str]]
) -> None:
    with db.unit_of_work():
        people = [trader(f"{name} Service", f"{name} Holm") for name in ("Astrid", "Borys", "Celina")]
    together(*[(one, prospect(**more)) for one, more in zip(people, spellings, strict=True)])
    with db.unit_of_work(write=False) as session:
        standings = sorted(session.scalars(select(Lead.standing)))
        assert standings.count("first") >= 1
        holders = set(session.scalars(select(Claim.lead_id)))
        firsts = list(session.scalars(select(Lead).where(Lead.standing == "first")))
        assert {one.id for one in firsts} == holders
        assert standings == ["first", "second", "second"]


def test_two_presses_of_one_partner_are_one_lead(own_database: db.Database) -> None:
    with db.unit_of_work():
        nils, eliza = trader(), trader("Sudety Service", "Eliza Mazur")
        exchange.register(prospect("Dom Jutrzenka"), actor=nils)
    found = together(*[(nils, prospect())] * 3, *[(eliza, prospect("Dom Jutrzenka"))] * 2)
    assert sorted(one.new for one in found) == [False, False, False, True, True]
    with db.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count(Lead.id))) == 3
