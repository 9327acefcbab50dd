"""What acts do to clocks: no act wipes the time that has run."""

from __future__ import annotations

import pytest

from portal.domain.complaints.acts import Act, Facts, Role
from portal.domain.complaints.clock_changes import Changes, Status, changes
from portal.domain.complaints.rules import check
from portal.domain.complaints.states import K, State

pytestmark = pytest.mark.pure

RUN, REST, MET, STOPPED = Status.RUNNING, Status.PAUSED, Status.MET, Status.STOPPED


def moved(state: State, act: Act, role: Role, clocks: dict[K, Status], facts: Facts | None = None) -> Changes:
    return changes(check(state, act, role, facts or Facts(), live_only=False), clocks)


def test_taking_meets_the_naming_clock_and_starts_answer_and_silence():
    found = moved(State.RECEIVED, Act.TAKE, Role.HANDLER, {K.NAMED: RUN, K.LEGAL: RUN, K.ACKNOWLEDGED: MET})
    assert found == Changes(meet=frozenset({K.NAMED}), start=frozenset({K.ANSWER, K.SILENCE}))


def test_a_question_rests_the_answer_and_leaves_the_legal_clock_alone():
    clocks = {K.ANSWER: RUN, K.SILENCE: RUN, K.LEGAL: RUN}
    asked = moved(State.IN_HAND, Act.ASK, Role.HANDLER, clocks)
    assert asked.pause == {K.ANSWER}
    assert asked.start == {K.QUESTION}
    between = asked.after(clocks)
    assert between[K.LEGAL] is RUN
    answered = moved(State.NEEDS_CUSTOMER, Act.ANSWER, Role.CUSTOMER, between)
    assert answered.resume == {K.ANSWER}
    assert answered.meet == {K.QUESTION}
    assert K.ANSWER not in answered.start


def test_a_word_of_ours_begins_the_clock_of_silence_anew_and_nothing_else():
    clocks = {K.ANSWER: RUN, K.SILENCE: RUN, K.LEGAL: RUN}
    found = moved(State.IN_HAND, Act.WRITE, Role.HANDLER, clocks)
    assert found == Changes(meet=frozenset({K.SILENCE}), start=frozenset({K.SILENCE}))


@pytest.mark.parametrize("act", [Act.ADD, Act.CHOOSE])
def test_words_of_the_customer_change_no_clock(act):
    for state in (State.IN_HAND, State.NEEDS_CUSTOMER, State.OFFERED, State.IN_REVIEW, State.TO_CONFIRM):
        assert moved(state, act, Role.CUSTOMER, {K.ANSWER: RUN, K.LEGAL: RUN, K.DECISION: REST}) == Changes()


def test_a_complete_answer_meets_the_legal_clock():
    clocks = {K.ANSWER: RUN, K.SILENCE: RUN, K.LEGAL: RUN}
    found = moved(State.IN_HAND, Act.OFFER, Role.HANDLER, clocks)
    assert found.meet == {K.ANSWER, K.SILENCE, K.LEGAL}
    incomplete = moved(State.IN_HAND, Act.OFFER, Role.HANDLER, clocks, Facts(answer_complete=False))
    assert K.LEGAL not in incomplete.meet | incomplete.stop


def test_the_silent_customers_right_is_still_carried_out():
    owed = Facts(reminders_delivered=2, remedies_open=1)
    found = moved(State.OFFERED, Act.LAPSE, Role.TIMER, {K.DECISION: RUN, K.LEGAL: MET}, owed)
    assert found.start == {K.REMEDY, K.REOPENING}
    nothing = moved(State.OFFERED, Act.LAPSE, Role.TIMER, {K.DECISION: RUN}, Facts(reminders_delivered=2))
    assert nothing.start == {K.REOPENING}


def test_not_done_goes_back_to_the_old_date_of_the_remedy():
    clocks = {K.CONFIRMATION: RUN, K.REMEDY: MET}
    found = moved(State.TO_CONFIRM, Act.NOT_DONE, Role.CUSTOMER, clocks)
    assert found.reinstate == {K.REMEDY}
    assert K.REMEDY not in found.start


def test_withdrawing_and_reopening_takes_the_answer_up_and_lets_the_legal_date_stand():
    clocks = {K.ANSWER: RUN, K.SILENCE: RUN, K.LEGAL: RUN, K.NAMED: MET}
    withdrawn = moved(State.IN_HAND, Act.WITHDRAW, Role.CUSTOMER, clocks).after(clocks)
    assert withdrawn[K.LEGAL] is STOPPED
    found = moved(State.WITHDRAWN, Act.REOPEN, Role.CUSTOMER, withdrawn)
    assert found.take_up == {K.ANSWER}
    assert found.reinstate == {K.LEGAL}
    assert found.start == {K.SILENCE}


def test_reopening_after_the_answer_does_not_begin_the_legal_clock_again():
    clocks = {K.ANSWER: MET, K.LEGAL: MET, K.REOPENING: RUN}
    found = moved(State.CLOSED, Act.REOPEN, Role.CUSTOMER, clocks)
    assert not found.reinstate
    assert found.start == {K.ANSWER, K.SILENCE}


def test_passing_on_begins_the_review_and_the_naming_of_another_person():
    clocks = {K.DECISION: RUN, K.LEGAL: MET}
    found = moved(State.OFFERED, Act.ESCALATE, Role.CUSTOMER, clocks)
    assert found.start == {K.REVIEW, K.NAMED}
    assert found.meet == {K.DECISION}
    nobody = moved(
        State.RECEIVED, Act.ESCALATE, Role.CUSTOMER, {K.NAMED: RUN, K.LEGAL: RUN}, Facts(nobody_in_time=True)
    )
    assert nobody.stop == {K.NAMED}  # that promise was broken
    assert nobody.start == {K.REVIEW, K.NAMED}


def test_asking_to_explain_rests_the_time_to_decide_until_it_is_explained():
    clocks = {K.DECISION: RUN}
    asked = moved(State.OFFERED, Act.ASK_TO_EXPLAIN, Role.CUSTOMER, clocks)
    assert (asked.pause, asked.start) == ({K.DECISION}, {K.SILENCE})
    explained = moved(State.OFFERED, Act.EXPLAIN, Role.HANDLER, asked.after(clocks))
    assert (explained.resume, explained.meet) == ({K.DECISION}, {K.SILENCE})
