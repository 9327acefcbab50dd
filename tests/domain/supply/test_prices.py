"""Price lists: a new one takes the place of the earlier from its day, and nobody reads those of another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import clock, errors, outbox, supply
from portal.domain.actor import Actor
from portal.domain.supply.models import PriceList
from tests.domain.exchange.prospects import office

from .scenes import LINES, day, published, supplier


def mails(name: str) -> list[str]:
    found = select(outbox.Message).where(outbox.Message.name == name).order_by(outbox.Message.id)
    return [one.data["what"] for one in db.session().scalars(found)]


@pytest.mark.usefixtures("uow")
def test_a_new_list_takes_the_place_of_the_earlier_from_its_day() -> None:
    staff, greta = office(), supplier()
    first = published(greta).list
    second = published(greta, [*LINES[:2], LINES[2]._replace(price=Decimal(44))], starts=day(10)).list
    view = supply.price_list(staff, first.uuid)
    assert [(one.first, one.last) for one in view.line.valid] == [(day(0), day(9))]
    assert view.line.now
    view = supply.price_list(greta, second.uuid)
    assert view.line.later
    assert view.previous is not None
    assert view.previous.uuid == first.uuid
    changed = [(one.change, one.before, one.percent) for one in view.differences]
    assert changed == [("dearer", Decimal(40), Decimal("10.0"))]
    assert [one.price for one in view.prices] == [Decimal("12.5"), Decimal("11.125"), Decimal(44)]
    assert mails("supply_news") == ["prices", "prices"]


@pytest.mark.usefixtures("uow")
def test_the_same_prices_for_the_same_days_are_no_new_list() -> None:
    greta = supplier()
    first = published(greta)
    again = published(greta, list(reversed(LINES)))
    assert first.new
    assert not again.new
    assert again.list.id == first.list.id
    assert published(greta, LINES[:1]).new
    assert published(greta).new  # back to the earlier prices is a change again


@pytest.mark.usefixtures("uow")
def test_what_begins_in_the_past_must_say_so() -> None:
    greta = supplier()
    with pytest.raises(errors.Invalid, match="This day is over"):
        published(greta, starts=day(-1))
    assert published(greta, starts=day(-1), retroactive=True).list.retroactive
    for field, change in (
        ("ends", {"starts": day(5), "ends": day(4)}), ("starts", {"starts": None}), ("currency", {"currency": "ZŁ"}),
        ("number", {"lines": [LINES[0], LINES[0]]}), ("lines", {"lines": []}),
        ("price", {"lines": [LINES[0]._replace(price=Decimal(-1))]}),
        ("price", {"lines": [LINES[0]._replace(price=Decimal("0.00001"))]}),
    ):  # fmt: skip
        with pytest.raises(errors.Invalid) as refused:
            published(greta, **change)
        assert refused.value.field == field


@pytest.mark.usefixtures("uow")
def test_our_prices_for_one_partner_go_before_those_for_all() -> None:
    staff, greta = office(), supplier()
    nils, eliza = supplier("Northwind", "Nils Berg", "partner"), supplier("Sudety", "Eliza Mazur", "partner")
    common = published(staff).list
    own = published(staff, LINES[:1], partner_id=nils.partner_id, starts=day(3)).list
    theirs = published(greta).list

    def valid(actor: Actor, on: int) -> object:
        found = supply.valid_on(actor, day(on))
        return found.uuid if found is not None else None

    found = [valid(nils, 0), valid(nils, 3), valid(eliza, 3), valid(nils, -1)]
    assert found == [common.uuid, own.uuid, common.uuid, None]
    assert {one.uuid for one in supply.price_lists(nils)} == {common.uuid, own.uuid}
    assert {one.uuid for one in supply.price_lists(eliza)} == {common.uuid}
    assert {one.uuid for one in supply.price_lists(greta)} == {theirs.uuid}
    assert len(supply.price_lists(staff)) == 3
    for actor, foreign in ((eliza, own), (nils, theirs), (greta, common)):
        with pytest.raises(errors.NotFound):
            supply.price_list(actor, foreign.uuid)
    assert mails("supply_for_partner") == ["prices"] * 3
    for actor in (nils, greta):
        with pytest.raises(errors.Denied):
            published(actor, ours=True)
    with pytest.raises(errors.Denied):
        published(nils)


@pytest.mark.usefixtures("uow")
def test_a_day_is_a_day_of_the_firm() -> None:
    """Half past ten (in winter half past eleven) at night in UTC is the next day in Warsaw."""
    greta = supplier()
    for at in (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), datetime(2026, 12, 1, 23, 30, tzinfo=UTC)):
        with clock.at(at):
            assert supply.today() == at.date().replace(day=2)
            with pytest.raises(errors.Invalid):
                published(greta, starts=at.date())


def test_two_that_publish_at_once_follow_one_another(own_database: db.Database) -> None:
    with db.unit_of_work():
        greta = supplier()
    start = Barrier(3)

    def run(price: int) -> bool:
        start.wait()
        with db.unit_of_work():
            return published(greta, [LINES[0]._replace(price=Decimal(price))]).new

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(run, (1, 2, 3))) == [True] * 3
    with db.unit_of_work(write=False) as session:
        assert sorted(session.scalars(select(PriceList.version))) == [1, 2, 3]
