"""The people of a partner: who works for it here, in which role and for which regions, and until when.

Its own administrators look after them; our staff can, where there is none.
"""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence

from sqlalchemy import select

from portal import db
from portal.domain import audit, clock
from portal.domain.accounts import lost, shapes
from portal.domain.accounts.models import Person
from portal.domain.accounts.people import new_address, new_person
from portal.domain.actor import Actor, ActorKind, PartnerRight, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Denied, NotFound
from portal.text import _t

from . import rules
from .companies import end_sign_ins
from .models import PartnerCompany, PartnerIdentity, PartnerMember
from .rules import PartnerRole, SignsInBy


def guard(actor: Actor, partner_id: int) -> None:
    """Raise NotFound for the people of another company, Denied for who may not manage those of this one."""
    if actor.is_partner:
        if actor.partner_id != partner_id:
            raise NotFound()
        if not actor.partner_may(PartnerRight.PEOPLE_MANAGE):
            raise Denied(_t("An administrator of your company looks after its people."))
        return
    actor.require(Permission.PARTNERS_WRITE)


def hold(partner_id: int) -> PartnerCompany:
    """Return a company and let nobody else change its people until this is committed."""
    row = db.session().scalar(
        select(PartnerCompany)
        .where(PartnerCompany.id == partner_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    return row


def begin(
    company: PartnerCompany, person: Person, *, role: PartnerRole, regions: Sequence[str], email: str, actor: Actor
) -> PartnerMember:  # fmt: skip
    """Let a person act for a company from now on, anew where an earlier time has ended."""
    session = db.session()
    row = session.scalar(
        select(PartnerMember).where(
            PartnerMember.partner_id == company.id, PartnerMember.person_id == person.id
        )
    )
    now = clock.now()
    if row is None:
        row = PartnerMember(
            uuid=uuidlib.uuid4(), partner_id=company.id, person_id=person.id, email=email, role=role.value,
            regions=list(regions), since=now, ended_at=None,
        )  # fmt: skip
        session.add(row)
    elif row.ended_at is not None:
        row.role, row.regions, row.email, row.since, row.ended_at = (
            role.value, list(regions), email, now, None,
        )  # fmt: skip
    else:
        return row
    session.flush()
    audit.record(
        Tag.PARTNER_JOINED, actor=actor, subject=("partner", company.uuid), person=person.name, partner=company.name,
        partner_role=role.value,
    )  # fmt: skip
    return row


def add_person(
    company: PartnerCompany, *, actor: Actor, name: str, email: str, role: str, regions: str = "",
    language: str = "en", zone: str = "Europe/Warsaw",
) -> PartnerMember:  # fmt: skip
    """Let somebody new act for a company at once, without an invitation; for the system, the demo and tests.

    How they sign in is theirs to prove: by an identity at the provider, or by a password that is set apart.
    """
    if actor.kind is not ActorKind.SYSTEM:
        guard(actor, company.id)
    person = new_person(
        name=shapes.line(name, most=120, field="name", needed=True),
        language=shapes.language(language),
        zone=shapes.zone(zone),
        claimed=True,
    )
    mailbox = shapes.mailbox(email)
    if company.signs_in_by == SignsInBy.PASSWORD:
        new_address(person, mailbox, proved=True)
    return begin(
        company, person, role=rules.role(role), regions=rules.regions(regions), email=mailbox.address, actor=actor
    )  # fmt: skip


def reset_second_step(uuid: uuidlib.UUID, *, actor: Actor) -> str:
    """Take a lost second step away from somebody of a partner without a provider, and return the name; by our staff.

    The next sign-in by password sets up a new one, and every sign-in ends. Raise NotFound, Denied.
    """
    actor.require(Permission.PARTNERS_WRITE)
    member, company, person = _found(uuid, actor)
    if member.ended_at is not None or company.signs_in_by != SignsInBy.PASSWORD:
        raise NotFound()
    lost.take_second_step(person, actor=actor)
    return person.name


def known_as(member: uuidlib.UUID, issuer: str, sub: str, *, actor: Actor) -> None:
    """Note who somebody is at an identity provider, without a proof; for the demo alone. Twice changes nothing.

    Raise Denied for anybody but the system.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise Denied()
    session, now = db.session(), clock.now()
    known = select(PartnerIdentity.id).where(PartnerIdentity.issuer == issuer, PartnerIdentity.sub == sub)
    if session.scalar(known) is not None:
        return
    row = _found(member, actor)[0]
    session.add(
        PartnerIdentity(issuer=issuer, sub=sub, person_id=row.person_id, created_at=now, last_used_at=now)
    )
    session.flush()


def _found(uuid: uuidlib.UUID, actor: Actor) -> tuple[PartnerMember, PartnerCompany, Person]:
    row = db.session().execute(
        select(PartnerMember, PartnerCompany, Person)
        .join(PartnerCompany, PartnerCompany.id == PartnerMember.partner_id)
        .join(Person, Person.id == PartnerMember.person_id)
        .where(PartnerMember.uuid == uuid)
    )  # fmt: skip
    found = row.one_or_none()
    if found is None:
        raise NotFound()
    guard(actor, found[1].id)
    return found[0], found[1], found[2]


def _require_one_left(company: PartnerCompany, actor: Actor) -> None:
    """Raise Conflict where a partner would be left without an administrator by its own doing."""
    if not actor.is_partner:
        return  # our staff can let another one in
    left = db.session().scalar(
        select(PartnerMember.id)
        .join(Person, Person.id == PartnerMember.person_id)
        .where(
            PartnerMember.partner_id == company.id,
            PartnerMember.role == PartnerRole.ADMINISTRATOR.value,
            PartnerMember.ended_at.is_(None),
            Person.deactivated_at.is_(None),
        )
        .limit(1)
    )
    if left is None:
        raise Conflict(
            _t(
                "{company} would be left without an administrator. Name another one first.",
                company=company.name,
            )
        )


def change_member(uuid: uuidlib.UUID, *, actor: Actor, role: str, regions: str = "") -> PartnerMember:
    """Set role and regions of somebody; they hold from the next request on.

    Raise NotFound, Denied, Invalid at ``role`` or ``regions``, Conflict for the last administrator.
    """
    member, company, person = _found(uuid, actor)
    hold(company.id)
    db.session().refresh(member)
    if member.ended_at is not None:
        raise NotFound()
    wanted, places = rules.role(role), rules.regions(regions)
    if (member.role, list(member.regions)) == (wanted.value, places):
        return member
    member.role, member.regions = wanted.value, places
    db.session().flush()
    _require_one_left(company, actor)
    audit.record(
        Tag.PARTNER_MEMBER_CHANGED, actor=actor, subject=("partner", company.uuid), person=person.name,
        partner=company.name, partner_role=wanted.value, regions=", ".join(places) or "–",
    )  # fmt: skip
    return member


def end_member(uuid: uuidlib.UUID, *, actor: Actor) -> str:
    """End what somebody may do for a company: every sign-in for it ends now; return the name.

    Twice changes nothing. Raise NotFound, Denied, Conflict for the last administrator.
    """
    member, company, person = _found(uuid, actor)
    hold(company.id)
    db.session().refresh(member)
    if member.ended_at is None:
        member.ended_at = clock.now()
        db.session().flush()
        _require_one_left(company, actor)
        end_sign_ins(company.id, how="deactivated", person_id=person.id)
        audit.record(
            Tag.PARTNER_MEMBER_ENDED, actor=actor, subject=("partner", company.uuid), person=person.name,
            partner=company.name,
        )  # fmt: skip
    return person.name
