"""The clocks: their dates, their alarms, and that no act wipes the time that has run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.domain import audit
from portal.domain.calendars import (
    OFFICE_WEEK,
    Pause,
    WorkingCalendar,
    closures_for,
    explain,
    local_day,
    week_from_json,
)
from portal.domain.complaints import clocks
from portal.domain.complaints.acts import Act
from portal.domain.complaints.alarms import AlarmKind, alarms
from portal.domain.complaints.clocks import (
    DEFAULTS,
    Binds,
    Zones,
    act_at_end,
    kept,
    next_due,
    pauses_in,
    rule_for,
    start,
)
from portal.domain.complaints.lengths import Length, Unit
from portal.domain.complaints.states import K, State

pytestmark = pytest.mark.pure

WARSAW = Zones("Europe/Warsaw", "Europe/Warsaw")
CAL = WorkingCalendar("firm", 1, "Europe/Warsaw", OFFICE_WEEK, closures_for("PL", [2027]))
MONDAY = datetime(2027, 6, 14, 8, tzinfo=UTC)  # 10:00 in Warsaw
TODAY = date(2027, 6, 14)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("k", "due"),
    [
        (K.DRAFT_KEPT, utc(2027, 9, 12, 22)),
        (K.ACKNOWLEDGED, utc(2027, 6, 14, 8, 1)),
        (K.NAMED, utc(2027, 6, 15, 15)),
        (K.ANSWER, utc(2027, 6, 28, 15)),
        (K.SILENCE, utc(2027, 6, 21, 15)),
        (K.QUESTION, utc(2027, 6, 28, 15)),
        (K.DECISION, utc(2027, 7, 12, 22)),
        (K.REVIEW, utc(2027, 7, 12, 15)),
        (K.REMEDY, utc(2027, 6, 28, 15)),
        (K.CONFIRMATION, utc(2027, 6, 28, 22)),
        (K.OUTSIDE, utc(2027, 7, 12, 15)),
        (K.REOPENING, utc(2027, 12, 14, 23)),
    ],
)
def test_each_clock_has_its_published_date_and_explains_it(k, due):
    found = start(k, MONDAY, CAL, WARSAW)
    assert found.at == due
    assert explain(found.to_json(), CAL if found.calendar == "firm" else None).agrees


def test_every_clock_has_a_row_and_its_name():
    assert {rule.key for rule in DEFAULTS} == set(K)
    for rule in DEFAULTS:
        assert str(rule.name)
        assert rule.length is None or str(rule.length.text())


@pytest.mark.parametrize("k", [K.LEGAL, K.PARTNER])
def test_a_clock_without_a_published_length_needs_one(k):
    with pytest.raises(ValueError, match="case by case"):
        start(k, MONDAY, CAL, WARSAW)
    fourteen = start(k, MONDAY, CAL, WARSAW, length=Length(14, Unit.CALENDAR_DAYS))
    assert fourteen.day == date(2027, 6, 28)


def test_a_new_row_holds_for_what_begins_from_its_day_on():
    old = rule_for(K.ANSWER, TODAY)
    new = replace(old, length=Length(5, Unit.BUSINESS_DAYS), valid_from=date(2027, 7, 1))
    rules = (replace(old, valid_to=date(2027, 7, 1)), new)
    assert rule_for(K.ANSWER, date(2027, 6, 30), rules).length.n == 10
    assert rule_for(K.ANSWER, date(2027, 7, 1), rules).length.n == 5
    assert start(K.ANSWER, MONDAY, CAL, WARSAW, rules=rules) == start(K.ANSWER, MONDAY, CAL, WARSAW)
    with pytest.raises(LookupError):
        rule_for(K.ANSWER, date(1999, 1, 1))


def test_a_length_in_days_binds_us_where_it_ends_earlier_and_the_customer_where_it_ends_later():
    sofia, new_york = Zones("Europe/Warsaw", "Europe/Sofia"), Zones("Europe/Warsaw", "America/New_York")
    fourteen = Length(14, Unit.CALENDAR_DAYS)
    assert start(K.LEGAL, MONDAY, CAL, sofia, length=fourteen).at == utc(2027, 6, 28, 21)
    assert start(K.LEGAL, MONDAY, CAL, new_york, length=fourteen).at == utc(2027, 6, 28, 22)
    assert start(K.DECISION, MONDAY, CAL, sofia).at == utc(2027, 7, 12, 22)
    assert start(K.DECISION, MONDAY, CAL, new_york).at == utc(2027, 7, 13, 4)


def test_the_legal_clock_refuses_to_pause():
    for k in set(K) - {K.ANSWER, K.REVIEW, K.DECISION}:
        with pytest.raises(ValueError, match="never pauses"):
            start(k, MONDAY, CAL, WARSAW, [Pause(MONDAY)], Length(14, Unit.CALENDAR_DAYS))
    assert pauses_in(K.LEGAL) == frozenset()
    assert pauses_in(K.ANSWER) == {State.NEEDS_CUSTOMER}
    assert pauses_in(K.REVIEW) == {State.NEEDS_CUSTOMER_R}


def test_the_service_clock_stands_still_while_the_customer_is_asked():
    asked, answered = MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=3)
    assert start(K.ANSWER, MONDAY, CAL, WARSAW, [Pause(asked)]) is None
    moved = start(K.ANSWER, MONDAY, CAL, WARSAW, [Pause(asked, answered)])
    assert moved.at == utc(2027, 6, 29, 9)  # two open hours later than the close of 28 June


# ---------------------------------------------------------------------------------- alarms


def test_a_decision_is_reminded_twice_in_waking_hours_and_then_due():
    due = start(K.DECISION, MONDAY, CAL, WARSAW)
    found = alarms(K.DECISION, due, CAL, WARSAW, MONDAY)
    assert [(one.kind, one.n) for one in found] == [
        (AlarmKind.REMIND, 1),
        (AlarmKind.REMIND, 2),
        (AlarmKind.DUE, 0),
    ]
    assert [one.at for one in found] == [utc(2027, 6, 28, 6), utc(2027, 7, 9, 6), due.at]
    assert found[-1].act is Act.LAPSE


def test_a_reminder_waits_for_the_hours_that_the_customer_chose():
    due = start(K.CONFIRMATION, MONDAY, CAL, WARSAW)
    evenings = week_from_json({"thu": [["18:00", "20:00"]]})
    found = [
        one
        for one in alarms(K.CONFIRMATION, due, CAL, WARSAW, MONDAY, evenings)
        if one.kind is AlarmKind.REMIND
    ]
    assert [one.at for one in found] == [utc(2027, 6, 24, 16)]  # the other would come after the end
    urgent = alarms(K.CONFIRMATION, due, CAL, WARSAW, MONDAY, evenings, urgent=True)
    assert [one.at for one in urgent if one.kind is AlarmKind.REMIND] == [
        utc(2027, 6, 20, 22),
        utc(2027, 6, 25, 22),
    ]


def test_a_warning_lies_on_the_calendar_and_never_at_or_before_the_beginning():
    due = start(K.ANSWER, MONDAY, CAL, WARSAW)
    warning, end = alarms(K.ANSWER, due, CAL, WARSAW, MONDAY)
    assert warning.at == utc(2027, 6, 24, 7)
    assert CAL.is_open(warning.at)
    assert (end.kind, end.at) == (AlarmKind.DUE, due.at)
    short = start(K.ANSWER, MONDAY, CAL, WARSAW, length=Length(1, Unit.BUSINESS_DAYS))
    assert [one.kind for one in alarms(K.ANSWER, short, CAL, WARSAW, MONDAY)] == [AlarmKind.DUE]


def test_a_remedy_that_is_late_goes_to_review_five_business_days_later():
    due = start(K.REMEDY, MONDAY, CAL, WARSAW)
    *_, late, grace = alarms(K.REMEDY, due, CAL, WARSAW, MONDAY)
    assert (late.at, late.act) == (due.at, Act.REMEDY_LATE)
    assert (grace.kind, grace.at, grace.act) == (AlarmKind.GRACE, utc(2027, 7, 5, 15), Act.REMEDY_OVERDUE)


def test_every_clock_gives_alarms_in_time_order_and_after_its_beginning():
    for k in K:
        length = rule_for(k, TODAY).length or Length(14, Unit.CALENDAR_DAYS)
        due = start(k, MONDAY, CAL, WARSAW, length=length)
        found = alarms(k, due, CAL, WARSAW, MONDAY)
        assert [one.at for one in found] == sorted(one.at for one in found)
        assert all(one.at > MONDAY for one in found)
        assert sum(one.kind is AlarmKind.DUE for one in found) == 1


def test_a_timer_ends_nothing_before_two_reminders_have_arrived():
    for k, end in ((K.DECISION, Act.LAPSE), (K.CONFIRMATION, Act.CLOSE_UNCONFIRMED)):
        assert act_at_end(k, 1, TODAY) is Act.UNREACHED
        assert act_at_end(k, 2, TODAY) is end
    assert act_at_end(K.QUESTION, 0, TODAY) is Act.QUESTION_EXPIRES
    assert act_at_end(K.REOPENING, 0, TODAY) is Act.ARCHIVE


@dataclass
class Stored:
    k: str
    due_at: datetime | None


def test_the_next_date_is_the_earliest_of_those_that_run():
    ours, theirs, resting = Stored("K3", MONDAY + timedelta(days=9)), Stored("K6", MONDAY), Stored("K9", None)
    assert next_due([ours, theirs, resting]) is theirs
    assert next_due([ours, theirs, resting], Binds.US) is ours
    assert next_due([resting]) is None


def test_a_promise_is_kept_up_to_its_very_instant():
    assert kept(MONDAY, MONDAY)
    assert not kept(MONDAY, MONDAY + timedelta(microseconds=1))


def test_the_day_of_receipt_is_the_day_in_the_firms_zone():
    late = utc(2027, 6, 14, 22, 30)  # already 15 June in Warsaw
    assert local_day(late, "Europe/Warsaw") == date(2027, 6, 15)
    assert start(K.NAMED, late, CAL, WARSAW).at == utc(2027, 6, 16, 15)


def test_the_record_calls_a_promise_of_ours_by_the_words_in_which_it_was_made():
    for rule in clocks.DEFAULTS:
        if rule.binds is clocks.Binds.US:
            assert audit.word("clock", rule.key.value) == rule.name
