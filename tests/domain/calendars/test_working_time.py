"""What holds for working time on every calendar, at every instant, also in the nights when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portal.domain import errors
from portal.domain.calendars import (
    OFFICE_WEEK,
    ROUND_THE_CLOCK_WEEK,
    WAKING_WEEK,
    Closure,
    Opening,
    Span,
    WorkingCalendar,
    add_business_days,
    add_working,
    before,
    local_day,
    next_open,
    waking,
    warning,
    working_between,
)
from tests.domain.calendars.strategies import ZONES, calendars, instants, lengths

pytestmark = pytest.mark.pure
thorough = settings(deadline=None, max_examples=60)
HOUR = timedelta(hours=1)


def on_the_calendar(cal: WorkingCalendar, at: datetime) -> bool:
    """Inside an open interval, or at its end; the end may be the midnight that begins the next day."""
    day = local_day(at, cal.zone)
    spans = (*cal.open_on(day - timedelta(days=1)), *cal.open_on(day))
    return any(opens <= at <= closes for opens, closes in spans)


@thorough
@given(calendars(), instants, lengths, lengths)
def test_adding_a_and_b_equals_adding_a_and_then_b(cal, start, a, b):
    assert add_working(cal, start, a + b).at == add_working(cal, add_working(cal, start, a).at, b).at


@thorough
@given(calendars(), instants, instants, lengths)
def test_a_later_receipt_never_gives_an_earlier_date(cal, one, other, length):
    early, late = sorted((one, other))
    assert add_working(cal, early, length).at <= add_working(cal, late, length).at


@thorough
@given(calendars(), instants, instants, st.integers(1, 12))
def test_a_later_receipt_never_gives_an_earlier_business_day(cal, one, other, n):
    early, late = sorted((one, other))
    assert add_business_days(cal, early, n).at <= add_business_days(cal, late, n).at


@thorough
@given(calendars(), instants, lengths)
def test_the_date_lies_in_an_open_interval_or_at_its_end(cal, start, length):
    due = add_working(cal, start, length).at
    assert on_the_calendar(cal, due)
    assert working_between(cal, start, due) == length


@thorough
@given(calendars(), instants, lengths)
def test_a_warning_before_the_date_lies_on_the_calendar_too(cal, due, n):
    at = before(cal, due, n)
    assert at <= due
    assert on_the_calendar(cal, at)
    assert working_between(cal, at, due) == n


@thorough
@given(calendars(), instants, st.integers(1, 9))
def test_a_warning_business_days_before_is_at_an_opening(cal, due, n):
    at = before(cal, due, n)
    assert cal.is_open(at)
    assert at == cal.open_on(local_day(at, cal.zone))[0][0]
    assert at < due


@thorough
@given(calendars(), instants, lengths, lengths)
def test_a_warning_set_before_the_date_never_fires_at_creation(cal, created, length, n):
    due = add_working(cal, created, length).at
    at = warning(cal, created, due, n)
    assert at is None or created < at <= due
    assert at is None or n <= length


@thorough
@given(calendars(), instants)
def test_the_next_opening_is_open_and_nothing_is_open_before_it(cal, at):
    opening = next_open(cal, at)
    assert cal.is_open(opening)
    assert working_between(cal, at, opening) == timedelta(0)
    assert opening >= at


@thorough
@given(calendars(), instants)
def test_open_is_what_the_clock_on_the_wall_says(cal, at):
    wall = at.astimezone(ZoneInfo(cal.zone))
    minute = wall.hour * 60 + wall.minute
    assert cal.is_open(at) == any(span.start <= minute < span.end for span in cal.hours_on(wall.date()))


@pytest.mark.parametrize("zone", ZONES)
def test_a_round_the_clock_year_has_every_hour_of_the_year(zone):
    cal = WorkingCalendar("always", 1, zone, ROUND_THE_CLOCK_WEEK)
    year = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    assert working_between(cal, *year) == timedelta(days=365)


@pytest.mark.parametrize(
    ("zone", "spring", "autumn"),
    [
        ("Europe/Warsaw", date(2027, 3, 28), date(2027, 10, 31)),
        ("Europe/Sofia", date(2027, 3, 28), date(2027, 10, 31)),
        ("Europe/London", date(2027, 3, 28), date(2027, 10, 31)),
        ("America/New_York", date(2027, 3, 14), date(2027, 11, 7)),
    ],
)
def test_the_days_of_the_change_have_23_and_25_hours(zone, spring, autumn):
    cal = WorkingCalendar("always", 1, zone, ROUND_THE_CLOCK_WEEK)
    assert [end - start for start, end in cal.open_on(spring)] == [23 * HOUR]
    assert [end - start for start, end in cal.open_on(autumn)] == [25 * HOUR]


def test_hours_that_are_skipped_or_repeated_at_night_count_as_the_wall_shows_them():
    night = tuple((Span.parse("01:00", "02:30"),) for _ in range(7))
    cal = WorkingCalendar("night", 1, "Europe/Warsaw", night)
    (skipped,) = cal.open_on(date(2027, 3, 28))
    assert skipped[1] - skipped[0] == HOUR  # 02:00 to 03:00 did not exist
    repeated = cal.open_on(date(2027, 10, 31))
    assert sum((end - start for start, end in repeated), timedelta()) == 2 * HOUR  # 02:00 to 02:30 came twice
    assert len(repeated) == 2


def test_a_zone_that_jumps_over_midnight_has_a_day_that_begins_late():
    cal = WorkingCalendar("beirut", 1, "Asia/Beirut", ROUND_THE_CLOCK_WEEK)
    ((start, end),) = cal.open_on(date(2026, 3, 29))
    assert end - start == 23 * HOUR
    assert cal.open_on(date(2026, 3, 28))[0][1] == start


def test_an_extra_opening_wins_over_a_closure_of_the_same_day():
    saturday = Opening(date(2027, 5, 8), Span.parse("10:00", "14:00"), "stock-taking")
    holiday = Opening(date(2027, 5, 3), Span.parse("10:00", "12:00"), "emergency desk")
    cal = WorkingCalendar(
        "firm",
        1,
        "Europe/Warsaw",
        OFFICE_WEEK,
        (Closure(date(2027, 5, 3), "Third of May"),),
        (saturday, holiday),
    )
    assert cal.hours_on(date(2027, 5, 3)) == (Span.parse("10:00", "12:00"),)
    assert cal.hours_on(date(2027, 5, 8)) == (Span.parse("10:00", "14:00"),)
    friday_evening = datetime(2027, 5, 7, 16, tzinfo=UTC)
    assert add_working(cal, friday_evening, HOUR).at == datetime(2027, 5, 8, 9, tzinfo=UTC)
    assert add_business_days(cal, friday_evening, 1).at == datetime(2027, 5, 8, 12, tzinfo=UTC)


def test_receipt_on_a_closed_day_counts_from_the_day_after():
    cal = WorkingCalendar("firm", 1, "Europe/Warsaw", OFFICE_WEEK)
    sunday = datetime(2027, 6, 13, 10, tzinfo=UTC)
    assert add_business_days(cal, sunday, 1).at == datetime(2027, 6, 14, 15, tzinfo=UTC)


def test_a_message_waits_for_the_persons_hours_in_the_persons_zone():
    midnight = datetime(2027, 6, 14, 22, 30, tzinfo=UTC)
    assert waking("Europe/Warsaw", WAKING_WEEK, midnight) == datetime(2027, 6, 15, 6, tzinfo=UTC)
    assert waking("America/New_York", WAKING_WEEK, midnight) == midnight
    assert waking("Europe/Warsaw", None, midnight) == midnight
    sundays = {"sun": [["18:00", "24:00"]]}
    assert waking("Europe/Sofia", sundays, midnight) == datetime(2027, 6, 20, 15, tzinfo=UTC)


def test_a_calendar_that_never_opens_is_refused_instead_of_searched_for_ever():
    never = WorkingCalendar("never", 1, "Europe/Warsaw", ((),) * 7)
    now = datetime(2027, 6, 14, tzinfo=UTC)
    for reckon in (
        lambda: add_working(never, now, HOUR),
        lambda: add_business_days(never, now, 1),
        lambda: before(never, now, HOUR),
        lambda: next_open(never, now),
    ):
        with pytest.raises(errors.Invalid) as refused:
            reckon()
        assert refused.value.code == "calendar.never_open"


@given(st.sampled_from([datetime(2027, 6, 14), datetime.fromisoformat("2027-06-14T10:00+02:00")]))  # noqa: DTZ001
def test_only_aware_utc_instants_are_taken(at):
    assume(at.utcoffset() != timedelta(0))
    cal = WorkingCalendar("firm", 1, "Europe/Warsaw", OFFICE_WEEK)
    for reckon in (
        lambda: add_working(cal, at, HOUR),
        lambda: add_business_days(cal, at, 1),
        lambda: working_between(cal, at, at),
        lambda: next_open(cal, at),
        lambda: before(cal, at, HOUR),
        lambda: waking("Europe/Warsaw", None, at),
    ):
        with pytest.raises(ValueError, match="aware UTC"):
            reckon()
