"""Audit: what happened, in one enum of words, append-only, from which both sides read.

record(Tag.CONSENT_GIVEN, actor=…, account_id=…, purpose=…)   write one act
sentence(event)                                              the act as a lazy sentence
of_firm(actor, tags=…)                                       acts that concern no customer, for staff
"""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import Any

from portal.domain import clock
from portal.domain.actor import Actor
from portal.prepared import Added

from .models import AuditEvent
from .reading import Act, of_firm
from .sentences import name_firm, sentence, who
from .tags import SPECS, Tag
from .words import RIGHTS, Day, Instant, right_words, rights_words, word

TEAM = 60  # letters that a row keeps of a team, or of the company for which somebody acted

__all__ = [
    "Tag", "record", "sentence", "who", "SPECS", "AuditEvent", "Instant", "Day", "word", "Act", "of_firm", "name_firm",
    "RIGHTS", "right_words", "rights_words",
]  # fmt: skip


def record(
    tag: Tag,
    *,
    actor: Actor,
    account_id: int | None = None,
    subject: tuple[str, uuidlib.UUID] | None = None,
    at: datetime | None = None,
    **keys: Any,
) -> None:
    """Write one act with exactly the keys its tag declares; raise ValueError when they differ.

    ``subject`` is the kind and public id of what it is about. Values are stored as JSON: instants as ISO 8601 in
    UTC, texts short and free of free-text personal data.
    """
    spec = SPECS[tag]
    if spec.keys != keys.keys():
        raise ValueError(f"{tag} carries {sorted(spec.keys)}, not {sorted(keys)}")
    _ADDED.run(
        uuid=uuidlib.uuid4(),
        at=at or clock.now(),
        account_id=account_id,
        tag=tag.value,
        actor_kind=actor.kind.value,
        actor_person_id=actor.person_id,
        actor_name=actor.name,
        actor_team=actor.team or _short(actor.acting_for),
        subject_kind=subject[0] if subject else "",
        subject_uuid=subject[1] if subject else None,
        visible=spec.visible,
        data={
            key: value.isoformat() if isinstance(value, datetime) else value for key, value in keys.items()
        },
    )


_ADDED = Added(AuditEvent)  # nearly every act writes one


def _short(name: str) -> str:
    return name if len(name) <= TEAM else name[: TEAM - 1].rstrip() + "…"
