"""The pure rules of consent: when a yes ends, when a no lets us ask again, how narrow a scope is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.domain.consent import rules

pytestmark = pytest.mark.pure
WARSAW = "Europe/Warsaw"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "months", "expected"),
    [
        (utc(2026, 1, 31, 11), 1, utc(2026, 2, 28, 11)),  # a month without a 31st ends on its last day
        (utc(2027, 11, 30, 11), 3, utc(2028, 2, 29, 11)),  # leap year
        (utc(2026, 1, 15, 8), 6, utc(2026, 7, 15, 7)),  # nine on the wall in winter is nine in summer
        (utc(2026, 9, 28, 22, 30), 1, utc(2026, 10, 28, 23, 30)),  # 0:30 on the 29th in both
        (utc(2025, 9, 29, 0, 30), 6, utc(2026, 3, 29, 1, 30)),  # 2:30 is skipped that night: 3:30 summer time
        (utc(2026, 4, 25, 0, 30), 6, utc(2026, 10, 25, 0, 30)),  # 2:30 comes twice: the first counts
        (
            utc(2026, 6, 30, 22, 30),
            8,
            utc(2027, 2, 28, 23, 30),
        ),  # already July in Warsaw, so it is the 1st of March
    ],
)
def test_months_are_counted_on_the_wall_of_the_zone(at: datetime, months: int, expected: datetime) -> None:
    assert rules.months_after(at, months, WARSAW) == expected


def test_a_yes_without_a_term_does_not_end() -> None:
    assert rules.expires_after(utc(2026, 1, 1), None, WARSAW) is None


def test_we_may_not_ask_before_the_date_past_an_objection_or_while_the_yes_stands() -> None:
    day = utc(2026, 6, 1)
    free = {"in_force": False, "ask_not_before": None, "objected": False, "at": day}
    assert rules.may_ask(**free)
    assert not rules.may_ask(**free | {"in_force": True})
    assert not rules.may_ask(**free | {"objected": True})
    assert not rules.may_ask(**free | {"ask_not_before": utc(2026, 6, 1, 0, 1)})
    assert rules.may_ask(**free | {"ask_not_before": day})


def test_a_scope_is_narrower_only_when_it_sets_strictly_more() -> None:
    topic, channel, both = 1, 2, 3
    assert rules.is_narrower(both, topic) and rules.is_narrower(topic, 0)
    assert not rules.is_narrower(topic, channel) and not rules.is_narrower(topic, topic)


def test_only_permissions_lapse_by_date_or_version() -> None:
    at = utc(2026, 6, 1)
    common = {"at": at, "expires_at": at, "version": 1, "asks_from_version": 1}
    assert rules.lapsed(**common, basis="consent") == rules.Kind.EXPIRED
    assert rules.lapsed(**common, basis="legitimate_interest") is None
    assert rules.lapsed(**common | {"expires_at": None, "asks_from_version": 2}, basis="consent")


def test_only_given_and_renewed_permit() -> None:
    assert {"given", "renewed"} == rules.PERMITTING
