"""A period ends with its last day in the firm's zone: nothing goes a second before, nothing stays after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.calendars import day_start, local_day
from portal.domain.retention import Period

pytestmark = pytest.mark.pure
ZONES = ("Europe/Warsaw", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "Africa/Cairo", "UTC")
SECOND = timedelta(seconds=1)


@given(
    begun=st.integers(1_577_836_800, 2_051_222_400).map(lambda second: datetime.fromtimestamp(second, UTC)),
    months=st.integers(1, 130),
    zone=st.sampled_from(ZONES),
)
def test_a_row_is_there_one_second_before_and_due_after(begun: datetime, months: int, zone: str) -> None:
    for period in (Period(months=months), Period(days=months)):
        end = day_start(period.last_day(local_day(begun, zone)) + timedelta(days=1), zone)
        assert begun >= period.cut_off(end - SECOND, zone)
        assert begun < period.cut_off(end, zone)


@pytest.mark.parametrize(
    ("begun", "months", "last"),
    [
        ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2024-02-29", 12, "2025-02-28"),
        ("2026-02-28", 1, "2026-03-28"), ("2026-11-22", 36, "2029-11-22"),
    ],
)  # fmt: skip
def test_months_end_on_the_same_day_or_the_months_last(begun: str, months: int, last: str) -> None:
    assert Period(months=months).last_day(date.fromisoformat(begun)) == date.fromisoformat(last)


def test_hours_end_to_the_second() -> None:
    now = datetime(2026, 3, 29, 12, tzinfo=ZoneInfo("UTC"))
    assert Period(hours=48).cut_off(now, "Europe/Warsaw") == now - timedelta(hours=48)
