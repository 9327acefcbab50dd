"""Calendar days, weeks and months: to the end of a local day, in the zone that governs or ends earlier."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.calendars import add_calendar_days, add_months, add_weeks, day_end, day_start, local_day
from tests.domain.calendars.strategies import ZONES, instants

pytestmark = pytest.mark.pure
thorough = settings(deadline=None, max_examples=100)
zones = st.sampled_from(ZONES)


@thorough
@given(instants, instants, st.integers(1, 60), zones)
def test_a_later_receipt_never_gives_an_earlier_date(one, other, n, zone):
    early, late = sorted((one, other))
    for add in (add_calendar_days, add_weeks, add_months):
        assert add(early, n, zone).at <= add(late, n, zone).at


@thorough
@given(instants, st.integers(1, 60), zones)
def test_the_day_of_receipt_is_not_counted_and_the_last_day_counts_to_its_end(start, n, zone):
    due = add_calendar_days(start, n, zone)
    assert due.day == local_day(start, zone) + timedelta(days=n)
    assert due.at == day_end(due.day, zone)
    assert len(due.counted) == n
    assert due.counted[-1].day == due.day


@thorough
@given(instants, st.integers(1, 20), zones)
def test_a_week_is_seven_local_days(start, n, zone):
    assert add_weeks(start, n, zone).at == add_calendar_days(start, 7 * n, zone).at


@thorough
@given(instants, st.integers(1, 60), zones, zones)
def test_the_zone_whose_day_ends_earlier_decides(start, n, ours, theirs):
    both = add_calendar_days(start, n, ours, theirs)
    assert both.at == min(add_calendar_days(start, n, ours).at, add_calendar_days(start, n, theirs).at)
    assert both.at == day_end(both.day, both.zone)


def test_sofia_ends_a_day_one_hour_before_warsaw():
    noon = datetime(2027, 6, 14, 10, tzinfo=UTC)
    due = add_calendar_days(noon, 14, "Europe/Warsaw", "Europe/Sofia")
    assert (due.zone, due.at) == ("Europe/Sofia", datetime(2027, 6, 28, 21, tzinfo=UTC))
    late = datetime(2027, 6, 14, 21, 30, tzinfo=UTC)  # already the next day in Sofia, not yet in Warsaw
    assert add_calendar_days(late, 14, "Europe/Warsaw", "Europe/Sofia").zone == "Europe/Warsaw"


@pytest.mark.parametrize(
    ("received", "months", "last_day"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 12, 15), 1, date(2028, 1, 15)),
        (date(2027, 6, 30), 12, date(2028, 6, 30)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_months_keep_the_day_number_or_end_on_the_last_day(received, months, last_day):
    start = datetime(received.year, received.month, received.day, 10, tzinfo=UTC)
    assert add_months(start, months, "Europe/Warsaw").day == last_day


def test_months_are_counted_from_receipt_so_a_short_month_does_not_shorten_the_next():
    due = add_months(datetime(2027, 1, 31, 10, tzinfo=UTC), 2, "Europe/Warsaw")
    assert [row.day for row in due.counted] == [date(2027, 2, 28), date(2027, 3, 31)]


@thorough
@given(
    st.dates(date(2000, 1, 1), date(2035, 12, 31)), st.sampled_from((*ZONES, "Asia/Beirut", "America/Havana"))
)
def test_local_days_follow_each_other_without_gap_or_overlap(day, zone):
    start, end = day_start(day, zone), day_end(day, zone)
    assert local_day(start, zone) == day
    assert local_day(end - timedelta(seconds=1), zone) == day
    assert timedelta(hours=23) <= end - start <= timedelta(hours=25)


def test_a_day_that_a_zone_left_out_has_no_time():
    assert day_start(date(2011, 12, 30), "Pacific/Apia") == day_end(date(2011, 12, 30), "Pacific/Apia")
