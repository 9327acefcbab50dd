"""Somebody who works for several partners has one in hand; another one is taken by the proof that it asks for.

A sign-in stands on one proof at a time. A provider speaks for the people of the companies that chose it, and for
nobody else: another company with another provider is taken in hand, or added, by a sign-in there.
"""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from sqlalchemy import select, update

from portal import config, db
from portal.domain import clock
from portal.domain.accounts import links, sessions, shapes
from portal.domain.accounts.models import Person
from portal.domain.actor import Actor
from portal.domain.errors import Conflict, NotFound

from . import rules
from .accepting import found_by
from .entering import Came, NotLetIn, Refusal, identity_of, stand_on
from .invitations import accepted
from .models import (
    PartnerCompany,
    PartnerIdentity,
    PartnerInvitation,
    PartnerMember,
    PartnerProvider,
    PartnerSignIn,
)
from .people import begin, hold
from .providers import Provider, provider_of
from .rules import SignsInBy


class ProvedElsewhere(Conflict):
    """The company wants its people to prove themselves in another way than this sign-in did."""

    code = "partners.proved_elsewhere"

    def __init__(self, company: str) -> None:
        super().__init__()
        self.company = company


def _proved(actor: Actor) -> str | None:
    """Return the issuer that a sign-in stands on; None for one that was proved here."""
    return db.session().scalar(
        select(PartnerIdentity.issuer)
        .join(PartnerSignIn, PartnerSignIn.identity_id == PartnerIdentity.id)
        .where(PartnerSignIn.session_id == actor.session_id)
    )


def _reached(actor: Actor, uuid: uuidlib.UUID) -> tuple[Any, bool]:
    """Return another partner of the actor's person, and whether it takes the proof of this sign-in; raise NotFound."""
    row = db.session().execute(
        select(
            PartnerMember.id, PartnerCompany.id.label("company_id"), PartnerCompany.name, PartnerCompany.signs_in_by,
            PartnerProvider.issuer,
        )
        .join(PartnerCompany, PartnerCompany.id == PartnerMember.partner_id)
        .outerjoin(PartnerProvider, PartnerProvider.company_id == PartnerCompany.id)
        .where(
            PartnerMember.person_id == actor.person_id,
            PartnerMember.ended_at.is_(None),
            PartnerCompany.uuid == uuid,
            PartnerCompany.deactivated_at.is_(None),
        )
    ).one_or_none()  # fmt: skip
    if row is None or not actor.is_partner:
        raise NotFound()
    return row, rules.believes(row.signs_in_by, row.issuer, _proved(actor))


def to_prove_at(actor: Actor, uuid: uuidlib.UUID) -> Provider | None:
    """Return where a partner of the actor's person wants a proof first; None where it is taken in hand without.

    Raise NotFound when it is none of theirs.
    """
    row, taken = _reached(actor, uuid)
    return None if taken else provider_of(row.company_id)


def take_in_hand(actor: Actor, uuid: uuidlib.UUID) -> str:
    """Act for another partner of the actor's person from the next request on, and return its name.

    Raise NotFound when it is none of theirs, ProvedElsewhere where it believes another proof than that of this
    sign-in.
    """
    row, taken = _reached(actor, uuid)
    if not taken:
        raise ProvedElsewhere(row.name)
    _take(actor, row.id)
    return str(row.name)


def _take(actor: Actor, member_id: int) -> None:
    db.session().execute(
        update(PartnerSignIn).where(PartnerSignIn.session_id == actor.session_id).values(member_id=member_id)
    )


def take_by_proof(actor: Actor, provider: Provider, came: Came) -> str:
    """Act for the company of ``provider`` from now on, by a proof of the same person there; return the new token.

    Raise NotLetIn for somebody else, and for who works there no more.
    """
    company = hold(provider.company_id)
    identity = identity_of(provider.issuer, came.sub)
    if identity is None or identity.person_id != actor.person_id or actor.session_id is None:
        raise NotLetIn(Refusal.OTHER_PERSON)
    member = db.session().scalar(
        select(PartnerMember).where(
            PartnerMember.partner_id == company.id, PartnerMember.person_id == actor.person_id
        )
    )
    if not company.active or member is None or member.ended_at is not None:
        raise NotLetIn(Refusal.ENDED if company.active else Refusal.COMPANY)
    identity.last_used_at = clock.now()
    stand_on(actor.session_id, member, identity, came)
    return sessions.prove_again(actor)


def join_by_proof(actor: Actor, provider: Provider, came: Came, *, invitation: uuidlib.UUID) -> str:
    """Add the company that has invited to the person who is signed in, by a proof at its own provider.

    Both are proved anew: the sign-in before, and the address of the invitation there. Return the new token of the
    sign-in, which is for that company now; raise NotLetIn.
    """
    company = hold(provider.company_id)
    if not company.active:
        raise NotLetIn(Refusal.COMPANY)
    sessions.require_fresh(actor)
    row = db.session().scalar(
        select(PartnerInvitation).where(
            PartnerInvitation.uuid == invitation,
            PartnerInvitation.partner_id == company.id,
            PartnerInvitation.ended_at.is_(None),
            PartnerInvitation.expires_at > clock.now(),
        )
    )
    if row is None or actor.session_id is None:
        raise NotLetIn(Refusal.OVER)
    key = shapes.key_of(came.email)
    if not came.email_verified or not key:
        raise NotLetIn(Refusal.MAIL if key else Refusal.NO_MAIL)
    if key != row.address_key:
        raise NotLetIn(Refusal.OTHER_ADDRESS)
    identity = identity_of(provider.issuer, came.sub)
    if identity is not None and identity.person_id != actor.person_id:
        raise NotLetIn(Refusal.OTHER_SUBJECT)
    now = clock.now()
    if identity is None:
        identity = PartnerIdentity(
            issuer=provider.issuer, sub=came.sub, person_id=actor.person_id, created_at=now, last_used_at=now
        )
        db.session().add(identity)
        db.session().flush()
    member = _joined(actor, company, row)
    stand_on(actor.session_id, member, identity, came)
    return sessions.prove_again(actor)


def join_here(token: str, *, actor: Actor) -> str:
    """Add a company without a provider, which has invited, to the person who is signed in; return its name.

    Only for a sign-in that was proved here, and anew. Raise NotFound when the link is over, FreshSignInNeeded.
    """
    row, company = found_by(links.peek(links.PARTNER_INVITATION, token))
    here = company.signs_in_by == SignsInBy.PASSWORD and config.load().partners_may_use_passwords
    if not here or not actor.is_partner or _proved(actor) is not None:
        raise NotFound()
    sessions.require_fresh(actor)
    links.use(links.PARTNER_INVITATION, token)
    member = _joined(actor, hold(company.id), row)
    _take(actor, member.id)
    return company.name


def _joined(actor: Actor, company: PartnerCompany, row: PartnerInvitation) -> PartnerMember:
    person = db.session().get_one(Person, actor.person_id)
    member = begin(
        company, person, role=rules.role(row.role), regions=list(row.regions), email=row.address, actor=actor
    )  # fmt: skip
    accepted(row, person)
    return member
