"""What an actor may read of the outbox; every finder passes one scope."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true, tuple_

from portal import db
from portal.domain import clock, errors, matters
from portal.domain.actor import Actor, Permission

from .models import UNREAD, Message
from .states import SERVICE_PURPOSES, State


class Filter(StrEnum):
    """The views of the Messages page."""

    ALL = "all"
    UNREAD = "unread"
    SENT = "sent"
    WAITING = "waiting"
    NOT_SENT = "not_sent"


VIEWS: dict[Filter, tuple[State, ...]] = {
    Filter.SENT: (State.SENT, State.DONE),
    Filter.WAITING: (State.QUEUED, State.LEASED, State.WAITING),
    Filter.NOT_SENT: (State.WITHHELD, State.GAVE_UP, State.CANCELLED),
}


class Line(NamedTuple):
    """One message as lists show it."""

    id: int
    uuid: uuidlib.UUID
    account_id: int | None
    person_id: int | None
    name: str
    purpose: str
    topic: str
    channel: str
    state: str
    reason: str
    subject: str
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None
    read_at: datetime | None
    attempts: int
    data: dict[str, Any]

    @property
    def unread(self) -> bool:
        """Tell whether it lies unopened in the inbox of the portal."""
        return lies_unread(self)


COLUMNS = tuple(getattr(Message, name) for name in Line._fields)


class Box:
    """The messages one actor may read."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.scope = _scope(actor)

    def get(self, uuid: uuidlib.UUID) -> Message:
        """Return one message; raise :class:`errors.NotFound` when there is none in this actor's scope."""
        found = db.session().scalars(select(Message).where(Message.uuid == uuid, self.scope)).one_or_none()
        if found is None:
            raise errors.NotFound()
        return found

    def page(
        self,
        *,
        view: Filter = Filter.ALL,
        before: tuple[datetime, int] | None = None,
        after: uuidlib.UUID | None = None,
        account_id: int | None = None,
        limit: int = 25,
    ) -> Sequence[Line]:
        """Return messages, newest first, that come after the last one shown: by its key (created_at, id) or its id."""
        statement = select(*COLUMNS).where(self.scope)
        if view is Filter.UNREAD:
            statement = statement.where(and_(UNREAD))
        elif view in VIEWS:
            statement = statement.where(Message.state.in_([state.value for state in VIEWS[view]]))
        if account_id is not None:
            statement = statement.where(Message.account_id == account_id)
        if before is not None:
            statement = statement.where(tuple_(Message.created_at, Message.id) < before)
        if after is not None:
            mark = select(Message.created_at, Message.id).where(Message.uuid == after, self.scope)
            statement = statement.where(
                tuple_(Message.created_at, Message.id) < mark.correlate(None).scalar_subquery()
            )
        return _lines(statement.order_by(Message.created_at.desc(), Message.id.desc()).limit(limit))

    def by_uuids(self, uuids: Collection[uuidlib.UUID]) -> dict[uuidlib.UUID, Line]:
        """Return the messages of these public ids that the actor may read, in one query; none for none."""
        if not uuids:
            return {}
        found = select(*COLUMNS).where(self.scope, Message.uuid.in_(list(uuids)))
        return {line.uuid: line for line in _lines(found)}

    def waiting(
        self, channel: str, *, after: tuple[datetime, int] | None = None, limit: int = 25
    ) -> Sequence[Line]:
        """Return what waits for staff on a channel, the longest due first, after the key (due_at, id)."""
        statement = select(*COLUMNS).where(
            self.scope, Message.state == State.WAITING.value, Message.channel == channel
        )
        if after is not None:
            statement = statement.where(tuple_(Message.due_at, Message.id) > after)
        return _lines(statement.order_by(Message.due_at, Message.id).limit(limit))

    def done(
        self, channel: str, *, before: tuple[datetime, int] | None = None, limit: int = 25
    ) -> Sequence[Line]:
        """Return what staff finished on a channel, the latest first, before the key (ended_at, id)."""
        states = [State.DONE.value, State.GAVE_UP.value]
        statement = select(*COLUMNS).where(self.scope, Message.state.in_(states), Message.channel == channel)
        if before is not None:
            statement = statement.where(tuple_(Message.ended_at, Message.id) < before)
        return _lines(statement.order_by(Message.ended_at.desc(), Message.id.desc()).limit(limit))

    def unread_count(self) -> int:
        """Return how many messages lie unopened in the inbox of the portal."""
        statement = select(func.count()).select_from(Message).where(self.scope, and_(UNREAD))
        return db.session().scalar(statement) or 0


def _lines(statement: Select[Any]) -> Sequence[Line]:
    return [Line(*row) for row in db.session().execute(statement)]


def _scope(actor: Actor) -> ColumnElement[bool]:
    """A person reads what was meant for them in the account in hand; staff read by permission."""
    if actor.may(Permission.MESSAGES_READ):
        return true()
    if actor.is_customer and actor.person_id is not None:
        own = or_(Message.account_id == actor.account_id, Message.account_id.is_(None))
        return and_(Message.person_id == actor.person_id, own, *_readable(actor))
    return false()


def _readable(actor: Actor) -> list[ColumnElement[bool]]:
    """Leave out what is about a matter that the rights of this person do not reach (any more)."""
    found: list[ColumnElement[bool]] = []
    if actor.administers:
        return found
    for kind in matters.kinds():
        reached = matters.within(kind, actor)
        if reached is not None:
            found.append(or_(Message.about_kind != kind, matters.same_id(Message.about_uuid, reached)))
    return found


def of(actor: Actor) -> Box:
    """Return the messages that ``actor`` may read."""
    return Box(actor)


def lies_unread(message: Message | Line) -> bool:
    """Tell whether a message lies unopened in the inbox of the portal."""
    return message.channel == "inbox" and message.state == State.SENT and message.read_at is None


def open_message(message: Message, *, actor: Actor) -> None:
    """Note the first time its reader opened a message of the inbox; nothing else can be read here or by others."""
    if actor.is_customer and actor.person_id == message.person_id and lies_unread(message):
        message.read_at = clock.now()
        db.session().flush()


def by_mark(mark: str) -> Message | None:
    """Return the message whose one-click link has this hash, or None."""
    if not mark:
        return None
    return db.session().scalars(select(Message).where(Message.mark == mark).limit(1)).one_or_none()


def leaving_since(
    *, person_id: int, account_id: int | None, since: datetime, besides: int | None = None
) -> int:
    """Return how many messages that are not service went, or are just going, to a person since then.

    ``besides`` is the key of one message that is not counted: the one in hand.
    """
    gone = and_(Message.state.in_([State.SENT.value, State.DONE.value]), Message.ended_at >= since)
    going = and_(Message.state == State.LEASED.value, Message.message_id != "")
    scope = [Message.person_id == person_id, Message.purpose.not_in(SERVICE_PURPOSES), or_(gone, going)]
    if account_id is not None:
        scope.append(Message.account_id == account_id)
    if besides is not None:
        scope.append(Message.id != besides)
    return db.session().scalar(select(func.count()).select_from(Message).where(*scope)) or 0
