"""Who works here, as the pages about staff show it: one query for a list, two for one person."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from portal import db
from portal.domain import calendars, clock, firm
from portal.domain.actor import Actor, Permission
from portal.domain.errors import NotFound
from portal.text import Lazy, _t

from .credentials import SignInSession
from .factors import factors_of
from .models import EmailAddress, Person, Role, StaffMember, StaffRole
from .roles import name_of

VIEWS: dict[str, Lazy] = {
    "working": _t("Working here"),
    "invited": _t("Invited"),
    "ended": _t("Deactivated"),
}


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A member of staff as the list shows one."""

    person_id: int
    uuid: uuidlib.UUID
    name: str
    address: str
    team: str
    roles: tuple[tuple[str, Lazy | str], ...]  # (key, what people call it)
    started_at: datetime
    invited_at: datetime | None
    ended_at: datetime | None
    absent_until: datetime | None  # None also when the absence is over
    last_seen_at: datetime | None

    @property
    def role_keys(self) -> frozenset[str]:
        """The keys of the roles held."""
        return frozenset(key for key, _ in self.roles)

    @property
    def last_day_away(self) -> date | None:
        """The last day of an absence, in the zone of the firm."""
        if self.absent_until is None:
            return None
        return calendars.local_day(self.absent_until - timedelta(microseconds=1), firm.now().zone)


@dataclass(frozen=True, slots=True)
class StaffFile:
    """One member of staff with what decides what can be done about them."""

    line: StaffLine
    second_step: bool
    me: bool


_SEPARATOR = "\n"


def _lines() -> Select[Any]:
    held = (
        select(func.aggregate_strings(Role.key + "\t" + Role.name, _SEPARATOR))
        .join(StaffRole, StaffRole.role_id == Role.id)
        .where(StaffRole.staff_member_id == StaffMember.id)
        .correlate(StaffMember)
        .scalar_subquery()
    )
    seen = (
        select(func.max(SignInSession.last_seen_at))
        .where(SignInSession.person_id == Person.id, SignInSession.face == "staff")
        .correlate(Person)
        .scalar_subquery()
    )
    address = (
        select(func.min(EmailAddress.address))
        .where(EmailAddress.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )
    return (
        select(
            Person.id.label("person_id"),
            Person.uuid,
            Person.name,
            Person.deactivated_at,
            StaffMember.team,
            StaffMember.started_at,
            StaffMember.invited_at,
            StaffMember.ended_at,
            StaffMember.absent_until,
            address.label("address"),
            held.label("roles"),
            seen.label("last_seen_at"),
        )
        .join(StaffMember, StaffMember.person_id == Person.id)
        .order_by(Person.name, Person.id)
    )


def _line(row: Any) -> StaffLine:
    pairs = sorted(tuple(one.split("\t", 1)) for one in (row.roles or "").split(_SEPARATOR) if one)
    away = row.absent_until if row.absent_until and row.absent_until > clock.now() else None
    return StaffLine(
        row.person_id,
        row.uuid,
        row.name,
        row.address or "",
        row.team,
        tuple((key, name_of(key, name)) for key, name in pairs),
        row.started_at,
        row.invited_at,
        row.ended_at or row.deactivated_at,
        away,
        row.last_seen_at,
    )


def _of_view(view: str) -> list[ColumnElement[bool]]:
    there = [StaffMember.ended_at.is_(None), Person.deactivated_at.is_(None)]
    match view:
        case "working":
            return [*there, StaffMember.invited_at.is_(None)]
        case "invited":
            return [*there, StaffMember.invited_at.is_not(None)]
        case "ended":
            return [StaffMember.ended_at.is_not(None) | Person.deactivated_at.is_not(None)]
        case "all":
            return []
    raise NotFound()


def staff_list(
    actor: Actor, *, view: str = "working", after: Sequence[Any] | None = None, limit: int = 50
) -> list[StaffLine]:
    """Return ``limit`` + 1 members of staff by name after the (name, uuid) of the last one shown; one query.

    ``view`` is working, invited, ended or all; raise Denied, NotFound for another one.
    """
    actor.require(Permission.STAFF_ADMIN)
    statement = _lines().where(*_of_view(view)).limit(limit + 1)
    match after:
        case [str(name), str(public)]:
            try:
                mark = select(Person.id).where(Person.uuid == uuidlib.UUID(public)).scalar_subquery()
            except ValueError:
                return [_line(row) for row in db.session().execute(statement)]
            statement = statement.where(tuple_(Person.name, Person.id) > tuple_(name, func.coalesce(mark, 0)))
    return [_line(row) for row in db.session().execute(statement)]


def staff_file(actor: Actor, uuid: uuidlib.UUID) -> StaffFile:
    """Return one member of staff; raise Denied, NotFound."""
    actor.require(Permission.STAFF_ADMIN)
    row = db.session().execute(_lines().where(Person.uuid == uuid)).one_or_none()
    if row is None:
        raise NotFound()
    return StaffFile(_line(row), factors_of(row.person_id).any, row.person_id == actor.person_id)


def teams(actor: Actor) -> list[str]:
    """Return the names of the teams there are, for forms that offer them."""
    actor.require(Permission.STAFF_ADMIN)
    return list(
        db.session().scalars(select(StaffMember.team).distinct().order_by(StaffMember.team).limit(100))
    )
