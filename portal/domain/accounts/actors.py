"""Who acts: one statement from a sign-in or a person to the :class:`Actor` that verbs and finders take."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    null,
    select,
    true,
)
from sqlalchemy.orm import aliased

from portal import db
from portal.db import BigId, UtcDateTime
from portal.domain import clock
from portal.domain.actor import Actor, ActorKind, Limit, Permission
from portal.domain.errors import NotFound
from portal.prepared import Prepared

from . import rights
from .models import (
    Account,
    Membership,
    MembershipRight,
    Person,
    Role,
    RolePermission,
    StaffMember,
    StaffRole,
)

OWN = "own-"  # how the key of a role that the firm made itself begins


class Face(StrEnum):
    """The faces people sign in to; each has its own cookie."""

    CUSTOMER = "customer"
    STAFF = "staff"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a face whose people a concept above knows gives to signing in and to resuming.

    ``reading`` returns the statement that reads an actor from a source that has Person, and SignInSession where
    ``resuming``; ``fits`` tells of such a row, whose person may come in, whether its way of signing in is allowed
    still; ``made`` makes the actor of it, ``role`` names its role; ``acting`` returns a person as an
    actor who proved it in a ``way`` of ours, or raises NotFound; ``begun`` notes what a new sign-in is for.
    """

    reading: Callable[..., Select[Any]]
    fits: Callable[[Any], bool]
    made: Callable[..., Actor]
    role: Callable[[Any], Any]
    acting: Callable[[int, str], Actor]
    begun: Callable[[int, Actor], None]


_ENTRANCES: dict[Face, Entrance] = {}


def open_face(face: Face, entrance: Entrance) -> None:
    """Let a concept above say who its people are; called once, when it is loaded."""
    _ENTRANCES[face] = entrance


def entrance_of(face: Face) -> Entrance | None:
    """Return what a concept above gave for this face; None for the faces whose people stand here."""
    return _ENTRANCES.get(face)


def reading(face: Face, source: Any, *columns: Any, account_id: Any, now: Any = None) -> Select[Any]:
    """Return the statement that reads all an actor is made of, from ``source`` (a join that has Person).

    Rights and permissions come as one text each, so that a request needs one round trip. ``now`` is the instant at
    which rights must not have ended.
    """
    now = clock.now() if now is None else now
    if face in _ENTRANCES:
        return _ENTRANCES[face].reading(source, *columns)
    common = (*columns, Person.id.label("person_id"), Person.name, Person.language, Person.zone)
    present = Person.deactivated_at.is_(None)
    if face is Face.STAFF:
        held = StaffRole.staff_member_id == StaffMember.id
        granted = (
            select(func.aggregate_strings(RolePermission.permission, ","))
            .join(StaffRole, StaffRole.role_id == RolePermission.role_id)
            .where(held)
            .correlate(StaffMember)
            .scalar_subquery()
        )
        called = case((Role.key.startswith(OWN), Role.name), else_=Role.key)
        roles = (
            select(func.aggregate_strings(called, "\n"))
            .join(StaffRole, StaffRole.role_id == Role.id)
            .where(held)
            .correlate(StaffMember)
            .scalar_subquery()
        )
        works = and_(
            present,
            StaffMember.id.is_not(None),
            StaffMember.ended_at.is_(None),
            StaffMember.invited_at.is_(None),
        )
        return (
            select(
                *common,
                StaffMember.team,
                works.label("fits"),
                granted.label("granted"),
                roles.label("roles"),
                null().label("account_id"),
                null().label("account_name"),
                null().label("account_uuid"),
                null().label("account_kind"),
                false().label("several"),
            )
            .select_from(source)
            .outerjoin(StaffMember, StaffMember.person_id == Person.id)
        )
    limit = func.coalesce(cast(MembershipRight.amount_limit, String(20)), "")
    granted = (
        select(
            func.aggregate_strings(MembershipRight.right + "|" + limit + "|" + MembershipRight.currency, ",")
        )
        .where(MembershipRight.membership_id == Membership.id, rights.live(now))
        .correlate(Membership)
        .scalar_subquery()
    )
    other = aliased(Membership)
    several = exists(
        select(other.id)
        .where(other.person_id == Person.id, other.ended_at.is_(None), other.account_id != Account.id)
        .correlate_except(other)
    )
    belongs = and_(
        present, Membership.id.is_not(None), Membership.ended_at.is_(None), Account.closed_at.is_(None)
    )
    return (
        select(
            *common,
            null().label("team"),
            belongs.label("fits"),
            granted.label("granted"),
            null().label("roles"),
            Account.id.label("account_id"),
            Account.name.label("account_name"),
            Account.uuid.label("account_uuid"),
            Account.kind.label("account_kind"),
            several.label("several"),
        )
        .select_from(source)
        .outerjoin(Account, Account.id == account_id)
        .outerjoin(Membership, and_(Membership.person_id == Person.id, Membership.account_id == Account.id))
    )


