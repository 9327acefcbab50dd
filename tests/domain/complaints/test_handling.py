"""The handler's work and the customer's answers to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import clock, complaints, errors
from portal.domain.accounts.models import Role, RolePermission, StaffMember, StaffRole
from portal.domain.actor import Actor, Permission
from portal.domain.complaints.models import ComplaintEvent
from tests import records
from tests.domain.complaints import cases

pytestmark = pytest.mark.usefixtures("uow")


def with_role(actor: Actor, *permissions: Permission) -> Actor:
    """Give a member of staff a role that the database knows."""
    role = Role(key=f"r{actor.person_id}", name="Role")
    db.session().add(role)
    db.session().flush()
    member = db.session().scalars(select(StaffMember).where(StaffMember.person_id == actor.person_id)).one()
    db.session().add(StaffRole(staff_member_id=member.id, role_id=role.id))
    for permission in permissions:
        db.session().add(RolePermission(role_id=role.id, permission=permission.value))
    db.session().flush()
    return actor


def test_taking_needs_a_first_step_and_names_the_person() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.received(amina)
    with pytest.raises(errors.Invalid) as refused:
        complaints.take(complaint, actor=sam, next_step="  ")
    assert refused.value.field == "next_step"
    complaints.take(complaint, actor=sam, next_step="I call the workshop")
    seen = complaints.case(amina, complaint.uuid)
    assert (seen.handler_name, seen.next) == ("Sam Okoye", "I call the workshop")
    assert {one.k for one in seen.promises} == {"K1", "K3", "K4", "K5"}
    assert next(one for one in seen.past_promises if one.k == "K2").ended_how == "kept"


def test_news_restarts_the_clock_of_silence_and_nothing_else() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.in_hand(amina, sam)
    before = {one.k: one.due_at for one in complaints.case(amina, complaint.uuid).promises}
    with clock.at(clock.now() + timedelta(days=2)):
        complaints.news(complaint, actor=sam, text="The part is there", next_step="I fit it")
        after = {one.k: one.due_at for one in complaints.case(amina, complaint.uuid).promises}
    assert after["K5"] > before["K5"]
    assert {k: after[k] for k in ("K3", "K4")} == {k: before[k] for k in ("K3", "K4")}


def test_a_reply_closes_nothing() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.in_hand(amina, sam)
    complaints.reply(complaint, actor=sam, text="All is well now, this is done.")
    assert complaint.state == "in_hand"


def test_a_question_pauses_our_clock_and_the_customer_can_shrug_it_off() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.in_hand(amina, sam)
    for act in (complaints.decide_without_it, complaints.say_irrelevant):
        complaints.ask(complaint, actor=sam, question="What colour is it?")
        seen = complaints.case(amina, complaint.uuid)
        assert seen.open_question is not None and seen.open_question.text == "What colour is it?"
        assert {one.k for one in seen.promises if one.paused} == {"K3"}
        act(complaint, actor=amina)
        assert complaint.state == "in_hand"
        assert not any(one.paused for one in complaints.case(amina, complaint.uuid).promises)


def test_only_one_question_is_open_at_a_time() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.in_hand(amina, sam)
    complaints.ask(complaint, actor=sam, question="Since when?")
    with pytest.raises(errors.Conflict):
        complaints.ask(complaint, actor=sam, question="And why?")


def test_a_question_moves_the_service_date_by_exactly_the_time_it_was_open() -> None:
    amina, sam = cases.amina(), cases.sam()
    with clock.at(cases.MONDAY):
        complaint = cases.in_hand(amina, sam)
        before = {one.k: one.due_at for one in complaints.case(amina, complaint.uuid).promises}
        complaints.ask(complaint, actor=sam, question="Since when?")
    with clock.at(cases.MONDAY + timedelta(days=1)):
        complaints.answer(complaint, actor=amina, text="Since May")
        after = {one.k: one for one in complaints.case(amina, complaint.uuid).promises}
    assert after["K3"].due_at is not None and before["K3"] is not None
    assert after["K3"].due_at - before["K3"] == timedelta(days=1)
    assert after["K4"].due_at == before["K4"]
    assert any("stood still" in str(words) for words in after["K3"].explain)


def test_more_time_for_a_question_is_the_customers_to_take() -> None:
    amina, sam = cases.amina(), cases.sam()
    with clock.at(cases.MONDAY):
        complaint = cases.in_hand(amina, sam)
        complaints.ask(complaint, actor=sam, question="Since when?")
        for wrong in (cases.MONDAY.date(), cases.MONDAY.date() + timedelta(days=400)):
            with pytest.raises(errors.Invalid) as refused:
                complaints.extend(complaint, actor=amina, until=wrong)
            assert refused.value.field == "until"
        until = cases.MONDAY.date() + timedelta(days=40)
        complaints.extend(complaint, actor=amina, until=until)
        promise = complaints.case(amina, complaint.uuid).promise
    assert promise is not None and promise.due_at is not None
    assert promise.due_at.date() == until  # 22:00 UTC is the end of the day in Warsaw


def test_the_day_of_a_private_note_is_one_of_the_firm_and_lies_ahead() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.in_hand(amina, sam)
    given = {"actor": sam, "category": "legal_advice", "text": "Counsel says yes"}
    with clock.at(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)):  # half past midnight of 1 July in Warsaw
        with pytest.raises(errors.Invalid):
            complaints.private_note(complaint, review_on=date(2026, 7, 1), **given)
        complaints.private_note(complaint, review_on=date(2026, 7, 2), **given)
        complaints.private_note(complaint, review_on=date(2027, 7, 2), **given)


def test_handing_over_names_the_other_and_refuses_who_is_not_there() -> None:
    amina, sam = cases.amina(), cases.sam()
    sonja = with_role(cases.sam("Sonja Berg"), Permission.COMPLAINTS_WRITE)
    mona = with_role(records.staff("Mona", Permission.CAMPAIGNS_WRITE), Permission.CAMPAIGNS_WRITE)
    complaint = cases.in_hand(amina, sam)
    assert sonja.person_id is not None and mona.person_id is not None
    complaints.hand_over(complaint, actor=sam, to=sonja.person_id, next_step="Sonja knows these machines")
    assert complaints.case(amina, complaint.uuid).handler_name == "Sonja Berg"
    for nobody in (mona.person_id, amina.person_id, 10**9):
        with pytest.raises(errors.Invalid) as refused:
            complaints.hand_over(complaint, actor=sam, to=nobody or 0)
        assert refused.value.field == "to"
    assert [name for _, name, _ in complaints.handlers()] == ["Sonja Berg"]


def test_a_review_is_not_handed_to_who_touched_the_complaint() -> None:
    amina, sam, rita = cases.amina(), cases.sam(), cases.rita()
    with_role(sam, Permission.COMPLAINTS_REVIEW)
    remi = with_role(cases.rita("Remi"), Permission.COMPLAINTS_REVIEW)
    complaint = cases.in_review(amina, sam)
    complaints.take_review(complaint, actor=rita, next_step="I read it")
    with pytest.raises(errors.Conflict):
        complaints.hand_over(complaint, actor=rita, to=sam.person_id or 0)
    complaints.hand_over(complaint, actor=rita, to=remi.person_id or 0)
    assert complaints.case(amina, complaint.uuid).reviewer_name == "Remi"


def test_harm_goes_up_and_never_down() -> None:
    amina = cases.amina()
    complaint = cases.received(amina)
    complaints.raise_harm(complaint, actor=amina, reason="It smokes")
    complaints.raise_harm(complaint, actor=amina, reason="It smokes")
    events = list(db.session().scalars(select(ComplaintEvent.act).where(ComplaintEvent.act == "choose")))
    assert (complaint.harm, len(events)) == (0, 1)
    assert "raise_harm" not in complaints.case(amina, complaint.uuid).may


def test_a_remedy_that_is_not_done_keeps_its_old_date() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.offered(amina, sam)
    cases.accept(complaint, amina)
    remedy = cases.remedies(complaint, amina)[0]
    complaints.deliver(remedy.uuid, actor=sam, evidence="Transfer 4711")
    complaints.not_done(remedy.uuid, actor=amina, text="Nothing came")
    assert (complaint.state, complaint.due_at) == ("remedy_due", remedy.due_at)
    assert cases.remedies(complaint, amina)[0].state == "disputed"
    complaints.deliver(remedy.uuid, actor=sam, evidence="Transfer 4712")
    complaints.confirm(remedy.uuid, actor=amina)
    assert complaints.confirm(remedy.uuid, actor=amina).state == "closed"


def test_a_closed_complaint_opens_again_without_a_reason_under_its_number() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.in_hand(amina, sam)
    number = complaint.number
    complaints.offer(complaint, actor=sam, finding="not_upheld", reasons="No", remedies=[])
    cases.accept(complaint, amina)
    complaints.reopen(complaint, actor=amina)
    assert (complaint.state, complaint.number, complaint.ended_at) == ("in_hand", number, None)
    assert complaints.reopen(complaint, actor=amina).state == "in_hand"


def test_a_reply_sent_twice_from_the_same_page_leaves_once() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.in_hand(amina, sam)
    seen = complaint.version
    for _ in range(2):
        complaints.reply(complaint, actor=sam, text="The part is on its way.", expected_version=seen)
    said = [one for one in complaints.case(sam, complaint.uuid).thread if one.kind == "reply"]
    assert len(said) == 1
    with pytest.raises(errors.Conflict):
        complaints.reply(complaint, actor=sam, text="And it is blue.", expected_version=seen)
