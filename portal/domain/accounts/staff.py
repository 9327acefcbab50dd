"""Staff: who works here, in which team, in which roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import delete, select

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Invalid, NotFound
from portal.text import _t

from . import own_sessions, shapes
from .models import Person, Role, RolePermission, StaffMember, StaffRole
from .people import new_address, new_person


class Colleague(NamedTuple):
    """A member of staff as other concepts need one: for handing work over and for naming who did it."""

    person_id: int
    name: str
    team: str


def add_staff(
    *, actor: Actor, name: str, email: str, team: str, roles: Iterable[str], language: str = "en",
    zone: str = "Europe/Warsaw",
) -> Person:  # fmt: skip
    """Employ a person with these roles; they enrol a second step at their first sign-in.

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
    session, now = db.session(), clock.now()
    member = StaffMember(
        person_id=person.id,
        team=shapes.line(team, most=60, field="team", needed=True),
        started_at=now,
        ended_at=None,
        absent_until=None,
    )
    session.add(member)
    session.flush()
    set_roles(person.id, roles, actor=actor)
    audit.record(
        Tag.STAFF_STARTED, actor=actor, subject=("person", person.uuid), person=person.name, team=team
    )
    return person


def _member(person_id: int) -> StaffMember:
    member = db.session().scalar(select(StaffMember).where(StaffMember.person_id == person_id))
    if member is None:
        raise NotFound()
    return member


def set_roles(person_id: int, roles: Iterable[str], *, actor: Actor) -> None:
    """Give a member of staff exactly these roles; what they may do changes with their next request."""
    actor.require(Permission.STAFF_ADMIN)
    session = db.session()
    member, wanted = _member(person_id), set(roles)
    rows = session.execute(select(Role.key, Role.id).where(Role.key.in_(wanted)))
    known = {row.key: row.id for row in rows}
    if wanted - known.keys():
        message = _t("There is no role “{role}”.", role=sorted(wanted - known.keys())[0])
        raise Invalid(message, code="accounts.role", field="roles")
    session.execute(delete(StaffRole).where(StaffRole.staff_member_id == member.id))
    session.add_all(StaffRole(staff_member_id=member.id, role_id=known[key]) for key in sorted(wanted))
    session.flush()


def end_staff(person_id: int, *, actor: Actor) -> None:
    """End an employment: every sign-in of the person ends now."""
    actor.require(Permission.STAFF_ADMIN)
    member = _member(person_id)
    if member.ended_at is None:
        member.ended_at = clock.now()
        db.session().flush()
        own_sessions.end_all(person_id, actor=actor, how="deactivated")


def deactivate(person_id: int, *, actor: Actor) -> None:
    """Bar a person from every face from the next request on; a second time changes nothing."""
    actor.require(Permission.STAFF_ADMIN)
    person = db.session().get(Person, person_id)
    if person is None:
        raise NotFound()
    if person.deactivated_at is None:
        person.deactivated_at = clock.now()
        db.session().flush()
        own_sessions.end_all(person_id, actor=actor, how="deactivated")


def colleagues(*permissions: Permission) -> list[Colleague]:
    """Return the present staff who hold every one of ``permissions``, by name; without any, all of them."""
    statement = (
        select(Person.id, Person.name, StaffMember.team)
        .join(StaffMember, StaffMember.person_id == Person.id)
        .where(StaffMember.ended_at.is_(None), Person.deactivated_at.is_(None))
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
