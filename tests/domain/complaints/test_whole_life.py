"""From the first word to the customer's own close, and the way through another person's hands."""

from __future__ import annotations

import pytest

from portal.domain import complaints
from tests.domain.complaints import cases

pytestmark = pytest.mark.usefixtures("uow")


def test_a_complaint_goes_from_draft_to_closed_by_the_customer() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.offered(amina, sam, cases.REFUND, cases.APOLOGY)
    assert complaint.state == "offered"
    cases.accept(complaint, amina)
    assert complaint.state == "remedy_due"
    refund, apology = cases.remedies(complaint, amina)
    complaints.deliver(apology.uuid, actor=sam, evidence="Letter of today")
    assert complaint.state == "remedy_due"
    complaints.deliver(refund.uuid, actor=sam, evidence="Transfer 4711")
    assert complaint.state == "to_confirm"
    complaints.confirm(apology.uuid, actor=amina)
    assert complaint.state == "to_confirm"
    complaints.confirm(refund.uuid, actor=amina)
    assert (complaint.state, complaint.ended_how) == ("closed", "confirm")
    seen = complaints.case(amina, complaint.uuid)
    assert [stop.state for stop in seen.stops] == ["done"] * 6
    assert "reopen" in seen.may


def test_not_enough_goes_to_somebody_untouched_who_answers_last() -> None:
    amina, sam, rita = cases.amina(), cases.sam(), cases.rita()
    complaint = cases.in_review(amina, sam)
    assert complaint.state == "in_review"
    complaints.take_review(complaint, actor=rita, next_step="I read everything")
    complaints.ask_in_review(complaint, actor=rita, question="When did it begin to leak?")
    assert complaint.state == "needs_customer_r"
    complaints.answer(complaint, actor=amina, text="On the first day")
    more = {**cases.REFUND, "amount": "250"}
    complaints.offer_in_review(complaint, actor=rita, finding="upheld", reasons="All of it", remedies=[more])
    assert complaint.state == "review_offered"
    cases.accept(complaint, amina)
    assert [float(one.amount or 0) for one in cases.remedies(complaint, amina)] == [250.0]
