"""What came after a cursor: in order, without a gap, and of what has ended nothing but that it has."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from portal import db
from portal.domain import clock
from portal.domain.errors import DomainError
from portal.text import _t

from . import rules
from .models import PartnerChange, PartnerFeed
from .numbering import number_due
from .rules import Cursor, Subject, What


class Gone(DomainError):
    """A cursor points to what is kept no more, or to a feed of before a restore: read the lists, and begin anew."""


class Change(NamedTuple):
    """One change: its number in the feed, what it is about, and what happened; of what has ended only that."""

    uuid: uuidlib.UUID
    number: int
    at: datetime
    subject: str
    subject_uuid: uuidlib.UUID
    what: str


class Page(NamedTuple):
    """Some changes, and the cursor with which the next ones are asked for."""

    changes: list[Change]
    next: Cursor
    more: bool


def here(partner_id: int) -> Cursor:
    """Return the cursor of now: whatever is committed from here on comes after it."""
    number_due(partner_id)
    # What was numbered a moment ago is seen by whoever begins to read now.
    with db.unit_of_work(write=False):
        return _stand(partner_id)


def page(partner_id: int, *, after: str, subjects: Collection[Subject], limit: int = 100) -> Page:
    """Return up to ``limit`` changes after a cursor, those of ``subjects``; the same cursor gives the same changes.

    A change comes at least once to whoever always goes on from ``next``. Raises Gone for a cursor that is too old, of
    before a restore, or none of this feed.
    """
    number_due(partner_id)
    with db.unit_of_work(write=False):
        return _page(partner_id, rules.read(after), {one.value for one in subjects}, limit)


def _page(partner_id: int, place: Cursor | None, subjects: Collection[str], limit: int) -> Page:
    stand = _stand(partner_id)
    gone = Gone(_t("Read the lists again, and begin from the cursor of now."), code="changes.gone")
    if place is None or place.begun != stand.begun or place.number > stand.number:
        raise gone
    oldest = db.session().scalar(
        select(func.min(PartnerChange.number)).where(PartnerChange.partner_id == partner_id)
    )
    if place.number < (stand.number if oldest is None else oldest - 1):
        raise gone
    rows = db.session().execute(
        select(
            PartnerChange.uuid, PartnerChange.number, PartnerChange.at, PartnerChange.subject,
            PartnerChange.subject_uuid, PartnerChange.what,
        )
        .where(PartnerChange.partner_id == partner_id, PartnerChange.number > place.number)
        .order_by(PartnerChange.number)
        .limit(limit + 1)
    ).all()  # fmt: skip
    kept, more = rows[:limit], len(rows) > limit
    over = _over({row.subject_uuid for row in kept})
    found = [
        Change(row.uuid, row.number, row.at, row.subject, row.subject_uuid, _told(row, over))
        for row in kept
        if row.subject in subjects
    ]
    last = kept[-1].number if kept else place.number
    return Page(found, Cursor(last, stand.begun), more)


def _told(row: Any, over: Collection[uuidlib.UUID]) -> str:
    """Return what a change is called; of what has ended one learns that, and what is still to be done about it."""
    ended = row.subject_uuid in over and row.what != What.ERASE
    return What.ENDED.value if ended else str(row.what)


def _over(subjects: Collection[uuidlib.UUID]) -> set[uuidlib.UUID]:
    """Return which of these have ended by now, also those whose day has passed a moment ago."""
    if not subjects:
        return set()
    last = (
        select(func.max(PartnerChange.id))
        .where(PartnerChange.subject_uuid.in_(subjects))
        .group_by(PartnerChange.subject_uuid)
    )
    rows = db.session().execute(
        select(PartnerChange.subject_uuid, PartnerChange.what, PartnerChange.until).where(
            PartnerChange.id.in_(last)
        )
    )
    now = clock.now()
    return {
        row.subject_uuid
        for row in rows
        if row.what in (What.ENDED, What.ERASE) or (row.until is not None and row.until <= now)
    }


def _stand(partner_id: int) -> Cursor:
    statement = select(PartnerFeed.last_number, PartnerFeed.begun_at)
    row = db.session().execute(statement.where(PartnerFeed.partner_id == partner_id)).one()
    return Cursor(row.last_number, rules.mark_of(row.begun_at))
