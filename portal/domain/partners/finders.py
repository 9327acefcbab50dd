"""Reading about partners: the companies, their people, and whom a mail domain leads to."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from portal import db
from portal.domain.accounts.models import Person
from portal.domain.actor import Actor, PartnerRight, Permission
from portal.domain.errors import Denied, NotFound

from .models import (
    PartnerCompany,
    PartnerDomain,
    PartnerIdentity,
    PartnerMember,
    PartnerProvider,
    PartnerSignIn,
)
from .rules import PartnerRole, believes, domain_of


class Partner(NamedTuple):
    """A company as others need one: for choosing and naming it."""

    id: int
    uuid: uuidlib.UUID
    name: str
    kind: str
    country: str


class CompanyLine(NamedTuple):
    """A company in the list of the staff."""

    id: int
    uuid: uuidlib.UUID
    name: str
    kind: str
    country: str
    signs_in_by: str
    deactivated_at: datetime | None
    people: int
    provider: bool
    tried_at: datetime | None
    tier: str | None


class MemberLine(NamedTuple):
    """Somebody of a partner, as colleagues and staff read it."""

    id: int
    uuid: uuidlib.UUID
    person_id: int
    name: str
    email: str
    role: str
    regions: list[str]
    since: datetime
    ended_at: datetime | None


class InReach(NamedTuple):
    """A partner for which a person may act."""

    uuid: uuidlib.UUID
    name: str
    role: str
    here: bool
    elsewhere: bool  # it asks for another proof than that of this sign-in


def _active() -> Any:
    return select(
        PartnerCompany.id,
        PartnerCompany.uuid,
        PartnerCompany.name,
        PartnerCompany.kind,
        PartnerCompany.country,
    ).where(PartnerCompany.deactivated_at.is_(None))


def active() -> list[Partner]:
    """Return the companies whose people may come in, by name; without scope, for verbs and for choosing one."""
    rows = db.session().execute(_active().order_by(PartnerCompany.name, PartnerCompany.id))
    return [Partner(*row) for row in rows]


def by_uuid(uuid: uuidlib.UUID) -> Partner:
    """Return an active company by public id; raise NotFound."""
    row = db.session().execute(_active().where(PartnerCompany.uuid == uuid)).one_or_none()
    if row is None:
        raise NotFound()
    return Partner(*row)


def named(ids: Iterable[int]) -> dict[int, str]:
    """Return the name of each of these companies, active or not, in one query."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = db.session().execute(
        select(PartnerCompany.id, PartnerCompany.name).where(PartnerCompany.id.in_(wanted))
    )
    return {row.id: row.name for row in rows}


class Mark(NamedTuple):
    """How a company is shown to customers: its name, and the digest of its logo, '' where it has none."""

    name: str
    logo: str


