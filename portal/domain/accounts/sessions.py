"""Sign-ins as rows: a browser is signed in while its row is live, and no longer."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import Select, bindparam, insert, join, select, update

from portal import config, db
from portal.db import UtcDateTime
from portal.domain import audit, clock
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.errors import FreshSignInNeeded
from portal.prepared import Prepared
from portal.text import Lazy

from . import keys
from .actors import Face, entrance_of, made, reading
from .credentials import SignInSession
from .models import Person
from .roles import name_of

TOUCH_EVERY = timedelta(minutes=1)


class Life(StrEnum):
    """Where a sign-in stands."""

    LIVE = "live"
    ENDED = "ended"  # signed out, here or from another browser
    IDLE = "idle"
    OVER = "over"  # the absolute limit
    BARRED = "barred"  # the person, the membership or the employment has ended


@dataclass(frozen=True, slots=True)
class Resumed:
    """A sign-in as found by its token: whose it is, whether it lives, and who acts through it."""

    id: int
    uuid: uuidlib.UUID
    person_id: int
    life: Life
    actor: Actor
    account_name: str
    account_uuid: uuidlib.UUID | None
    several: bool  # the person acts for other accounts too
    roles: tuple[Lazy | str, ...]
    proved_at: datetime
    touch_due: bool


def limits_of(face: str) -> tuple[timedelta, timedelta]:
    """Return how long a sign-in may rest, and how long it may last in all."""
    settings = config.load()
    if face == Face.STAFF:
        return timedelta(minutes=settings.staff_idle_minutes), timedelta(hours=settings.staff_absolute_hours)
    if face == Face.PARTNER:
        return timedelta(minutes=settings.partner_idle_minutes), timedelta(
            hours=settings.partner_absolute_hours
        )
    return timedelta(minutes=settings.customer_idle_minutes), timedelta(
        hours=settings.customer_absolute_hours
    )


def start(
    person_id: int,
    *,
    face: Face,
    account_id: int | None,
    factor: str,
    actor: Actor,
    device: str,
    network: str,
) -> str:
    """Begin a sign-in and return its token, which is stored nowhere."""
    now, token = clock.now(), keys.new_token()
    session = db.session()
    session.flush()
    session_id = session.connection().scalar(
        insert(SignInSession).returning(SignInSession.id),
        {
            "token_hash": keys.digest(token),
            "face": face.value,
            "person_id": person_id,
            "account_id": account_id,
            "created_at": now,
            "last_seen_at": now,
            "proved_at": now,
            "factor": factor,
            "device": device[:120],
            "network": network[:60],
        },
    )
    entrance = entrance_of(face)
    if entrance is not None and session_id is not None:
        entrance.begun(session_id, actor)
    audit.record(
        Tag.SESSION_STARTED,
        actor=replace(actor, session_id=session_id),
        account_id=account_id,
        device=device[:120],
        factor=factor,
        face=face.value,
    )
    return token


def _resuming(face: Face) -> Select[Any]:
    columns = (
        SignInSession.id.label("session_id"),
        SignInSession.uuid.label("session_uuid"),
        SignInSession.created_at,
        SignInSession.last_seen_at,
        SignInSession.proved_at,
        SignInSession.ended_at,
    )
    source = join(SignInSession, Person, Person.id == SignInSession.person_id)
    now = bindparam("now", type_=UtcDateTime)
    return reading(face, source, *columns, account_id=SignInSession.account_id, now=now).where(
        SignInSession.token_hash == bindparam("token_hash"), SignInSession.face == face.value
    )


_RESUMING = {face: Prepared(partial(_resuming, face)) for face in Face}


def resume(token: str, *, face: Face) -> Resumed | None:
    """Return the sign-in with this token on this face, live or not, in one statement; None when there is none."""
    row = _RESUMING[face].first(token_hash=keys.digest(token), now=clock.now())
    if row is None:
        return None
    now = clock.now()
    idle, absolute = limits_of(face)
    entrance = entrance_of(face)
    life = Life.LIVE
    if row.ended_at is not None:
        life = Life.ENDED
    elif not row.fits or (entrance is not None and not entrance.fits(row)):
        life = Life.BARRED
    elif now - row.created_at >= absolute:
        life = Life.OVER
    elif now - row.last_seen_at >= idle:
        life = Life.IDLE
    return Resumed(
        id=row.session_id,
        uuid=row.session_uuid,
        person_id=row.person_id,
        life=life,
        actor=made(row, face, session_id=row.session_id),
        account_name=row.account_name or "",
        account_uuid=row.account_uuid,
        several=bool(row.several),
        roles=(entrance.role(row),)
        if entrance is not None
        else tuple(name_of(key) for key in sorted((row.roles or "").split("\n")) if key),
        proved_at=row.proved_at,
        touch_due=life is Life.LIVE and now - row.last_seen_at >= TOUCH_EVERY,
    )


def touch(session_id: int) -> None:
    """Note that a sign-in was used, apart from the request and at most once a minute."""
    now = clock.now()
    with db.apart() as session:
        session.execute(
            update(SignInSession)
            .where(SignInSession.id == session_id, SignInSession.last_seen_at <= now - TOUCH_EVERY)
            .values(last_seen_at=now)
        )


def is_fresh(proved_at: datetime) -> bool:
    """Tell whether a sign-in that was proved then is good for a sensitive act now."""
    return proved_at > clock.now() - timedelta(minutes=config.load().fresh_minutes)


def require_fresh(actor: Actor) -> None:
    """Raise FreshSignInNeeded unless this sign-in was proved within the last minutes (ASVS 5.0 7.5)."""
    proved_at = db.session().scalar(
        select(SignInSession.proved_at).where(
            SignInSession.id == (actor.session_id or 0), SignInSession.ended_at.is_(None)
        )
    )
    if proved_at is None or not is_fresh(proved_at):
        raise FreshSignInNeeded()


def prove_again(actor: Actor) -> str:
    """Note a new proof on this sign-in and return its new token; the old one is worth nothing."""
    token, now = keys.new_token(), clock.now()
    db.session().execute(
        update(SignInSession)
        .where(SignInSession.id == actor.session_id)
        .values(token_hash=keys.digest(token), proved_at=now, last_seen_at=now)
    )
    return token


def switch(actor: Actor, account_id: int) -> None:
    """Put another account into the hand of this sign-in; whether the person may is the caller's check."""
    db.session().execute(
        update(SignInSession).where(SignInSession.id == actor.session_id).values(account_id=account_id)
    )
