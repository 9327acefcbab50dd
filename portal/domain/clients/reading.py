"""What a partner's administrators and our staff read about the systems that act for it."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, select

from portal import db
from portal.domain import clock
from portal.domain.actor import Actor
from portal.domain.errors import NotFound

from .making import guard
from .models import PartnerClient

MOST = 60


class Line(NamedTuple):
    """One system of a partner; never its secret."""

    uuid: uuidlib.UUID
    name: str
    scopes: list[str]
    created_at: datetime
    created_by: str
    secret_at: datetime
    earlier_until: datetime | None
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str

    @property
    def state(self) -> str:
        """Return live, revoked, or over (its day has passed)."""
        if self.revoked_at is not None:
            return "revoked"
        return "live" if self.expires_at > clock.now() else "over"

    @property
    def two_secrets(self) -> bool:
        """Whether the secret before is good still."""
        return self.earlier_until is not None and self.earlier_until > clock.now()


def clients_of(partner_id: int, *, actor: Actor) -> list[Line]:
    """Return the systems of a partner, those that may act first, newest first; one query. NotFound, Denied."""
    guard(actor, partner_id)
    ended = case(
        (PartnerClient.revoked_at.is_not(None), 1), (PartnerClient.expires_at <= clock.now(), 1), else_=0
    )
    rows = db.session().execute(
        select(
            PartnerClient.uuid, PartnerClient.name, PartnerClient.scopes, PartnerClient.created_at,
            PartnerClient.created_by_name, PartnerClient.secret_at, PartnerClient.earlier_until,
            PartnerClient.expires_at, PartnerClient.last_used_at, PartnerClient.revoked_at, PartnerClient.revoked_by,
        )
        .where(PartnerClient.partner_id == partner_id)
        .order_by(ended, PartnerClient.id.desc())
        .limit(MOST)
    )  # fmt: skip
    return [Line(*row) for row in rows]


def by_uuid(uuid: uuidlib.UUID) -> PartnerClient:
    """Return a client by its public id, without scope, for commands; raise NotFound."""
    found = db.session().scalar(select(PartnerClient).where(PartnerClient.uuid == uuid))
    if found is None:
        raise NotFound()
    return found
