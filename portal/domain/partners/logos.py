"""The logo of a partner: drawn anew by us, put up by our staff or its own administrator, served by its digest."""

from __future__ import annotations

import uuid as uuidlib

from sqlalchemy import delete, select

from portal import db
from portal.domain import audit, clock, firm
from portal.domain.actor import Actor, PartnerRight, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Denied, NotFound

from .models import PartnerCompany, PartnerLogo


def put_logo(uuid: uuidlib.UUID, content: bytes, *, actor: Actor) -> PartnerCompany:
    """Take a picture as the logo of a partner; raise Denied, NotFound, Invalid at ``logo``."""
    row = _its(uuid, actor)
    picture, digest = firm.drawn(content)
    if row.logo == digest:
        return row
    session = db.session()
    session.execute(delete(PartnerLogo).where(PartnerLogo.partner_id == row.id))
    session.add(PartnerLogo(partner_id=row.id, digest=digest, content=picture, created_at=clock.now()))
    row.logo = digest
    session.flush()
    audit.record(Tag.PARTNER_LOGO_SET, actor=actor, subject=("partner", row.uuid), partner=row.name)
    return row


def remove_logo(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """Take the logo of a partner down; a second time changes nothing. Raise Denied, NotFound."""
    row = _its(uuid, actor)
    if not row.logo:
        return
    row.logo = ""
    db.session().execute(delete(PartnerLogo).where(PartnerLogo.partner_id == row.id))
    db.session().flush()
    audit.record(Tag.PARTNER_LOGO_REMOVED, actor=actor, subject=("partner", row.uuid), partner=row.name)


def logo(digest: str) -> bytes:
    """Return the logo that some partner has now, by its digest; raise NotFound."""
    found = db.session().scalars(select(PartnerLogo.content).where(PartnerLogo.digest == digest)).first()
    if found is None:
        raise NotFound()
    return found


def _its(uuid: uuidlib.UUID, actor: Actor) -> PartnerCompany:
    """Return a company for our staff, or one's own for its administrator; another's answers like none."""
    row = db.session().scalar(select(PartnerCompany).where(PartnerCompany.uuid == uuid).with_for_update())
    if row is None or (actor.is_partner and row.id != actor.partner_id):
        raise NotFound()
    if not (actor.partner_may(PartnerRight.PEOPLE_MANAGE) or actor.may(Permission.PARTNERS_WRITE)):
        raise Denied()
    return row
