"""The question to the gate about one message, and its stored answer."""

from __future__ import annotations

from datetime import datetime

from portal import db
from portal.domain import gate
from portal.domain.outbox import Message

from .reading_rights import may_read


def ask(message: Message, kind: str, address: str, at: datetime) -> gate.Decision:
    """Ask the gate about a use (``send`` or ``call``) at ``at`` and store the answer with the message.

    Who lost the right to read a matter since the message was written gets nothing about it.
    """
    db.session().flush()
    use = gate.Use(
        message.account_id, message.person_id, message.purpose, message.topic, message.channel, address, kind
    )
    if may_read(message, at):
        decision = gate.decide(use, at)
    else:
        decision = gate.Decision(False, gate.Reason.NO_RIGHT)
    message.decision_id = gate.store(decision, use, at=at, about_uuid=message.uuid).id
    return decision
