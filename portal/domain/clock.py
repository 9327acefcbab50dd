"""The one source of the present instant, so that histories can be replayed and tests can stand still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_fixed: ContextVar[datetime | None] = ContextVar("reins_clock", default=None)


def now() -> datetime:
    """Return the present instant as aware UTC, or the instant set by :func:`at`."""
    return _fixed.get() or datetime.now(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Let everything inside the block happen at ``instant`` (aware); used by demo history and tests."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    token = _fixed.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