def marks(ids: Iterable[int]) -> dict[int, Mark]:
    """Return how each of these companies is shown, active or not, in one query."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = db.session().execute(
        select(PartnerCompany.id, PartnerCompany.name, PartnerCompany.logo).where(
            PartnerCompany.id.in_(wanted)
        )
    )
    return {row.id: Mark(row.name, row.logo) for row in rows}


def company(actor: Actor, uuid: uuidlib.UUID) -> PartnerCompany:
    """Return a company for staff who set partners up; raise Denied, NotFound."""
    actor.require(Permission.PARTNERS_WRITE)
    found = db.session().scalar(select(PartnerCompany).where(PartnerCompany.uuid == uuid))
    if found is None:
        raise NotFound()
    return found


def own_company(actor: Actor) -> PartnerCompany:
    """Return the partner that somebody acts for; raise NotFound for all others."""
    found = db.session().get(PartnerCompany, actor.partner_id) if actor.partner_id is not None else None
    if found is None:
        raise NotFound()
    return found


def companies(actor: Actor) -> list[CompanyLine]:
    """Return every company for staff who set partners up, the active first, by name; raise Denied."""
    actor.require(Permission.PARTNERS_WRITE)
    people = (
        select(func.count(PartnerMember.id))
        .where(PartnerMember.partner_id == PartnerCompany.id, PartnerMember.ended_at.is_(None))
        .correlate(PartnerCompany)
        .scalar_subquery()
    )
    rows = db.session().execute(
        select(
            PartnerCompany.id, PartnerCompany.uuid, PartnerCompany.name, PartnerCompany.kind, PartnerCompany.country,
            PartnerCompany.signs_in_by, PartnerCompany.deactivated_at, people,
            PartnerProvider.id.is_not(None), PartnerProvider.tried_at, PartnerCompany.tier,
        )
        .outerjoin(PartnerProvider, PartnerProvider.company_id == PartnerCompany.id)
        .order_by(PartnerCompany.deactivated_at.is_not(None), PartnerCompany.name, PartnerCompany.id)
        .limit(500)
    )  # fmt: skip
    return [CompanyLine(*row) for row in rows]


def members(partner_id: int) -> list[MemberLine]:
    """Return everybody who works or worked for a company here, the present first, by name; without scope."""
    rows = db.session().execute(
        select(
            PartnerMember.id, PartnerMember.uuid, PartnerMember.person_id, Person.name, PartnerMember.email,
            PartnerMember.role, PartnerMember.regions, PartnerMember.since, PartnerMember.ended_at,
        )
        .join(Person, Person.id == PartnerMember.person_id)
        .where(PartnerMember.partner_id == partner_id)
        .order_by(PartnerMember.ended_at.is_not(None), Person.name, PartnerMember.id)
        .limit(1000)
    )  # fmt: skip
    return [MemberLine(*row) for row in rows]


def colleagues(actor: Actor) -> list[MemberLine]:
    """Return the people of the actor's own partner; raise Denied for who does not manage them."""
    if not actor.partner_may(PartnerRight.PEOPLE_MANAGE) or actor.partner_id is None:
        raise Denied()
    return members(actor.partner_id)


def administrators(partner_id: int) -> list[MemberLine]:
    """Return who administers a company here now: whom its people ask."""
    return [
        one for one in members(partner_id) if one.ended_at is None and one.role == PartnerRole.ADMINISTRATOR
    ]


def in_reach(actor: Actor) -> list[InReach]:
    """Return every partner for which the actor's person may act, by name."""
    proved = (
        select(PartnerIdentity.issuer)
        .join(PartnerSignIn, PartnerSignIn.identity_id == PartnerIdentity.id)
        .where(PartnerSignIn.session_id == (actor.session_id or 0))
        .scalar_subquery()
    )
    rows = db.session().execute(
        select(
            PartnerCompany.uuid, PartnerCompany.name, PartnerMember.role,
            (PartnerCompany.id == (actor.partner_id or 0)).label("here"), PartnerCompany.signs_in_by,
            PartnerProvider.issuer, proved.label("proved"),
        )
        .join(PartnerMember, PartnerMember.partner_id == PartnerCompany.id)
        .outerjoin(PartnerProvider, PartnerProvider.company_id == PartnerCompany.id)
        .where(
            PartnerMember.person_id == actor.person_id,
            PartnerMember.ended_at.is_(None),
            PartnerCompany.deactivated_at.is_(None),
        )
        .order_by(PartnerCompany.name, PartnerCompany.id)
    )  # fmt: skip
    found = [
        InReach(one.uuid, one.name, one.role, one.here, not believes(one.signs_in_by, one.issuer, one.proved))
        for one in rows
    ]
    return found if actor.is_partner else []


def is_of(actor: Actor, partner_id: int) -> bool:
    """Tell whether the actor's person works for a partner."""
    works = select(PartnerMember.id).where(
        PartnerMember.partner_id == partner_id,
        PartnerMember.person_id == actor.person_id,
        PartnerMember.ended_at.is_(None),
    )
    return actor.person_id is not None and db.session().scalar(works) is not None


def by_mail_domain(address: str) -> PartnerCompany | None:
    """Return the active company to which the mail domain of ``address`` leads; None when it leads nowhere."""
    return db.session().scalar(
        select(PartnerCompany)
        .join(PartnerDomain, PartnerDomain.company_id == PartnerCompany.id)
        .where(PartnerDomain.domain == domain_of(address), PartnerCompany.deactivated_at.is_(None))
    )
