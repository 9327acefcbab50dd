"""The law as dated rows: which row holds for whom on which day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.calendars import OFFICE_WEEK, WorkingCalendar, explain
from portal.domain.complaints import law, saying
from portal.domain.complaints.clocks import Zones, start
from portal.domain.complaints.law import ANY, EFFECT_TEXT, SEED, Effect, LawTerm, regime_for
from portal.domain.complaints.lengths import Length, Unit
from portal.domain.complaints.states import K
from portal.text import Country, Lazy

pytestmark = pytest.mark.pure
TODAY = date(2027, 6, 14)


def test_a_polish_consumer_is_answered_in_fourteen_calendar_days_or_counts_as_upheld():
    row = regime_for(SEED, "PL", "household", "consumer", TODAY)
    assert row.term == Length(14, Unit.CALENDAR_DAYS)
    assert row.effect is Effect.UPHELD
    assert not row.confirmed
    cal = WorkingCalendar("firm", 1, "Europe/Warsaw", OFFICE_WEEK)
    received = datetime(2027, 6, 14, 8, tzinfo=UTC)
    due = start(K.LEGAL, received, cal, Zones("Europe/Warsaw"), length=row.term)
    assert due.day == date(2027, 6, 28)


def test_the_reform_of_2023_does_not_reach_back():
    old = regime_for(SEED, "PL", ANY, "consumer", date(2022, 12, 31), live_only=False)
    new = regime_for(SEED, "PL", ANY, "consumer", date(2023, 1, 1), live_only=False)
    assert (old.length, new.length) == (30, 14)
    assert regime_for(SEED, "PL", ANY, "consumer", date(2016, 1, 1), live_only=False) is None


def test_one_row_is_live_and_no_row_is_confirmed_before_the_operator_does_it():
    assert [row.key for row in SEED if row.live] == ["pl-consumer"]
    assert not any(row.confirmed for row in SEED)


def test_a_company_in_poland_and_a_consumer_elsewhere_have_no_live_row():
    assert regime_for(SEED, "PL", ANY, "company", TODAY) is None
    assert regime_for(SEED, "BG", "goods", "consumer", TODAY) is None


def test_the_row_for_the_very_sector_goes_before_the_row_for_any():
    assert regime_for(SEED, "PL", "finance", "consumer", TODAY, live_only=False).key == "pl-finance"
    assert regime_for(SEED, "PL", "household", "consumer", TODAY, live_only=False).key == "pl-consumer"
    assert regime_for(SEED, "GB", "finance", "company", TODAY, live_only=False).term == Length(8, Unit.WEEKS)


def test_other_events_have_their_own_rows():
    assert (
        regime_for(SEED, "EU", ANY, "consumer", date(2028, 9, 20), "outside_reply", live_only=False).length
        == 20
    )
    assert regime_for(SEED, "EU", ANY, "consumer", TODAY, "outside_reply", live_only=False) is None
    assert regime_for(SEED, "BG", "goods", "consumer", TODAY, "remedy", live_only=False).unit is Unit.MONTHS


def test_rows_are_well_formed_and_do_not_overlap():
    for row in SEED:
        assert row.length > 0
        assert row.source
        assert row.outside_body
        assert row.rolling == "none"
        assert row.valid_to is None or row.valid_to > row.valid_from
        assert str(EFFECT_TEXT[row.effect])
    spans = sorted(
        (row.jurisdiction, row.sector, row.customer_type, row.event, row.valid_from) for row in SEED
    )
    assert len(set(spans)) == len(spans)
    for row in SEED:
        later = [other for other in SEED if other.key == row.key and other.valid_from > row.valid_from]
        assert all(row.valid_to is not None and row.valid_to <= other.valid_from for other in later)


def test_what_the_law_makes_of_silence_is_said_for_every_effect():
    assert set(EFFECT_TEXT) == set(Effect)


def test_a_later_row_of_the_same_kind_wins_from_its_day():
    shorter = replace(regime_for(SEED, "PL", ANY, "consumer", TODAY), length=10, valid_from=date(2027, 1, 1))
    assert regime_for((*SEED, shorter), "PL", ANY, "consumer", TODAY).length == 10
    assert regime_for((*SEED, shorter), "PL", ANY, "consumer", date(2026, 12, 31)).length == 14


SEATS = ("Europe/Warsaw", "Europe/Sofia", "Europe/London", "America/New_York")
# The nights on which the clock changes in 2027, spring and autumn, in Europe and in New York.
CHANGES = (date(2027, 3, 28), date(2027, 10, 31), date(2027, 3, 14), date(2027, 11, 7))


@given(
    zone=st.sampled_from(SEATS),
    night=st.sampled_from(CHANGES),
    before=st.integers(0, 16),
    second=st.integers(0, 24 * 3600 - 1),
    row=st.sampled_from(
        [one for one in SEED if one.unit is not Unit.BUSINESS_DAYS and one.event == "answer"]
    ),
)
def test_a_legal_date_over_a_change_of_the_clock_is_the_last_second_of_a_local_day_and_never_hours(
    zone: str, night: date, before: int, second: int, row: LawTerm
) -> None:
    here = ZoneInfo(zone)
    wall = datetime.combine(night - timedelta(days=before), time()) + timedelta(seconds=second)
    received = wall.replace(tzinfo=here).astimezone(UTC)
    day = received.astimezone(here).date()
    cal = WorkingCalendar("firm", 1, zone, OFFICE_WEEK)
    due = start(K.LEGAL, received, cal, Zones(zone), length=row.term)
    last = day + timedelta(days=row.length * (7 if row.unit is Unit.WEEKS else 1))
    midnight = datetime.combine(last + timedelta(days=1), time(), here).astimezone(UTC)
    assert (due.at, due.day) == (midnight, last)
    assert (due.at - timedelta(seconds=1)).astimezone(here).date() == last
    assert explain(due.to_json()).agrees


def test_the_words_of_the_law_name_the_country_and_the_act_for_who_does_not_read_its_language() -> None:
    term = next(one for one in law.SEED if one.key == "pl-consumer" and one.live)
    told = {"source": term.source, "customer": "consumer", "jurisdiction": "PL", "effect": term.effect.value}
    source, why, _ = saying.law_words(told)
    assert isinstance(source, Lazy) and isinstance(why, Lazy)
    assert "Polish Consumer Rights Act, article 7a (ustawa" in str(source)
    assert why.params["country"] == Country("PL"), "a face says “Poland”"
    for known in law.NAMES:
        assert any(one.source == known for one in law.SEED), f"{known}: no row of law has this name any more"
