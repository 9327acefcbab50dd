"""Audit: what happened, in one enum of words, append-only, from which both sides read.

record(Tag.CONSENT_GIVEN, actor=…, account_id=…, purpose=…)   write one act
sentence(event)                                              the act as a lazy sentence
"""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal import db
from portal.domain import clock
from portal.domain.actor import Actor, ActorKind
from portal.text import Lazy, _t

from .models import AuditEvent
from .tags import SPECS, Tag
from .words import Instant, word

__all__ = ["Tag", "record", "sentence", "who", "SPECS", "AuditEvent", "Instant", "word"]


def record(
    tag: Tag,
    *,
    actor: Actor,
    account_id: int | None = None,
    subject: tuple[str, uuidlib.UUID] | None = None,
    at: datetime | None = None,
    **keys: Any,
) -> AuditEvent:
    """Write one act with exactly the keys its tag declares; raise ValueError when they differ.

    ``subject`` is the kind and public id of what it is about. Values are stored as JSON: instants as ISO 8601 in
    UTC, texts short and free of free-text personal data.
    """
    spec = SPECS[tag]
    if spec.keys != keys.keys():
        raise ValueError(f"{tag} carries {sorted(spec.keys)}, not {sorted(keys)}")
    event = AuditEvent(
        uuid=uuidlib.uuid4(),
        at=at or clock.now(),
        account_id=account_id,
        tag=tag.value,
        actor_kind=actor.kind.value,
        actor_person_id=actor.person_id,
        actor_name=actor.name,
        actor_team=actor.team,
        subject_kind=subject[0] if subject else "",
        subject_uuid=subject[1] if subject else None,
        visible=spec.visible,
        data={
            key: value.isoformat() if isinstance(value, datetime) else value for key, value in keys.items()
        },
    )
    db.session().add(event)
    return event


def who(kind: str, name: str) -> Lazy | str:
    """Return how an actor is called in a sentence."""
    match kind:
        case ActorKind.SYSTEM:
            return _t("Reins")
        case ActorKind.SOURCE:
            return _t("The source")
        case ActorKind.LAW:
            return _t("The law")
        case _:
            return name or _t("Someone")


def sentence(tag: str, *, actor_kind: str, actor_name: str, data: Mapping[str, Any]) -> Lazy:
    """Turn an act into one sentence; the same for customer, staff, mail and export."""
    spec = SPECS[Tag(tag)]
    values = {key: word(key, value) for key, value in data.items()}
    return Lazy(spec.sentence.message, {**values, "actor": who(actor_kind, actor_name)})
