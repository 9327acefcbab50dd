"""Who looked, and the timeline: the same rows that staff read."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Literal

from flask import g
from pydantic import Field

from portal.domain import audit, lookups
from portal.domain import timeline as record
from portal.domain.programs import Scope
from portal.text import _t
from portal.ui.forms import say
from portal.ui.record import told

from . import lists
from .given import Answer
from .messages import About
from .operations import operation
from .shapes import AnyDay, Paged, Shown


class OpenedThing(Shown):
    """One thing that was opened."""

    kind: str
    label: str
    id: uuid.UUID | None


class LookUp(Shown):
    """One time that somebody of ours opened what belongs to this account."""

    id: uuid.UUID
    team: str
    purpose: str
    purpose_label: str
    why: str
    about: str
    first_at: dt.datetime
    last_at: dt.datetime
    opened: list[OpenedThing]


class LookUpList(lists.Listed):
    """A page of look-ups, newest first."""

    items: list[LookUp]


class LookUpQuery(Paged):
    """Which look-ups."""

    day: Annotated[AnyDay | None, Field(description=str(_t("A day in the zone of the person")))] = None


class TimelineRow(Shown):
    """One act between us."""

    id: uuid.UUID
    at: dt.datetime
    act: str
    kind: str
    sentence: str
    by: Annotated[Literal["customer", "staff", "partner", "system", "source", "law", "anonymous"], Field()]
    name: str
    team: str
    about: About | None
    text: str
    private: Annotated[bool, Field(description=str(_t("A note of ours whose words are not shown")))]
    review_on: dt.date | None


class Timeline(lists.Listed):
    """A page of the timeline, newest first."""

    items: list[TimelineRow]


class TimelineQuery(Paged):
    """Which rows."""

    kind: (
        Literal["complaints", "messages", "contacts", "permissions", "looks", "feedback", "account"] | None
    ) = None


def _look_up(row: lookups.Seen) -> LookUp:
    return LookUp(
        id=row.uuid, team=row.team, purpose=row.purpose, purpose_label=say(audit.word("purpose", row.purpose)),
        why=say(row.why), about=row.about_label, first_at=row.first_at, last_at=row.last_at,
        opened=[OpenedThing(kind=one.kind, label=say(one.label), id=one.uuid) for one in row.opened],
    )  # fmt: skip


def _row(row: record.TimelineRow) -> TimelineRow:
    return TimelineRow(
        id=row.uuid, at=row.at, act=row.tag, kind=row.kind, sentence=say(told(row.sentence)), by=row.by_kind,
        name=row.by, team=row.team,
        about=About(kind=row.subject_kind, id=row.subject_uuid) if row.subject_kind else None,
        text=row.text, private=row.private, review_on=row.review_on,
    )  # fmt: skip


@operation("GET", "/look-ups", Scope.LOOKUPS_READ, _t("Who looked"), query=LookUpQuery, answer=LookUpList)
def look_ups(query: LookUpQuery) -> Answer:
    """Every look of the firm at what belongs to this account, newest first."""
    if query.day is not None and not 1900 <= query.day.year <= 2200:
        return lists.page(LookUpList, [], query.limit, _look_up)  # nobody looked then
    rows = lookups.of(g.actor).page(after=query.after, limit=query.limit, day=query.day)
    return lists.page(LookUpList, rows, query.limit, _look_up)


@operation("GET", "/timeline", Scope.TIMELINE_READ, _t("The timeline"), query=TimelineQuery, answer=Timeline)
def timeline(query: TimelineQuery) -> Answer:
    """Everything that happened between us, newest first."""
    kinds = [query.kind] if query.kind else []
    rows = record.of(g.actor).page(after=query.after, limit=query.limit, kinds=kinds)
    return lists.page(Timeline, rows, query.limit, _row)
