"""Who reaches what: another's complaint does not exist, a colleague sees what the right says, staff need permission."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal import db
from portal.domain import complaints, errors
from portal.domain.accounts.models import Account
from portal.domain.actor import SYSTEM, Actor, Permission, Right
from tests import records
from tests.domain.complaints import cases

pytestmark = pytest.mark.usefixtures("uow")

ACTS: dict[str, Callable[[complaints.Complaint, Actor], Any]] = {
    "save_draft": lambda c, a: complaints.save_draft(c, actor=a, words="x"),
    "send": lambda c, a: complaints.send(c, actor=a),
    "discard": lambda c, a: complaints.discard(c, actor=a),
    "attach": lambda c, a: complaints.attach(c, actor=a, name="a.txt", stream=io.BytesIO(b"hello")),
    "add_words": lambda c, a: complaints.add_words(c, actor=a, text="x"),
    "answer": lambda c, a: complaints.answer(c, actor=a, text="x"),
    "decide_without_it": lambda c, a: complaints.decide_without_it(c, actor=a),
    "say_irrelevant": lambda c, a: complaints.say_irrelevant(c, actor=a),
    "extend": lambda c, a: complaints.extend(c, actor=a, until=c.created_at.date()),
    "change_remedy": lambda c, a: complaints.change_remedy(c, actor=a, remedy_wanted="refund"),
    "accept": lambda c, a: complaints.accept(c, actor=a, number=1, content_hash="x"),
    "not_enough": lambda c, a: complaints.not_enough(c, actor=a),
    "escalate": lambda c, a: complaints.escalate(c, actor=a),
    "withdraw": lambda c, a: complaints.withdraw(c, actor=a),
    "undo_withdraw": lambda c, a: complaints.undo_withdraw(c, actor=a),
    "reopen": lambda c, a: complaints.reopen(c, actor=a),
    "write_after_end": lambda c, a: complaints.write_after_end(c, actor=a, text="x"),
    "just_saying": lambda c, a: complaints.just_saying(c, actor=a),
    "raise_harm": lambda c, a: complaints.raise_harm(c, actor=a, reason="x"),
}
WORK: dict[str, Callable[[complaints.Complaint, Actor], Any]] = {
    "take": lambda c, a: complaints.take(c, actor=a, next_step="x"),
    "hand_over": lambda c, a: complaints.hand_over(c, actor=a, to=a.person_id or 0),
    "reply": lambda c, a: complaints.reply(c, actor=a, text="x"),
    "news": lambda c, a: complaints.news(c, actor=a, text="x"),
    "ask": lambda c, a: complaints.ask(c, actor=a, question="x"),
    "offer": lambda c, a: complaints.offer(c, actor=a, finding="upheld", reasons="x", remedies=[]),
    "take_review": lambda c, a: complaints.take_review(c, actor=a, next_step="x"),
    "ask_in_review": lambda c, a: complaints.ask_in_review(c, actor=a, question="x"),
    "offer_in_review": lambda c, a: complaints.offer_in_review(
        c, actor=a, finding="upheld", reasons="x", remedies=[]
    ),
    "private_note": lambda c, a: complaints.private_note(
        c, actor=a, category="safety", text="x", review_on=c.created_at.date()
    ),
}


@pytest.mark.parametrize("act", [*ACTS, *WORK])
def test_nobody_does_anything_to_another_customers_complaint(act: str) -> None:
    amina, ben, sam = cases.amina(), records.customer("Ben Petrov"), cases.sam()
    for complaint in (cases.draft(amina), cases.offered(amina, sam)):
        before = complaint.version
        with pytest.raises((errors.NotFound, errors.Invalid)) as refused:
            (ACTS | WORK)[act](complaint, ben)
        assert isinstance(refused.value, errors.NotFound) or refused.value.field == "to"
        assert complaint.version == before


@pytest.mark.parametrize("act", WORK)
def test_staff_who_may_only_read_do_nothing(act: str) -> None:
    amina, sam = cases.amina(), cases.sam()
    reader = records.staff("Ria", Permission.COMPLAINTS_READ)
    complaint = cases.received(amina)
    with pytest.raises((errors.Denied, errors.Invalid)):
        WORK[act](complaint, reader)
    assert complaint.state == "received"
    assert sam.may(Permission.COMPLAINTS_WRITE)


def test_finders_answer_for_anothers_complaint_as_for_none() -> None:
    amina, ben, sam = cases.amina(), records.customer("Ben Petrov"), cases.sam()
    complaint = cases.offered(amina, sam)
    cases.accept(complaint, amina)
    remedy = cases.remedies(complaint, amina)[0]
    for call in (
        lambda: complaints.of(ben).get(complaint.uuid),
        lambda: complaints.of(ben).get(uuid.uuid4()),
        lambda: complaints.case(ben, complaint.uuid),
        lambda: complaints.of(ben).remedy(remedy.uuid),
        lambda: complaints.confirm(remedy.uuid, actor=ben),
        lambda: complaints.not_done(remedy.uuid, actor=ben),
        lambda: complaints.deliver(remedy.uuid, actor=ben, evidence="x"),
    ):
        with pytest.raises(errors.NotFound):
            call()
    assert complaints.of(ben).recent() == []
    assert complaints.of(ben).by_uuids([complaint.uuid]) == []
    assert complaints.of(ben).waiting() == []


def test_staff_without_the_right_are_told_so_and_drafts_are_nobodys_business() -> None:
    amina, sam = cases.amina(), cases.sam()
    draft = cases.draft(amina)
    with pytest.raises(errors.Denied):
        complaints.of(records.staff("Mona", Permission.CAMPAIGNS_WRITE))
    with pytest.raises(errors.NotFound):
        complaints.of(sam).get(draft.uuid)
    with pytest.raises(errors.NotFound):
        complaints.case(sam, draft.uuid)
    assert complaints.of(sam).queue("all_open") == []


def test_a_colleague_sees_all_or_own_as_the_company_says() -> None:
    company = records.account("Hurtownia Lipa", kind="company")
    ola = records.customer("Ola", Right.ADMINISTER, of=company)
    piotr = records.customer("Piotr", Right.COMPLAINTS_OWN, of=company)
    basia = records.customer("Basia", Right.COMPLAINTS_ALL, of=company)
    ewa = records.customer("Ewa", Right.ORDERS, of=company)
    one, own = cases.received(ola), cases.received(piotr)
    draft = cases.draft(ola)
    assert {line.uuid for line in complaints.of(piotr).recent()} == {own.uuid}
    assert {line.uuid for line in complaints.of(basia).recent()} == {one.uuid, own.uuid}
    assert {line.uuid for line in complaints.of(ola).recent()} == {one.uuid, own.uuid, draft.uuid}
    assert complaints.of(ewa).recent() == []
    with pytest.raises(errors.NotFound):
        complaints.withdraw(one, actor=piotr)
    with pytest.raises(errors.NotFound):
        complaints.save_draft(draft, actor=basia, words="x")
    complaints.add_words(one, actor=basia, text="The invoice is here")
    with pytest.raises(errors.Denied):
        complaints.start_draft(actor=ewa)
    assert db.session().get(Account, company.id) is not None


def test_companies_have_no_consumer_date() -> None:
    company = records.account("Hurtownia Lipa", kind="company")
    ola = records.customer("Ola", Right.ADMINISTER, of=company)
    assert cases.received(ola).law_key == ""
    assert cases.received(cases.amina()).law_key == "pl-consumer"


def test_who_touched_a_complaint_cannot_review_it() -> None:
    amina, sam = cases.amina(), cases.sam()
    both = records.staff("Sonja", *cases.HANDLER, *cases.REVIEWER)
    complaint = cases.in_hand(amina, sam)
    complaints.reply(complaint, actor=both, text="I am standing in")
    complaints.escalate(complaint, actor=amina)
    with pytest.raises(errors.Conflict):
        complaints.take_review(complaint, actor=both, next_step="x")
    with pytest.raises(errors.Denied):
        complaints.take_review(complaint, actor=sam, next_step="x")
    assert "take_review" not in complaints.case(both, complaint.uuid).may
    rita = cases.rita()
    assert "take_review" in complaints.case(rita, complaint.uuid).may
    complaints.take_review(complaint, actor=rita, next_step="I read it")
    with pytest.raises(errors.Conflict):
        complaints.take_review(complaint, actor=cases.rita("Remi"), next_step="x")


def test_only_its_reviewer_answers_a_review() -> None:
    amina, sam, rita = cases.amina(), cases.sam(), cases.rita()
    complaint = cases.in_review(amina, sam)
    complaints.take_review(complaint, actor=rita, next_step="I read it")
    other = records.staff("Remi", *cases.HANDLER, *cases.REVIEWER)
    with pytest.raises(errors.Denied):
        complaints.offer_in_review(
            complaint, actor=other, finding="upheld", reasons="x", remedies=[cases.REFUND]
        )


def test_nobody_but_the_customer_closes_not_even_the_system() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.offered(amina, sam)
    seen = complaints.case(amina, complaint.uuid).offer
    assert seen is not None
    for actor in (sam, SYSTEM):
        with pytest.raises(errors.DomainError):
            complaints.accept(complaint, actor=actor, number=1, content_hash=seen.content_hash)
        with pytest.raises(errors.DomainError):
            complaints.withdraw(complaint, actor=actor)
    assert complaint.state == "offered"


def test_a_private_note_is_known_to_the_customer_but_not_read() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.in_hand(amina, sam)
    day = complaint.created_at.date() + timedelta(days=30)
    complaints.private_note(
        complaint, actor=sam, category="legal_advice", text="Counsel says yes", review_on=day
    )
    hers = [item for item in complaints.case(amina, complaint.uuid).thread if item.kind == "private"]
    ours = [item for item in complaints.case(sam, complaint.uuid).thread if item.kind == "private"]
    assert [(item.text, item.category_key, item.review_on) for item in hers] == [(None, "legal_advice", day)]
    assert ours[0].text == "Counsel says yes"
    with pytest.raises(errors.Invalid):
        complaints.private_note(complaint, actor=sam, category="gossip", text="x", review_on=day)
