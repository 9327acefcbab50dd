"""When a failed message is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from portal.domain.delivery import TRIES, next_try

pytestmark = pytest.mark.pure
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def tries() -> list[datetime]:
    at, found = START, [START]
    for n in range(1, TRIES):
        at = next_try(n, at) or START
        found.append(at)
    return found


def test_there_are_48_tries_over_three_days() -> None:
    assert TRIES == 48 and tries()[-1] - START > timedelta(hours=64)
    assert next_try(TRIES, START) is None


def test_the_first_tries_come_quickly_and_the_waits_never_shrink() -> None:
    waits = [b - a for a, b in pairwise(tries())]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert sum(waits[:4], timedelta()) < timedelta(minutes=10)


def test_through_the_first_day_no_hour_goes_by_without_a_try() -> None:
    first_day = [at for at in tries() if at - START <= timedelta(hours=24)]
    assert all(b - a <= timedelta(hours=1) for a, b in pairwise(first_day))
