"""The roles of the firm as data: what each may do, as ``scope:resource:action``."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from portal import db
from portal.domain.actor import Permission as P
from portal.text import Lazy, _t

from .models import Role, RolePermission


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """A role as it ships: its name for people and its permissions."""

    name: Lazy
    permissions: frozenset[P]


_CARE = {
    P.CUSTOMERS_READ, P.CUSTOMERS_SEARCH, P.CONTACTS_WRITE, P.CONSENT_READ, P.MESSAGES_READ, P.TASKS_WORK,
    P.FEEDBACK_READ, P.DASHBOARD_READ,
}  # fmt: skip

ROLES: dict[str, RoleSpec] = {
    "handler": RoleSpec(
        _t("Complaint handler"),
        frozenset(_CARE | {
            P.COMPLAINTS_READ, P.COMPLAINTS_WRITE, P.COMPLAINTS_INTAKE, P.FILES_READ, P.FEEDBACK_WRITE,
            P.LETTERS_PRINT, P.CONSENT_RECORD,
        }),
    ),
    "reviewer": RoleSpec(
        _t("Reviewer"),
        frozenset(_CARE | {
            P.COMPLAINTS_READ, P.COMPLAINTS_WRITE, P.COMPLAINTS_REVIEW, P.FILES_READ, P.FEEDBACK_WRITE,
            P.LETTERS_PRINT,
        }),
    ),
    "agent": RoleSpec(
        _t("Call centre"),
        frozenset(_CARE | {P.COMPLAINTS_READ, P.COMPLAINTS_INTAKE, P.CONSENT_RECORD, P.LETTERS_PRINT}),
    ),
    "marketing": RoleSpec(
        _t("Marketing"),
        frozenset({P.CAMPAIGNS_WRITE, P.MESSAGES_SEND, P.FEEDBACK_READ, P.DASHBOARD_READ}),
    ),
    "privacy_officer": RoleSpec(
        _t("Privacy officer"),
        frozenset({
            P.CUSTOMERS_READ, P.CUSTOMERS_SEARCH, P.CONSENT_READ, P.CONSENT_RECORD, P.MESSAGES_READ,
            P.COMPLAINTS_READ, P.FILES_READ, P.LOOKUPS_READ, P.LOOKUPS_REVEAL, P.AUDIT_READ, P.DASHBOARD_READ,
            P.FEEDBACK_READ, P.PURPOSES_WRITE, P.RETENTION_READ, P.RETENTION_WRITE, P.COMPANIES_RECOVER,
        }),
    ),
    "manager": RoleSpec(
        _t("Manager"),
        frozenset(_CARE | {
            P.COMPLAINTS_READ, P.COMPLAINTS_WRITE, P.COMPLAINTS_SUPERVISE, P.FILES_READ, P.FEEDBACK_WRITE,
            P.LOOKUPS_READ, P.LETTERS_PRINT, P.AUDIT_READ, P.COMPANIES_RECOVER,
        }),
    ),
    "administrator": RoleSpec(
        _t("Administrator"),
        frozenset({
            P.STAFF_ADMIN, P.SETTINGS_WRITE, P.PURPOSES_WRITE, P.TEXTS_WRITE, P.RETENTION_READ, P.AUDIT_READ,
            P.DASHBOARD_READ, P.PARTNERS_WRITE,
        }),
    ),
}  # fmt: skip


def seed_roles() -> None:
    """Write the roles as they ship; a second run changes nothing but what was altered in between."""
    session = db.session()
    known = {role.key: role for role in session.scalars(select(Role))}
    for key, spec in ROLES.items():
        role = known.get(key)
        if role is None:
            role = Role(key=key, name=str(spec.name))
            session.add(role)
            session.flush()
        wanted = {permission.value for permission in spec.permissions}
        have = set(
            session.scalars(select(RolePermission.permission).where(RolePermission.role_id == role.id))
        )
        for permission in sorted(wanted - have):
            session.add(RolePermission(role_id=role.id, permission=permission))
        if have - wanted:
            session.execute(
                delete(RolePermission).where(
                    RolePermission.role_id == role.id, RolePermission.permission.in_(have - wanted)
                )
            )
    session.flush()


def name_of(key: str, name: str = "") -> Lazy | str:
    """Return what people call a role: in their language one that ships, else ``name``."""
    return ROLES[key].name if key in ROLES else name or key
