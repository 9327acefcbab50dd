"""Which price list is valid when, what differs, and how a promise stands: no day has two lists."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.supply import rules
from portal.domain.supply.rules import Change, PriceLine

pytestmark = pytest.mark.pure
FIRST = date(2026, 1, 1)


class Version(NamedTuple):
    id: int
    version: int
    starts: date
    ends: date | None


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@given(st.lists(st.tuples(st.integers(0, 20), st.none() | st.integers(0, 10)), max_size=6))
def test_each_day_has_one_list_or_none(spans: list[tuple[int, int | None]]) -> None:
    """The stretches agree with the rule of a day on every day, do not overlap, and leave out no covered day."""
    lists = [
        Version(place, place, day(start), None if length is None else day(start + length))
        for place, (start, length) in enumerate(spans, start=1)
    ]
    found = rules.stretches(lists)
    for number in range(-1, 40):
        on = day(number)
        held = [one.list_id for one in found if one.first <= on and (one.last is None or on <= one.last)]
        assert held == [one for one in [rules.valid_on(lists, on)] if one is not None]


def test_a_new_list_ends_the_earlier_one_the_day_before() -> None:
    lists = [Version(1, 1, day(0), None), Version(2, 2, day(10), None)]
    assert rules.stretches(lists) == [(1, day(0), day(9)), (2, day(10), None)]
    shorter = [lists[0], Version(2, 2, day(10), day(12))]
    assert rules.stretches(shorter) == [(1, day(0), day(9)), (2, day(10), day(12)), (1, day(13), None)]


def line(number: str, price: str, least: str = "1") -> PriceLine:
    return PriceLine(number, f"Item {number}", "pcs", Decimal(price), Decimal(least))


def test_differences_are_new_gone_dearer_and_cheaper() -> None:
    before = [line("A", "10.00"), line("B", "10.00"), line("C", "3"), line("E", "0"), line("A", "9", "100")]
    after = [line("A", "10.05"), line("B", "9.00"), line("D", "1"), line("E", "1"), line("A", "9.0", "100")]
    found = {
        (one.line.number, one.line.least): (one.change, one.percent)
        for one in rules.differences(before, after)
    }
    assert found == {
        ("D", Decimal(1)): (Change.NEW, None), ("C", Decimal(1)): (Change.GONE, None),
        ("A", Decimal(1)): (Change.DEARER, Decimal("0.5")), ("B", Decimal(1)): (Change.CHEAPER, Decimal("-10.0")),
        ("E", Decimal(1)): (Change.DEARER, None),
    }  # fmt: skip


def test_a_share_is_rounded_half_away_from_zero() -> None:
    assert rules.percent(Decimal(2000), Decimal(2001)) == Decimal("0.1")
    assert rules.percent(Decimal(2000), Decimal(1999)) == Decimal("-0.1")


def test_two_lists_that_say_the_same_are_known_whatever_their_order() -> None:
    one, other = [line("A", "1"), line("B", "2.50")], [line("B", "2.5"), line("A", "1.0")]
    assert rules.digest("PLN", one) == rules.digest("PLN", other)
    assert rules.digest("PLN", [line("A", "1")]) != rules.digest("EUR", [line("A", "1")])


@pytest.mark.parametrize(
    ("state", "first", "by", "delivered", "found"),
    [
        ("open", 10, 10, None, "open"), ("open", 8, 9, None, "late"), ("delivered", 12, 12, 12, "kept"),
        ("delivered", 5, 9, 9, "kept_late"), ("withdrawn", 1, 1, None, "withdrawn"),
    ],
)  # fmt: skip
def test_how_a_promise_stands(state: str, first: int, by: int, delivered: int | None, found: str) -> None:
    on = None if delivered is None else day(delivered)
    assert rules.outcome(state, day(first), day(by), on, day(10)) == found
