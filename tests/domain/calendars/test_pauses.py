"""A clock that stands still moves its date by exactly that time; one that never does is never moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.calendars import (
    OFFICE_WEEK,
    Pause,
    WorkingCalendar,
    add_business_days,
    add_calendar_days,
    add_working,
    explain,
    with_pauses,
    working_between,
)
from tests.domain.calendars.strategies import calendars, instants, lengths

pytestmark = pytest.mark.pure
thorough = settings(deadline=None, max_examples=80)
OFFICE = WorkingCalendar("office", 1, "Europe/Warsaw", OFFICE_WEEK)
HOUR = timedelta(hours=1)
MONDAY = datetime(2027, 6, 14, 7, tzinfo=UTC)  # 9:00 in Warsaw

gaps = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), min_size=1, max_size=5)


def spread(start: datetime, gaps: list[tuple[int, int]]) -> list[Pause]:
    """Pauses one after the other: so many minutes of run, so many of rest."""
    pauses, at = [], start
    for run, rest in gaps:
        begin = at + timedelta(minutes=run)
        at = begin + timedelta(minutes=rest)
        pauses.append(Pause(begin, at))
    return pauses


@thorough
@given(calendars(), instants, st.integers(3, 8), gaps)
def test_pausing_k_times_equals_one_pause_of_the_summed_open_time(cal, start, n, gaps):
    due = add_business_days(cal, start, n)
    pauses = [pause for pause in spread(start, gaps) if pause.end <= due.at]
    total = sum((working_between(cal, *pause) for pause in pauses), timedelta())
    one = Pause(start, add_working(cal, start, total).at)
    if one.end > due.at:
        return
    assert with_pauses(cal, due, pauses).at == with_pauses(cal, due, [one]).at
    assert with_pauses(cal, due, pauses).at == add_working(cal, due.at, total).at


@thorough
@given(calendars(), instants, lengths, gaps)
def test_time_at_rest_and_time_at_work_add_up(cal, start, length, gaps):
    pauses = spread(start, gaps)
    due = with_pauses(cal, add_working(cal, start, length), pauses)
    rest = sum((working_between(cal, pause.start, min(pause.end, due.at)) for pause in pauses), timedelta())
    assert working_between(cal, start, due.at) - rest == length
    assert explain(due.to_json(), cal).agrees
    assert explain(due.to_json()).agrees


@thorough
@given(calendars(), instants, lengths, st.integers(0, 5000))
def test_a_pause_of_zero_changes_nothing(cal, start, length, minute):
    at = start + timedelta(minutes=minute)
    due = add_working(cal, start, length)
    assert with_pauses(cal, due, [Pause(at, at)]) == due
    assert with_pauses(cal, due, []) == due


@thorough
@given(calendars(), instants, lengths, gaps)
def test_a_pause_never_makes_a_date_earlier_and_order_does_not_matter(cal, start, length, gaps):
    due = add_working(cal, start, length)
    pauses = spread(start, gaps)
    moved = with_pauses(cal, due, pauses)
    assert moved.at >= due.at
    assert with_pauses(cal, due, [*reversed(pauses), *pauses]) == moved  # the same pause twice is one pause


def test_while_the_clock_stands_still_there_is_no_date():
    due = add_business_days(OFFICE, MONDAY, 10)
    assert with_pauses(OFFICE, due, [Pause(MONDAY + HOUR)]) is None
    assert with_pauses(OFFICE, due, [Pause(MONDAY, MONDAY + HOUR), Pause(MONDAY + 30 * HOUR)]) is None


def test_a_pause_that_begins_when_the_date_has_passed_does_not_heal_it():
    due = add_business_days(OFFICE, MONDAY, 1)
    assert with_pauses(OFFICE, due, [Pause(due.at, None)]) == due
    assert with_pauses(OFFICE, due, [Pause(due.at + HOUR, due.at + 30 * HOUR)]) == due


def test_a_weekend_long_pause_of_an_office_clock_moves_nothing():
    due = add_business_days(OFFICE, MONDAY, 10)
    friday, monday = MONDAY + timedelta(days=4, hours=8), MONDAY + timedelta(days=7)
    assert with_pauses(OFFICE, due, [Pause(friday, monday)]) == due


def test_three_open_hours_at_rest_move_closing_time_to_noon_of_the_next_business_day():
    due = add_business_days(OFFICE, MONDAY, 4)  # Friday 17:00
    moved = with_pauses(OFFICE, due, [Pause(MONDAY + HOUR, MONDAY + 4 * HOUR)])
    assert moved.at == datetime(2027, 6, 21, 10, tzinfo=UTC)
    assert explain(moved.to_json(), OFFICE).agrees


def test_calendar_days_at_rest_move_the_date_to_the_end_of_a_local_day():
    due = add_calendar_days(MONDAY, 28, "Europe/Warsaw")
    moved = with_pauses(None, due, [Pause(MONDAY + HOUR, MONDAY + 3 * HOUR)])
    assert moved.at == due.at + timedelta(days=1)
    assert (moved.day - due.day).days == 1
    twice = [Pause(MONDAY + HOUR, MONDAY + 2 * HOUR), Pause(MONDAY + 50 * HOUR, MONDAY + 51 * HOUR)]
    assert with_pauses(None, due, twice).at == moved.at
    assert explain(moved.to_json()).agrees
