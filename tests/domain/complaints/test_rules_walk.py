"""Random lives of complaints: everybody tries everything for 100,000 steps, and the invariants hold at each."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from portal.domain.calendars import explain
from portal.domain.complaints.acts import Act, Role
from portal.domain.complaints.rules import moves
from portal.domain.complaints.states import FINAL, State
from portal.domain.complaints.transitions import TABLE
from tests.domain.complaints.made_up import PEOPLE
from tests.domain.complaints.walker import CAL, MINUTE, Paper, beginning

pytestmark = [pytest.mark.pure, pytest.mark.slow]

STEPS = 100_000
A_LIFE = 120  # steps after which the next complaint begins
ACTS, ROLES = tuple(Act), tuple(Role)
BEGINNINGS = ((Act.START, Role.CUSTOMER), (Act.ENTER, Role.HANDLER), (Act.IMPORT_OPEN, Role.SOURCE))
OPEN_MOVES = {
    (state, role): tuple(act for act in moves(state, role, live_only=False))
    for state in State
    for role in Role
    if role is not Role.TIMER
}


def step(paper: Paper, chance: Random) -> bool:
    """Take one step: time passes, then a clock, an open move, or anything at all."""
    paper.now += chance.choice((5, 60, 600, 3000)) * MINUTE
    roll = chance.random()
    if paper.state is None:
        act, role = chance.choice(BEGINNINGS) if roll < 0.97 else (Act.IMPORT_CLOSED, Role.SOURCE)
    elif roll < 0.2:
        alarm = paper.next_alarm()
        if alarm is None:
            return False
        at, act = alarm
        role = Role.TIMER
        paper.now = max(paper.now, at + MINUTE)
        paper.reminders += chance.randrange(3)  # some arrive, some do not
    elif roll < 0.85:
        role = chance.choice(ROLES)
        open_moves = OPEN_MOVES.get((paper.state, role), ())
        if not open_moves:
            return False
        act = chance.choice(open_moves)
    else:
        act, role = chance.choice(ACTS), chance.choice(ROLES)
    return paper.attempt(act, role, chance.choice(PEOPLE[role]), chance)


def test_random_lives_of_complaints_never_break_an_invariant():
    chance = Random(20270614)
    paper, done = beginning(chance), 0
    taken: Counter[tuple[State | None, Act, State]] = Counter()
    for number in range(STEPS):
        length = len(paper.words)
        words = paper.words
        if step(paper, chance):
            done += 1
            source, act, _, _, target = paper.log[-1]
            taken[source, act, target] += 1
        assert paper.words[:length] == words  # 6 The customer's words are only added to
        if number % 500 == 0:
            for one in paper.clocks.values():  # 2 One function gives every date, and gives it again
                assert (
                    one.due is None
                    or explain(one.due.to_json(), CAL if one.due.calendar == CAL.key else None).agrees
                )
        if (paper.state in FINAL and chance.random() < 0.3) or number % A_LIFE == A_LIFE - 1:
            paper = beginning(chance)
    assert done > STEPS / 4
    walked = set(taken)
    in_table = {(row.source, row.act, row.target) for row in TABLE}
    assert len(walked & in_table) > 0.9 * len(in_table), sorted(in_table - walked, key=str)
    assert walked <= in_table


def test_a_silent_customer_is_never_closed_without_two_reminders_that_arrived():
    chance = Random(7)
    paper = beginning(chance)
    for act, role, person in (
        (Act.START, Role.CUSTOMER, 1),
        (Act.SEND, Role.CUSTOMER, 1),
        (Act.TAKE, Role.HANDLER, 10),
        (Act.OFFER, Role.HANDLER, 10),
    ):
        assert paper.attempt(act, role, person, chance)
    for _ in range(10):  # no reminder arrives, for as long as it takes
        paper.reminders = 0
        paper.now += timedelta(days=40)
        _, act = paper.next_alarm()
        assert act in (Act.UNREACHED, Act.LEGAL_DATE_PASSED)
        paper.attempt(act, Role.TIMER, 0, chance)
        assert paper.state is State.OFFERED
    paper.reminders = 2
    assert paper.attempt(Act.LAPSE, Role.TIMER, 0, chance)
    assert paper.state is State.LAPSED
