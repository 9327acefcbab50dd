"""Who the customers are, read within one scope; and what other concepts need to know of a person."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select, tuple_

from portal import db
from portal.domain import clock
from portal.domain.actor import Actor, ActorKind, Permission, Right
from portal.domain.errors import Denied, NotFound

from .models import Account, EmailAddress, Membership, MembershipRight, Person
from .rights import live


class Party(NamedTuple):
    """One account as a list shows it."""

    id: int
    uuid: uuidlib.UUID
    number: str
    name: str
    kind: str
    city: str
    claimed_at: datetime | None
    name_key: str


class Member(NamedTuple):
    """One person who acts for an account."""

    person_id: int
    uuid: uuidlib.UUID
    name: str
    salutation: str
    language: str
    zone: str
    address: str
    proved_at: datetime | None
    claimed_at: datetime | None


_PARTY = (
    Account.id, Account.uuid, Account.number, Account.name, Account.kind, Account.city, Account.claimed_at,
    Account.name_key,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts that one actor reaches."""

    actor: Actor

    def _scoped(self, permission: Permission) -> list[ColumnElement[bool]]:
        if self.actor.kind is ActorKind.SYSTEM:
            return []
        if self.actor.is_customer:
            return [Account.id == self.actor.account_id]
        self.actor.require(permission)
        return []

    def get(self, uuid: uuidlib.UUID) -> Account:
        """Return one account; raise NotFound, or Denied for staff without the permission to read customers."""
        where = self._scoped(Permission.CUSTOMERS_READ)
        account = db.session().scalar(select(Account).where(Account.uuid == uuid, *where))
        if account is None:
            raise NotFound()
        return account

    def page(
        self, *, size: int, after: tuple[str, int] | None = None, ids: Collection[int] | None = None
    ) -> Sequence[Party]:
        """Return ``size`` + 1 accounts by name after the key (name_key, id); ``ids`` narrows to search hits."""
        where = self._scoped(Permission.CUSTOMERS_SEARCH)
        statement: Any = select(*_PARTY).where(Account.closed_at.is_(None), *where)
        if ids is not None:
            statement = statement.where(Account.id.in_(ids))
        if after is not None:
            statement = statement.where(tuple_(Account.name_key, Account.id) > after)
        statement = statement.order_by(Account.name_key, Account.id).limit(size + 1)
        return [Party(*row) for row in db.session().execute(statement)]

    def by_ids(self, ids: Sequence[int]) -> list[Party]:
        """Return accounts in the order of ``ids``, as a search found them."""
        where = self._scoped(Permission.CUSTOMERS_SEARCH)
        rows = db.session().execute(select(*_PARTY).where(Account.id.in_(ids), *where))
        found = {row.id: Party(*row) for row in rows}
        return [found[one] for one in ids if one in found]

    def people(self, account_id: int) -> list[Member]:
        """Return who acts for an account that this actor reaches, the longest first; raise NotFound or Denied."""
        if self.actor.is_customer and account_id != self.actor.account_id:
            raise NotFound()
        self._scoped(Permission.CUSTOMERS_READ)
        return people_of(account_id)


def of(actor: Actor) -> Accounts:
    """Return the accounts that ``actor`` reaches; raise Denied for who has no face here."""
    if not (actor.is_customer or actor.is_staff or actor.kind is ActorKind.SYSTEM):
        raise Denied()
    return Accounts(actor)


def _members() -> Any:
    return (
        select(
            Person.id,
            Person.uuid,
            Person.name,
            Person.salutation,
            Person.language,
            Person.zone,
            func.coalesce(EmailAddress.address, ""),
            EmailAddress.proved_at,
            Person.claimed_at,
        )
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(EmailAddress, EmailAddress.person_id == Person.id)
        .where(Membership.ended_at.is_(None), Person.deactivated_at.is_(None))
        .order_by(Membership.id)
    )


def people_of(account_id: int, *rights: Right) -> list[Member]:
    """Return who acts for an account (with one of ``rights``, or the right to administer), the longest first.

    Without scope: for verbs that must know whom to write to.
    """
    statement = _members().where(Membership.account_id == account_id)
    if rights:
        wanted = [right.value for right in (*rights, Right.ADMINISTER)]
        statement = statement.where(
            Membership.id.in_(
                select(MembershipRight.membership_id).where(
                    MembershipRight.right.in_(wanted), live(clock.now())
                )
            )
        )
    return [Member(*row) for row in db.session().execute(statement)]


def main_person(account_id: int) -> Member:
    """Return the person we speak to about an account: who has acted for it the longest; raise NotFound."""
    found = people_of(account_id)
    if not found:
        raise NotFound()
    return found[0]


def account_by_id(account_id: int) -> Account:
    """Return an account by its internal key, without scope; raise NotFound."""
    account = db.session().get(Account, account_id)
    if account is None:
        raise NotFound()
    return account


def person_by_id(person_id: int) -> Person:
    """Return a person by the internal key, without scope; raise NotFound."""
    person = db.session().get(Person, person_id)
    if person is None:
        raise NotFound()
    return person


def names_of(person_ids: Collection[int]) -> dict[int, str]:
    """Return the names of many people in one statement."""
    if not person_ids:
        return {}
    rows = db.session().execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in rows}


def person_called(name: str) -> Person:
    """Return the one person called ``name``, by that first name, or with that mailbox; raise NotFound if unclear."""
    session = db.session()
    by_mail = session.scalar(
        select(Person)
        .join(EmailAddress, EmailAddress.person_id == Person.id)
        .where(EmailAddress.address_key == name.strip().casefold())
    )
    if by_mail is not None:
        return by_mail
    rows = session.scalars(
        select(Person)
        .where(
            or_(Person.name == name, Person.name.startswith(f"{name} ", autoescape=True)),
            Person.claimed_at.is_not(None),
        )
        .limit(2)
    ).all()
    if len(rows) != 1:
        raise NotFound()
    return rows[0]


def by_source(source: str, source_key: str) -> Account | None:
    """Return the account that a register knows by this key."""
    return db.session().scalar(
        select(Account).where(Account.source == source, Account.source_key == source_key)
    )
