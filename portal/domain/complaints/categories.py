"""The firm's own lists by which complaints are sorted: kinds (what went wrong) and subjects (what it concerns).

A row is known by its key, which never changes; names stand in each language. What is given up is offered no more,
and complaints that carry it keep it.
"""

from __future__ import annotations

import time
import uuid as uuidlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from portal import config, db
from portal.domain.errors import Invalid
from portal.text import Lazy, _t

from .models import ComplaintCategory

FRESH = 30.0  # seconds for which a process trusts what it read


class Sort(StrEnum):
    """The two lists; the strings stand in the database."""

    KIND = "kind"
    SUBJECT = "subject"


SORTS: dict[Sort, Lazy] = {Sort.KIND: _t("What went wrong"), Sort.SUBJECT: _t("What it concerns")}
FIELDS: dict[Sort, str] = {Sort.KIND: "kind_key", Sort.SUBJECT: "subject_key"}  # of a complaint


@dataclass(frozen=True, slots=True)
class Category:
    """One row of a list."""

    uuid: uuidlib.UUID
    sort: Sort
    key: str
    names: Mapping[str, str]
    position: int
    retired_at: datetime | None
    sector: str = ""

    def name(self, language: str) -> str:
        """Return the name in a language, in English or the firm's first one where it has none."""
        for code in (language, "en", *config.load().languages):
            if found := self.names.get(code):
                return found
        return self.key


def every(sort: Sort) -> tuple[Category, ...]:
    """Return a list in its order, with what was given up; a process trusts what it read for half a minute."""
    return tuple(one for one in _kept() if one.sort is sort)


def choices(sort: Sort, language: str, *, present: str | None = None) -> list[tuple[str, str]]:
    """Return (key, name) of what can be chosen now, with the one that is ``present`` already."""
    return [
        (one.key, one.name(language)) for one in every(sort) if one.retired_at is None or one.key == present
    ]


def name_of(sort: Sort, key: str | None, language: str) -> str:
    """Return the name of a key, '' for none."""
    return next((one.name(language) for one in every(sort) if one.key == key), key or "") if key else ""


def sector(subject_key: str) -> str:
    """Return the sector of what a complaint concerns, '' where it is the firm's own."""
    return next((one.sector for one in every(Sort.SUBJECT) if one.key == subject_key), "")


def checked(sort: Sort, key: str | None, *, present: str | None = None) -> str | None:
    """Return a key as it is stored, None for none; raise Invalid for one that is not on the list any more."""
    if not key:
        return None
    if key != present and key not in {one.key for one in every(sort) if one.retired_at is None}:
        message = _t("Choose from the list, or leave it open.")
        raise Invalid(message, code="complaint.category", field=FIELDS[sort])
    return key


def forget() -> None:
    """Read the lists anew next time: for the process that has just changed them."""
    db.database().kept.pop("complaint_categories", None)


def _kept() -> tuple[Category, ...]:
    kept = db.database().kept
    known: tuple[float, tuple[Category, ...]] | None = kept.get("complaint_categories")
    if known is None or known[0] <= time.monotonic():
        # A pinned connection is a test's: what it reads changes only by its own acts, which say so.
        until = float("inf") if db.database().pinned is not None else time.monotonic() + FRESH
        known = kept["complaint_categories"] = (until, _read())
    return known[1]


def _read() -> tuple[Category, ...]:
    columns = ("uuid", "sort", "key", "names", "position", "retired_at", "sector")
    statement = select(*(getattr(ComplaintCategory, name) for name in columns)).order_by(
        ComplaintCategory.position, ComplaintCategory.id
    )
    with db.unit_of_work(write=False) as session:
        return tuple(
            Category(row.uuid, Sort(row.sort), row.key, row.names, row.position, row.retired_at, row.sector)
            for row in session.execute(statement)
        )
