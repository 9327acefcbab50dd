"""What was typed when a session had run out: encrypted, for thirty minutes, for the same person only."""

from __future__ import annotations

import uuid as uuidlib
from datetime import timedelta

import orjson
from sqlalchemy import delete, select

from portal import db
from portal.domain import clock

from . import keys
from .actors import Face
from .credentials import HeldForm

KEPT = timedelta(minutes=30)
MOST = 400_000  # letters; more than any form of ours takes

Values = list[tuple[str, str]]


def hold(person_id: int, *, face: Face, path: str, values: Values) -> uuidlib.UUID | None:
    """Keep what a person typed for the page at ``path``, committed apart; None when there is nothing to keep."""
    text = orjson.dumps(values).decode()
    if not values or len(text) > MOST:
        return None
    now, uuid = clock.now(), uuidlib.uuid4()
    with db.apart() as session:
        session.add(
            HeldForm(
                uuid=uuid,
                person_id=person_id,
                face=face.value,
                path=path,
                payload=keys.seal("held", text),
                created_at=now,
                expires_at=now + KEPT,
            )
        )
    return uuid


def held_path(uuid: uuidlib.UUID, *, person_id: int, face: Face) -> str | None:
    """Return the page to which a person comes back; None for somebody else, or when it is over."""
    return db.session().scalar(
        select(HeldForm.path).where(
            HeldForm.uuid == uuid,
            HeldForm.person_id == person_id,
            HeldForm.face == face.value,
            HeldForm.expires_at > clock.now(),
        )
    )


def held_values(uuid: uuidlib.UUID, *, person_id: int, path: str) -> Values:
    """Return what a person typed for the page at ``path``; nothing for somebody else, or when it is over."""
    payload = db.session().scalar(
        select(HeldForm.payload).where(
            HeldForm.uuid == uuid,
            HeldForm.person_id == person_id,
            HeldForm.path == path,
            HeldForm.expires_at > clock.now(),
        )
    )
    if payload is None:
        return []
    try:
        return [(name, value) for name, value in orjson.loads(keys.unseal("held", payload))]
    except keys.Unreadable:
        return []


def forget_held(uuid: uuidlib.UUID, *, person_id: int) -> None:
    """Forget what was held: the form has been sent."""
    db.session().execute(delete(HeldForm).where(HeldForm.uuid == uuid, HeldForm.person_id == person_id))