def made(row: Any, face: Face, *, session_id: int | None = None) -> Actor:
    """Make the actor of a row that :func:`reading` has fetched."""
    if face in _ENTRANCES:
        return _ENTRANCES[face].made(row, session_id=session_id)
    granted = [one.split("|") for one in (row.granted or "").split(",") if one]
    staff = face is Face.STAFF
    names = frozenset(one[0] for one in granted)
    return Actor(
        ActorKind.STAFF if staff else ActorKind.CUSTOMER,
        person_id=row.person_id,
        account_id=row.account_id,
        rights=frozenset() if staff else names,
        limits=()
        if staff
        else tuple((name, Limit(Decimal(cents) / 100, code)) for name, cents, code in granted if cents),
        permissions=names if staff else frozenset(),
        name=row.name,
        team=row.team or "",
        acting_for=row.account_name if row.account_kind == "company" else "",
        session_id=session_id,
        language=row.language,
        zone=row.zone,
    )


def face_of(actor: Actor) -> Face:
    """Return the face on which an actor is signed in."""
    if actor.is_partner:
        return Face.PARTNER
    return Face.STAFF if actor.is_staff else Face.CUSTOMER


def _first(person_id: Any) -> Select[Any]:
    account, member = aliased(Account), aliased(Membership)
    return (
        select(account.id)
        .join(member, member.account_id == account.id)
        .where(member.person_id == person_id, member.ended_at.is_(None), account.closed_at.is_(None))
        .order_by(account.kind.desc(), member.id)
        .limit(1)
    )


def first_account(person_id: int) -> int | None:
    """Return the account a person begins with: their own before a company's, the older before the newer."""
    return db.session().scalar(_first(person_id))


def has_account(person_id: int) -> bool:
    """Tell whether a person acts for any account at this instant."""
    return first_account(person_id) is not None


def _acting(face: Face, given: bool) -> Select[Any]:
    """Read one person as an actor, with the ``given`` account in hand or the first one."""
    account = (
        bindparam("account_id", type_=BigId)
        if given
        else _first(Person.id).correlate(Person).scalar_subquery()
    )
    now = bindparam("now", type_=UtcDateTime)
    return reading(face, Person, account_id=account, now=now).where(Person.id == bindparam("person"))


_ACTING = {
    (face, given): Prepared(partial(_acting, face, given))
    for face in (Face.CUSTOMER, Face.STAFF)
    for given in (False, True)
}


def actor_of(
    person_id: int, *, face: Face = Face.CUSTOMER, account_id: int | None = None, way: str = "password"
) -> Actor:
    """Return a person as an actor without a sign-in, for commands, jobs and tests; raise NotFound.

    ``account_id`` is the account in hand on the customer face; without it the person's first one. ``way`` is how the
    person has proved it, where that decides whom they may act for.
    """
    if face in _ENTRANCES:
        return _ENTRANCES[face].acting(person_id, way)
    acting = _ACTING[face, account_id is not None]
    row = acting.first(person=person_id, account_id=account_id, now=clock.now())
    if row is None or not row.fits:
        raise NotFound()
    return made(row, face)


def scope(model: Any, actor: Actor, *permissions: Permission) -> ColumnElement[bool]:
    """Return the where-clause by which ``actor`` reaches rows of ``model`` (a table with ``account_id``).

    A customer reaches the account in hand, staff everything for which they hold every one of ``permissions``
    (raise Denied without; at least one must be named), the system everything, all others nothing.
    """
    if actor.kind is ActorKind.SYSTEM:
        return true()
    if actor.is_customer and actor.account_id is not None:
        return model.account_id == actor.account_id
    if actor.is_staff and permissions:
        actor.require(*permissions)
        return true()
    return false()


def person_by_uuid(uuid: uuidlib.UUID) -> Person:
    """Return a person by public id, without scope, for commands and jobs; raise NotFound."""
    person = db.session().scalar(select(Person).where(Person.uuid == uuid))
    if person is None:
        raise NotFound()
    return person
