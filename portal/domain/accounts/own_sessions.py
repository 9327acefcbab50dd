"""The list of one's own sign-ins, and their end: here, elsewhere, everywhere."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select, update

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.errors import NotFound

from .actors import Face, face_of
from .credentials import SignInSession
from .sessions import limits_of


class OwnSession(NamedTuple):
    """A live sign-in as its owner sees it."""

    uuid: uuidlib.UUID
    face: str
    device: str
    network: str
    created_at: datetime
    last_seen_at: datetime
    here: bool


def sessions_of(actor: Actor, *, most: int = 20) -> list[OwnSession]:
    """Return the actor's live sign-ins, the last used first."""
    now = clock.now()
    live = []
    for face in Face:
        idle, absolute = limits_of(face)
        live.append(
            (SignInSession.face == face.value)
            & (SignInSession.last_seen_at > now - idle)
            & (SignInSession.created_at > now - absolute)
        )
    statement = (
        select(
            SignInSession.uuid,
            SignInSession.face,
            SignInSession.device,
            SignInSession.network,
            SignInSession.created_at,
            SignInSession.last_seen_at,
            (SignInSession.id == (actor.session_id or 0)).label("here"),
        )
        .where(SignInSession.person_id == actor.person_id, SignInSession.ended_at.is_(None), or_(*live))
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc())
        .limit(most)
    )
    return [OwnSession(*row) for row in db.session().execute(statement)]


def _end(how: str, *wanted: ColumnElement[bool]) -> int:
    ended = db.session().execute(
        update(SignInSession)
        .where(SignInSession.ended_at.is_(None), *wanted)
        .values(ended_at=clock.now(), ended_how=how)
        .returning(SignInSession.id)
    )
    return len(ended.all())


def sign_out(actor: Actor) -> None:
    """End the sign-in in hand; the next request with its cookie is a stranger's."""
    count = _end("sign_out", SignInSession.id == actor.session_id)
    if count:
        _record(actor, count)


def end_session(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """End one of the actor's own sign-ins; raise NotFound when it is none of theirs."""
    known = db.session().scalar(
        select(SignInSession.id).where(SignInSession.uuid == uuid, SignInSession.person_id == actor.person_id)
    )
    if known is None:
        raise NotFound()
    count = _end("from_list", SignInSession.id == known)
    if count:
        _record(actor, count)


def end_others(actor: Actor, *, how: str = "others") -> int:
    """End every other sign-in of the actor and return how many there were."""
    count = _end(how, SignInSession.person_id == actor.person_id, SignInSession.id != (actor.session_id or 0))
    if count:
        _record(actor, count)
    return count


def end_all(person_id: int, *, actor: Actor, how: str) -> int:
    """End every sign-in of a person and return how many there were."""
    count = _end(how, SignInSession.person_id == person_id)
    if count:
        _record(actor, count)
    return count


def _record(actor: Actor, count: int) -> None:
    face = face_of(actor)
    audit.record(Tag.SESSION_ENDED, actor=actor, account_id=actor.account_id, count=count, face=face.value)
