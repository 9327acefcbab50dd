"""Keyed paging: a page knows where it ends, never how many pages there are."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import orjson
from flask import request, url_for

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows with the addresses of its neighbours."""

    rows: Sequence[Row]
    next_url: str | None
    first_url: str | None


def key_from_request(name: str = "after") -> list[Any] | None:
    """Return the key after which this page begins, or None for the first page or a nonsense value."""
    raw = request.args.get(name, "")
    if not raw or len(raw) > 400:
        return None
    try:
        found = orjson.loads(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
    except (binascii.Error, ValueError):
        return None
    if not isinstance(found, list) or not all(
        isinstance(part, str) or (isinstance(part, int) and abs(part) < 2**63) for part in found
    ):
        return None
    return found


def instant_key(name: str = "after") -> tuple[datetime, int] | None:
    """Return a key of (instant, number), or None for the first page or a nonsense value."""
    match key_from_request(name):
        case [str(at), int(number)]:
            try:
                found = datetime.fromisoformat(at)
                return (found.astimezone(UTC), number) if found.tzinfo is not None else None
            except (ValueError, OverflowError):  # no instant, or one before the first year in UTC
                return None
        case _:
            return None


def uuid_key(name: str = "after") -> uuid.UUID | None:
    """Return a key that is the public id of the last row, or None for the first page or a nonsense value."""
    match key_from_request(name):
        case [str(text)]:
            try:
                return uuid.UUID(text)
            except ValueError:
                return None
        case _:
            return None


def page(rows: Sequence[Row], size: int, key: Any, *, name: str = "after") -> Page[Row]:
    """Cut ``size`` + 1 fetched rows to a page; ``key(row)`` is the list after which the next page begins."""
    more = len(rows) > size
    rows = rows[:size]
    # What somebody called like an argument of url_for, or like a part of the path, is none of the page's own.
    asked = {
        one: value for one, value in request.args.items() if one != "endpoint" and not one.startswith("_")
    }
    here = {**asked, **(request.view_args or {})}
    began = here.pop(name, None)
    endpoint = request.endpoint or ""
    next_url = None
    if more:
        mark = base64.urlsafe_b64encode(orjson.dumps(key(rows[-1]), default=str)).decode().rstrip("=")
        next_url = url_for(endpoint, **{**here, name: mark})
    return Page(rows, next_url, url_for(endpoint, **here) if began else None)
