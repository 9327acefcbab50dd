"""A calendar is a value: it is checked, written, read back, and recognised by the hash of its hours."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings

from portal.domain import errors
from portal.domain.calendars import (
    OFFICE_WEEK,
    Closure,
    Due,
    Span,
    WorkingCalendar,
    add_calendar_days,
    add_working,
    closures_for,
    explain,
    office_calendar,
    week_from_json,
    week_to_json,
    zone_data_version,
)
from tests.domain.calendars.strategies import calendars, instants, lengths

pytestmark = pytest.mark.pure
thorough = settings(deadline=None, max_examples=60)


@thorough
@given(calendars())
def test_a_calendar_survives_the_way_through_json(cal):
    again = WorkingCalendar.from_json(json.loads(json.dumps(cal.to_json())))
    assert again == cal
    assert again.content_hash == cal.content_hash


@thorough
@given(calendars(), instants, lengths)
def test_a_date_survives_the_way_through_json_and_explains_itself(cal, start, length):
    due = add_working(cal, start, length)
    stored = json.loads(json.dumps(due.to_json()))
    assert Due.from_json(stored) == due
    explained = explain(stored, cal)
    assert explained.agrees
    assert explained.rows == due.counted
    assert (due.calendar, due.version, due.tzdata) == (cal.key, cal.version, zone_data_version())
    assert all(str(sentence) for sentence in explained.sentences)


def test_the_hash_is_of_the_hours_and_not_of_name_or_version():
    cal = WorkingCalendar("firm", 1, "Europe/Warsaw", OFFICE_WEEK)
    assert replace(cal, key="other", version=2).content_hash == cal.content_hash
    assert replace(cal, zone="Europe/Sofia").content_hash != cal.content_hash
    closed = replace(cal, closures=(Closure(date(2027, 5, 3), "Third of May"),))
    assert closed.content_hash != cal.content_hash


def test_a_calendar_that_was_changed_after_approval_is_refused():
    data = WorkingCalendar("firm", 1, "Europe/Warsaw", OFFICE_WEEK).to_json()
    data["week"] = {**data["week"], "fri": [["09:00", "18:00"]]}
    with pytest.raises(errors.Invalid) as refused:
        WorkingCalendar.from_json(data)
    assert refused.value.code == "calendar.changed"


def test_a_stored_date_that_was_tampered_with_does_not_agree():
    cal = WorkingCalendar("firm", 1, "Europe/Warsaw", OFFICE_WEEK)
    now = datetime(2027, 6, 14, 7, tzinfo=UTC)
    stored = add_working(cal, now, timedelta(hours=9)).to_json()
    stored["at"] = "2027-06-16T07:00:00+00:00"
    assert not explain(stored).agrees
    assert not explain(stored, cal).agrees
    days = add_calendar_days(now, 14, "Europe/Warsaw").to_json()
    days["at"] = "2027-07-16T07:00:00+00:00"
    assert not explain(days).agrees


def test_a_date_does_not_agree_with_another_calendar_than_its_own():
    cal = WorkingCalendar("firm", 1, "Europe/Warsaw", OFFICE_WEEK)
    stored = add_working(cal, datetime(2027, 6, 14, 7, tzinfo=UTC), timedelta(hours=1)).to_json()
    assert not explain(stored, replace(cal, zone="Europe/Sofia")).agrees


@pytest.mark.parametrize(
    "week",
    [
        {"mon": [["17:00", "09:00"]]},
        {"mon": [["09:00", "09:00"]]},
        {"mon": [["09:00", "24:01"]]},
        {"mon": [["9:00", "17:00"]]},
        {"mon": [["09:00", "12:00"], ["11:00", "17:00"]]},
        {"monday": [["09:00", "17:00"]]},
        {"mon": [["09:60", "17:00"]]},
        {"mon": [["", "17:00"]]},
    ],
)
def test_hours_that_make_no_sense_are_refused_with_the_mend(week):
    with pytest.raises(errors.Invalid) as refused:
        week_from_json(week)
    assert refused.value.field == "week"
    assert refused.value.code == "calendar.hours"


@pytest.mark.parametrize(
    "data", [{}, {"key": "x"}, {"key": "x", "version": "one", "zone": "UTC", "week": {}}]
)
def test_what_is_not_a_calendar_is_refused(data):
    with pytest.raises(errors.Invalid):
        WorkingCalendar.from_json(data)


def test_an_unknown_zone_is_refused():
    with pytest.raises(errors.Invalid) as refused:
        WorkingCalendar("firm", 1, "Europe/Atlantis", OFFICE_WEEK)
    assert (refused.value.code, refused.value.field) == ("calendar.zone", "zone")


def test_midnight_at_the_end_of_a_day_is_written_as_24():
    week = week_from_json({"sat": [["18:00", "24:00"]]})
    assert week[5] == (Span(1080, 1440),)
    assert week_to_json(week)["sat"] == [["18:00", "24:00"]]
    assert week_to_json(week)["sun"] == []


def test_public_holidays_become_closures_with_names_that_do_not_depend_on_the_machine(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "de")
    polish = dict(closures_for("PL", [2027]))
    assert polish[date(2027, 12, 24)]  # a holiday since 2025
    assert "Bożego Ciała" in polish[date(2027, 5, 27)] or "Boże Ciało" in polish[date(2027, 5, 27)]
    assert dict(closures_for("PL", [2027], language="en_US"))[date(2027, 5, 27)] == "Corpus Christi"
    assert {day.year for day in polish} == {2027}
    assert date(2027, 5, 3) in dict(closures_for("GB", [2027], subdivision="ENG"))
    with pytest.raises(errors.Invalid) as refused:
        closures_for("Atlantis", [2027])
    assert refused.value.code == "calendar.country"


def test_an_office_calendar_is_closed_on_the_holidays_of_its_country():
    cal = office_calendar("firm", "Europe/Warsaw", "PL", range(2026, 2029))
    assert cal.open_on(date(2027, 5, 3)) == ()
    assert cal.closed_because(date(2027, 5, 3))
    assert len(cal.open_on(date(2027, 5, 4))) == 1
