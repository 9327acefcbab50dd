"""What we publish: every figure is the one that somebody who counts the rows by hand finds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal import db
from portal.domain import clock, complaints
from portal.domain.complaints.models import Clock, Complaint
from portal.domain.complaints.numbers import rank

from . import cases

NOON = cases.MONDAY.replace(hour=12)


def answered(complaint_id: int, k: str, days_ago: float, took: float, how: str = "kept") -> Clock:
    at = NOON - timedelta(days=days_ago)
    return Clock(
        complaint_id=complaint_id, k=k, started_at=at - timedelta(days=took), due_at=at, promised_at=at, zone="UTC",
        next_at=None, ended_at=at, ended_how=how,
    )  # fmt: skip


def ended(complaint: Complaint, state: str, days_ago: float, how: str = "") -> None:
    complaint.state, complaint.ended_how = state, how
    complaint.ended_at = NOON - timedelta(days=days_ago)


@pytest.mark.pure
@given(st.integers(1, 10_000), st.sampled_from([50, 90]))
def test_the_rank_is_the_first_that_holds_so_many_of_a_hundred(n: int, percent: int) -> None:
    found = rank(n, percent)
    assert 1 <= found <= n
    assert found * 100 >= percent * n > (found - 1) * 100


def test_few_make_no_middle(own_database: db.Database) -> None:
    with clock.at(NOON - timedelta(days=100)), db.unit_of_work() as session:
        first = cases.received(cases.amina()).id
        session.add_all(answered(first, "K3", 1, took) for took in range(9))
    with clock.at(NOON), db.unit_of_work(write=False):
        assert complaints.public_numbers().answers == complaints.Spread(9, None, None)


def test_they_are_what_is_counted_by_hand(own_database: db.Database) -> None:
    with clock.at(NOON - timedelta(days=200)), db.unit_of_work() as session:
        amina = cases.amina()
        every = [complaints.withdraw(cases.received(amina), actor=amina) for _ in range(7)]
        first = every[0].id
        session.add_all(
            answered(first, "K3", days, took) for days, took in zip(range(12), range(1, 13), strict=True)
        )
        session.add_all(
            [
                answered(first, "K3", 91, 40), answered(first, "K3", 2, 50, "stopped"),
                answered(first, "K3", 89, 30, "late"),
                answered(first, "K9", 5, 3), answered(first, "K5", 5, 3),
            ]
        )  # fmt: skip
        for one, (state, days, how) in zip(
            every,
            (
                ("closed", 1, "confirm"), ("closed", 100, "confirm"), ("closed_unconfirmed", 3, ""), ("lapsed", 89, ""),
                ("withdrawn", 0.1, ""), ("closed_unconfirmed", 2, "source"), ("archived", 10, ""),
            ),
            strict=True,
        ):  # fmt: skip
            ended(one, state, days, how)
    with clock.at(NOON), db.unit_of_work(write=False):
        found = complaints.public_numbers()
    assert (found.answers.n, found.reviews.n, found.answered) == (13, 1, 14)
    assert found.answers.median == timedelta(days=7) and found.answers.ninetieth == timedelta(days=12)
    assert found.reviews.median is None
    assert found.ends == complaints.Ends(put_right=1, withdrawn=1, silent=2, other=1)
    with clock.at(NOON), db.unit_of_work(write=False) as session:
        since = NOON - timedelta(days=90)
        by_hand = [
            one
            for one in session.scalars(select(Complaint))
            if one.ended_at and since <= one.ended_at <= NOON and one.ended_how != "source"
        ]
        assert found.ends.n == len(by_hand)


def test_they_are_counted_once_an_hour(own_database: db.Database) -> None:
    def read(at: datetime) -> complaints.Numbers:
        with clock.at(at), db.unit_of_work(write=False):
            return complaints.public_numbers()

    first = read(NOON)
    with clock.at(NOON), db.unit_of_work() as session:
        amina = cases.amina()
        session.add(answered(cases.received(amina).id, "K3", 1, 1))
    assert read(NOON + timedelta(minutes=5)) == first
    own_database.memory.clear()
    assert read(NOON + timedelta(minutes=5)).answers.n == first.answers.n + 1
