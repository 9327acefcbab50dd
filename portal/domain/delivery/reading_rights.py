"""Whether the reader of a message still may read it when it leaves, and who reads it instead where not.

A colleague's right may have ended, by its date or by the administrator, after a message was written. What is about
the company must not get lost with it: who administers the account gets it then.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal import db
from portal.domain import accounts, clock, errors, matters, outbox
from portal.domain.actor import Actor, Right
from portal.domain.outbox import Message


def may_read(message: Message, at: datetime) -> bool:
    """Tell whether the person a message names may read it at ``at``; what keeps a person safe always reaches them."""
    if message.person_id is None or message.account_id is None or message.purpose == outbox.SECURITY:
        return True
    with clock.at(at):
        return _reads(message, message.person_id, message.account_id)


def _reads(message: Message, person_id: int, account_id: int) -> bool:
    try:
        actor = accounts.actor_of(person_id, account_id=account_id)
    except errors.NotFound:
        return False
    return actor.administers or _within(message, actor)


def _within(message: Message, actor: Actor) -> bool:
    if message.about_kind not in matters.kinds():
        return True
    reached = matters.within(message.about_kind, actor)
    if reached is None:
        return True
    found = select(Message.id).where(Message.id == message.id, matters.same_id(Message.about_uuid, reached))
    return db.session().scalar(found) is not None


def pass_on(message: Message) -> None:
    """Write a message about a matter of the account again, to who administers it, where somebody else does."""
    if message.about_kind not in matters.kinds() or message.account_id is None:
        return
    for member in accounts.people_of(message.account_id, Right.ADMINISTER):
        if member.person_id != message.person_id:
            outbox.write(
                message.name, key=f"passed-on:{message.uuid}", account_id=message.account_id,
                person_id=member.person_id, purpose=message.purpose, topic=message.topic,
                data=dict(message.data), about=(message.about_kind, message.about_uuid),
                urgent=message.urgent, expires_at=message.expires_at, actor_name=message.actor_name,
            )  # fmt: skip
            return
