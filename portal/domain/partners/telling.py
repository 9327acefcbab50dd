"""Whom messages about an exchange reach: who exchanges for the partner, and who of ours looks after partners."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from portal import db
from portal.domain.accounts.models import Person, RolePermission, StaffMember, StaffRole
from portal.domain.actor import PartnerRight, Permission

from .models import PartnerMember
from .rules import PartnerRole, rights_of

MOST = 50  # people of one side


class Told(NamedTuple):
    """Somebody of a partner, and where mails for that partner reach her."""

    person_id: int
    email: str


def who_exchanges(partner_id: int, *, only: int | None = None) -> list[Told]:
    """Return everybody of a partner who exchanges, or one of them; without scope, for messages."""
    working = [
        role.value for role in PartnerRole if PartnerRight.EXCHANGE_WRITE.value in rights_of(role.value)
    ]
    people = select(PartnerMember.person_id, PartnerMember.email).where(
        PartnerMember.partner_id == partner_id,
        PartnerMember.ended_at.is_(None),
        PartnerMember.role.in_(working),
    )
    if only is not None:
        people = people.where(PartnerMember.person_id == only)
    return [Told(*row) for row in db.session().execute(people.order_by(PartnerMember.id).limit(MOST))]


def who_looks_after() -> list[int]:
    """Return the people of ours who look after partners; without scope, for messages."""
    holding = (
        select(StaffRole.staff_member_id)
        .join(RolePermission, RolePermission.role_id == StaffRole.role_id)
        .where(RolePermission.permission == Permission.PARTNERS_WRITE.value)
    )
    living = (
        select(StaffMember.person_id)
        .join(Person, Person.id == StaffMember.person_id)
        .where(
            StaffMember.id.in_(holding),
            StaffMember.ended_at.is_(None),
            StaffMember.invited_at.is_(None),
            Person.deactivated_at.is_(None),
        )
    )
    return list(db.session().scalars(living.order_by(StaffMember.id).limit(MOST)))
