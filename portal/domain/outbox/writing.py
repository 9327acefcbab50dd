"""Promise a message, and take it back while it has not left."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import SYSTEM, Actor
from portal.domain.audit import Tag
from portal.prepared import Added

from .models import Message
from .states import NOT_YET_OUT, SERVICE_PURPOSES, State
from .wake import ring


def write(
    name: str,
    *,
    key: str,
    account_id: int | None,
    person_id: int | None,
    purpose: str = "service",
    topic: str = "",
    channel: str = "email",
    address: str = "",
    data: dict[str, Any] | None = None,
    about: tuple[str, uuidlib.UUID | str] | None = None,
    secret: str = "",
    urgent: bool = False,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    actor_name: str = "",
) -> str:
    """Write one message in the caller's transaction and return its ``key``; writing the same again changes nothing.

    ``name`` is a folder of templates, ``data`` what they fill in (JSON), ``about`` the kind and public id of
    its matter, ``secret`` the kind of one-time link that is minted when it leaves; instants are aware.
    """
    at = clock.now()
    kind, about_uuid = about or ("", "")
    # One statement decides whether the key is new, also between two transactions that write it at once.
    written = _UNLESS_KNOWN.run(
        uuid=uuidlib.uuid4(), key=key, account_id=account_id, person_id=person_id, channel=channel,
        address=address, purpose=purpose, topic=topic, name=name, data=data or {}, secret=secret, urgent=urgent,
        about_kind=kind, about_uuid=str(about_uuid), actor_name=actor_name[:120], state=State.QUEUED.value,
        created_at=at, due_at=due_at or at, expires_at=expires_at,
    )  # fmt: skip
    if written is not None:
        db.after_commit(ring)
    return key


_UNLESS_KNOWN = Added(Message, unless=["key"])


def recall(
    *, about: tuple[str, uuidlib.UUID], names: Collection[str], reason: str, actor: Actor = SYSTEM
) -> list[Message]:
    """Cancel what waits about one matter under these names, service or not, and return it."""
    session = db.session()
    session.flush()
    statement = (
        update(Message)
        .where(
            Message.about_kind == about[0],
            Message.about_uuid == str(about[1]),
            Message.name.in_(list(names)),
            Message.state.in_([state.value for state in NOT_YET_OUT]),
        )
        .values(state=State.CANCELLED.value, reason=reason, ended_at=clock.now())
        .returning(Message)
        .execution_options(populate_existing=True)
    )
    return _recorded(session.scalars(statement), reason, actor)


def cancel(
    *,
    person_id: int | None,
    reason: str,
    account_id: int | None = None,
    purposes: Collection[str] | None = None,
    topic: str = "",
    channel: str = "",
    address: str = "",
    actor: Actor = SYSTEM,
) -> list[Message]:
    """Cancel what waits for a person within the scope ('' and None mean all) and return it; service is spared
    unless ``purposes`` names it. Without a person it is everybody, and then ``purposes`` must be named.

    A message that a worker holds at this instant is not touched: the gate is asked again before it leaves.
    """
    if person_id is None and not purposes:
        raise ValueError("name the purposes that are cancelled for everybody")
    scope: list[ColumnElement[bool]] = [Message.state.in_([state.value for state in NOT_YET_OUT])]
    if person_id is not None:
        scope.append(Message.person_id == person_id)
    if account_id is not None:
        scope.append(Message.account_id == account_id)
    if purposes is None:
        scope.append(Message.purpose.not_in(SERVICE_PURPOSES))
    else:
        scope.append(Message.purpose.in_(list(purposes)))
    for column, value in ((Message.topic, topic), (Message.channel, channel)):
        if value:
            scope.append(column == value)
    if address:
        # An empty address is decided when the message leaves; it may be this one, and the gate will say.
        scope.append(Message.address == address)
    session = db.session()
    session.flush()
    statement = (
        update(Message)
        .where(*scope)
        .values(state=State.CANCELLED.value, reason=reason, ended_at=clock.now())
        .returning(Message)
        .execution_options(populate_existing=True)
    )
    return _recorded(session.scalars(statement), reason, actor)


def _recorded(found: Iterable[Message], reason: str, actor: Actor) -> list[Message]:
    cancelled = sorted(found, key=lambda message: message.id)
    for message in cancelled:
        audit.record(
            Tag.MESSAGE_CANCELLED, actor=actor, account_id=message.account_id,
            subject=("message", message.uuid),
            channel=message.channel, purpose=message.purpose, reason=reason,
        )  # fmt: skip
    return cancelled
