"""Roles that the firm makes itself from permissions; those that ship stay as they are."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from portal import db
from portal.domain import audit
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.text import Lazy, _t

from . import administrators, shapes
from .actors import OWN
from .models import Role, RolePermission, StaffMember, StaffRole
from .roles import name_of


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role with what it allows and how many hold it."""

    key: str
    name: Lazy | str
    permissions: frozenset[Permission]
    people: int
    own: bool


def roles_of_firm(actor: Actor) -> list[RoleLine]:
    """Return every role, those that ship first; three queries. Raise Denied."""
    actor.require(Permission.STAFF_ADMIN)
    session = db.session()
    granted: dict[int, set[Permission]] = {}
    known = {permission.value: permission for permission in Permission}
    for role_id, permission in session.execute(select(RolePermission.role_id, RolePermission.permission)):
        if permission in known:
            granted.setdefault(role_id, set()).add(known[permission])
    counted = (
        select(StaffRole.role_id, func.count().label("people"))
        .join(StaffMember, StaffMember.id == StaffRole.staff_member_id)
        .where(StaffMember.ended_at.is_(None))
        .group_by(StaffRole.role_id)
    )
    people = {row.role_id: row.people for row in session.execute(counted)}
    found = [
        RoleLine(
            row.key,
            name_of(row.key, row.name),
            frozenset(granted.get(row.id, ())),
            people.get(row.id, 0),
            row.key.startswith(OWN),
        )
        for row in session.execute(select(Role.id, Role.key, Role.name).order_by(Role.id))
    ]
    return sorted(found, key=lambda one: one.own)


def role_of_firm(actor: Actor, key: str) -> RoleLine:
    """Return one role; raise Denied, NotFound."""
    for one in roles_of_firm(actor):
        if one.key == key:
            return one
    raise NotFound()


def make_role(*, actor: Actor, name: str, permissions: Iterable[str]) -> str:
    """Make a role of these permissions and return its key; raise Invalid at ``name`` or ``permissions``."""
    administrators.guard(actor)
    administrators.hold()
    called, wanted = _name(name), _permissions(permissions)
    session = db.session()
    row = Role(key=f"{OWN}{uuidlib.uuid4().hex[:20]}", name=called)
    session.add(row)
    session.flush()
    session.add_all(RolePermission(role_id=row.id, permission=one) for one in sorted(wanted))
    session.flush()
    audit.record(Tag.ROLE_MADE, actor=actor, role=called, may=_listed(wanted))
    return row.key


def change_role(key: str, *, actor: Actor, name: str, permissions: Iterable[str]) -> None:
    """Change an own role; what its holders may do changes with their next request.

    Raise NotFound, Conflict for a role that ships or when nobody would be left who administers staff, Invalid at
    ``name`` or ``permissions``, also for making oneself more than one is.
    """
    administrators.guard(actor)
    administrators.hold()
    row, session = _own(key), db.session()
    called, wanted = _name(name, besides=row.id), _permissions(permissions)
    have = set(session.scalars(select(RolePermission.permission).where(RolePermission.role_id == row.id)))
    if called == row.name and wanted == have:
        return
    holds = (
        select(StaffRole.role_id)
        .join(StaffMember, StaffMember.id == StaffRole.staff_member_id)
        .where(StaffRole.role_id == row.id, StaffMember.person_id == actor.person_id)
    )
    if session.execute(holds).first() is not None:
        administrators.require_another(actor, wanted - have, field="permissions")
    living = administrators.count()
    row.name = called
    session.execute(
        delete(RolePermission).where(
            RolePermission.role_id == row.id, RolePermission.permission.in_(sorted(have - wanted))
        )
    )
    session.add_all(RolePermission(role_id=row.id, permission=one) for one in sorted(wanted - have))
    session.flush()
    administrators.require_one_left(living)
    audit.record(
        Tag.ROLE_CHANGED, actor=actor, role=called, more=_listed(wanted - have), less=_listed(have - wanted)
    )


def remove_role(key: str, *, actor: Actor) -> None:
    """Remove an own role that nobody holds; raise NotFound, Conflict for one that ships or is held."""
    administrators.guard(actor)
    administrators.hold()
    row, session = _own(key), db.session()
    if session.scalar(select(func.count()).select_from(StaffRole).where(StaffRole.role_id == row.id)):
        message = _t(
            "Somebody holds this role, deactivated colleagues included. Give them another one first."
        )
        raise Conflict(message, code="accounts.role_held")
    session.execute(delete(RolePermission).where(RolePermission.role_id == row.id))
    session.delete(row)
    session.flush()
    audit.record(Tag.ROLE_REMOVED, actor=actor, role=row.name)


def _own(key: str) -> Role:
    row = db.session().scalar(select(Role).where(Role.key == key))
    if row is None:
        raise NotFound()
    if not row.key.startswith(OWN):
        message = _t("The roles that ship with Reins stay as they are. Make your own role from this one.")
        raise Conflict(message, code="accounts.role_ships")
    return row


def _name(text: str, *, besides: int = 0) -> str:
    called = shapes.line(text, most=60, field="name", needed=True)
    taken = {
        other.casefold()
        for key, id_, name in db.session().execute(select(Role.key, Role.id, Role.name))
        if id_ != besides
        for other in (name, str(name_of(key, name)))
    }
    if called.casefold() in taken:
        message = _t("There is a role with this name already.")
        raise Invalid(message, code="accounts.role_name", field="name")
    return called


def _permissions(permissions: Iterable[str]) -> set[str]:
    wanted, known = set(permissions), {one.value for one in Permission}
    if not wanted or wanted - known:
        message = _t("Choose at least one permission from the list.")
        raise Invalid(message, code="accounts.permissions", field="permissions")
    return wanted


def _listed(permissions: set[str]) -> str:
    return ", ".join(sorted(permissions)) or "–"
