"""Who may change staff: there is always one, and nobody makes himself more than he is while there is another."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, func, select

from portal import db
from portal.domain.actor import Actor, Permission
from portal.domain.errors import Conflict, Invalid
from portal.text import _t

from . import sessions
from .models import Person, Role, RolePermission, StaffMember, StaffRole


def guard(actor: Actor) -> None:
    """Let in who may change staff and has proved within the last minutes to be it; raise Denied, FreshSignInNeeded."""
    actor.require(Permission.STAFF_ADMIN)
    if actor.is_staff:
        sessions.require_fresh(actor)


def hold() -> None:
    """Let changes of who administers queue up: two that each leave one administrator must not leave none.

    SQLite has one writer anyway; PostgreSQL locks the roles, which nothing else that is frequent asks for.
    """
    db.session().execute(select(Role.id).order_by(Role.id).with_for_update(key_share=True)).all()


def _living(what: Select[tuple[int]]) -> Select[tuple[int]]:
    holds = (
        select(StaffRole.staff_member_id)
        .join(RolePermission, RolePermission.role_id == StaffRole.role_id)
        .where(RolePermission.permission == Permission.STAFF_ADMIN.value)
    )
    return what.select_from(StaffMember).join(Person, Person.id == StaffMember.person_id).where(
        StaffMember.ended_at.is_(None),
        StaffMember.invited_at.is_(None),
        Person.deactivated_at.is_(None),
        StaffMember.id.in_(holds),
    )  # fmt: skip


def count(*, besides: int | None = None) -> int:
    """Return how many administrators there are who could sign in today, ``besides`` one person."""
    statement = _living(select(func.count(StaffMember.id)))
    if besides is not None:
        statement = statement.where(StaffMember.person_id != besides)
    return db.session().scalar(statement) or 0


def require_one_left(before: int) -> None:
    """Raise Conflict when there were administrators before a change and none is left after it."""
    if before and not count():
        message = _t("This is the last administrator. Give somebody else that role first.")
        raise Conflict(message, code="accounts.last_administrator")


def require_another(actor: Actor, gained: Collection[str], *, field: str) -> None:
    """Raise Invalid at ``field`` when somebody gives himself more while another administrator could do it."""
    if actor.is_staff and gained and count(besides=actor.person_id):
        message = _t("You cannot give yourself more than you have. Ask another administrator to do it.")
        raise Invalid(message, code="accounts.own_roles", field=field)
