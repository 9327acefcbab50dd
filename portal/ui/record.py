"""The shared record as pages show it: where a row leads in this face, and instants in the reader's own zone."""

from __future__ import annotations

import re
import uuid as uuidlib
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g

from portal.domain import audit
from portal.domain.actor import ActorKind
from portal.domain.audit import Instant, Tag
from portal.domain.timeline import TimelineRow
from portal.text import Lazy, _t, _tn
from portal.ui import formats
from portal.ui.addresses import nav_url

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PLACES: dict[str, dict[str, tuple[str, bool]]] = {
    # kind of subject: page in this face, and whether its address carries the public id
    "customer": {
        "complaint": ("customer.complaint", True),
        "message": ("customer.message", True),
        "purpose": ("customer.permission", True),
        "feedback": ("customer.feedback", False),
        "look_up": ("customer.who_looked", False),
    },
    "staff": {
        "complaint": ("admin.case", True),
        "feedback": ("admin.feedback_one", True),
    },
}


def told(sentence: Lazy) -> Lazy:
    """Return a sentence of the record with its instants and days as this reader writes them."""
    shown: dict[str, Any] = {}
    for key, value in sentence.params.items():
        if isinstance(value, Lazy):
            shown[key] = told(value)
        elif isinstance(value, Instant):
            shown[key] = formats.datetime(value)
        elif isinstance(value, str) and DAY.fullmatch(value):
            shown[key] = formats.date(value)
        else:
            shown[key] = value
    return Lazy(sentence.message, shown, sentence.plural, sentence.count)


def right_words(kept: Mapping[str, Any]) -> str:
    """Return one right of a colleague in the reader's words, for pages and mails."""
    said = str(formats.say(told(audit.right_words(kept))))
    return said[:1].upper() + said[1:]


def init_record(app: Flask) -> None:
    """Give the templates of pages and mails the words for rights."""
    app.jinja_env.filters["right_words"] = right_words


def place(kind: str, uuid: uuidlib.UUID | None) -> str | None:
    """Return the address of what an act is about, in the face of this request, or None."""
    face = "staff" if g.actor.is_staff else "customer"
    endpoint, named = PLACES[face].get(kind, ("", False))
    if not endpoint or (named and uuid is None):
        return None
    return nav_url(endpoint, uuid=uuid) if named else nav_url(endpoint)


def rows(found: Iterable[TimelineRow]) -> list[dict[str, Any]]:
    """Return rows of the timeline as the macro ``timeline_row`` takes them.

    Sign-ins of one person that follow each other on one day are one row, with each of them behind it.
    """
    zone = ZoneInfo(g.reader.zone)

    def alike(row: TimelineRow) -> Any:
        if row.tag != Tag.SESSION_STARTED:
            return row.uuid
        return row.tag, row.by_kind, row.by, row.at.astimezone(zone).date()

    together = [list(group) for _, group in groupby(found, alike)]
    return [_shown(group[0]) if len(group) == 1 else _sign_ins(group) for group in together]


def _shown(row: TimelineRow) -> dict[str, Any]:
    return {
        "at": row.at,
        "title": told(row.sentence),
        "kind": row.kind,
        "by": _by(row),
        "text": row.text,
        "url": place(row.subject_kind, row.subject_uuid),
        "private": row.private,
        "review_on": row.review_on,
        "parts": [],
    }


def _sign_ins(group: list[TimelineRow]) -> dict[str, Any]:
    count = _tn(
        "{name} signed in {count} time", "{name} signed in {count} times", len(group), name=group[0].by
    )
    return _shown(group[0]) | {"title": count, "parts": [(row.at, told(row.sentence)) for row in group]}


def _by(row: TimelineRow) -> Lazy | str:
    match row.by_kind:
        case ActorKind.STAFF:
            return (
                _t("{name}, {team}", name=row.by, team=row.team)
                if row.by and row.team
                else row.by or row.team
            )
        case _:
            return audit.who(row.by_kind, row.by, row.team)


def with_days(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the same rows, the first of each day of the reader's zone marked with that day."""
    zone = ZoneInfo(g.reader.zone)
    last = None
    for row in shown:
        day = row["at"].astimezone(zone).date()
        row["day"] = day if day != last else None
        last = day
    return shown
