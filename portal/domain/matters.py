"""Which matters an actor may read, asked from below: each concept says it once for its own kind of matter.

The record, the outbox and the delivery know a matter by its kind and public id only. The concept that owns the kind
registers one function here, so that its scope holds for the rows about it too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, select

from .actor import Actor

Reach = Callable[[Actor], Select[Any] | None]
_reaches: dict[str, Reach] = {}


def scoped(kind: str, reach: Reach) -> None:
    """Register who may read matters of ``kind``: the public ids in reach, or None for every one of the account."""
    _reaches[kind] = reach


def kinds() -> tuple[str, ...]:
    """Return the kinds of matters that have a scope of their own."""
    return tuple(_reaches)


def within(kind: str, actor: Actor) -> Select[Any] | None:
    """Return the public ids of the matters of ``kind`` that ``actor`` may read; None means all of the account."""
    reach = _reaches.get(kind)
    return None if reach is None else reach(actor)


def same_id(column: Any, ids: Select[Any]) -> ColumnElement[bool]:
    """Return the condition that a public id, written as a text, is one of ``ids``."""
    wanted = ids.subquery()
    plain = func.replace(cast(wanted.c[0], String(36)), "-", "")
    return func.replace(column, "-", "").in_(select(plain))
