"""What happens by itself: reminders, late promises, ends without a word, and catching up after any stop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal import db
from portal.domain import clock, complaints, outbox, preferences
from portal.domain.accounts.models import Account
from portal.domain.complaints.models import Clock, Complaint, ComplaintEvent
from tests.domain.complaints import cases

pytestmark = pytest.mark.usefixtures("uow")
MONDAY = datetime(2026, 6, 15, 8, tzinfo=UTC)


def run(at: datetime) -> int:
    with clock.at(at):
        return complaints.run_due_clocks(at)


def deliver_mail(at: datetime) -> None:
    db.session().execute(
        update(outbox.Message).where(outbox.Message.state == "queued").values(state="sent", ended_at=at)
    )


def day_by_day(start: datetime, days: int, *, mail: bool = True) -> None:
    for n in range(days):
        if mail:
            deliver_mail(start + timedelta(days=n))
        run(start + timedelta(days=n))


def acts(complaint: Complaint) -> list[str]:
    found = (
        select(ComplaintEvent.act)
        .where(ComplaintEvent.complaint_id == complaint.id)
        .order_by(ComplaintEvent.id)
    )
    return list(db.session().scalars(found))


def names(prefix: str) -> list[str]:
    return list(
        db.session().scalars(select(outbox.Message.name).where(outbox.Message.name.startswith(prefix)))
    )


def at_monday(make: Any, *args: Any, **kwargs: Any) -> Any:
    with clock.at(MONDAY):
        return make(*args, **kwargs)


def test_an_acknowledgement_handed_over_within_the_minute_is_kept() -> None:
    complaint = at_monday(cases.received, cases.amina())
    deliver_mail(MONDAY + timedelta(seconds=5))
    assert run(MONDAY + timedelta(seconds=61)) == 1
    assert acts(complaint)[-1] == "acknowledge"
    assert complaint.version == 2  # an open page is not made old by it


def test_an_acknowledgement_still_waiting_after_a_minute_is_on_the_log_as_late() -> None:
    complaint = at_monday(cases.received, cases.amina())
    run(MONDAY + timedelta(minutes=2))
    assert acts(complaint)[-1] == "ack_late"


def test_a_late_acknowledgement_is_a_broken_promise_that_ends_when_it_went_out() -> None:
    complaint = at_monday(cases.received, cases.amina())
    for minutes in (2, 7, 12, 22, 42, 70):
        run(MONDAY + timedelta(minutes=minutes))
    assert acts(complaint).count("ack_late") == 1, "it is said once, however often we look"
    deliver_mail(MONDAY + timedelta(minutes=75))
    run(MONDAY + timedelta(hours=8))
    promise = db.session().scalars(select(Clock).where(Clock.k == "K1")).one()
    assert (promise.ended_how, promise.ended_at) == ("late", MONDAY + timedelta(minutes=75))
    assert promise.next_at is None and promise.alarms == []
    assert promise.zone == "Europe/Warsaw"
    assert acts(complaint)[-1] == "acknowledge"
    assert run(MONDAY + timedelta(hours=9)) == 0


def test_an_acknowledgement_that_waits_for_the_customers_own_hours_is_not_late() -> None:
    amina = cases.amina()
    evening = {str(day): [["20:00", "21:00"]] for day in range(7)}
    at_monday(preferences.change, actor=amina, hours=evening)
    complaint = at_monday(cases.received, amina)
    deliver_mail(MONDAY + timedelta(seconds=5))
    run(MONDAY + timedelta(minutes=2))
    assert acts(complaint)[-1] == "acknowledge"


def test_a_missed_naming_is_owned_up_to_and_opens_the_way_to_another_person() -> None:
    amina = cases.amina()
    complaint = at_monday(cases.received, amina)
    assert "escalate" not in at_monday(complaints.case, amina, complaint.uuid).may
    day_by_day(MONDAY, 3)
    assert "nobody_named" in acts(complaint)
    assert names("complaint_late") == ["complaint_late"]
    with clock.at(MONDAY + timedelta(days=3)):
        assert "escalate" in complaints.case(amina, complaint.uuid).may
        complaints.escalate(complaint, actor=amina)
    assert complaint.state == "in_review"


def test_a_late_answer_is_told_to_the_customer_once() -> None:
    amina, sam = cases.amina(), cases.sam()
    at_monday(cases.in_hand, amina, sam)
    day_by_day(MONDAY, 30)
    assert names("complaint_late") == ["complaint_late"]  # the service promise
    assert names("complaint_law_upheld") == ["complaint_law_upheld"]  # and the legal date, each once


def test_a_question_that_stays_open_goes_back_to_us_and_never_closes() -> None:
    amina, sam = cases.amina(), cases.sam()
    db.session().get_one(Account, amina.account_id).kind = "company"  # no law takes our silence as a yes
    complaint = at_monday(cases.in_hand, amina, sam)
    with clock.at(MONDAY + timedelta(hours=1)):
        complaints.ask(complaint, actor=sam, question="Since when?")
        before = complaints.case(amina, complaint.uuid)
        assert {one.k: one.paused for one in before.promises}["K3"]
    day_by_day(MONDAY, 20)
    assert complaint.state == "in_hand"
    assert "complaint_resumed" in names("complaint_resumed")
    k3 = db.session().scalars(select(Clock).where(Clock.complaint_id == complaint.id, Clock.k == "K3")).one()
    assert k3.due_at is not None and k3.due_at > MONDAY + timedelta(days=20)


def test_an_offer_lapses_only_after_two_delivered_reminders_and_what_is_upheld_stays_owed() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = at_monday(cases.offered, amina, sam)
    day_by_day(MONDAY, 30)
    assert complaint.state == "lapsed"
    assert names("complaint_offer_reminder") == ["complaint_offer_reminder"] * 2
    with clock.at(MONDAY + timedelta(days=31)):
        owed = cases.remedies(complaint, amina)
        assert [one.state for one in owed] == ["due"]
        complaints.deliver(owed[0].uuid, actor=sam, evidence="Transfer 4711")
    assert complaint.state == "lapsed"


def test_an_offer_whose_reminders_never_arrived_is_open_for_another_round() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = at_monday(cases.offered, amina, sam)
    day_by_day(MONDAY, 40, mail=False)
    assert complaint.state == "offered"
    assert "unreached" in acts(complaint)
    offer = complaints.case(amina, complaint.uuid).offer
    assert offer is not None and offer.expires is not None and offer.expires > MONDAY + timedelta(days=50)


@pytest.mark.parametrize(
    ("known", "wanted", "ways"),
    [
        ({"phone": "+48600100200"}, "email", ["phone"]),
        ({"phone": "+48600100200", "street": "Długa 4", "city": "Warszawa"}, "phone", ["letter"]),
        ({"street": "Długa 4", "city": "Warszawa"}, "email", ["letter"]),
        ({}, "email", []),
    ],
)
def test_who_was_not_reached_is_a_task_to_reach_another_way(
    known: dict[str, str], wanted: str, ways: list[str]
) -> None:
    amina, sam = cases.amina(), cases.sam()
    account = db.session().get_one(Account, amina.account_id)
    for name in ("phone", "street", "city"):
        setattr(account, name, known.get(name, ""))
    complaint = at_monday(cases.offered, amina, sam)
    complaint.contact_channel = wanted
    day_by_day(MONDAY, 40, mail=False)
    tasks = db.session().scalars(select(outbox.Message).where(outbox.Message.name == "complaint_unreached"))
    assert [one.channel for one in tasks] == ways
    day_by_day(MONDAY + timedelta(days=40), 2, mail=False)
    assert names("complaint_unreached") == ["complaint_unreached"] * len(ways), "once for a round"


def test_a_remedy_that_nobody_confirms_ends_without_a_word_and_is_called_so() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = at_monday(cases.offered, amina, sam)
    with clock.at(MONDAY + timedelta(hours=1)):
        cases.accept(complaint, amina)
        complaints.deliver(cases.remedies(complaint, amina)[0].uuid, actor=sam, evidence="Transfer 4711")
    day_by_day(MONDAY, 20)
    assert (complaint.state, complaint.ended_how) == ("closed_unconfirmed", "unconfirmed")
    assert "without" in str(complaints.case(amina, complaint.uuid).ended_note)


def test_a_remedy_that_is_not_done_in_time_goes_to_another_person_by_itself() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = at_monday(cases.offered, amina, sam)
    with clock.at(MONDAY + timedelta(hours=1)):
        cases.accept(complaint, amina)
    day_by_day(MONDAY, 25)
    assert complaint.state == "in_review"
    assert acts(complaint).index("remedy_late") < acts(complaint).index("remedy_overdue")
    assert names("complaint_remedy_overdue") == ["complaint_remedy_overdue"]


def test_thirty_days_without_a_runner_are_caught_up_in_order_each_effect_dated_when_it_was_due() -> None:
    amina, sam = cases.amina(), cases.sam()
    one = at_monday(cases.received, amina)
    two = at_monday(cases.in_hand, amina, sam)
    run(MONDAY + timedelta(days=30))
    for complaint in (one, two):
        log = list(
            db.session().scalars(
                select(ComplaintEvent)
                .where(ComplaintEvent.complaint_id == complaint.id)
                .order_by(ComplaintEvent.id)
            )
        )
        assert [event.at for event in log] == sorted(event.at for event in log)
    late = (
        db.session()
        .scalars(
            select(ComplaintEvent).where(
                ComplaintEvent.complaint_id == two.id, ComplaintEvent.act == "answer_late"
            )
        )
        .one()
    )
    k3 = db.session().scalars(select(Clock).where(Clock.complaint_id == two.id, Clock.k == "K3")).one()
    assert late.at == k3.due_at
    assert run(MONDAY + timedelta(days=30)) == 0


def test_a_long_stop_reminds_once_and_not_twice_at_the_same_moment() -> None:
    amina, sam = cases.amina(), cases.sam()
    at_monday(cases.offered, amina, sam)
    run(MONDAY + timedelta(days=27))
    assert names("complaint_offer_reminder") == ["complaint_offer_reminder"]


def test_a_draft_is_discarded_after_ninety_days_and_two_reminders() -> None:
    draft = at_monday(cases.draft, cases.amina())
    day_by_day(MONDAY, 89)
    assert draft.state == "draft"
    assert names("complaint_draft_reminder") == ["complaint_draft_reminder"] * 2
    day_by_day(MONDAY + timedelta(days=89), 3)
    assert draft.state == "discarded"


def test_a_draft_whose_author_was_never_reached_stays() -> None:
    draft = at_monday(cases.draft, cases.amina())
    day_by_day(MONDAY, 95, mail=False)
    assert draft.state == "draft"


def test_after_six_months_an_ended_complaint_goes_to_the_archive() -> None:
    amina = cases.amina()
    complaint = at_monday(cases.received, amina)
    with clock.at(MONDAY + timedelta(hours=1)):
        complaints.withdraw(complaint, actor=amina)
    run(MONDAY + timedelta(days=200))
    assert complaint.state == "archived"
    assert names("complaint_archived") == ["complaint_archived"]


def test_the_legal_clock_is_never_wiped_by_withdrawing_and_reopening() -> None:
    amina = cases.amina()
    complaint = at_monday(cases.received, amina)
    first = {one.k: one.due_at for one in complaints.case(amina, complaint.uuid).promises}
    with clock.at(MONDAY + timedelta(days=2)):
        complaints.withdraw(complaint, actor=amina)
    with clock.at(MONDAY + timedelta(days=3)):
        complaints.undo_withdraw(complaint, actor=amina)
        again = {one.k: one.due_at for one in complaints.case(amina, complaint.uuid).promises}
    assert again["K4"] == first["K4"]
