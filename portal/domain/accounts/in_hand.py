"""The account in hand: a person may act for several, one at a time, and sees what belongs to that one only."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass

from sqlalchemy import Select, select, update

from portal import db
from portal.domain.actor import Actor
from portal.domain.errors import NotFound

from . import keys, sessions
from .credentials import SignInSession
from .models import Account, Membership


@dataclass(frozen=True, slots=True)
class InHand:
    """One account a person can act for."""

    uuid: uuidlib.UUID
    name: str
    kind: str
    here: bool


def accounts_in_reach(actor: Actor) -> list[InHand]:
    """Return the accounts the person can act for, their own first."""
    rows = db.session().execute(
        select(Account.uuid, Account.name, Account.kind, (Account.id == actor.account_id).label("here"))
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.person_id == actor.person_id,
            Membership.ended_at.is_(None),
            Account.closed_at.is_(None),
        )
        .order_by(Account.kind.desc(), Account.name_key)
        .limit(50)
    )
    return [InHand(*row) for row in rows]


def take_in_hand(actor: Actor, uuid: uuidlib.UUID) -> str:
    """Act for another of one's accounts from now on and return its name; raise NotFound when it is none of them."""
    session = db.session()
    if not actor.is_customer:
        raise NotFound()
    row = session.execute(_one(uuid).where(Membership.person_id == actor.person_id)).one_or_none()
    if row is None:
        raise NotFound()
    sessions.switch(actor, row.id)
    return str(row.name)


def _one(uuid: uuidlib.UUID) -> Select[int, str]:
    return (
        select(Account.id, Account.name)
        .join(Membership, Membership.account_id == Account.id)
        .where(Account.uuid == uuid, Membership.ended_at.is_(None), Account.closed_at.is_(None))
    )


def begin_with(token: str, uuid: uuidlib.UUID) -> str | None:
    """Let a sign-in that has just begun act for the account that a link named, and return its name.

    None, and nothing changes, where that account is none of the person's, or is in hand already.
    """
    session = db.session()
    mine = session.execute(
        select(SignInSession.id, SignInSession.person_id, SignInSession.account_id).where(
            SignInSession.token_hash == keys.digest(token), SignInSession.ended_at.is_(None)
        )
    ).one_or_none()
    if mine is None:
        return None
    row = session.execute(_one(uuid).where(Membership.person_id == mine.person_id)).one_or_none()
    if row is None or row.id == mine.account_id:
        return None
    session.execute(update(SignInSession).where(SignInSession.id == mine.id).values(account_id=row.id))
    return str(row.name)
