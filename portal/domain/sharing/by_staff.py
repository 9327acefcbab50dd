"""What staff stop because a customer said so by phone or letter: the way beside the dashboard."""

from __future__ import annotations

import uuid as uuidlib

from sqlalchemy import select

from portal import db
from portal.domain import clock, partners
from portal.domain.actor import Actor, Permission

from .granting import happened, is_over, locked
from .models import ShareGrant
from .rules import Happened


def stop_by_staff(
    uuid: uuidlib.UUID, *, actor: Actor, account_id: int, person_id: int, words: str = ""
) -> ShareGrant:
    """Stop a share because its customer said so by phone or letter; ``words`` are kept for the customer to read.

    Raises Denied without the permission, NotFound for a share of somebody else.
    """
    actor.require(Permission.CONSENT_RECORD)
    grant = locked(
        ShareGrant.uuid == uuid, ShareGrant.account_id == account_id, ShareGrant.person_id == person_id
    )
    now = clock.now()
    if not is_over(grant, now):
        grant.ended_at, grant.ended_how = now, "stopped"
        grant.version += 1
        name = partners.named([grant.partner_id])[grant.partner_id]
        happened(Happened.STOPPED, grant, actor, now, partner=name, notice=words)
    return grant


def shared_now(actor: Actor, *, account_id: int, person_id: int) -> list[tuple[uuidlib.UUID, str, str]]:
    """Return (public id, partner, purpose) of what a person shares now, for staff who write down what was said."""
    actor.require(Permission.CONSENT_RECORD)
    company = partners.PartnerCompany
    rows = db.session().execute(
        select(ShareGrant.uuid, company.name, ShareGrant.purpose)
        .join(company, company.id == ShareGrant.partner_id)
        .where(
            ShareGrant.account_id == account_id, ShareGrant.person_id == person_id, ShareGrant.ended_at.is_(None),
            ShareGrant.until > clock.now(),
        )
        .order_by(ShareGrant.id)
    )  # fmt: skip
    return [(row.uuid, row.name, row.purpose) for row in rows]
