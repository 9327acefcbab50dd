"""From a token to the system, its company and what it may at this very instant; and the condition asked ever after."""

from __future__ import annotations

import hmac
import uuid as uuidlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Exists, exists, select, update

from portal import db
from portal.domain import clock, partners, repeats
from portal.domain.actor import Actor, ActorKind

from . import tokens
from .issuing import NOTHING
from .models import PartnerClient, PartnerClientReply, PartnerClientToken
from .scopes import rights_of

TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Resumed:
    """A living token: its client, what it may, and who acts through it now."""

    id: int
    uuid: uuidlib.UUID
    name: str
    scopes: frozenset[str]
    expires_at: datetime
    actor: Actor
    touch_due: bool


def resume(token: str) -> Resumed | None:
    """Return whose token this is and what it may now, in one statement; None for one that is worth nothing.

    It is worth nothing when it was given back or has run out, when its client is shut out or past its day, and when
    the company no longer works with us.
    """
    prefix, now = tokens.prefix_of(token), clock.now()
    company = partners.PartnerCompany
    row = db.session().execute(
        select(
            PartnerClientToken.id.label("token_id"), PartnerClientToken.token_hash, PartnerClientToken.scopes,
            PartnerClientToken.expires_at, PartnerClientToken.revoked_at, PartnerClient.id, PartnerClient.uuid,
            PartnerClient.name, PartnerClient.scopes.label("may"), PartnerClient.expires_at.label("client_until"),
            PartnerClient.revoked_at.label("client_revoked_at"), PartnerClient.last_used_at,
            company.id.label("partner_id"), company.name.label("partner"), company.deactivated_at,
        )
        .join(PartnerClient, PartnerClient.id == PartnerClientToken.client_id)
        .join(company, company.id == PartnerClient.partner_id)
        .where(PartnerClientToken.prefix == prefix)
    ).one_or_none()  # fmt: skip
    kept = row.token_hash if row is not None else NOTHING
    # Every hash is made and compared, whatever there is: the time says nothing about which tokens exist.
    right = [hmac.compare_digest(one, kept) for one in tokens.hashes_of(token)]
    if row is None or not any(right) or row.revoked_at is not None or row.expires_at <= now:
        return None
    if row.client_revoked_at is not None or row.client_until <= now or row.deactivated_at is not None:
        return None
    scopes = frozenset(row.scopes)
    return Resumed(
        id=row.id, uuid=row.uuid, name=row.name, scopes=scopes, expires_at=row.expires_at, actor=_actor(row, scopes),
        touch_due=row.last_used_at is None or now - row.last_used_at >= TOUCH_EVERY,
    )  # fmt: skip


def _actor(row: Any, scopes: frozenset[str]) -> Actor:
    """Return the system as who acts: no person, so that nobody is said to have looked who did not."""
    return Actor(
        ActorKind.PARTNER, name=f"{row.name} (API)", acting_for=row.partner, partner_id=row.partner_id,
        rights=rights_of(scopes), client_id=row.id, token_id=row.token_id, zone="UTC",
    )  # fmt: skip


def living(actor: Actor) -> Exists:
    """Return the condition that the client behind an actor may go on now: its token, itself and its company.

    A token that runs out while a file is on its way lets that file end; one that is given back does not.
    """
    company = partners.PartnerCompany
    return exists().where(
        PartnerClientToken.id == actor.token_id, PartnerClientToken.revoked_at.is_(None),
        PartnerClient.id == PartnerClientToken.client_id, PartnerClient.id == actor.client_id,
        PartnerClient.partner_id == actor.partner_id, PartnerClient.revoked_at.is_(None),
        PartnerClient.expires_at > clock.now(), company.id == PartnerClient.partner_id,
        company.deactivated_at.is_(None),
    )  # fmt: skip


def touch(client_id: int) -> None:
    """Note that a client acted, apart from its request and at most once a minute."""
    with db.apart() as session:
        session.execute(
            update(PartnerClient).where(PartnerClient.id == client_id).values(last_used_at=clock.now())
        )


def once(client_id: int, key: str, fingerprint: str) -> tuple[PartnerClientReply, bool]:
    """Return the kept answer and True, or the row to keep one in and False; Invalid when the key came with another."""
    return repeats.once(PartnerClientReply, {"client_id": client_id}, key, fingerprint)
