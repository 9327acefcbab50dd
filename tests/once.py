"""What is costly to make is made once for a run of tests, by whichever of its processes needs it first."""

from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

Made = TypeVar("Made")


def folder_of_run(factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all processes of this run share; pytest removes it some runs later."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[], Made]) -> Made:
    """Return what ``make`` gives, which is kept for all processes of this run under ``name``.

    Whoever comes second waits. If the first fails or is killed, the next one makes it anew.
    """
    kept = folder_of_run(factory) / f"{name}.kept"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the system gives it back, however this process ends
        if not kept.exists():
            fresh = kept.with_suffix(".fresh")
            fresh.write_bytes(pickle.dumps(make()))
            fresh.rename(kept)
    made: Made = pickle.loads(kept.read_bytes())  # noqa: S301 - our own file
    return made
