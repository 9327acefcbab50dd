"""Opening hours in versions: what is promised keeps the version it was computed with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal import db
from portal.domain import calendars, clock, errors, firm
from portal.domain.actor import SYSTEM, Actor, Permission
from portal.domain.calendars.models import CalendarVersion
from portal.domain.firm import hours
from tests import records

NOW = datetime(2026, 6, 15, 8, tzinfo=UTC)
WEEK: dict[str, tuple[str, str] | None] = {
    day: ("09:00", "17:00") if day not in {"sat", "sun"} else None for day in calendars.WEEKDAYS
}


@pytest.fixture
def max_(uow: object, monkeypatch: pytest.MonkeyPatch) -> Actor:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    calendars.seed(country="PL", zone="Europe/Warsaw", actor=SYSTEM)
    return records.staff("Max Brandt", Permission.SETTINGS_WRITE)


def test_a_promise_keeps_the_version_it_began_with(max_: Actor) -> None:
    before = calendars.add_business_days(hours.calendar(), NOW, 5)
    made = hours.set_week(WEEK | {"fri": None}, actor=max_, expected=1)
    assert made.version == 2 and hours.calendar().version == 2
    assert calendars.add_business_days(hours.calendar(), NOW, 5).at > before.at
    old = calendars.version(calendars.OFFICE, before.version)
    assert calendars.explain(before.to_json(), old).agrees


def test_what_another_process_did_a_moment_ago_is_not_written_over(own_database: db.Database) -> None:
    with clock.at(NOW):
        with db.unit_of_work():
            calendars.seed(country="PL", zone="Europe/Warsaw", actor=SYSTEM)
            ada = records.staff("Max Brandt", Permission.SETTINGS_WRITE)
        with db.unit_of_work(write=False):
            assert hours.calendar().version == 1
        remembered = dict(own_database.memory)
        with db.unit_of_work():
            hours.set_week(WEEK | {"fri": None}, actor=ada, expected=1)
        own_database.memory.update(remembered)  # as it stands in a process that has not looked since
        day = date(2026, 6, 22)
        with pytest.raises(errors.Conflict), db.unit_of_work():
            hours.close(day, day, "Stocktaking", actor=ada, expected=1)
        with db.unit_of_work():
            made = hours.close(day, day, "Stocktaking", actor=ada)
    assert made.version == 3 and made.week[4] == (), "Friday stays closed"


def test_the_same_week_is_no_version(max_: Actor) -> None:
    assert hours.set_week(WEEK, actor=max_).version == 1


def test_hours_with_a_break_survive_a_page_that_shows_their_ends(max_: Actor) -> None:
    now = hours.calendar()
    spans = (calendars.Span.parse("09:00", "12:00"), calendars.Span.parse("13:00", "17:00"))
    from dataclasses import replace

    calendars.approve(replace(now, week=(spans, *now.week[1:])), actor=max_)
    made = hours.set_week(WEEK | {"tue": ("10:00", "16:00")}, actor=max_)
    assert made.week[0] == spans and made.week[1] == (calendars.Span.parse("10:00", "16:00"),)


@pytest.mark.parametrize(
    ("day", "given"),
    [("tue", ("17:00", "09:00")), ("wed", ("", "")), ("thu", ("9", "25:00")), ("fri", ("x", "y"))],
)
def test_a_day_that_does_not_fit_is_named(max_: Actor, day: str, given: tuple[str, str]) -> None:
    with pytest.raises(errors.Invalid) as refused:
        hours.set_week(WEEK | {day: given}, actor=max_)
    assert refused.value.field == day


def test_holidays_are_approved_one_by_one_and_own_days_stay(max_: Actor) -> None:
    hours.close(date(2027, 5, 4), date(2027, 5, 5), "Stocktaking", actor=max_)
    offered = [one.day for one in hours.proposal(2027)]
    made = hours.approve_holidays(2027, offered[:-1], actor=max_)
    assert made.closed_because(offered[0]) and not made.closed_because(offered[-1])
    assert made.closed_because(date(2027, 5, 4)) == "Stocktaking"
    assert made.closed_because(date(2026, 11, 11)), "other years stay"
    with pytest.raises(errors.Invalid):
        hours.approve_holidays(2027, [date(2027, 2, 2)], actor=max_)


def test_a_region_has_holidays_of_its_own(max_: Actor) -> None:
    firm.change(actor=max_, country="DE")
    db.commit()
    whole, bavaria = hours.proposal(2027), hours.proposal(2027, region="BY")
    assert len(bavaria) > len(whole)
    with pytest.raises(errors.Invalid):
        hours.proposal(2027, region="XX")


def test_own_closures_are_for_days_to_come_with_a_reason(max_: Actor) -> None:
    day = date(2026, 7, 1)
    for first, last, reason, field in (
        (date(2026, 6, 14), day, "x", "first"),
        (day, day - timedelta(days=1), "x", "last"),
        (day, day + timedelta(days=61), "x", "last"),
        (day, day, " \n ", "reason"),
        (day, day, "x" * 81, "reason"),
    ):
        with pytest.raises(errors.Invalid) as refused:
            hours.close(first, last, reason, actor=max_)
        assert refused.value.field == field
    made = hours.close(day, day + timedelta(days=2), "Company\r\nholiday", actor=max_)
    assert made.closed_because(day) == "Company holiday"
    assert hours.reopen(day, actor=max_).closed_because(day) is None
    with pytest.raises(errors.NotFound):
        hours.reopen(day, actor=max_)


def test_another_zone_of_the_firm_is_a_version_of_the_hours(max_: Actor) -> None:
    firm.change(actor=max_, zone="Europe/Sofia")
    assert hours.calendar().zone == "Europe/Sofia" and hours.calendar().version == 2


def test_only_who_may_and_an_old_page_loses(max_: Actor) -> None:
    with pytest.raises(errors.Denied):
        hours.set_week(WEEK | {"fri": None}, actor=records.staff("Sam", Permission.COMPLAINTS_READ))
    hours.set_week(WEEK | {"fri": None}, actor=max_, expected=1)
    with pytest.raises(errors.Conflict):
        hours.set_week(WEEK | {"thu": None}, actor=max_, expected=1)
    assert db.session().scalar(select(func.count(CalendarVersion.id))) == 2
