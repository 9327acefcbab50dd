"""The question to the gate about one message, and its stored answer."""

from __future__ import annotations

from datetime import datetime

from portal import db
from portal.domain import gate
from portal.domain.outbox import Message


def ask(message: Message, kind: str, address: str, at: datetime) -> gate.Decision:
    """Ask the gate about a use (``send`` or ``call``) at ``at`` and store the answer with the message."""
    db.session().flush()
    use = gate.Use(
        message.account_id, message.person_id, message.purpose, message.topic, message.channel, address, kind
    )
    decision = gate.decide(use, at)
    message.decision_id = gate.store(decision, use, at=at, about_uuid=message.uuid).id
    return decision
