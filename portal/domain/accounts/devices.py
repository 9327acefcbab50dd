"""Browsers we know again by a random token in a cookie of their own; nothing about the device itself is read."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select, update

from portal import db
from portal.domain import clock

from . import keys, messages
from .actors import Face, actor_of
from .credentials import KnownDevice, SignInSession

KEPT = timedelta(days=400)  # the longest that browsers keep a cookie
MOST = 20  # of one person on one face


def recognise(person_id: int, *, face: Face, seen: str, device: str, network: str) -> str:
    """Note that a person signed in from the browser whose cookie says ``seen``; return the token it keeps.

    A browser that this person has not signed in from before is told to them by mail, but for the very first one.
    """
    session, now = db.session(), clock.now()
    mine = (KnownDevice.person_id == person_id, KnownDevice.face == face.value)
    known = session.execute(
        update(KnownDevice)
        .where(*mine, KnownDevice.token_hash == keys.digest(seen), KnownDevice.last_seen_at > now - KEPT)
        .values(last_seen_at=now)
        .returning(KnownDevice.id)
    ).one_or_none()
    if known is not None:
        return seen
    earlier = session.scalar(select(func.count(SignInSession.id)).where(SignInSession.person_id == person_id))
    # What a browser brings is not trusted as a token, unless this person got it from us.
    token = keys.new_token()
    row = KnownDevice(
        person_id=person_id,
        face=face.value,
        token_hash=keys.digest(token),
        first_seen_at=now,
        last_seen_at=now,
    )
    session.add(row)
    session.flush()
    last = (
        select(KnownDevice.id).where(*mine).order_by(KnownDevice.last_seen_at.desc(), KnownDevice.id.desc())
    )
    kept = session.scalars(last.limit(MOST)).all()
    session.execute(delete(KnownDevice).where(*mine, KnownDevice.id.not_in(kept)))
    if (earlier or 0) > 1:
        actor = actor_of(person_id, face=face)
        messages.new_device(person_id, actor=actor, device=device, network=network, key=f"{row.id}")
    return token


def forget_devices(person_id: int) -> None:
    """Know none of the browsers of a person any more."""
    db.session().execute(delete(KnownDevice).where(KnownDevice.person_id == person_id))
