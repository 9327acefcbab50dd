"""The words that count now, read once in a few seconds by each process and not by each message."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import and_, func, select

from portal import db

from .models import WordingVersion

FRESH = 5.0  # seconds for which a process trusts what it read
NOTHING: Mapping[str, str] = MappingProxyType({})
Known = dict[tuple[str, str], Mapping[str, str]]


def now(name: str, language: str) -> Mapping[str, str]:
    """Return the firm's own words of a message in a language, by part; never those of another language."""
    if not db.is_configured():
        return NOTHING
    kept = db.database().kept
    known: tuple[float, Known] | None = kept.get("wording")
    if known is None or known[0] <= time.monotonic():
        # A pinned connection is a test's: what it reads changes only by its own acts, which say so.
        until = float("inf") if db.database().pinned is not None else time.monotonic() + FRESH
        known = kept["wording"] = (until, newest())
    return known[1].get((name, language), NOTHING)


def newest() -> Known:
    """Read the newest version of each message and language apart from what the caller has in hand."""
    last = (
        select(WordingVersion.name, WordingVersion.language, func.max(WordingVersion.number).label("number"))
        .group_by(WordingVersion.name, WordingVersion.language)
        .subquery()
    )
    row = WordingVersion
    statement = select(row.name, row.language, row.body).join(
        last, and_(row.name == last.c.name, row.language == last.c.language, row.number == last.c.number)
    )
    with db.unit_of_work(write=False) as session:
        return {(name, language): body for name, language, body in session.execute(statement) if body}


def forget() -> None:
    """Read them anew next time: for the process that has just changed them."""
    db.database().kept.pop("wording", None)
