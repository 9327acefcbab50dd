"""What counts of a material on a day: pure rules, held against every small history of versions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.domain.exchange.editions import Dates, Standing, chosen, expires_soon, standing, valid

pytestmark = pytest.mark.pure
DAY = date(2026, 10, 20)


def days(least: int = 0, most: int = 9) -> some.SearchStrategy[date]:
    return some.integers(least, most).map(lambda count: DAY + timedelta(days=count))


@some.composite
def histories(draw: some.DrawFn) -> list[Dates]:
    """Up to four versions of each of two languages, some with an end, some withdrawn."""
    made = []
    for language in ("en", "pl"):
        for number in range(1, draw(some.integers(0, 4)) + 1):
            begin = draw(days())
            end = draw(
                some.none()
                | some.integers(0, 9).map(lambda count, begin=begin: begin + timedelta(days=count))
            )
            made.append(Dates(language, number, begin, end, draw(some.none() | days())))
    return made


@given(histories(), days(-1, 20))
def test_one_version_of_a_language_counts_at_most_and_none_that_was_replaced_comes_back(
    every: list[Dates], today: date
) -> None:
    counting = [one for one in every if standing(one, every, today) is Standing.VALID]
    assert len({one.language for one in counting}) == len(counting)
    assert valid(every, today) == {one.language: one.number for one in counting}
    for one in counting:
        assert one.valid_from <= today and (one.expires_on is None or today <= one.expires_on)
        newer = [two for two in every if two.language == one.language and two.number > one.number]
        assert not any(two.began(today) for two in newer)
    for one in every:
        if standing(one, every, today) in (Standing.REPLACED, Standing.EXPIRED):
            later = standing(one, every, today + timedelta(days=1))
            assert later in (Standing.REPLACED, Standing.EXPIRED)


def test_the_last_day_is_whole_and_a_withdrawn_newer_one_brings_nothing_back() -> None:
    first = Dates("en", 1, DAY, DAY + timedelta(days=3))
    second = Dates("en", 2, DAY + timedelta(days=2))
    gone = Dates("en", 2, DAY + timedelta(days=2), withdrawn_on=DAY + timedelta(days=2))
    never = Dates("en", 2, DAY + timedelta(days=2), withdrawn_on=DAY + timedelta(days=1))
    at = [DAY + timedelta(days=count) for count in range(5)]
    assert [standing(first, [first], day) for day in at] == [Standing.VALID] * 4 + [Standing.EXPIRED]
    assert [standing(first, [first, second], day) for day in at[1:3]] == [Standing.VALID, Standing.REPLACED]
    assert standing(first, [first, gone], at[2]) is Standing.REPLACED
    assert standing(first, [first, never], at[2]) is Standing.VALID
    assert standing(second, [first, second], at[1]) is Standing.COMING


@pytest.mark.parametrize(
    ("there", "wanted", "read"),
    [("pl en bg", "bg", "bg"), ("pl en", "bg", "en"), ("pl bg", "en", "bg"), ("ru", "pl", "ru"), ("", "en", None)],
)  # fmt: skip
def test_who_has_no_version_in_the_own_language_reads_the_english_one(
    there: str, wanted: str, read: str | None
) -> None:
    assert chosen(there.split(), wanted) == read


def test_an_end_within_thirty_days_is_soon() -> None:
    for left, soon in ((0, True), (30, True), (31, False)):
        assert expires_soon(Dates("en", 1, DAY, DAY + timedelta(days=left)), DAY) is soon
    assert not expires_soon(Dates("en", 1, DAY), DAY)
