"""Lists and the case page: what is due first, a fixed number of queries, keys that carry no internal ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import clock, complaints, errors, outbox
from portal.domain.accounts.models import Account, Person
from portal.domain.actor import Permission
from portal.domain.complaints.models import Clock
from tests import records
from tests.counting import counted
from tests.domain.complaints import cases

pytestmark = pytest.mark.usefixtures("uow")
MONDAY = datetime(2026, 6, 15, 8, tzinfo=UTC)


def pages(fetch: Any, size: int) -> list[Any]:
    """Walk through every page by its keys."""
    found, after = [], None
    while True:
        rows = fetch(after, size)
        found += rows[:size]
        if len(rows) <= size:
            return found
        after = rows[size - 1].key


def test_the_queue_shows_harm_first_then_what_is_due() -> None:
    amina, sam = cases.amina(), cases.sam()
    with clock.at(MONDAY):
        later = cases.in_hand(amina, sam)
    with clock.at(MONDAY - timedelta(days=1)):
        sooner = cases.received(amina)
    with clock.at(MONDAY + timedelta(hours=1)):
        harm = cases.received(amina)
        complaints.raise_harm(harm, actor=amina, reason="It smokes")
        waits = cases.offered(amina, sam)
        lines = complaints.of(sam).queue("due")
        assert [line.uuid for line in lines] == [harm.uuid, sooner.uuid, later.uuid]
        assert lines[0].harm and "Danger" in str(lines[0].why)
        assert [line.uuid for line in complaints.of(sam).queue("waiting_customer")] == [waits.uuid]
        assert {line.uuid for line in complaints.of(sam).queue("mine")} == {later.uuid, waits.uuid}
        assert {line.uuid for line in complaints.of(sam).queue("unassigned")} == {harm.uuid, sooner.uuid}
        counts = complaints.of(sam).counts()
        assert (counts["due"], counts["waiting_customer"], counts["all_open"], counts["ended"]) == (
            3,
            1,
            4,
            0,
        )


def test_what_is_mine_is_in_my_hands_and_not_with_the_reviewer() -> None:
    amina, look = cases.amina(), Permission.DASHBOARD_READ
    sam = records.staff("Sam Okoye", *cases.HANDLER, look)
    rita = records.staff("Rita Lind", *cases.REVIEWER, look)
    reviewed = cases.in_review(amina, sam)
    assert complaints.of(sam).queue("mine") == []
    assert complaints.pressing(sam).mine == 0
    complaints.take_review(reviewed, actor=rita, next_step="I read both sides")
    assert [line.uuid for line in complaints.of(rita).queue("mine")] == [reviewed.uuid]
    assert complaints.of(sam).queue("mine") == []
    assert (complaints.pressing(sam).mine, complaints.pressing(rita).mine) == (0, 1)


def test_every_page_by_key_gives_each_complaint_once_and_no_key_carries_an_internal_id() -> None:
    amina, sam = cases.amina(), cases.sam()
    made = []
    with clock.at(MONDAY):
        for _ in range(7):
            made.append(cases.received(amina))
        finder = complaints.of(sam)
        seen = pages(lambda after, size: finder.queue("all_open", after, size), 3)
        assert [line.uuid for line in seen] == [one.uuid for one in made]
        hers = pages(lambda after, size: complaints.of(amina).recent(after, size), 2)
        assert [line.uuid for line in hers] == [one.uuid for one in reversed(made)]
        for one in made:
            complaints.withdraw(one, actor=amina)
        ended = pages(lambda after, size: finder.queue("ended", after, size), 3)
        assert {line.uuid for line in ended} == {one.uuid for one in made}
    ids = {one.id for one in made}
    for line in [*seen, *hers, *ended]:
        assert not ids & {part for part in line.key if isinstance(part, int) and part > 1}


def test_nonsense_keys_and_views_are_answered_calmly() -> None:
    sam = cases.sam()
    finder = complaints.of(sam)
    for after in (
        [],
        ["x"],
        [1, "x", "y"],
        ["1", "2026-01-01", "z"],
        [0, "2026-01-01T00:00:00+00:00", "no-uuid"],
    ):
        finder.queue("due", after)
        finder.queue("ended", after)
        finder.recent(after)
    with pytest.raises(errors.NotFound):
        finder.queue("everything")


def test_what_was_written_after_the_end_is_shown_to_a_human_until_it_is_answered() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.received(amina)
    complaints.withdraw(complaint, actor=amina)
    complaints.write_after_end(complaint, actor=amina, text="Thank you all the same")
    assert complaint.state == "withdrawn"
    assert complaints.case(amina, complaint.uuid).asks_reopen
    assert [line.uuid for line in complaints.of(sam).queue("written_after")] == [complaint.uuid]
    complaints.just_saying(complaint, actor=amina)
    assert complaints.of(sam).queue("written_after") == []


def test_what_was_written_after_the_end_is_paged_in_the_order_of_writing() -> None:
    amina, sam = cases.amina(), cases.sam()
    made = []
    for day in range(5):
        with clock.at(MONDAY + timedelta(days=day // 2)):  # two at the same instant stand apart by their ids
            one = cases.received(amina)
            complaints.withdraw(one, actor=amina)
            complaints.write_after_end(one, actor=amina, text="One more thing")
            made.append(one.uuid)
    seen = pages(lambda after, size: complaints.of(sam).queue("written_after", after, size), 2)
    assert [line.uuid for line in seen] == made
    with counted() as statements:
        complaints.of(sam).queue("written_after", seen[1].key, 2)
    assert len(statements) == 1
    for nonsense in (["x", "y"], ["2026-01-01", "y"], [None, None], [1]):
        assert len(complaints.of(sam).queue("written_after", nonsense, 2)) == 3


@pytest.mark.parametrize("entries", [1, 12])
def test_the_page_of_a_case_takes_four_queries_at_any_size(entries: int) -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.offered(amina, sam, cases.REFUND, cases.APOLOGY)
    for n in range(entries):
        complaints.add_words(complaint, actor=amina, text=f"Words {n}")
    for actor in (amina, sam):
        uuid = complaint.uuid
        db.session().expire_all()
        with counted() as statements:
            seen = complaints.case(actor, uuid)
        assert len(statements) == 4
        assert len(seen.thread) == entries + 1


@pytest.mark.parametrize("view", list(complaints.VIEWS))
def test_a_view_of_the_queue_takes_one_query(view: str) -> None:
    amina, sam = cases.amina(), cases.sam()
    for _ in range(3):
        cases.received(amina)
    with counted() as statements:
        complaints.of(sam).queue(view)
    assert len(statements) == 1
    with counted() as statements:
        complaints.of(sam).counts()
    assert len(statements) == 1


def test_page_list_queue_and_mail_show_the_same_date_of_the_same_clock() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.in_hand(amina, sam)
    complaints.ask(complaint, actor=sam, question="Since when?")
    promise = complaints.case(amina, complaint.uuid).promise
    assert promise is not None and promise.k == "K6"
    line = complaints.of(amina).recent()[0]
    assert (line.due_at, line.due_clock) == (promise.due_at, "K6")
    mail = (
        db.session().scalars(select(outbox.Message).where(outbox.Message.name == "complaint_question")).one()
    )
    assert promise.due_at is not None
    assert (mail.data["due"], mail.data["due_zone"]) == (promise.due_at.isoformat(), promise.zone)
    stored = db.session().scalars(select(Clock).where(Clock.k == "K6")).one()
    assert [str(one) for one in complaints.explain(stored)] == [str(one) for one in promise.explain]
    staff = complaints.case(sam, complaint.uuid)
    assert {one.k: one.due_at for one in staff.promises} == {
        one.k: one.due_at for one in complaints.case(amina, complaint.uuid).promises
    }


def test_a_complaint_entered_later_shows_the_time_already_used() -> None:
    amina, sam = cases.amina(), cases.sam()
    with clock.at(MONDAY):
        arrived = MONDAY - timedelta(days=4)
        complaint = complaints.enter(
            actor=sam, account=db.session().get_one(Account, amina.account_id), person=amina.person_id,
            channel="letter", received_at=arrived, words="The machine leaks", remedy_wanted="repair", key="form-1",
        )  # fmt: skip
        again = complaints.enter(
            actor=sam, account=amina.account_id or 0, person=None, channel="letter", received_at=arrived,
            words="The machine leaks", key="form-1",
        )  # fmt: skip
        assert again is complaint
        by_key = {one.k: one for one in complaints.case(amina, complaint.uuid).promises}
        assert by_key["K4"].started_at == arrived
        assert by_key["K2"].late  # the day for naming a person is over
        assert complaint.contact_channel == "letter"
        letter = db.session().scalars(select(outbox.Message)).one()
        assert (letter.name, letter.channel) == ("complaint_entered", "letter")
        complaints.run_due_clocks(MONDAY + timedelta(minutes=1))
    log = complaints.case(sam, complaint.uuid).events
    assert [event.act for event in log] == ["enter", "nobody_named"]
    assert log[0].at == log[1].at == MONDAY


def test_entering_needs_the_right_and_a_true_receipt() -> None:
    amina, sam = cases.amina(), cases.sam()
    person = db.session().get_one(Person, amina.person_id)
    given: dict[str, Any] = {
        "account": amina.account_id,
        "person": person,
        "channel": "phone",
        "words": "It leaks",
    }
    with pytest.raises(errors.Denied):
        complaints.enter(actor=cases.rita(), received_at=clock.now(), **given)
    for wrong in (clock.now() + timedelta(days=1), clock.now() - timedelta(days=400)):
        with pytest.raises(errors.Invalid) as refused:
            complaints.enter(actor=sam, received_at=wrong, **given)
        assert refused.value.field == "received_at"
    for change, field in (
        ({"channel": "smoke"}, "channel"),
        ({"words": " "}, "words"),
        ({"account": 0}, "account"),
    ):
        with pytest.raises(errors.Invalid) as refused:
            complaints.enter(actor=sam, received_at=clock.now(), **{**given, **change})
        assert refused.value.field == field
    ben = cases.amina()
    with pytest.raises(errors.Invalid):
        complaints.enter(actor=sam, received_at=clock.now(), **{**given, "person": ben.person_id})
