"""Messages: what was sent, what waits, and what was not sent, each with its why."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any

from flask import current_app, g
from pydantic import Field

from portal import mail
from portal.domain import delivery, outbox
from portal.domain.programs import Scope
from portal.text import _t
from portal.ui.forms import say

from . import lists
from .given import Answer
from .operations import operation
from .shapes import Paged, Shown


class About(Shown):
    """What a row is about."""

    kind: str
    id: uuid.UUID | None


class MessageLine(Shown):
    """One message of the list."""

    id: uuid.UUID
    subject: str
    channel: str
    purpose: str
    service: bool
    state: outbox.State
    status: Annotated[str, Field(description="sent · waiting · withheld · failed")]
    reason: Annotated[str, Field(description=str(_t("Why it waits or was not sent")))]
    created_at: dt.datetime
    due_at: dt.datetime
    ended_at: dt.datetime | None
    read_at: dt.datetime | None


class MessageList(lists.Listed):
    """A page of messages, newest first."""

    items: list[MessageLine]


class Decision(Shown):
    """What the gate decided at that instant, and the expression that it relied on."""

    allowed: bool
    at: dt.datetime
    relied_on: uuid.UUID | None
    relied_on_kind: str
    relied_on_at: dt.datetime | None


class Message(MessageLine):
    """One message with its words and its why."""

    text: str
    about: About | None
    purpose_title: str
    decision: Decision | None


class MessageQuery(Paged):
    """Which messages."""

    view: outbox.Filter = outbox.Filter.ALL


def _line(row: Any, titles: mail.Titles) -> dict[str, Any]:
    return {
        "id": row.uuid,
        "subject": titles.of(row.name, row.subject, row.data),
        "channel": row.channel,
        "purpose": row.purpose,
        "service": outbox.is_service(row.purpose),
        "state": outbox.State(row.state),
        "status": delivery.STATUS[row.state],
        "reason": say(delivery.reason_sentence(row.reason)),
        "created_at": row.created_at,
        "due_at": row.due_at,
        "ended_at": row.ended_at,
        "read_at": row.read_at,
    }


def _titles() -> mail.Titles:
    return mail.Titles(current_app._get_current_object(), g.actor.language, g.actor.zone)  # type: ignore[attr-defined]


@operation(
    "GET", "/messages", Scope.MESSAGES_READ, _t("All messages, sent and withheld"), query=MessageQuery,
    answer=MessageList,
)  # fmt: skip
def messages(query: MessageQuery) -> Answer:
    """Every message to this person, newest first."""
    titles = _titles()
    rows = outbox.of(g.actor).page(view=query.view, after=query.after, limit=query.limit + 1)
    return lists.page(MessageList, rows, query.limit, lambda row: MessageLine(**_line(row, titles)))


@operation(
    "GET",
    "/messages/<uuid:id>",
    Scope.MESSAGES_READ,
    _t("One message, and why it came or did not"),
    answer=Message,
)
def message(id: uuid.UUID) -> Message:
    """Its words and its why; reading it here marks nothing as read."""
    return _shown(outbox.of(g.actor).get(id))


@operation(
    "POST", "/messages/<uuid:id>/reading", Scope.MESSAGES_WRITE, _t("Mark a message as read"), answer=Message,
    words=_t("Only what lies in the inbox of the portal can be read there; the first time counts."),
)  # fmt: skip
def message_reading(id: uuid.UUID) -> Message:
    """Note that a message of the inbox was read."""
    found = outbox.of(g.actor).get(id)
    outbox.open_message(found, actor=g.actor)
    return _shown(found)


def _shown(found: outbox.Message) -> Message:
    why = delivery.why(found, g.actor.language)
    decision = None
    if why.allowed is not None and why.decided_at is not None:
        decision = Decision(
            allowed=why.allowed, at=why.decided_at, relied_on=why.event_uuid, relied_on_kind=why.event_kind,
            relied_on_at=why.event_at,
        )  # fmt: skip
    return Message(
        **_line(found, _titles()),
        text=mail.without_footer(found.body_text),
        about=About(kind=found.about_kind, id=_uuid(found.about_uuid)) if found.about_kind else None,
        purpose_title=why.title,
        decision=decision,
    )


def _uuid(text: str) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None
