"""The golden vectors: hand-checked cases, most of them dates that other systems got wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.domain.calendars import (
    ROUND_THE_CLOCK_WEEK,
    Due,
    WorkingCalendar,
    add_business_days,
    add_calendar_days,
    add_weeks,
    add_working,
    closures_for,
    explain,
    week_from_json,
)

pytestmark = pytest.mark.pure


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SPLIT_DAYS = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
SPLIT = WorkingCalendar("split", 1, "Europe/Warsaw", week_from_json(SPLIT_DAYS))
TUESDAYS = WorkingCalendar("tuesdays", 1, "Europe/Warsaw", week_from_json({"tue": [["08:00", "17:00"]]}))
ALWAYS = WorkingCalendar("always", 1, "Europe/Warsaw", ROUND_THE_CLOCK_WEEK)
LONDON = WorkingCalendar(
    "london",
    1,
    "Europe/London",
    week_from_json({day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}),
    closures_for("GB", [2027], subdivision="ENG"),
)


def fourteen_days() -> Due:
    return add_calendar_days(utc("2027-03-20 22:30"), 14, "Europe/Warsaw")


def eight_weeks() -> Due:
    return add_weeks(utc("2027-02-10 10:00"), 8, "Europe/London")


def eight_working_hours() -> Due:
    return add_working(SPLIT, utc("2027-06-14 09:00"), timedelta(hours=8))


def one_hour_over_midnight() -> Due:
    return add_working(ALWAYS, utc("2027-06-14 21:30"), timedelta(hours=1))


def ten_hours_of_tuesdays() -> Due:
    return add_working(TUESDAYS, utc("2027-06-16 09:00"), timedelta(hours=10))


def thirty_days_over_a_leap_day() -> Due:
    return add_calendar_days(utc("2028-02-10 12:00"), 30, "Europe/Warsaw")


def third_business_day() -> Due:
    return add_business_days(LONDON, utc("2027-04-29 15:00"), 3)


@pytest.mark.parametrize(
    ("case", "expected", "cal"),
    [
        (fourteen_days, "2027-04-03 22:00", None),
        (eight_weeks, "2027-04-07 23:00", None),
        (eight_working_hours, "2027-06-15 10:00", SPLIT),
        (one_hour_over_midnight, "2027-06-14 22:30", ALWAYS),
        (ten_hours_of_tuesdays, "2027-06-29 07:00", TUESDAYS),
        (thirty_days_over_a_leap_day, "2028-03-11 23:00", None),
        (third_business_day, "2027-05-05 16:00", LONDON),
    ],
)
def test_a_golden_vector_falls_due_at_the_checked_instant_and_can_be_explained(case, expected, cal):
    due = case()
    assert due.at == utc(expected)
    assert due.at.tzinfo is UTC
    assert explain(due.to_json(), cal).agrees
    assert explain(due.to_json()).agrees


def test_fourteen_days_over_the_spring_change_are_not_336_hours():
    assert fourteen_days().at - utc("2027-03-20 22:30") != timedelta(hours=336)
    assert fourteen_days().day == date(2027, 4, 3)


def test_a_bank_holiday_and_a_weekend_are_named_in_the_explanation_and_not_counted():
    rows = third_business_day().counted
    assert [row.day for row in rows if row.counts] == [date(2027, 4, 30), date(2027, 5, 4), date(2027, 5, 5)]
    skipped = {row.day: row.reason for row in rows if not row.counts}
    assert skipped[date(2027, 5, 1)] == "closed"
    assert skipped[date(2027, 5, 3)] not in ("", "closed")


def test_one_hour_over_midnight_is_explained_as_two_half_hours_on_two_days():
    rows = one_hour_over_midnight().counted
    assert [row.end - row.start for row in rows] == [timedelta(minutes=30), timedelta(minutes=30)]
    assert [row.day for row in rows] == [date(2027, 6, 14), date(2027, 6, 15)]
