"""Dropped files: each bad line by its number, the same bytes once, and nothing acts that is in quarantine."""

from __future__ import annotations

import uuid as uuidlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, drops, errors, exchange, outbox, partners, retention, supply
from portal.domain.actor import Actor
from portal.domain.drops import Said, State
from portal.domain.drops.models import DroppedFile
from portal.domain.sheets import Reading
from tests.domain.exchange.prospects import office
from tests.domain.supply.scenes import day, supplier

PRICES = "number,name,price,least\nZF-20,Heating element,12.50,1\nPU-7,Pump,40.00,1\n"
PROMISES = "item;name;quantity;by\nZF-20;Heating element;200;{day}\nPU-7;Pump;4;{day}\n"
LEADS = (
    "company,city,about,contact_name,contact_email,agreed,agreed_on,agreed_how\n"
    "Hotel Bryza,Sopot,Washing machines,Hanna Reszka,hanna@bryza.example,yes,{day},On the telephone\n"
    "Dom Jutrzenka,Kielce,Dryers,Basia Krupa,basia@jutrzenka.example,no,{day},By e-mail\n"
)


def said(**more: Any) -> Said:
    return Said(**{"currency": "PLN", "starts": day(0), **more})


class Sent(NamedTuple):
    uuid: uuidlib.UUID
    new: bool


def drop(actor: Actor, content: str | bytes, kind: str = "price_list", **more: Any) -> Sent:
    raw = content.encode() if isinstance(content, str) else content
    company = more.pop("company", None)
    with db.unit_of_work():
        found = drops.drop(raw, name="list.csv", kind=kind, said=said(**more), actor=actor, company=company)
        return Sent(found.file.uuid, found.new)


def checked(actor: Actor, found: Sent) -> drops.FileView:
    drops.check_due(owner="test")
    with db.unit_of_work(write=False):
        return drops.dropped_file(actor, found.uuid)


def mend(view: drops.FileView) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, str(one.message)) for one in view.faults]


@pytest.fixture
def greta(own_database: db.Database) -> Actor:
    with db.unit_of_work():
        return supplier()


@pytest.fixture
def staff(own_database: db.Database) -> Actor:
    with db.unit_of_work():
        return office()


def told(name: str) -> list[str]:
    with db.unit_of_work(write=False) as session:
        found = select(outbox.Message.data).where(outbox.Message.name == name).order_by(outbox.Message.id)
        return [one["what"] for one in session.scalars(found)]


def test_a_price_list_counts_whole_or_not_at_all(greta: Actor, staff: Actor) -> None:
    bad = drop(greta, PRICES + "PU-8,Valve,cheap,1\n,No number,3,1\nPU-7,Pump,41,1\n")
    view = checked(greta, bad)
    assert view.line.state is State.REJECTED and (view.line.lines, view.line.taken, view.line.bad) == (
        5,
        0,
        3,
    )
    assert mend(view) == [
        (4, "price", "“cheap” is no number like 1234.50."), (5, "number", "It is empty. Fill it in."),
        (6, "number", "The same stands in line 3 already. Keep one of the two."),
    ]  # fmt: skip
    with db.unit_of_work(write=False):
        assert supply.price_lists(greta) == []
    good = checked(greta, drop(greta, PRICES))
    assert good.line.state is State.ACCEPTED and good.line.taken == 2
    with db.unit_of_work(write=False):
        assert good.result is not None and len(supply.price_list(staff, good.result).prices) == 2
    assert told("drop_for_partner") == ["rejected"] and told("supply_news") == ["prices"]


def test_the_same_bytes_are_one_file_and_the_same_lines_count_once(greta: Actor) -> None:
    first = drop(greta, PROMISES.format(day=day(5)), "stock_promise")
    again = drop(greta, PROMISES.format(day=day(5)), "stock_promise")
    assert first.new and not again.new and again.uuid == first.uuid
    assert checked(greta, first).line.taken == 2
    other = drop(greta, PROMISES.format(day=day(5)).replace(";", ","), "stock_promise")
    view = checked(greta, other)
    assert (view.line.state, view.line.taken, view.line.known) == (State.ACCEPTED, 0, 2)
    with db.unit_of_work(write=False):
        assert len(supply.promises(greta)) == 2


def test_good_lines_of_leads_count_and_bad_ones_are_named(own_database: db.Database) -> None:
    with db.unit_of_work():
        nils = supplier("Northwind Repairs", "Nils Berg", "partner")
    view = checked(nils, drop(nils, LEADS.format(day=day(-1)), "leads"))
    assert view.line.state is State.PARTLY and (view.line.taken, view.line.bad) == (1, 1)
    assert [(one.line, one.column) for one in view.faults] == [(3, "agreed")]
    with db.unit_of_work(write=False):
        assert [one.company for one in exchange.leads(nils)] == ["Hotel Bryza"]
    assert told("drop_for_partner") == ["partly"]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + b"\x00" * 500, b"number,name,price\nA,B,\x001\n", b"not a list at all", b"\xff\xfea\x00",
        b"number;name;price\nA;B;1.234\n", b"number,name,price\n" + b"A,B," * 2_000_000,
        b"number,name,price\n" + b"A,B,x\n" * 7,
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_in_quarantine_and_does_nothing(
    greta: Actor, staff: Actor, content: bytes
) -> None:
    if len(content) > drops.MOST_BYTES:
        with pytest.raises(errors.Invalid, match="larger than 5 MB"):
            drop(greta, content)
        return
    view = checked(greta, drop(greta, content))
    assert view.line.state is State.QUARANTINED and view.problem is not None
    with db.unit_of_work(write=False):
        assert supply.price_lists(staff) == []
    assert told("drop_news") == ["quarantined"] == told("drop_for_partner")


