"""The sign-ins of a person, those that were let in and those that were refused, in one list by time."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import String, and_, cast, delete, literal, null, or_, select, union_all

from portal import db
from portal.db import UtcDateTime
from portal.domain import clock
from portal.domain.actor import Actor

from . import limits
from .actors import Face
from .credentials import RefusedSignIn, SignInSession
from .models import EmailAddress


class SignInEntry(NamedTuple):
    """One line of the history; ``key`` orders lines of the same instant."""

    key: int
    at: datetime
    refused: bool
    face: str
    device: str
    network: str
    how: str
    ended_at: datetime | None
    ended_how: str


def note_refusal(bucket: str, *, face: Face, how: str, device: str, network: str) -> int:
    """Write down a refused sign-in, committed apart, the same whether anybody has the address; return its row."""
    row = RefusedSignIn(
        bucket=bucket, at=clock.now(), face=face.value, how=how, device=device[:120], network=network[:60]
    )
    with db.apart() as session:
        session.add(row)
        session.flush()
        return row.id


def take_back(row: int) -> None:
    """Forget a refusal that was written down before the code was judged right."""
    db.session().execute(delete(RefusedSignIn).where(RefusedSignIn.id == row))


def history_of(
    actor: Actor, *, before: tuple[datetime, int] | None = None, limit: int = 20
) -> list[SignInEntry]:
    """Return at most ``limit`` + 1 sign-ins of the actor, newest first, those older than the key ``before``."""
    person_id = actor.person_id or 0
    key = db.session().scalar(select(EmailAddress.address_key).where(EmailAddress.person_id == person_id))
    let_in = select(
        (SignInSession.id * 2).label("key"), SignInSession.created_at.label("at"),
        literal(0).label("refused"), SignInSession.face, SignInSession.device, SignInSession.network,
        SignInSession.factor.label("how"), SignInSession.ended_at, SignInSession.ended_how,
    ).where(SignInSession.person_id == person_id)  # fmt: skip
    refused = select(
        (RefusedSignIn.id * 2 + 1).label("key"), RefusedSignIn.at, literal(1).label("refused"),
        RefusedSignIn.face, RefusedSignIn.device, RefusedSignIn.network, RefusedSignIn.how,
        cast(null(), UtcDateTime).label("ended_at"), literal("", String).label("ended_how"),
    ).where(RefusedSignIn.bucket.in_(limits.buckets_of(key or "", person_id)))  # fmt: skip
    both = union_all(let_in, refused).subquery()
    statement = select(both).order_by(both.c.at.desc(), both.c.key.desc()).limit(limit + 1)
    if before is not None:
        at, last = before
        statement = statement.where(or_(both.c.at < at, and_(both.c.at == at, both.c.key < last)))
    return [SignInEntry(r[0], r[1], bool(r[2]), *r[3:]) for r in db.session().execute(statement)]
