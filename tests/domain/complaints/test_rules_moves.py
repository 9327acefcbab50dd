"""Asking the table: what is refused, in which words, and what guards promises and the second look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from portal.domain import errors
from portal.domain.complaints.acts import Act, Facts, Role
from portal.domain.complaints.rules import (
    Extension,
    after_recalculation,
    check,
    fits,
    moves,
    promise_move,
    require_open_case_is_complete,
    require_untouched,
)
from portal.domain.complaints.states import State

pytestmark = pytest.mark.pure
NOON = datetime(2027, 6, 14, 10, tzinfo=UTC)


def test_the_main_road_from_draft_to_closed_is_open_step_by_step():
    road = [
        (None, Act.START, Role.CUSTOMER, Facts(), State.DRAFT),
        (State.DRAFT, Act.SEND, Role.CUSTOMER, Facts(), State.RECEIVED),
        (State.RECEIVED, Act.TAKE, Role.HANDLER, Facts(), State.IN_HAND),
        (State.IN_HAND, Act.ASK, Role.HANDLER, Facts(), State.NEEDS_CUSTOMER),
        (State.NEEDS_CUSTOMER, Act.ANSWER, Role.CUSTOMER, Facts(), State.IN_HAND),
        (State.IN_HAND, Act.OFFER, Role.HANDLER, Facts(), State.OFFERED),
        (State.OFFERED, Act.ESCALATE, Role.CUSTOMER, Facts(), State.IN_REVIEW),
        (State.IN_REVIEW, Act.TAKE_REVIEW, Role.REVIEWER, Facts(untouched=True), State.IN_REVIEW),
        (State.IN_REVIEW, Act.ASK, Role.REVIEWER, Facts(), State.NEEDS_CUSTOMER_R),
        (State.NEEDS_CUSTOMER_R, Act.QUESTION_EXPIRES, Role.TIMER, Facts(), State.IN_REVIEW),
        (State.IN_REVIEW, Act.REVIEW_OFFER, Role.REVIEWER, Facts(), State.REVIEW_OFFERED),
        (State.REVIEW_OFFERED, Act.ACCEPT, Role.CUSTOMER, Facts(remedies_open=2), State.REMEDY_DUE),
        (State.REMEDY_DUE, Act.REMEDY_DONE, Role.HANDLER, Facts(remedies_open=1), State.REMEDY_DUE),
        (State.REMEDY_DUE, Act.REMEDY_DONE, Role.HANDLER, Facts(remedies_open=0), State.TO_CONFIRM),
        (State.TO_CONFIRM, Act.NOT_DONE, Role.CUSTOMER, Facts(), State.REMEDY_DUE),
        (State.TO_CONFIRM, Act.CONFIRM, Role.CUSTOMER, Facts(), State.CLOSED),
        (State.CLOSED, Act.REOPEN, Role.CUSTOMER, Facts(reviewed=True), State.IN_REVIEW),
        (State.WITHDRAWN, Act.REOPEN, Role.CUSTOMER, Facts(named=False), State.RECEIVED),
        (State.WITHDRAWN, Act.REOPEN, Role.CUSTOMER, Facts(named=True), State.IN_HAND),
        (State.CLOSED, Act.ARCHIVE, Role.TIMER, Facts(), State.ARCHIVED),
    ]
    for state, act, role, facts, target in road:
        assert check(state, act, role, facts).target is target


@pytest.mark.parametrize(
    "role", [Role.HANDLER, Role.REVIEWER, Role.SUPERVISOR, Role.PARTNER, Role.TIMER, Role.SYSTEM]
)
@pytest.mark.parametrize("act", [Act.CONFIRM, Act.WITHDRAW, Act.ACCEPT, Act.REOPEN, Act.SEND, Act.DISCARD])
def test_nobody_but_the_customer_decides_for_the_customer(act, role):
    for state in (None, *State):
        with pytest.raises(errors.Denied):
            check(state, act, role)


def test_an_act_that_does_not_fit_the_state_is_a_conflict_that_names_the_state():
    with pytest.raises(errors.Conflict) as refused:
        check(State.CLOSED, Act.ACCEPT, Role.CUSTOMER)
    assert refused.value.code == "complaint.does_not_fit"
    assert "Closed by you" in str(refused.value.message)


def test_passing_on_a_complaint_that_was_just_received_waits_for_the_naming_date():
    with pytest.raises(errors.Conflict) as refused:
        check(State.RECEIVED, Act.ESCALATE, Role.CUSTOMER)
    assert "named" in str(refused.value.message)
    late = Facts(nobody_in_time=True)
    assert check(State.RECEIVED, Act.ESCALATE, Role.CUSTOMER, late).target is State.IN_REVIEW


def test_a_review_by_somebody_who_had_a_part_is_refused():
    with pytest.raises(errors.Conflict):
        check(State.IN_REVIEW, Act.TAKE_REVIEW, Role.REVIEWER, Facts(untouched=False))
    with pytest.raises(errors.Conflict) as refused:
        require_untouched(7, [3, 7])
    assert refused.value.code == "complaint.touched"
    require_untouched(8, [3, 7])


def test_a_timer_without_delivered_reminders_is_refused():
    for reminders in (0, 1):
        with pytest.raises(errors.Conflict):
            check(State.OFFERED, Act.LAPSE, Role.TIMER, Facts(reminders_delivered=reminders))
    assert check(State.OFFERED, Act.LAPSE, Role.TIMER, Facts(reminders_delivered=2)).target is State.LAPSED


def test_what_is_not_carried_out_yet_is_refused_and_not_offered_as_a_button():
    with pytest.raises(errors.Conflict) as refused:
        check(State.OFFERED, Act.ACCEPT_PART, Role.CUSTOMER)
    assert refused.value.code == "complaint.not_live"
    assert Act.ACCEPT_PART not in moves(State.OFFERED, Role.CUSTOMER)
    assert Act.ACCEPT_PART in moves(State.OFFERED, Role.CUSTOMER, live_only=False)


@pytest.mark.parametrize(
    "given", [{}, {"handler": 3}, {"handler": 3, "first_step": "   "}, {"handler": None}]
)
def test_taking_a_complaint_names_the_person_and_the_first_step(given):
    with pytest.raises(errors.Invalid) as refused:
        check(State.RECEIVED, Act.TAKE, Role.HANDLER, given=given)
    assert refused.value.field in ("handler", "first_step")
    assert check(
        State.RECEIVED, Act.TAKE, Role.HANDLER, given={"handler": 3, "first_step": "I call the shop."}
    )


def test_a_remedy_is_done_only_with_evidence():
    with pytest.raises(errors.Invalid) as refused:
        check(State.REMEDY_DUE, Act.REMEDY_DONE, Role.HANDLER, given={"evidence": ""})
    assert refused.value.field == "evidence"


def test_buttons_follow_the_facts():
    assert Act.ESCALATE not in moves(State.RECEIVED, Role.CUSTOMER, Facts())
    assert Act.ESCALATE in moves(State.RECEIVED, Role.CUSTOMER, Facts(nobody_in_time=True))
    assert set(moves(State.TO_CONFIRM, Role.CUSTOMER)) >= {Act.CONFIRM, Act.NOT_DONE}
    assert moves(State.ARCHIVED, Role.HANDLER) == ()


def test_an_alarm_that_no_longer_fits_is_recognised():
    assert fits(State.OFFERED, Act.LAPSE)
    assert not fits(State.CLOSED, Act.LAPSE)
    assert not fits(State.ARCHIVED, Act.ANSWER_LATE)


def test_an_open_complaint_carries_a_name_a_step_and_a_date():
    require_open_case_is_complete(State.IN_HAND, 3, "I call the shop.", NOON)
    require_open_case_is_complete(State.RECEIVED, None, "", None)
    require_open_case_is_complete(State.CLOSED, None, "", None)
    for handler, step, due, field in (
        (None, "I call.", NOON, "handler"),
        (3, " ", NOON, "first_step"),
        (3, "I call.", None, "until"),
    ):
        with pytest.raises(errors.Invalid) as refused:
            require_open_case_is_complete(State.IN_HAND, handler, step, due)
        assert refused.value.field == field


# ---------------------------------------------------------------------------------- promises


def test_a_promise_moves_earlier_on_its_own():
    assert promise_move(NOON, NOON - timedelta(hours=1)) == NOON - timedelta(hours=1)
    assert promise_move(NOON, NOON) == NOON
    assert promise_move(None, NOON) == NOON


def test_a_promise_moves_later_only_with_consent_or_a_legal_extension_that_was_told():
    later = NOON + timedelta(days=1)
    with pytest.raises(errors.Conflict) as refused:
        promise_move(NOON, later)
    assert (refused.value.code, refused.value.field) == ("complaint.promise", "new_date")
    assert promise_move(NOON, later, consent=True) == later
    assert (
        promise_move(NOON, later, extension=Extension("pl-finance-complex", "waiting for the bank")) == later
    )
    for hollow in (
        Extension("pl-finance-complex", ""),
        Extension(" ", "waiting"),
        Extension("pl-finance-complex", "waiting", told=False),
    ):
        with pytest.raises(errors.Conflict):
            promise_move(NOON, later, extension=hollow)


def test_editing_a_calendar_never_moves_a_running_promise_later():
    assert after_recalculation(NOON, NOON + timedelta(days=3)) == NOON
    assert after_recalculation(NOON, NOON - timedelta(days=3)) == NOON - timedelta(days=3)
    assert after_recalculation(None, NOON) == NOON


def test_a_promise_is_kept_in_utc():
    warsaw = NOON.astimezone(timezone(timedelta(hours=2)))
    assert promise_move(None, warsaw).utcoffset() == timedelta(0)
