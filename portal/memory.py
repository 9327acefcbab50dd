"""How a process that serves asks the C library for memory; does nothing where that library is not glibc."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any

# The names of glibc, from its malloc.h.
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
LARGE = 256 * 1024


@cache
def _library() -> Any:
    return ctypes.CDLL(None) if sys.platform == "linux" else None


def _ask(name: str, *values: int) -> bool:
    function = getattr(_library(), name, None)
    return function is not None and bool(function(*values))


def keep_small() -> bool:
    """Let all threads share one arena, and large pieces go back at once; tell whether it was done.

    Otherwise each of eight threads keeps an arena of its own, mostly empty, although Python lets one run at a time.
    """
    return all(
        [_ask("mallopt", ARENA_MAX, 1), _ask("mallopt", MMAP_THRESHOLD, LARGE), _ask("mallopt", TRIM_THRESHOLD, LARGE)]
    )  # fmt: skip


def give_back() -> None:
    """Give what is free to the system, after much was made and thrown away."""
    _ask("malloc_trim", 0)
