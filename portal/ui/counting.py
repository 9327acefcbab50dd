"""Counts of posts and calls: of this process alone, or of all through Redis; when that is away, alone again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from limits import RateLimitItem, WindowStats
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

AWAY = 15.0  # seconds until a store that failed is asked again
WAIT = 0.25  # seconds that a request waits for it
log = structlog.get_logger()
T = TypeVar("T")


class Counts:
    """A moving window over the store of all processes, with one of its own beside it for when that is away.

    A count that falls back begins at nothing: for a while a visitor has the limit of each process, never none.
    """

    def __init__(self, url: str = "") -> None:
        self.own = MovingWindowRateLimiter(MemoryStorage())
        self.shared: MovingWindowRateLimiter | None = None
        self._again = 0.0
        self._faults: tuple[type[Exception], ...] = ()
        if url:
            patience: dict[str, Any] = {"socket_timeout": WAIT, "socket_connect_timeout": WAIT}
            store: Storage = storage_from_string(url, **(patience if url.startswith("redis") else {}))  # type: ignore[assignment]
            kinds = store.base_exceptions
            self._faults = (*(kinds if isinstance(kinds, tuple) else (kinds,)), OSError)
            self.shared = MovingWindowRateLimiter(store)

    def hit(self, item: RateLimitItem, *keys: str) -> bool:
        """Count one; tell whether it was within the limit."""
        return self._ask(lambda limiter: limiter.hit(item, *keys))

    def test(self, item: RateLimitItem, *keys: str) -> bool:
        """Tell whether one more would be within the limit."""
        return self._ask(lambda limiter: limiter.test(item, *keys))

    def window(self, item: RateLimitItem, *keys: str) -> WindowStats:
        """Return how many are left, and when the window is over."""
        return self._ask(lambda limiter: limiter.get_window_stats(item, *keys))

    def _ask(self, question: Callable[[MovingWindowRateLimiter], T]) -> T:
        if self.shared is not None and time.monotonic() >= self._again:
            try:
                return question(self.shared)
            except self._faults as error:
                self._again = time.monotonic() + AWAY
                log.error("counts.store_away", kind=type(error).__name__)
        return question(self.own)
