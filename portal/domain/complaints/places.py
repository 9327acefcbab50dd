"""Places in keyed lists as addresses carry them: what is no place is none; pure."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

_ZERO = uuidlib.UUID(int=0)


def public_id(text: Any) -> uuidlib.UUID:
    """Return a public id, the one that nothing has for nonsense."""
    try:
        return uuidlib.UUID(str(text))
    except ValueError:
        return _ZERO


def _instant(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):  # no instant, or one before the first year in UTC
        return None


def by_due(after: Sequence[Any] | None) -> dict[str, Any] | None:
    """Return the place after (harm, due instant, public id), None for none."""
    if not after or len(after) != 3 or not isinstance(after[0], int) or not 0 <= after[0] <= 9:
        return None
    due = _instant(after[1])
    return {"after_harm": after[0], "after_at": due, "after_uuid": public_id(after[2])} if due else None


def by_instant(after: Sequence[Any] | None) -> dict[str, Any] | None:
    """Return the place after (instant, public id), None for none."""
    if not after or len(after) != 2:
        return None
    at = _instant(after[0])
    return {"after_at": at, "after_uuid": public_id(after[1])} if at else None
