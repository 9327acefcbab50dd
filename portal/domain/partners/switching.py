"""Somebody who works for several partners has one in hand; another one is taken by the proof it asks for."""

from __future__ import annotations

import uuid as uuidlib

from sqlalchemy import select, update

from portal import db
from portal.domain.actor import Actor
from portal.domain.errors import Conflict, NotFound

from .models import PartnerCompany, PartnerIdentity, PartnerMember, PartnerProvider, PartnerSignIn
from .rules import SignsInBy


class ProvedElsewhere(Conflict):
    """The company wants its people to prove themselves in another way than this sign-in did."""

    code = "partners.proved_elsewhere"

    def __init__(self, company: str) -> None:
        super().__init__()
        self.company = company


def take_in_hand(actor: Actor, uuid: uuidlib.UUID) -> str:
    """Act for another partner of the actor's person from the next request on, and return its name.

    Raise NotFound when it is none of theirs, ProvedElsewhere where it believes another proof than that of this
    sign-in: a provider speaks for the people of the companies that chose it, and for nobody else.
    """
    session = db.session()
    row = session.execute(
        select(PartnerMember.id, PartnerCompany.name, PartnerCompany.signs_in_by, PartnerProvider.issuer)
        .join(PartnerCompany, PartnerCompany.id == PartnerMember.partner_id)
        .outerjoin(PartnerProvider, PartnerProvider.company_id == PartnerCompany.id)
        .where(
            PartnerMember.person_id == actor.person_id,
            PartnerMember.ended_at.is_(None),
            PartnerCompany.uuid == uuid,
            PartnerCompany.deactivated_at.is_(None),
        )
    ).one_or_none()
    if row is None or not actor.is_partner:
        raise NotFound()
    proved = session.scalar(
        select(PartnerIdentity.issuer)
        .join(PartnerSignIn, PartnerSignIn.identity_id == PartnerIdentity.id)
        .where(PartnerSignIn.session_id == actor.session_id)
    )
    wanted = row.issuer if row.signs_in_by == SignsInBy.OIDC else None
    if proved != wanted or (wanted is None and row.signs_in_by == SignsInBy.OIDC):
        raise ProvedElsewhere(row.name)
    session.execute(
        update(PartnerSignIn).where(PartnerSignIn.session_id == actor.session_id).values(member_id=row.id)
    )
    return str(row.name)
