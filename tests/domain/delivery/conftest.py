"""It is a Tuesday at eleven in Warsaw, so that nobody's hours stand in the way unless a test says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from portal.domain import clock


@pytest.fixture(autouse=True)
def a_morning() -> Iterator[None]:
    """Let the clock stand still."""
    with clock.at(datetime(2026, 3, 3, 10, tzinfo=UTC)):
        yield
