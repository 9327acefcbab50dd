"""From credentials to a short token, and a token given back (RFC 6749, 4.4; RFC 7009)."""

from __future__ import annotations

import hmac
import uuid as uuidlib
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select

from portal import db
from portal.domain import clock, partners

from . import tokens
from .models import PartnerClient, PartnerClientToken
from .scopes import Scope, covers

LONGEST = timedelta(minutes=15)
NOTHING = "0" * 64


class Issued(NamedTuple):
    """A new token as it is handed out, once."""

    token: str
    seconds: int
    scopes: list[str]


def proved(client_id: str, secret: str) -> PartnerClient | None:
    """Return the client whose credentials these are and that may act now; None, at the same cost, for all others."""
    try:
        uuid = uuidlib.UUID(client_id)
    except ValueError:
        uuid = uuidlib.UUID(int=0)
    company = partners.PartnerCompany
    row = db.session().execute(
        select(PartnerClient, company.deactivated_at)
        .join(company, company.id == PartnerClient.partner_id)
        .where(PartnerClient.uuid == uuid)
    ).one_or_none()  # fmt: skip
    client, now = (row[0], clock.now()) if row is not None else (None, clock.now())
    kept = [client.secret_hash if client is not None else NOTHING]
    overlap = client is not None and client.earlier_until is not None and client.earlier_until > now
    kept.append(client.earlier_hash if client is not None and overlap else NOTHING)
    # Every hash is made and compared, whatever there is: the time says nothing about which clients exist.
    right = [hmac.compare_digest(one, known) for one in tokens.hashes_of(secret) for known in kept]
    if row is None or client is None or not any(right) or row.deactivated_at is not None:
        return None
    return client if client.revoked_at is None and client.expires_at > now else None


def issue(client: PartnerClient, scopes: Sequence[str], *, seconds: int) -> Issued | None:
    """Give a token for ``seconds``, at most 15 minutes and never past the client's own day; None for more than it may.

    Without ``scopes`` it may all that its client may.
    """
    known = {scope.value for scope in Scope}
    if any(one not in known or not covers(client.scopes, Scope(one)) for one in scopes):
        return None
    now = clock.now()
    until = min(now + min(timedelta(seconds=seconds), LONGEST), client.expires_at)
    token, granted = tokens.new_token(), list(dict.fromkeys(scopes)) or list(client.scopes)
    db.session().add(
        PartnerClientToken(
            client_id=client.id, prefix=tokens.prefix_of(token), token_hash=tokens.hashes_of(token)[0],
            scopes=granted, created_at=now, expires_at=until, revoked_at=None,
        )
    )  # fmt: skip
    client.last_used_at = now
    db.session().flush()
    return Issued(token, max(0, int((until - now).total_seconds())), granted)


def revoke_token(client: PartnerClient, token: str) -> None:
    """Make a token of this client worth nothing from now on; what is none of its own is left alone (RFC 7009, 2.2)."""
    row = db.session().scalars(
        select(PartnerClientToken).where(
            PartnerClientToken.prefix == tokens.prefix_of(token), PartnerClientToken.client_id == client.id
        )
    ).one_or_none()  # fmt: skip
    kept = row.token_hash if row is not None else NOTHING
    right = [hmac.compare_digest(one, kept) for one in tokens.hashes_of(token)]
    if row is not None and any(right) and row.revoked_at is None:
        row.revoked_at = clock.now()
        db.session().flush()
