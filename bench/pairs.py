"""Two sides of a comparison in turns, so that a noisy moment falls on both; the median of the ratios counts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds of each side (medians) and the median of the ratios of their rounds, ours by theirs."""

    ours: float
    theirs: float
    ratio: float


def alternate(
    ours: Callable[[], object], theirs: Callable[[], object], *, rounds: int = ROUNDS,
    clock: Callable[[], float] = time.perf_counter,
) -> Pair:  # fmt: skip
    """Run both sides ``rounds`` times in turns, after one turn each that does not count."""
    ours(), theirs()
    found: list[tuple[float, float]] = []
    for turn in range(rounds):
        took = [0.0, 0.0]
        for side in (0, 1) if turn % 2 else (1, 0):
            began = clock()
            (theirs if side else ours)()
            took[side] = clock() - began
        found.append((took[0], took[1]))
    return Pair(
        statistics.median(one for one, _ in found),
        statistics.median(one for _, one in found),
        statistics.median(one / other for one, other in found),
    )
