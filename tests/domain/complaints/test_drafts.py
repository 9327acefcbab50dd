"""Before it is sent: saved as typed, sent once, nobody else's; after it: the customer's words stand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, complaints, errors, outbox, search
from portal.domain.complaints import drafts
from portal.domain.complaints.models import Clock, Complaint
from tests.domain.complaints import cases

pytestmark = pytest.mark.usefixtures("uow")


def test_an_untouched_draft_is_handed_back_instead_of_a_second_one() -> None:
    amina = cases.amina()
    first = complaints.start_draft(actor=amina)
    assert complaints.start_draft(actor=amina) is first
    complaints.save_draft(first, actor=amina, words="It leaks")
    assert complaints.start_draft(actor=amina) is not first


def test_what_was_typed_is_saved_piece_by_piece() -> None:
    amina = cases.amina()
    draft = complaints.start_draft(actor=amina)
    complaints.save_draft(draft, actor=amina, remedy_wanted="refund", amount_wanted="149.9", currency="pln")
    complaints.save_draft(draft, actor=amina, words="  It leaks\r\n", happened_on=clock.now().date())
    complaints.save_draft(draft, actor=amina, contact_channel="letter", draft_step="check")
    assert (draft.remedy_wanted, draft.amount_wanted, draft.currency) == ("refund", Decimal("149.90"), "PLN")
    assert (draft.words, draft.contact_channel, draft.draft_step) == ("It leaks", "letter", "check")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("words", "x" * 20_001), ("subject", "x" * 201), ("remedy_wanted", "gold"), ("amount_wanted", "much"),
        ("amount_wanted", "-1"), ("currency", "zloty"), ("contact_channel", "pigeon"), ("language", "tlh"),
        ("happened_on", "yesterday"), ("account_id", 7), ("state", "closed"), ("handler_id", 1),
    ],
)  # fmt: skip
def test_a_value_or_field_that_cannot_be_is_refused_at_its_field(field: str, value: Any) -> None:
    amina = cases.amina()
    draft = complaints.start_draft(actor=amina)
    with pytest.raises(errors.Invalid) as refused:
        complaints.save_draft(draft, actor=amina, **{field: value})
    assert refused.value.field == field


def test_sending_needs_words_and_a_wish_and_names_each() -> None:
    amina = cases.amina()
    draft = complaints.start_draft(actor=amina)
    assert [problem.field for problem in complaints.problems(draft)] == ["words", "remedy_wanted"]
    with pytest.raises(errors.Invalid) as refused:
        complaints.send(draft, actor=amina)
    assert refused.value.field == "words"
    complaints.save_draft(draft, actor=amina, words="It leaks")
    with pytest.raises(errors.Invalid) as refused:
        complaints.send(draft, actor=amina)
    assert refused.value.field == "remedy_wanted"


def test_a_sent_complaint_has_number_clocks_law_mail_and_words_that_staff_find() -> None:
    amina = cases.amina()
    complaint = cases.received(amina)
    running = set(db.session().scalars(select(Clock.k).where(Clock.ended_at.is_(None))))
    assert running == {"K1", "K2", "K4"}
    assert (complaint.state, complaint.law_key, complaint.subject) == (
        "received", "pl-consumer", "The new washing machine leaks.",
    )  # fmt: skip
    assert search.find("complaint", "machine leaks") == [complaint.id]
    seen = complaints.case(amina, complaint.uuid)
    assert seen.law is not None and seen.law["outside_body"]
    assert any("accepted as you asked" in str(words) for words in seen.law_words)


def test_sending_twice_is_sending_once() -> None:
    amina = cases.amina()
    draft = cases.draft(amina)
    complaints.send(draft, actor=amina)
    version = draft.version
    complaints.send(draft, actor=amina)
    assert draft.version == version
    assert db.session().scalar(select(func.count()).select_from(outbox.Message)) == 1


def test_writing_on_a_draft_keeps_it_ninety_days_from_then() -> None:
    amina = cases.amina()
    start = clock.now()
    draft = cases.draft(amina)
    with clock.at(start + timedelta(days=60)):
        complaints.save_draft(draft, actor=amina, words="Still leaks")
    kept = db.session().scalars(select(Clock).where(Clock.k == "K0", Clock.ended_at.is_(None))).one()
    assert kept.due_at is not None and kept.due_at > start + timedelta(days=149)


def test_a_discarded_draft_is_gone_from_the_lists() -> None:
    amina = cases.amina()
    draft = cases.draft(amina)
    complaints.discard(draft, actor=amina)
    assert complaints.discard(draft, actor=amina).state == "discarded"
    assert complaints.of(amina).recent() == []


def test_sent_words_are_never_edited_again() -> None:
    amina = cases.amina()
    complaint = cases.received(amina)
    with pytest.raises(errors.Conflict):
        complaints.save_draft(complaint, actor=amina, words="Other words")
    complaints.add_words(complaint, actor=amina, text="It also hums")
    assert complaint.words == cases.WORDS
    assert search.find("complaint", "hums") == [complaint.id]


def test_another_wish_is_kept_beside_the_first_until_we_have_answered() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.in_hand(amina, sam)
    complaints.change_remedy(
        complaint, actor=amina, remedy_wanted="refund", amount_wanted="100", currency="PLN"
    )
    event = complaints.case(sam, complaint.uuid).events[-1]
    assert (event.data["before"]["remedy"], complaint.remedy_wanted) == ("repair", "refund")
    complaints.offer(complaint, actor=sam, finding="upheld", reasons="So", remedies=[cases.REFUND])
    with pytest.raises(errors.Conflict):
        complaints.change_remedy(complaint, actor=amina, remedy_wanted="apology")


def test_a_number_is_random_and_opens_nothing_by_itself() -> None:
    amina = cases.amina()
    numbers = [cases.received(amina).number for _ in range(3)]
    assert len(set(numbers)) == 3
    assert not any(int(b) - int(a) == 1 for a, b in pairwise(numbers))
    assert db.session().scalar(select(func.count()).select_from(Complaint)) == 3


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("149.90", "149.90"), ("149,90", "149.90"), ("149,9", "149.90"), ("1 499,90", "1499.90"),
        ("1,499.90", "1499.90"), ("1.499,90", "1499.90"), ("1\N{NO-BREAK SPACE}499", "1499"),
        ("1,499", "1499"), ("1.499", "1499"), ("10'000", "10000"), ("1,499,900", "1499900"),
        ("0,5", "0.50"), ("12", "12"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(typed: str, meant: str) -> None:
    assert drafts.amount("amount_wanted", typed) == Decimal(meant)


@pytest.mark.parametrize("typed", ["1,2,3", "1.2.3", "149,90,", "12,3456", "1,49.90", "12x"])
def test_what_is_no_amount_is_refused_instead_of_guessed(typed: str) -> None:
    with pytest.raises(errors.Invalid):
        drafts.amount("amount_wanted", typed)
