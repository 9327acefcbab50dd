"""What the law does by itself: silence is a yes at the right second, against us, and both sides are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import clock, complaints, errors, outbox
from portal.domain.accounts.models import Account
from portal.domain.complaints.models import Clock, Complaint, ComplaintEvent
from tests.domain.complaints import cases
from tests.domain.complaints.test_time import acts, at_monday, names, run

pytestmark = pytest.mark.usefixtures("uow")
MONDAY = cases.MONDAY
DUE = datetime(2026, 6, 29, 22, tzinfo=UTC)  # 14 days after the 15th of June: midnight in Warsaw
SECOND = timedelta(seconds=1)


def legal(complaint: Complaint) -> Clock:
    found = select(Clock).where(Clock.complaint_id == complaint.id, Clock.k == "K4")
    return db.session().scalars(found).one()


def told(name: str) -> list[outbox.Message]:
    return list(db.session().scalars(select(outbox.Message).where(outbox.Message.name == name)))


def upheld(**fields: Any) -> tuple[Any, Any, Complaint]:
    amina, sam = cases.amina(), cases.sam()
    complaint = at_monday(cases.in_hand, amina, sam, **fields)
    run(DUE)
    return amina, sam, complaint


def test_a_polish_consumer_unanswered_for_fourteen_days_is_right_at_the_very_second_and_both_sides_are_told() -> (
    None
):
    amina, sam = cases.amina(), cases.sam()
    cases.maria()
    complaint = at_monday(
        cases.in_hand, amina, sam, remedy_wanted="refund", amount_wanted="149.90", currency="PLN"
    )
    assert legal(complaint).due_at == DUE
    run(DUE - SECOND)
    assert complaint.state == "in_hand"
    run(DUE)
    assert complaint.state == "law_upheld"
    event = (
        db.session()
        .scalars(
            select(ComplaintEvent).where(
                ComplaintEvent.complaint_id == complaint.id, ComplaintEvent.act == "law_upholds"
            )
        )
        .one()
    )
    assert (event.at, event.actor_kind) == (DUE, "law")
    assert legal(complaint).ended_how == "late", "it counts as a promise that we broke"
    with clock.at(DUE):
        case = complaints.case(amina, complaint.uuid)
    owed = case.remedies[0]
    assert (owed.kind, owed.amount, owed.state, owed.asked) == ("refund", Decimal("149.90"), "due", True)
    assert case.promise is not None and case.promise.k == "K10" and case.choose_until is not None
    (mail,) = told("complaint_law_upheld")
    assert mail.person_id == amina.person_id
    assert (mail.data["was"], mail.data["due"]) == (DUE.isoformat(), owed.due_at.isoformat())
    assert len({one.person_id for one in told("complaint_desk")}) == 2, (
        "who looks after it, and the supervisor"
    )
    assert run(DUE) == 0 and len(told("complaint_law_upheld")) == 1


def test_an_answer_in_the_last_second_keeps_the_law_away() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = at_monday(cases.in_hand, amina, sam)
    with clock.at(DUE - SECOND):
        complaints.offer(complaint, actor=sam, finding="not_upheld", reasons="It was dropped.", remedies=())
    run(DUE + timedelta(days=1))
    assert complaint.state == "offered"


def test_an_answer_after_the_legal_date_cannot_outrun_the_law_while_the_runner_stands_still() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = at_monday(cases.in_hand, amina, sam)
    with clock.at(DUE + timedelta(days=5)), pytest.raises(errors.Conflict):
        complaints.offer(complaint, actor=sam, finding="not_upheld", reasons="It was dropped.", remedies=())


def test_a_complaint_that_nobody_took_is_upheld_too_and_falls_to_a_supervisor() -> None:
    amina, maria = cases.amina(), cases.maria()
    complaint = at_monday(cases.received, amina)
    run(DUE)
    assert (complaint.state, complaint.handler_id) == ("law_upheld", maria.person_id)


def test_a_company_is_not_upheld_by_a_law_for_consumers() -> None:
    amina, sam = cases.amina(), cases.sam()
    db.session().get_one(Account, amina.account_id).kind = "company"
    complaint = at_monday(cases.in_hand, amina, sam)
    run(DUE + timedelta(days=3))
    assert complaint.state == "in_hand" and complaint.law_key == ""


def test_who_says_nothing_gets_what_was_asked_for_and_the_date_does_not_move() -> None:
    amina, sam, complaint = upheld()
    with clock.at(DUE):
        case = complaints.case(amina, complaint.uuid)
    due, until = case.remedies[0].due_at, case.choose_until
    assert until is not None and "deliver" not in case.may
    run(until)
    assert complaint.state == "remedy_due" and names("complaint_law_settled")
    with clock.at(until):
        one = complaints.case(sam, complaint.uuid).remedies[0]
        assert one.due_at == due
        complaints.deliver(one.uuid, actor=sam, evidence="Repaired on site")
    assert complaint.state == "to_confirm"
    with clock.at(until):
        complaints.confirm(one.uuid, actor=amina)
    assert complaint.state == "closed"


def test_the_customer_can_take_it_at_once_and_twice_is_once() -> None:
    amina, sam, complaint = upheld()
    with clock.at(DUE + timedelta(hours=9)):
        complaints.settle_by_law(complaint, actor=amina)
        complaints.settle_by_law(complaint, actor=amina)
        with pytest.raises(errors.Denied):
            complaints.settle_by_law(upheld()[2], actor=sam)
    assert acts(complaint).count("settle_by_law") == 1


def test_another_wish_keeps_what_the_law_gives_on_the_table() -> None:
    amina, sam, complaint = upheld()
    at = DUE + timedelta(hours=9)
    with clock.at(at):
        complaints.choose_other(
            complaint, actor=amina, remedy_wanted="refund", amount_wanted="100", currency="PLN"
        )
        case = complaints.case(amina, complaint.uuid)
        assert case.state == "offered" and case.offer is not None
        assert [one.kind for one in case.offer.remedies] == ["repair"]
        with pytest.raises(errors.Invalid):
            complaints.offer(complaint, actor=sam, finding="upheld", reasons="So be it.",
                             remedies=[{"kind": "refund", "amount": "90", "currency": "PLN"}])  # fmt: skip
        complaints.offer(complaint, actor=sam, finding="upheld", reasons="So be it.",
                         remedies=[{"kind": "refund", "amount": "100", "currency": "PLN"}])  # fmt: skip
        cases.accept(complaint, amina)
        assert [one.kind for one in complaints.case(amina, complaint.uuid).remedies] == ["refund"]
    assert complaint.state == "remedy_due"


def test_thirty_days_without_a_runner_every_effect_happens_once_in_order_and_on_its_date() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = at_monday(cases.in_hand, amina, sam)
    back = MONDAY + timedelta(days=30)
    run(back)
    log = list(
        db.session().scalars(
            select(ComplaintEvent)
            .where(ComplaintEvent.complaint_id == complaint.id)
            .order_by(ComplaintEvent.id)
        )
    )
    found = [(one.act, one.at) for one in log]
    assert [at for _, at in found] == sorted(at for _, at in found)
    assert dict(found)["law_upholds"] == DUE
    assert len({act for act, _ in found}) == len(found), "each once"
    assert complaint.state == "law_upheld", "the customer could not choose before we were back"
    with clock.at(back):
        until = complaints.case(amina, complaint.uuid).choose_until
    assert until is not None and until > back + timedelta(days=1)
    assert run(back) == 0
