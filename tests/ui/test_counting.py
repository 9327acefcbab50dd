"""The coarse limits hold over processes through a shared store, and go on when it is away."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage

from portal.ui import counting
from portal.ui.counting import Counts

pytestmark = pytest.mark.pure
ITEM = RateLimitItemPerMinute(3)


class Away(Exception):
    """What the driver of the store raises when nobody answers."""


class Store(MemoryStorage):
    """One store for everybody who names it, which can go away."""

    STORAGE_SCHEME: ClassVar[list[str]] = ["reinstest"]
    all: ClassVar[MemoryStorage] = MemoryStorage()
    away: ClassVar[bool] = False
    asked: ClassVar[int] = 0

    @property
    def base_exceptions(self) -> type[Exception]:
        return Away

    def _there(self) -> MemoryStorage:
        Store.asked += 1
        if Store.away:
            raise Away
        return Store.all

    def acquire_entry(self, *args: Any, **more: Any) -> bool:
        return self._there().acquire_entry(*args, **more)

    def get_moving_window(self, *args: Any, **more: Any) -> tuple[float, int]:
        return self._there().get_moving_window(*args, **more)


@pytest.fixture(autouse=True)
def fresh() -> None:
    Store.all, Store.away, Store.asked = MemoryStorage(), False, 0


def test_two_processes_share_one_count() -> None:
    one, other = Counts("reinstest://"), Counts("reinstest://")
    assert [one.hit(ITEM, "a"), other.hit(ITEM, "a"), one.hit(ITEM, "a")] == [True] * 3
    assert not other.hit(ITEM, "a") and not one.test(ITEM, "a")
    assert other.window(ITEM, "a").remaining == 0
    assert other.hit(ITEM, "b")


def test_without_a_store_each_counts_for_itself() -> None:
    one, other = Counts(), Counts()
    assert [one.hit(ITEM, "a") for _ in range(4)] == [True, True, True, False]
    assert other.hit(ITEM, "a")


def test_a_store_that_is_away_stops_nobody_lets_nobody_run_free_and_is_found_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1000.0]
    monkeypatch.setattr(counting.time, "monotonic", lambda: now[0])
    one = Counts("reinstest://")
    Store.away = True
    assert [one.hit(ITEM, "a") for _ in range(4)] == [True, True, True, False]
    assert Store.asked == 1, "a store that failed is left alone for a while"
    Store.away = False
    now[0] += counting.AWAY
    assert one.hit(ITEM, "a") and Store.asked == 2
