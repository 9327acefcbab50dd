"""The feed of changes: what a partner's system reads to keep in step; ids and words, no data."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from flask import g
from pydantic import Field

from portal.domain import changes, clients
from portal.domain.changes import Subject
from portal.domain.clients import Scope
from portal.text import _t
from portal.ui.problems import Problem

from .operations import partner_operation
from .shapes import Query, Shown, written

NEEDS = {Subject.TASK: Scope.TASKS_READ, Subject.SHARE: Scope.SHARES_READ}


class Change(Shown):
    """One change: read what it is about anew, or forget it when it has ended."""

    id: uuid.UUID
    number: Annotated[
        int, Field(description=str(_t("Numbers only grow; those of what you may not see are left out")))
    ]
    at: dt.datetime
    subject: Literal["task", "share"]
    subject_id: uuid.UUID
    what: Literal["began", "changed", "narrowed", "data", "erase", "ended"]


class Changes(Shown):
    """Some changes in their order, and where it goes on."""

    items: list[Change]
    next: Annotated[str, Field(description=str(_t("Keep it, and send it as “after” the next time")))]
    more: Annotated[bool, Field(description=str(_t("Whether there are more already: ask at once")))]


class ChangesQuery(Query):
    """From where on."""

    after: Annotated[
        str | None,
        Field(max_length=40, description=str(_t("The “next” of before; without it you get the cursor of now"))),
    ] = None  # fmt: skip
    limit: Annotated[int, Field(ge=1, le=500, description="How many at most"), written(r"[0-9]{1,9}")] = 100


@partner_operation(
    "GET", "/changes", Scope.CHANGES_READ, _t("What has changed"), query=ChangesQuery, answer=Changes, ages=True,
    words=_t(
        "Begin without “after”, then read the lists, then go on from “next” for ever. Nothing is left out, and what"
        " comes twice has the same id. Changes are kept for 90 days."
    ),
)  # fmt: skip
def partner_changes(query: ChangesQuery) -> Changes:
    """Changes of what the token may read, in order."""
    partner_id: Any = g.actor.partner_id
    if query.after is None:
        return Changes(items=[], next=str(changes.here(partner_id)), more=False)
    subjects = [one for one, scope in NEEDS.items() if clients.covers(g.client.scopes, scope)]
    try:
        page = changes.page(partner_id, after=query.after, subjects=subjects, limit=query.limit)
    except changes.Gone as error:
        raise Problem("gone", error.message) from None
    return Changes(
        items=[
            Change(
                id=one.uuid, number=one.number, at=one.at, subject=one.subject, subject_id=one.subject_uuid,
                what=one.what,
            )
            for one in page.changes
        ],
        next=str(page.next),
        more=page.more,
    )  # fmt: skip
