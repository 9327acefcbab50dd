"""Whose a lead is, whether it holds its company, and what is written of it."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import audit, clock, partners
from portal.domain.actor import Actor, PartnerRight
from portal.domain.audit import Tag
from portal.domain.errors import Denied, NotFound

from .models import Lead, LeadEvent
from .rules import Act, Standing


def guard(actor: Actor) -> int:
    """Return for which partner the actor exchanges; raise Denied for who may not."""
    if not actor.partner_may(PartnerRight.EXCHANGE_WRITE) or actor.partner_id is None:
        raise Denied()
    return actor.partner_id


def holds(lead: Lead) -> bool:
    """Tell whether a lead holds its company now."""
    return (
        lead.standing == Standing.FIRST
        and lead.ended_at is None
        and lead.protected_until is not None
        and lead.protected_until > clock.now()
    )


def own_lead(uuid: uuidlib.UUID, actor: Actor, *, lock: bool = False) -> Lead:
    """Return a lead of the actor's own partner; raise Denied, NotFound (also for another's)."""
    statement = select(Lead).where(Lead.uuid == uuid, Lead.partner_id == guard(actor))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = db.session().scalar(statement)
    if found is None:
        raise NotFound()
    return found


def write(lead: Lead, act: Act, actor: Actor, *, text: str = "", data: dict[str, Any] | None = None) -> None:
    """Write what happened into the history of a lead."""
    lead.moved_at = clock.now()
    session = db.session()
    session.add(
        LeadEvent(
            lead_id=lead.id, at=lead.moved_at, act=act.value, by_kind=actor.kind.value, by_name=actor.name[:120],
            text=text, data=data or {},
        )
    )  # fmt: skip
    session.flush()


def record(tag: Tag, lead: Lead, actor: Actor, **keys: Any) -> None:
    """Put a step with a lead on the record of acts."""
    partner = partners.named([lead.partner_id])[lead.partner_id]
    audit.record(tag, actor=actor, subject=("lead", lead.uuid), number=lead.number, partner=partner, **keys)
