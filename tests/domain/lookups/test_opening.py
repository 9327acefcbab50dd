"""A look-up: purpose first, one row per half hour, readable by the customer at once."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, lookups
from portal.domain.audit import AuditEvent
from portal.domain.errors import Denied, Invalid
from portal.domain.lookups.models import LookUp, LookUpItem
from tests import records

pytestmark = pytest.mark.usefixtures("uow")
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
CASE = str(uuid.uuid4())


def count(model: type[db.Base]) -> int:
    return db.session().scalar(select(func.count()).select_from(model)) or 0


def look(actor, account_id, kind="customer_page", item=None, label="", purpose="case", about=CASE):
    lookups.open(
        actor=actor, account_id=account_id, purpose=purpose, about_key=about, about_label="4827713095",
        item=(kind, item, label),
    )  # fmt: skip


def test_looking_again_in_the_half_hour_writes_nothing() -> None:
    amina, sam = records.customer(), records.staff()
    with clock.at(NOON):
        for _ in range(3):
            look(sam, amina.account_id)
    with clock.at(NOON + timedelta(minutes=29)):
        look(sam, amina.account_id)
    assert (count(LookUp), count(LookUpItem), count(AuditEvent)) == (1, 1, 1)


def test_another_thing_is_one_more_line_of_the_same_look_up() -> None:
    amina, sam = records.customer(), records.staff()
    with clock.at(NOON):
        look(sam, amina.account_id)
        look(sam, amina.account_id, "complaint", uuid.uuid4(), "4827713095")
        look(sam, amina.account_id, "file", uuid.uuid4(), "kettle.jpg")
    assert (count(LookUp), count(LookUpItem), count(AuditEvent)) == (1, 3, 1)
    [seen] = lookups.of(amina).page()
    assert [str(thing.label) for thing in seen.opened] == [
        "customer page",
        "complaint 482 771 3095",
        "file kettle.jpg",
    ]


def test_another_half_hour_purpose_case_session_or_account_is_another_look_up() -> None:
    amina, ben, sam, rita = (
        records.customer(),
        records.customer("Ben Petrov"),
        records.staff(),
        records.staff("Rita"),
    )
    with clock.at(NOON):
        look(sam, amina.account_id)
        look(sam, amina.account_id, purpose="call", about="call 17")
        look(sam, amina.account_id, about=str(uuid.uuid4()))
        look(rita, amina.account_id)
        look(sam, ben.account_id)
    with clock.at(NOON + timedelta(minutes=31)):
        look(sam, amina.account_id)
    assert count(LookUp) == 6


def test_without_a_purpose_or_what_it_is_tied_to_nothing_opens() -> None:
    amina, sam = records.customer(), records.staff()
    for purpose, about, field in (
        ("", CASE, "purpose"),
        ("list", CASE, "purpose"),
        ("call", "", "reference"),
    ):
        with pytest.raises(Invalid) as refused:
            look(sam, amina.account_id, purpose=purpose, about=about)
        assert refused.value.field == field
    assert count(LookUp) == 0


def test_staff_without_a_session_are_refused() -> None:
    amina, sam = records.customer(), records.staff()
    with pytest.raises(Denied):
        look(type(sam)(kind=sam.kind, person_id=sam.person_id), amina.account_id)


def test_the_customer_who_looks_at_the_own_page_is_no_look_up() -> None:
    amina = records.customer()
    look(amina, amina.account_id)
    assert count(LookUp) == 0


def test_a_list_is_one_row_about_no_customer() -> None:
    sam = records.staff()
    with clock.at(NOON):
        for label in ("", "", "nowak", "nowak"):
            lookups.open_list(actor=sam, kind="search", label=label)
    [row] = db.session().scalars(select(LookUp))
    assert row.account_id is None
    assert count(LookUpItem) == 2


def test_the_customer_reads_the_team_and_never_the_name() -> None:
    amina, sam = records.customer(), records.staff("Sam Okoye")
    look(sam, amina.account_id)
    [seen] = lookups.of(amina).page()
    assert seen.team == "Complaints"
    assert "Sam" not in repr(seen)
    event = db.session().scalars(select(AuditEvent)).one()
    assert event.actor_name == ""
    assert event.actor_person_id == sam.person_id


def test_ben_never_sees_who_looked_at_amina() -> None:
    amina, ben, sam = records.customer(), records.customer("Ben Petrov"), records.staff()
    look(sam, amina.account_id)
    [hers] = lookups.of(amina).page()
    assert lookups.of(ben).page() == []
    assert lookups.of(ben).page(after=hers.uuid) == []
    assert lookups.of(sam).page() == []
    assert lookups.of(ben).last() is None
    assert lookups.of(amina).last().uuid == hers.uuid


def test_the_strip_counts_days_of_the_readers_zone_and_the_list_keeps_to_a_day() -> None:
    amina, sam = records.customer(), records.staff()
    late = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)  # half past midnight in Warsaw
    with clock.at(late):
        look(sam, amina.account_id)
    days = lookups.of(amina).days(late.date().replace(day=1), late.date().replace(day=31))
    assert len(days) == 31
    assert {day: n for day, n in days.items() if n} == {late.date().replace(day=11): 1}
    assert lookups.of(amina).page(day=late.date()) == []
    assert len(lookups.of(amina).page(day=late.date().replace(day=11))) == 1


def test_pages_of_look_ups_follow_each_other() -> None:
    amina, sam = records.customer(), records.staff()
    for hours in range(12):
        with clock.at(NOON + timedelta(hours=hours)):
            look(sam, amina.account_id)
    seen, after = [], None
    while True:
        rows = lookups.of(amina).page(after=after, limit=5)
        seen += rows[:5]
        if len(rows) <= 5:
            break
        after = rows[4].uuid
    assert [row.first_at for row in seen] == sorted((row.first_at for row in seen), reverse=True)
    assert len(seen) == 12


def test_a_stated_purpose_holds_for_this_session_and_a_while() -> None:
    amina, sam, rita = records.customer(), records.staff(), records.staff("Rita")
    with clock.at(NOON):
        look(sam, amina.account_id)
        assert lookups.current(sam, amina.account_id).purpose == "case"
        assert lookups.current(rita, amina.account_id) is None
    with clock.at(NOON + timedelta(minutes=45)):
        assert lookups.current(sam, amina.account_id) is not None
    with clock.at(NOON + timedelta(minutes=61)):
        assert lookups.current(sam, amina.account_id) is None


def test_a_page_that_only_reads_still_leaves_its_look_up(own_database: db.Database) -> None:
    with db.unit_of_work():
        amina, sam = records.customer(), records.staff()
    with db.unit_of_work(write=False):
        look(sam, amina.account_id)
    with db.unit_of_work(write=False):
        assert len(lookups.of(amina).page()) == 1


def test_within_a_writing_unit_the_look_up_waits_for_its_commit(own_database: db.Database) -> None:
    with db.unit_of_work():
        amina, sam = records.customer(), records.staff()
    with pytest.raises(RuntimeError, match="stop"), db.unit_of_work():
        look(sam, amina.account_id)
        raise RuntimeError("stop")
    with db.unit_of_work(write=False):
        assert lookups.of(amina).page() == []


def test_one_more_thing_opens_under_the_purpose_of_this_half_hour() -> None:
    amina, sam = records.customer(), records.staff()
    page = ("timeline", None, "")
    with clock.at(NOON):
        assert lookups.reopen(actor=sam, account_id=amina.account_id, item=page) is None
        assert count(LookUp) == 0
        look(sam, amina.account_id)
        for _ in range(2):
            assert (
                lookups.reopen(actor=sam, account_id=amina.account_id, item=page).about_label == "4827713095"
            )
    assert (count(LookUp), count(LookUpItem)) == (1, 2)
    with clock.at(NOON + timedelta(minutes=40)):
        assert lookups.reopen(actor=sam, account_id=amina.account_id, item=page)
    assert (count(LookUp), count(LookUpItem)) == (2, 3)
