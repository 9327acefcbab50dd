"""Staff: who works here, in which team, in which roles."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Invalid, NotFound
from portal.text import _t

from . import administrators, links, own_sessions, shapes
from .models import Person, Role, RolePermission, StaffMember, StaffRole
from .people import new_address, new_person


class Colleague(NamedTuple):
    """A member of staff as other concepts need one: for handing work over and for naming who did it."""

    person_id: int
    name: str
    team: str


def employ(person: Person, *, team: str, invited_at: datetime | None) -> StaffMember:
    """Write the row that makes a person staff; with ``invited_at`` it counts once the invitation is accepted."""
    member = StaffMember(
        person_id=person.id,
        team=shapes.line(team, most=60, field="team", needed=True),
        started_at=clock.now(),
        ended_at=None,
        absent_until=None,
        invited_at=invited_at,
    )
    session = db.session()
    session.add(member)
    session.flush()
    return member


def add_staff(
    *, actor: Actor, name: str, email: str, team: str, roles: Iterable[str], language: str = "en",
    zone: str = "Europe/Warsaw",
) -> Person:  # fmt: skip
    """Employ a person with these roles at once; they enrol a second step at their first sign-in.

    Needs the permission to administer staff; raise Denied, or Invalid at the field that does not fit.
    """
    actor.require(Permission.STAFF_ADMIN)
    person = new_person(
        name=shapes.line(name, most=120, field="name", needed=True),
        language=shapes.language(language),
        zone=shapes.zone(zone),
        claimed=True,
    )
    new_address(person, shapes.mailbox(email), proved=True)
    member = employ(person, team=team, invited_at=None)
    put_roles(member, roles)
    audit.record(
        Tag.STAFF_STARTED, actor=actor, subject=("person", person.uuid), person=person.name, team=team
    )
    return person


def member_of(person_id: int) -> StaffMember:
    """Return the staff row of a person; raise NotFound."""
    member = db.session().scalar(select(StaffMember).where(StaffMember.person_id == person_id))
    if member is None:
        raise NotFound()
    return member


def found(uuid: uuidlib.UUID) -> tuple[Person, StaffMember]:
    """Return a member of staff by public id; raise NotFound."""
    row = db.session().execute(
        select(Person, StaffMember)
        .join(StaffMember, StaffMember.person_id == Person.id)
        .where(Person.uuid == uuid)
    )  # fmt: skip
    both = row.one_or_none()
    if both is None:
        raise NotFound()
    return both[0], both[1]


def put_roles(member: StaffMember, roles: Iterable[str]) -> tuple[list[str], list[str]]:
    """Let a member hold exactly these roles; return the names of the roles before and now."""
    session, wanted = db.session(), set(roles)
    known = {row.key: row for row in session.execute(select(Role.key, Role.id, Role.name))}
    if wanted - known.keys():
        message = _t("There is no role “{role}”.", role=sorted(wanted - known.keys())[0])
        raise Invalid(message, code="accounts.role", field="roles")
    held = set(session.scalars(select(StaffRole.role_id).where(StaffRole.staff_member_id == member.id)))
    before = sorted(row.name for row in known.values() if row.id in held)
    session.execute(delete(StaffRole).where(StaffRole.staff_member_id == member.id))
    session.add_all(StaffRole(staff_member_id=member.id, role_id=known[key].id) for key in sorted(wanted))
    session.flush()
    return before, sorted(known[key].name for key in wanted)


def permissions_of(member: StaffMember) -> set[str]:
    """Return what the roles of a member allow now."""
    statement = (
        select(RolePermission.permission)
        .join(StaffRole, StaffRole.role_id == RolePermission.role_id)
        .where(StaffRole.staff_member_id == member.id)
    )
    return set(db.session().scalars(statement))


def set_roles(person_id: int, roles: Iterable[str], *, actor: Actor) -> None:
    """Give a member of staff exactly these roles; what they may do changes with their next request.

    Raise Invalid at ``roles`` for a role that does not exist and for giving oneself more than one has, Conflict when
    nobody would be left who administers staff.
    """
    administrators.guard(actor)
    administrators.hold()
    member = member_of(person_id)
    had, living = permissions_of(member), administrators.count()
    before, now = put_roles(member, roles)
    if before == now:
        return
    if actor.person_id == person_id:
        administrators.require_another(actor, permissions_of(member) - had, field="roles")
    administrators.require_one_left(living)
    person = db.session().get_one(Person, person_id)
    audit.record(
        Tag.STAFF_ROLES_CHANGED, actor=actor, subject=("person", person.uuid), person=person.name,
        before=", ".join(before) or "–", roles=", ".join(now) or "–",
    )  # fmt: skip


def end_staff(person_id: int, *, actor: Actor) -> None:
    """End an employment: every sign-in of the person ends now, an open invitation is void; twice changes nothing.

    Raise Conflict when nobody would be left who administers staff.
    """
    administrators.guard(actor)
    administrators.hold()
    member, living = member_of(person_id), administrators.count()
    if member.ended_at is None:
        member.ended_at = clock.now()
        db.session().flush()
        administrators.require_one_left(living)
        own_sessions.end_all(person_id, actor=actor, how="deactivated")
        links.end_all(person_id, links.INVITATION, links.STEP)
        person = db.session().get_one(Person, person_id)
        audit.record(Tag.STAFF_ENDED, actor=actor, subject=("person", person.uuid), person=person.name)


def deactivate(person_id: int, *, actor: Actor) -> None:
    """Bar a person from every face from the next request on; a second time changes nothing."""
    actor.require(Permission.STAFF_ADMIN)
    administrators.hold()
    living = administrators.count()
    person = db.session().get(Person, person_id)
    if person is None:
        raise NotFound()
    if person.deactivated_at is None:
        person.deactivated_at = clock.now()
        db.session().flush()
        administrators.require_one_left(living)
        own_sessions.end_all(person_id, actor=actor, how="deactivated")


def colleagues(*permissions: Permission) -> list[Colleague]:
    """Return the present staff who hold every one of ``permissions``, by name; without any, all of them."""
    statement = (
        select(Person.id, Person.name, StaffMember.team)
        .join(StaffMember, StaffMember.person_id == Person.id)
        .where(
            StaffMember.ended_at.is_(None),
            StaffMember.invited_at.is_(None),
            Person.deactivated_at.is_(None),
        )
        .order_by(Person.name, Person.id)
    )
    for permission in permissions:
        holds = (
            select(StaffRole.staff_member_id)
            .join(RolePermission, RolePermission.role_id == StaffRole.role_id)
            .where(RolePermission.permission == permission.value)
        )
        statement = statement.where(StaffMember.id.in_(holds))
    return [Colleague(*row) for row in db.session().execute(statement)]
