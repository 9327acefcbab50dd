"""The other side of an invitation: who holds its link reads what is offered, and says yes."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal import config, db
from portal.domain import clock
from portal.domain.accounts import links, passwords, shapes
from portal.domain.accounts.people import new_address, new_person
from portal.domain.actor import SYSTEM
from portal.domain.errors import NotFound

from . import rules
from .invitations import accepted
from .models import PartnerCompany, PartnerInvitation
from .people import begin
from .rules import RoleSpec, SignsInBy


@dataclass(frozen=True, slots=True)
class Asked:
    """What an invitation offers, as who holds its link reads it."""

    uuid: uuidlib.UUID
    company_id: int
    company: str
    name: str
    address: str
    by: str
    role: RoleSpec
    expires_at: datetime
    by_password: bool


def found_by(link: links.Link) -> tuple[PartnerInvitation, PartnerCompany]:
    """Return the open invitation of a link, and who asks; raise NotFound."""
    row = db.session().execute(
        select(PartnerInvitation, PartnerCompany)
        .join(PartnerCompany, PartnerCompany.id == PartnerInvitation.partner_id)
        .where(
            PartnerInvitation.uuid == uuidlib.UUID(str(link.data["invitation"])),
            PartnerInvitation.round == link.data["round"],
            PartnerInvitation.ended_at.is_(None),
            PartnerInvitation.expires_at > clock.now(),
            PartnerCompany.deactivated_at.is_(None),
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound()
    return row[0], row[1]


def asked(token: str) -> Asked:
    """Return what a link offers; raise NotFound when it is over. Nothing changes."""
    row, company = found_by(links.peek(links.PARTNER_INVITATION, token))
    return Asked(
        row.uuid, company.id, company.name, row.name, row.address, row.invited_by_name,
        rules.ROLES[rules.role(row.role)], row.expires_at, company.signs_in_by == SignsInBy.PASSWORD,
    )  # fmt: skip


def accept_with_password(token: str, *, name: str, password: str) -> None:
    """Accept with a password, for a company without a provider; the first sign-in sets up the second step.

    Raise NotFound when the link is over, Invalid at ``name`` or ``password``, or where the address is somebody's.
    """
    with db.unit_of_work(write=False):
        row, company = found_by(links.peek(links.PARTNER_INVITATION, token))
        address, by_password = row.address, company.signs_in_by == SignsInBy.PASSWORD
    if not by_password or not config.load().partners_may_use_passwords:
        raise NotFound()
    name = shapes.line(name, most=120, field="name", needed=True)
    passwords.check(password, about=(name, address))
    hashed = passwords.hash_of(password)
    row, company = found_by(links.use(links.PARTNER_INVITATION, token))
    person = new_person(name=name, language=row.language, zone=config.load().firm_zone, claimed=True)
    new_address(person, shapes.mailbox(row.address), proved=True)
    passwords.store(person.id, hashed)
    begin(
        company, person, role=rules.role(row.role), regions=list(row.regions), email=row.address, actor=SYSTEM
    )  # fmt: skip
    accepted(row, person)
