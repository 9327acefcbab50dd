"""Who acts: the one value that every verb and finder takes to decide what may be seen and done."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from .errors import Denied


class ActorKind(StrEnum):
    """The kinds of actors on the record."""

    CUSTOMER = "customer"
    STAFF = "staff"
    PARTNER = "partner"
    SYSTEM = "system"
    SOURCE = "source"  # a register that was imported: what it recorded, it recorded
    LAW = "law"
    ANONYMOUS = "anonymous"


class Permission(StrEnum):
    """What staff may do, as ``scope:resource:action``; read apart from write."""

    CUSTOMERS_READ = "any:customer:read"
    CUSTOMERS_SEARCH = "any:customer:search"
    CONTACTS_WRITE = "any:contact:write"
    COMPLAINTS_READ = "any:complaint:read"
    COMPLAINTS_WRITE = "any:complaint:write"
    COMPLAINTS_INTAKE = "any:complaint:intake"
    COMPLAINTS_REVIEW = "any:complaint:review"
    COMPLAINTS_SUPERVISE = "any:complaint:supervise"
    FILES_READ = "any:file:read"
    FEEDBACK_READ = "any:feedback:read"
    FEEDBACK_WRITE = "any:feedback:write"
    MESSAGES_READ = "any:message:read"
    MESSAGES_SEND = "any:message:send"
    CAMPAIGNS_WRITE = "any:campaign:write"
    LETTERS_PRINT = "any:letter:print"
    TASKS_WORK = "any:task:work"
    CONSENT_READ = "any:consent:read"
    CONSENT_RECORD = "any:consent:record"
    LOOKUPS_READ = "any:lookup:read"
    LOOKUPS_REVEAL = "any:lookup:reveal"
    COMPANIES_RECOVER = "any:company:recover"
    AUDIT_READ = "any:audit:read"
    DASHBOARD_READ = "any:dashboard:read"
    STAFF_ADMIN = "any:staff:write"
    SETTINGS_WRITE = "any:settings:write"
    PURPOSES_WRITE = "any:purpose:write"
    TEXTS_WRITE = "any:text:write"
    RETENTION_READ = "any:retention:read"
    RETENTION_WRITE = "any:retention:write"
    PARTNERS_WRITE = "any:partner:write"


class Right(StrEnum):
    """What a person may do for an account through a membership."""

    ADMINISTER = "administer"
    COMPLAINTS_ALL = "complaints:all"
    COMPLAINTS_OWN = "complaints:own"
    DOCUMENTS = "documents"
    PERMISSIONS = "permissions"
    ORDERS = "orders"


class PartnerRight(StrEnum):
    """What a person of a partner may do on the extranet; the role of the person says which of them."""

    PEOPLE_MANAGE = "people:manage"
    CLIENTS_MANAGE = "clients:manage"
    TASKS_WORK = "tasks:work"
    TASKS_READ = "tasks:read"
    SHARES_READ = "shares:read"
    SHARES_REQUEST = "shares:request"
    EXCHANGE_WRITE = "exchange:write"


class Limit(NamedTuple):
    """Up to what amount a right reaches."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Actor:
    """One person (or the system) acting now, through one account, for one partner or with staff permissions.

    ``limits`` names the rights that reach only up to an amount; ``acting_for`` the company for which a customer or
    somebody of a partner acts; ``regions`` the parts of a country that somebody of a partner looks after (none: all).
    """

    kind: ActorKind
    person_id: int | None = None
    account_id: int | None = None
    rights: frozenset[str] = frozenset()
    limits: tuple[tuple[str, Limit], ...] = ()
    permissions: frozenset[str] = frozenset()
    name: str = ""
    team: str = ""
    acting_for: str = ""
    session_id: int | None = None
    language: str = "en"
    zone: str = "Europe/Warsaw"
    partner_id: int | None = None
    regions: frozenset[str] = frozenset()
    client_id: int | None = None  # of a system of a partner, which is no person; and the token it came with
    token_id: int | None = None

    @property
    def is_staff(self) -> bool:
        return self.kind is ActorKind.STAFF

    @property
    def is_customer(self) -> bool:
        return self.kind is ActorKind.CUSTOMER

    @property
    def is_partner(self) -> bool:
        return self.kind is ActorKind.PARTNER

    def partner_may(self, *rights: PartnerRight) -> bool:
        """Tell whether somebody of a partner holds one of ``rights``; all others hold none."""
        return self.is_partner and any(right.value in self.rights for right in rights)

    def may(self, permission: Permission) -> bool:
        """Tell whether a staff actor holds ``permission``; the system holds all, others none."""
        return self.kind is ActorKind.SYSTEM or (self.is_staff and permission in self.permissions)

    def require(self, *permissions: Permission) -> None:
        """Raise :class:`Denied` unless the actor holds every one of ``permissions``."""
        for permission in permissions:
            if not self.may(permission):
                raise Denied()

    def has_right(self, *rights: Right) -> bool:
        """Tell whether a customer actor holds one of ``rights`` in the account in hand."""
        return self.is_customer and (
            Right.ADMINISTER in self.rights or any(right in self.rights for right in rights)
        )

    @property
    def administers(self) -> bool:
        """Whether a customer actor holds every right in the account in hand, without a limit."""
        return self.is_customer and Right.ADMINISTER in self.rights

    def limit_of(self, right: Right) -> Limit | None:
        """Return up to what amount a right that the actor holds reaches; None where there is no limit."""
        if self.administers:
            return None
        return next((limit for name, limit in self.limits if name == right.value), None)


SYSTEM = Actor(ActorKind.SYSTEM, name="Reins")
SOURCE = Actor(ActorKind.SOURCE, name="source")
LAW = Actor(ActorKind.LAW, name="law")
ANONYMOUS = Actor(ActorKind.ANONYMOUS)
