"""The transition table, walked: who can move what to where, and who cannot."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from portal.domain.complaints.acts import HOLDS, STAFF, THE_CUSTOMER, Act, Facts, If, Role
from portal.domain.complaints.clock_changes import GOING, Status, changes
from portal.domain.complaints.clocks import DEFAULTS
from portal.domain.complaints.rules import BY_ACT_AND_SOURCE, allowed, find, may_close_by_timer, moves
from portal.domain.complaints.states import (
    FINAL,
    FINISHED,
    INFO,
    OPEN,
    WITH_NAME,
    K,
    State,
    Waits,
    info,
    sees,
)
from portal.domain.complaints.transitions import TABLE

pytestmark = pytest.mark.pure

EVERY_FACT = [
    Facts(named, reviewed, nobody, remedies, reminders, complete, asked, upholds, outside, untouched, tasks)
    for named, reviewed, nobody, remedies, reminders, complete, asked, upholds, outside, untouched, tasks in product(
        (True, False), (True, False), (True, False), (0, 2), (0, 1, 2, 3), *[(True, False)] * 5, (0, 1)
    )
]


def reachable(*, live_only: bool) -> set[State]:
    found: set[State | None] = {None}
    while True:
        new = {row.target for row in TABLE if row.source in found and (row.live or not live_only)} - found
        if not new:
            return {state for state in found if state is not None}
        found |= new


def test_there_are_nineteen_states_and_each_says_all_about_itself():
    assert len(State) == 19 == len(INFO)
    for state in State:
        assert str(info(state).label)
        assert str(info(state).sees)
        assert "{" not in str(info(state).sees)
        assert not (info(state).running & info(state).paused)
    assert sum((len(OPEN), len(FINISHED), len(FINAL))) == 18  # and the draft


def test_the_sentence_names_the_person_where_there_is_one():
    for state in WITH_NAME:
        assert "Sam" in str(sees(state, "Sam"))
        assert sees(state) is info(state).sees
    assert sees(State.CLOSED, "Sam") is info(State.CLOSED).sees


def test_every_state_is_reachable():
    assert reachable(live_only=False) == set(State)


def test_what_this_release_carries_out_reaches_every_state():
    assert reachable(live_only=True) == set(State)


def test_every_state_that_is_not_final_has_a_move_open_to_the_customer():
    for state in set(State) - FINAL:
        assert moves(state, Role.CUSTOMER, live_only=True), state
        assert moves(state, Role.REPRESENTATIVE, live_only=True), state


def test_every_state_that_waits_for_the_customer_lets_the_customer_move_it_on():
    for state in State:
        if info(state).waits_for is Waits.CUSTOMER:
            targets = {
                row.target for row in TABLE if row.source is state and Role.CUSTOMER in row.who and row.live
            }
            assert targets - {state}, state


def test_no_move_by_staff_leads_to_an_end():
    for row in TABLE:
        if row.who & (STAFF | {Role.PARTNER, Role.BODY, Role.SYSTEM, Role.LAW}):
            assert row.stays or row.target not in FINISHED | FINAL, row


def test_only_the_customer_closes_and_withdraws():
    for row in TABLE:
        if row.target in (State.CLOSED, State.WITHDRAWN) and not row.stays:
            assert row.who == THE_CUSTOMER, row


def test_timers_end_a_complaint_only_from_three_states_and_only_after_two_reminders():
    endings = {State.OFFERED, State.REVIEW_OFFERED, State.TO_CONFIRM}
    for row in TABLE:
        if Role.TIMER in row.who and row.target in (State.LAPSED, State.CLOSED_UNCONFIRMED) and not row.stays:
            assert row.source in endings
            assert not any(HOLDS[row.condition](Facts(reminders_delivered=n)) for n in (0, 1))
    for state, n in product(State, (0, 1, 2, 3)):
        assert may_close_by_timer(state, n) == (state in endings and n >= 2)


def test_a_timer_never_closes_or_withdraws_and_discards_only_drafts():
    for row in TABLE:
        if Role.TIMER in row.who and not row.stays:
            assert row.target not in (State.CLOSED, State.WITHDRAWN)
            assert row.target is not State.DISCARDED or row.source is State.DRAFT
            assert row.target is not State.ARCHIVED or row.source in FINISHED


def test_one_act_from_one_state_has_one_target_per_condition():
    counted = Counter((row.act, row.source, row.condition) for row in TABLE)
    assert {key for key, n in counted.items() if n > 1} == set()


def test_conditions_of_one_act_in_one_state_exclude_each_other():
    for rows in BY_ACT_AND_SOURCE.values():
        if len(rows) > 1:
            for facts in EVERY_FACT:
                assert sum(HOLDS[row.condition](facts) for row in rows) <= 1, rows


@pytest.mark.parametrize(
    "act", [Act.ACCEPT, Act.REMEDY_DONE, Act.REOPEN, Act.ARCHIVE, Act.CALL_BACK, Act.TASK_EXPIRES]
)
def test_acts_that_must_always_work_have_a_row_for_every_case(act):
    for (found, source), rows in BY_ACT_AND_SOURCE.items():
        if found is act:
            for facts in EVERY_FACT:
                assert sum(HOLDS[row.condition](facts) for row in rows) == 1, (act, source, facts)


def test_a_timer_at_the_end_of_a_decision_always_has_one_thing_to_do():
    for state, end in (
        (State.OFFERED, Act.LAPSE),
        (State.REVIEW_OFFERED, Act.LAPSE),
        (State.TO_CONFIRM, Act.CLOSE_UNCONFIRMED),
    ):
        for facts in EVERY_FACT:
            assert bool(find(end, state, facts)) != bool(find(Act.UNREACHED, state, facts))


def test_every_condition_is_used_and_every_act_has_a_row():
    assert {row.condition for row in TABLE} == set(If)
    assert {row.act for row in TABLE} == set(Act)


def test_a_reply_on_an_ended_complaint_never_moves_it():
    for state in FINISHED:
        for act in (Act.REPLY, Act.JUST_SAYING):
            (row,) = BY_ACT_AND_SOURCE[act, state]
            assert row.stays
    assert not any(row.act is Act.REPLY and not row.stays for row in TABLE)


def test_words_never_move_a_complaint():
    assert all(row.stays for row in TABLE if row.act in (Act.ADD, Act.WRITE, Act.CHANGE_WISH, Act.CHOOSE))


def test_reopening_passing_on_and_withdrawing_ask_for_no_reason():
    for row in TABLE:
        if row.act in (Act.REOPEN, Act.ESCALATE, Act.WITHDRAW, Act.DECIDE_WITHOUT_IT, Act.SAY_IRRELEVANT):
            assert row.needs == ()


def test_every_end_that_is_not_final_can_be_reopened():
    for state in FINISHED:
        assert allowed(state, Act.REOPEN, Role.CUSTOMER)
        assert not any(allowed(state, Act.REOPEN, role) for role in STAFF)


def test_a_passed_legal_date_or_extension_needs_a_reason_and_is_for_the_supervisor():
    rows = [row for row in TABLE if row.act is Act.LEGAL_EXTENSION]
    assert rows
    assert all(row.reason_needed and "new_date" in row.needs and row.who == {Role.SUPERVISOR} for row in rows)


# ---------------------------------------------------------------------------------- clocks in the table


def test_the_legal_clock_never_pauses_and_the_service_clock_only_in_its_state():
    for state in State:
        assert K.LEGAL not in info(state).paused
        assert (K.ANSWER in info(state).paused) == (state is State.NEEDS_CUSTOMER)
    assert not any(K.LEGAL in row.pauses for row in TABLE)


def test_the_legal_clock_begins_at_receipt_and_nowhere_else():
    for row in TABLE:
        if K.LEGAL in row.starts:
            assert row.target is State.RECEIVED
            assert row.source in (None, State.DRAFT)


def test_the_legal_clock_stops_only_by_an_answer_an_end_or_agreement():
    meant = {Act.OFFER, Act.REVIEW_OFFER, Act.LAW_UPHOLDS}
    for row in TABLE:
        if K.LEGAL in row.stops and row.act not in meant:
            agreed = row.target in (State.REMEDY_DUE, State.TO_CONFIRM)
            assert agreed or row.target in FINISHED, row


def test_clocks_after_a_move_are_those_of_the_new_state():
    for row in TABLE:
        before = dict.fromkeys(_going_before(row.source), Status.RUNNING)
        before |= dict.fromkeys(info(row.source).paused if row.source else (), Status.PAUSED)
        after = changes(row, before).after(before)
        going = {k for k, status in after.items() if status in GOING}
        new = info(row.target)
        assert new.running <= going, row
        assert going <= new.running | new.paused | new.may_run, row
        paused = {k for k, status in after.items() if status is Status.PAUSED}
        assert new.paused <= paused <= new.paused | row.pauses, row


def _going_before(state: State | None) -> frozenset[K]:
    return info(state).running if state else frozenset()


def test_a_row_meets_only_clocks_that_it_ends():
    for row in TABLE:
        assert row.meets <= row.stops | row.restarts, row
        assert not row.starts & row.stops, row
        assert not row.pauses & row.resumes, row


def test_every_act_at_the_end_of_a_clock_fits_every_state_in_which_the_clock_runs():
    for rule in DEFAULTS:
        for state in State:
            if rule.key in info(state).running:
                assert allowed(state, rule.end, Role.TIMER), (rule.key, state)
                if rule.unless_reminded:
                    assert allowed(state, rule.unless_reminded, Role.TIMER)
                if rule.after_grace:
                    assert state is State.LAW_UPHELD or allowed(state, rule.after_grace, Role.TIMER)
