"""Offers: numbered, hashed, only better; accepting binds to the version that was seen."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import complaints, errors
from portal.domain.actor import Permission
from portal.domain.complaints.models import Offer
from tests import records
from tests.domain.complaints import cases

pytestmark = pytest.mark.usefixtures("uow")
ANSWER: dict[str, Any] = {"finding": "upheld", "reasons": "The pump was cracked."}


def test_an_open_offer_can_be_improved_but_never_made_worse() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.offered(amina, sam)
    with pytest.raises(errors.Invalid) as refused:
        complaints.offer(complaint, actor=sam, **ANSWER, remedies=[{**cases.REFUND, "amount": "100"}])
    assert refused.value.field == "remedies"
    better = complaints.offer(complaint, actor=sam, **ANSWER, remedies=[{**cases.REFUND, "amount": "200"}])
    assert better.number == 2
    first = db.session().scalars(select(Offer).where(Offer.number == 1)).one()
    assert first.decision == "replaced"


def test_the_same_offer_pressed_twice_is_one_version() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.offered(amina, sam)
    again = complaints.offer(complaint, actor=sam, **ANSWER, remedies=[cases.REFUND])
    assert again.number == 1


def test_accepting_an_offer_that_was_replaced_since_is_refused() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.offered(amina, sam)
    seen = complaints.case(amina, complaint.uuid).offer
    assert seen is not None
    complaints.offer(complaint, actor=sam, **ANSWER, remedies=[{**cases.REFUND, "amount": "200"}])
    with pytest.raises(errors.Conflict) as refused:
        complaints.accept(complaint, actor=amina, number=seen.number, content_hash=seen.content_hash)
    assert refused.value.code == "complaint.offer_changed"
    assert complaint.state == "offered"


def test_accepting_twice_is_accepting_once() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.offered(amina, sam)
    seen = complaints.case(amina, complaint.uuid).offer
    assert seen is not None
    for _ in range(2):
        complaints.accept(complaint, actor=amina, number=seen.number, content_hash=seen.content_hash)
    version = complaint.version
    complaints.accept(complaint, actor=amina, number=seen.number, content_hash=seen.content_hash)
    assert (complaint.state, complaint.version) == ("remedy_due", version)


def test_accepting_an_answer_with_nothing_to_carry_out_closes() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.in_hand(amina, sam)
    complaints.offer(
        complaint, actor=sam, finding="not_upheld", reasons="It was installed as told.", remedies=[]
    )
    assert cases.accept(complaint, amina).state == "closed"


def test_money_above_the_limit_needs_a_supervisor() -> None:
    amina, sam = cases.amina(), cases.sam()
    boss = records.staff("Max", Permission.COMPLAINTS_READ, Permission.COMPLAINTS_SUPERVISE)
    complaint = cases.in_hand(amina, sam)
    much = [{**cases.REFUND, "amount": "300"}, {"kind": "compensation", "amount": "300", "currency": "PLN"}]
    with pytest.raises(errors.Denied) as refused:
        complaints.offer(complaint, actor=sam, **ANSWER, remedies=much)
    assert "500" in str(refused.value.message)
    complaints.offer(complaint, actor=sam, **ANSWER, remedies=much, money_limit=Decimal(600))
    assert complaint.state == "offered"
    other = cases.in_hand(amina, sam)
    complaints.offer(other, actor=boss, **ANSWER, remedies=much)
    assert other.state == "offered"


@pytest.mark.parametrize(
    ("remedy", "word"),
    [
        ({"kind": "gold"}, "Choose"),
        ({"kind": "refund"}, "how much"),
        ({"kind": "refund", "amount": "many"}, "digits"),
        ({"kind": "apology", "amount": "5"}, "refund"),
        ({"kind": "repair", "days": "0"}, "business days"),
        ({"kind": "other"}, "few words"),
    ],
)
def test_a_remedy_that_cannot_be_meant_is_refused_with_the_mend(remedy: dict[str, Any], word: str) -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.in_hand(amina, sam)
    with pytest.raises(errors.Invalid) as refused:
        complaints.offer(complaint, actor=sam, **ANSWER, remedies=[remedy])
    assert refused.value.field == "remedies"
    assert word in str(refused.value.message)


def test_an_answer_needs_a_finding_and_reasons() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.in_hand(amina, sam)
    for given, field in (
        ({"finding": "", "reasons": "So"}, "finding"),
        ({"finding": "upheld", "reasons": ""}, "reasons"),
    ):
        with pytest.raises(errors.Invalid) as refused:
            complaints.offer(complaint, actor=sam, **given, remedies=[])
        assert refused.value.field == field


def test_a_review_never_gives_less_than_was_offered_before() -> None:
    amina, sam, rita = cases.amina(), cases.sam(), cases.rita()
    complaint = cases.in_review(amina, sam)
    complaints.take_review(complaint, actor=rita, next_step="I read it")
    with pytest.raises(errors.Invalid):
        complaints.offer_in_review(complaint, actor=rita, finding="not_upheld", reasons="No", remedies=[])


def test_what_the_review_agrees_takes_the_place_of_what_was_not_carried_out() -> None:
    amina, sam, rita = cases.amina(), cases.sam(), cases.rita()
    complaint = cases.offered(amina, sam)
    cases.accept(complaint, amina)
    complaints.not_done(cases.remedies(complaint, amina)[0].uuid, actor=amina, text="It is too late for me")
    assert complaint.state == "in_review"
    complaints.take_review(complaint, actor=rita, next_step="I read it")
    more = {**cases.REFUND, "amount": "200"}
    complaints.offer_in_review(complaint, actor=rita, finding="upheld", reasons="Yes", remedies=[more])
    cases.accept(complaint, amina)
    assert [one.amount for one in cases.remedies(complaint, amina)] == [Decimal("200.00")]


def test_more_than_one_open_remedy_is_followed_by_the_nearest_date() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.offered(amina, sam, cases.APOLOGY, cases.REFUND)
    cases.accept(complaint, amina)
    apology, refund = cases.remedies(complaint, amina)
    assert apology.due_at is not None and refund.due_at is not None and apology.due_at < refund.due_at
    assert complaint.due_at == apology.due_at
    complaints.deliver(apology.uuid, actor=sam, evidence="Letter of today")
    assert (complaint.state, complaint.due_at) == ("remedy_due", refund.due_at)
