"""The wake-up of a worker in the same process; a lost one costs a sweep, never a message."""

from __future__ import annotations

import threading

_bell = threading.Event()


def ring() -> None:
    """Wake the worker of this process, if there is one."""
    _bell.set()


def wait(seconds: float) -> bool:
    """Sleep until :func:`ring` or for ``seconds``; tell whether it rang."""
    rang = _bell.wait(seconds)
    _bell.clear()
    return rang