def test_staff_release_with_another_reading_or_reject_with_a_reason(greta: Actor, staff: Actor) -> None:
    unclear = drop(greta, "number;name;price\nA;Bolt;1.234\n")
    assert checked(greta, unclear).line.state is State.QUARANTINED
    with db.unit_of_work():
        drops.release(unclear.uuid, actor=staff, reading=Reading(decimal="."))
    view = checked(greta, unclear)
    assert view.line.state is State.ACCEPTED and view.said.decimal == "."
    with db.unit_of_work(), pytest.raises(errors.Conflict):
        drops.reject(unclear.uuid, actor=staff, reason="This comes too late.")
    zipped = drop(greta, b"PK\x03\x04zip")
    checked(greta, zipped)
    with db.unit_of_work(), pytest.raises(errors.Invalid):
        drops.reject(zipped.uuid, actor=staff, reason="no")
    for _ in range(2):
        with db.unit_of_work():
            drops.reject(zipped.uuid, actor=staff, reason="Please send a CSV file instead.")
    assert checked(greta, zipped).reason == "Please send a CSV file instead."
    assert told("drop_for_partner") == ["quarantined", "quarantined", "rejected"]
    for act in (drops.reject, drops.release):
        more = {"reason": "Because of that."} if act is drops.reject else {"reading": Reading()}
        with db.unit_of_work(), pytest.raises(errors.Denied):
            act(zipped.uuid, actor=greta, **more)  # type: ignore[operator]


def test_who_sent_it_may_say_how_it_is_to_be_read(greta: Actor) -> None:
    content = "number;name;price\nA;Bolt;1.234\n"
    first = drop(greta, content)
    checked(greta, first)
    again = drop(greta, content, decimal=",")
    assert again.new and again.uuid == first.uuid
    assert checked(greta, again).line.state is State.ACCEPTED
    assert not drop(greta, content, decimal=".").new  # what counted is not read otherwise


def test_each_sees_its_own_and_drops_only_its_kinds(greta: Actor, staff: Actor) -> None:
    with db.unit_of_work():
        nils, other = supplier("Northwind", "Nils Berg", "partner"), supplier("Odra Metal", "Olaf Rusk")
    found = drop(greta, PRICES)
    with db.unit_of_work(write=False):
        assert [one.name for one in drops.dropped_files(staff)] == ["list.csv"]
        for actor in (nils, other):
            assert drops.dropped_files(actor) == []
            for act in (drops.dropped_file, drops.faults, drops.content):
                with pytest.raises(errors.NotFound):
                    act(actor, found.uuid)
    assert drop(other, PRICES).new  # the same bytes of another company are another file
    for actor, kind in ((nils, "price_list"), (greta, "leads"), (staff, "leads"), (greta, "nonsense")):
        with pytest.raises(errors.Invalid) as refused:
            drop(actor, PRICES, kind)
        assert refused.value.field == "kind"


def test_our_prices_for_all_reach_partners(staff: Actor) -> None:
    with db.unit_of_work():
        nils = supplier("Northwind", "Nils Berg", "partner")
    checked(staff, drop(staff, PRICES))
    with db.unit_of_work(write=False):
        assert [one.lines for one in supply.price_lists(nils)] == [2]
        assert drops.dropped_files(nils) == []


def test_who_left_the_company_changes_nothing(greta: Actor, staff: Actor) -> None:
    found = drop(greta, PRICES)
    with db.unit_of_work():
        (company,) = (one for one in partners.active() if one.id == greta.partner_id)
        partners.deactivate(company.uuid, actor=staff)
    assert checked(staff, found).line.state is State.QUARANTINED
    with db.unit_of_work(write=False):
        assert supply.price_lists(staff) == []


def test_two_drops_of_the_same_bytes_at_once_are_one_file(greta: Actor) -> None:
    start = Barrier(4)

    def run(_: int) -> bool:
        start.wait()
        return drop(greta, PRICES).new

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(run, range(4))) == [False, False, False, True]
    with db.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count(DroppedFile.id))) == 1


def test_two_workers_check_a_file_once(greta: Actor) -> None:
    found = drop(greta, PRICES)
    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(lambda name: drops.check_due(owner=f"worker {name}"), range(3))) == 1
    assert checked(greta, found).line.state is State.ACCEPTED
    with db.unit_of_work(write=False):
        assert len(supply.price_lists(greta)) == 1


def test_a_file_goes_after_its_time_and_its_bytes_stay_known(greta: Actor) -> None:
    found = drop(greta, PRICES)
    checked(greta, found)
    with clock.at(clock.now() + timedelta(days=32)):
        retention.run_due()
        with db.unit_of_work(write=False), pytest.raises(errors.NotFound):
            drops.content(greta, found.uuid)
        assert not drop(greta, PRICES).new
