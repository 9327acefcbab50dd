"""Texts that are kept and translated when they are read: what is wrong in a file, in the reader's language."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.domain import audit
from portal.text import Lazy


def packed(text: Lazy) -> dict[str, Any]:
    """Return a lazy text as JSON."""
    found: dict[str, Any] = {
        "text": text.message,
        "with": {key: _packed(one) for key, one in text.params.items()},
    }
    return found | ({"plural": text.plural, "count": text.count} if text.plural is not None else {})  # fmt: skip


def unpacked(kept: dict[str, Any]) -> Lazy:
    """Return the text that :func:`packed` kept."""
    params = {key: _unpacked(one) for key, one in kept.get("with", {}).items()}
    return Lazy(kept["text"], params, kept.get("plural"), kept.get("count"))


def _packed(value: Any) -> Any:
    match value:
        case Lazy():
            return packed(value)
        case audit.Day():
            return {"day": str(value)}
        case date():
            return {"day": value.isoformat()}
        case int() | str():
            return value
        case _:
            return str(value)


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return audit.Day(value["day"]) if "day" in value else unpacked(value)
