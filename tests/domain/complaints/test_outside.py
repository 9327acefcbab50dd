"""The way outside: opened by our answer or the legal date, with our duty to reply, and what the body decides."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import clock, complaints, errors, outbox
from portal.domain.accounts.models import Account
from portal.domain.calendars.models import LawRow
from portal.domain.complaints.bodies import OutsideBody
from portal.domain.complaints.models import Clock, Complaint, ComplaintCategory
from tests.domain.complaints import cases
from tests.domain.complaints.test_time import acts, at_monday, names, run

pytestmark = pytest.mark.usefixtures("uow")
MONDAY = cases.MONDAY
SECOND = timedelta(seconds=1)
EIGHT_WEEKS = datetime(2026, 8, 10, 23, tzinfo=UTC)  # the day of receipt in London plus 56 days, to its end


def bank(country: str = "GB") -> Any:
    """A consumer of a bank: the law of finance in their country is switched on."""
    complaints.seed_law()
    complaints.seed_bodies(confirmed=True)
    for row in db.session().scalars(
        select(LawRow).where(LawRow.jurisdiction == country, LawRow.sector == "finance")
    ):
        row.live = True
    subject = (
        db.session().scalars(select(ComplaintCategory).where(ComplaintCategory.sort == "subject")).first()
    )
    key = subject.key if subject else "account"
    if subject is None:
        db.session().add(ComplaintCategory(uuid=uuid.uuid4(), sort="subject", key=key, names={"en": "Account"},
                                           position=1, created_at=clock.now(), sector="finance"))  # fmt: skip
    else:
        subject.sector = "finance"
    db.session().flush()
    complaints.categories.forget()
    customer = cases.amina()
    account = db.session().get_one(Account, customer.account_id)
    account.country = country
    return customer, key


def sent(customer: Any, key: str, handler: Any, zone: str = "Europe/London") -> Complaint:
    draft = cases.draft(customer)
    draft.subject_key, draft.zone = key, zone
    db.session().flush()
    return complaints.take(complaints.send(draft, actor=customer), actor=handler, next_step="I read the file")


def clock_of(complaint: Complaint, k: str) -> Clock:
    found = select(Clock).where(Clock.complaint_id == complaint.id, Clock.k == k).order_by(Clock.round.desc())
    return db.session().scalars(found).first()


def test_at_a_london_bank_the_way_outside_opens_after_eight_weeks_to_the_second_and_both_sides_are_told() -> (
    None
):
    amina, key = bank()
    sam, _maria = cases.sam(), cases.maria()
    with clock.at(MONDAY):
        complaint = sent(amina, key, sam)
    due = clock_of(complaint, "K4").due_at
    assert complaint.law_key == "uk-finance"
    # Our seat is in Warsaw, where the day ends an hour earlier than in London: the earlier end binds us.
    assert due == EIGHT_WEEKS - timedelta(hours=1)
    run(due - SECOND)
    with clock.at(due - SECOND):
        assert "go_outside" not in complaints.case(amina, complaint.uuid).may
        with pytest.raises(errors.Conflict):
            complaints.go_outside(complaint, actor=amina, body="gb-ombudsman")
    run(due)
    assert complaint.state == "in_hand", "we go on with it all the same"
    (mail,) = [
        one for one in db.session().scalars(select(outbox.Message)) if one.name == "complaint_outside_open"
    ]
    assert mail.data["bodies"][0]["name"] == "Financial Ombudsman Service"
    assert names("complaint_desk") == ["complaint_desk"] * 2
    with clock.at(due):
        assert "go_outside" in complaints.case(amina, complaint.uuid).may
        complaints.go_outside(complaint, actor=amina, body="gb-ombudsman")
        case = complaints.case(amina, complaint.uuid)
    assert (case.state, case.outside.body) == ("external", "Financial Ombudsman Service")
    assert case.promise is not None and case.promise.k == "K12"
    assert run(due) == 0


def test_the_regime_is_chosen_by_what_it_concerns_and_says_why() -> None:
    amina, key = bank()
    sam = cases.sam()
    with clock.at(MONDAY):
        told = clock_of(sent(amina, key, sam), "K4").explanation["law"]
        words = " ".join(str(one) for one in complaints.case(amina, sent(amina, key, sam).uuid).law_words)
    assert (told["jurisdiction"], told["sector"], told["customer"]) == ("GB", "finance", "consumer")
    assert "banking" in words and "FCA DISP 1.6" in words


def test_polish_finance_takes_sixty_days_once_with_a_reason_told_before_the_first_date() -> None:
    amina, key = bank("PL")
    sam, maria = cases.sam(), cases.maria()
    with clock.at(MONDAY):
        complaint = sent(amina, key, sam, zone="Europe/Warsaw")
    first = clock_of(complaint, "K4").due_at
    assert first == datetime(2026, 7, 15, 22, tzinfo=UTC)
    with clock.at(first - timedelta(days=2)):
        with pytest.raises(errors.Denied):
            complaints.extend_by_law(complaint, actor=sam, reason="The expert is away")
        with pytest.raises(errors.Invalid):
            complaints.extend_by_law(complaint, actor=maria, reason=" ")
        complaints.extend_by_law(complaint, actor=maria, reason="The expert is away")
        with pytest.raises(errors.Conflict):
            complaints.extend_by_law(complaint, actor=maria, reason="Once more")
    assert clock_of(complaint, "K4").due_at == datetime(2026, 8, 14, 22, tzinfo=UTC)
    assert names("complaint_law_extended") == ["complaint_law_extended"]
    run(first)
    assert complaint.state == "in_hand"
    run(datetime(2026, 8, 14, 22, tzinfo=UTC))
    assert complaint.state == "law_upheld"


def test_no_extension_after_the_date_or_where_no_law_allows_it() -> None:
    amina, sam, maria = cases.amina(), cases.sam(), cases.maria()
    complaint = at_monday(cases.in_hand, amina, sam)
    with clock.at(MONDAY + timedelta(days=1)), pytest.raises(errors.Conflict):
        complaints.extend_by_law(complaint, actor=maria, reason="Holidays")


def outside(**fields: Any) -> tuple[Any, Any, Any, Complaint]:
    amina, sam, maria = cases.amina(), cases.sam(), cases.maria()
    complaint = at_monday(cases.offered, amina, sam, **fields)
    with clock.at(MONDAY + timedelta(hours=2)):
        complaints.go_outside(complaint, actor=amina, other="Inspekcja Handlowa")
        complaints.go_outside(complaint, actor=amina, other="Inspekcja Handlowa")
    return amina, sam, maria, complaint


def test_our_answer_opens_the_way_and_a_body_must_be_named() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = at_monday(cases.offered, amina, sam)
    with clock.at(MONDAY), pytest.raises(errors.Invalid):
        complaints.go_outside(complaint, actor=amina)
    with clock.at(MONDAY), pytest.raises(errors.DomainError):
        complaints.go_outside(complaint, actor=sam, other="Somebody")
    assert acts(outside()[3]).count("go_outside") == 1


def test_a_late_reply_to_the_body_is_owned_up_to_and_a_reply_in_time_keeps_the_duty() -> None:
    amina, sam, _maria, late = outside()
    due = clock_of(late, "K12").due_at
    run(due)
    assert "outside_late" in acts(late)
    amina, sam, _maria, kept = outside()
    with clock.at(MONDAY + timedelta(days=3)):
        complaints.reply_to_body(kept, actor=sam, text="This is how we see it.")
        assert complaints.case(amina, kept.uuid).thread[-1].text == "This is how we see it."
    first = db.session().scalars(
        select(Clock).where(Clock.complaint_id == kept.id, Clock.k == "K12", Clock.round == 1)
    )
    assert first.one().ended_how == "kept"
    assert clock_of(kept, "K12").due_at > MONDAY + timedelta(days=90)


def test_what_the_body_gives_is_owed_and_only_a_supervisor_writes_it_down() -> None:
    amina, sam, maria, complaint = outside()
    gives = [{"kind": "refund", "amount": "300", "currency": "PLN"}]
    with clock.at(MONDAY + timedelta(days=30)):
        with pytest.raises(errors.Denied):
            complaints.body_decides(complaint, actor=sam, finding="upheld", text="Refund.", remedies=gives)
        complaints.body_decides(complaint, actor=maria, finding="upheld", text="Refund.", remedies=gives)
        assert complaint.state == "remedy_due"
        assert [one.kind for one in complaints.case(amina, complaint.uuid).remedies] == ["refund"]


def test_where_the_body_gives_nothing_the_customer_alone_says_that_it_is_settled() -> None:
    amina, _sam, maria, complaint = outside()
    with clock.at(MONDAY + timedelta(days=30)):
        complaints.body_decides(complaint, actor=maria, finding="not_upheld", text="No.", remedies=[])
        assert complaint.state == "to_confirm"
        may = complaints.case(amina, complaint.uuid).may
        assert "agree" in may and "confirm" not in may
        with pytest.raises(errors.Denied):
            complaints.agree(complaint, actor=maria)
        complaints.agree(complaint, actor=amina)
    assert complaint.state == "closed"


def test_who_comes_back_gets_another_person() -> None:
    amina, _sam, _maria, complaint = outside()
    with clock.at(MONDAY + timedelta(days=4)):
        complaints.come_back(complaint, actor=amina)
    assert complaint.state == "in_review" and complaint.stage == 2


def test_a_body_is_shown_only_once_it_is_confirmed_and_while_it_is_valid() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = at_monday(cases.offered, amina, sam)
    complaints.seed_bodies()
    assert complaints.bodies_for(complaint) == []
    complaints.seed_bodies(confirmed=True)
    row = db.session().scalars(select(OutsideBody).where(OutsideBody.key == "pl-inspection")).one()
    row.confirmed_at = clock.now()
    db.session().flush()
    assert [one.key for one in complaints.bodies_for(complaint)] == ["pl-inspection"]
    row.valid_to = date(2020, 1, 1)
    db.session().flush()
    assert complaints.bodies_for(complaint) == []


def test_sorting_brings_the_rule_of_the_sector_where_its_date_is_earlier_and_never_moves_one_later() -> None:
    amina, key = bank()
    sam = cases.sam()
    pl = (
        db.session()
        .scalars(select(LawRow).where(LawRow.key == "pl-consumer", LawRow.valid_to.is_(None)))
        .one()
    )
    pl.live = False
    db.session().flush()
    db.session().info["law_changed"] = True
    complaint = at_monday(cases.in_hand, amina, sam)
    assert complaint.law_key == ""
    with clock.at(MONDAY + timedelta(days=1)):
        complaints.categorise(complaint, actor=sam, kind=None, subject=key)
    legal = clock_of(complaint, "K4")
    assert (complaint.law_key, legal.started_at) == ("uk-finance", complaint.received_at)
    assert acts(complaint)[-1] == "rule_chosen"
    pl.live = True
    db.session().flush()
    other = at_monday(cases.in_hand, amina, sam)
    before = clock_of(other, "K4").due_at
    with clock.at(MONDAY + timedelta(days=1)):
        complaints.categorise(other, actor=sam, kind=None, subject=key)
    assert (other.law_key, clock_of(other, "K4").due_at) == ("pl-consumer", before), (
        "eight weeks would be later"
    )
