"""Who acts for a company and by which rights, as its administrators, the colleagues themselves and staff read it."""

from __future__ import annotations

import hashlib
import uuid as uuidlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from portal import db
from portal.domain import clock
from portal.domain.actor import Actor, Right
from portal.domain.errors import Denied, NotFound

from .models import Account, EmailAddress, Membership, MembershipRight, Person
from .rights import Held, held


@dataclass(frozen=True, slots=True)
class Given:
    """One right of a colleague, with who gave it and when."""

    held: Held
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """One person who acts for a company, as its administrators see them."""

    uuid: uuidlib.UUID
    person_id: int
    name: str
    address: str
    started_at: datetime
    rights: tuple[Given, ...]
    me: bool
    last: bool  # nobody else administers the account without an end: this one has to stay

    @property
    def now(self) -> list[Held]:
        """The rights that live at this instant."""
        at = clock.now()
        return [one.held for one in self.rights if one.held.lives(at)]

    @property
    def administers(self) -> bool:
        """Whether this colleague administers the company at this instant."""
        return any(one.right is Right.ADMINISTER for one in self.now)

    @property
    def seen(self) -> str:
        """A mark of the rights as they stand, so that a form knows what it was made for."""
        return mark(one.held for one in self.rights)


def mark(rights: Any) -> str:
    """Return a short mark by which two states of somebody's rights are told apart."""
    return hashlib.sha256("\n".join(sorted(repr(one) for one in rights)).encode()).hexdigest()[:16]


def company_of(actor: Actor) -> Account:
    """Return the company in hand; raise NotFound where the account in hand is none."""
    account = db.session().get(Account, actor.account_id) if actor.is_customer else None
    if account is None or account.kind != "company":
        raise NotFound()
    return account


def colleagues_of(actor: Actor) -> list[Colleague]:
    """Return everybody who acts for the company in hand, the longest first; two queries.

    Raise NotFound where the account in hand is no company, Denied for who does not administer it.
    """
    account = company_of(actor)
    if not actor.administers:
        raise Denied()
    return _read(account.id, actor.person_id)


def colleague_of(actor: Actor, uuid: uuidlib.UUID) -> Colleague:
    """Return one colleague of the company in hand; raise NotFound, Denied."""
    found = next((one for one in colleagues_of(actor) if one.uuid == uuid), None)
    if found is None:
        raise NotFound()
    return found


def own_rights(actor: Actor) -> list[Given]:
    """Return what the actor may do for the account in hand now or later, with who gave it."""
    found = _read(actor.account_id or 0, actor.person_id, Membership.person_id == actor.person_id)
    return list(found[0].rights) if found else []


def rights_in(account_id: int) -> dict[int, list[Held]]:
    """Return the living rights of everybody who acts for an account by person, without scope; for staff who read."""
    now = clock.now()
    return {
        one.person_id: [given.held for given in one.rights if given.held.lives(now)]
        for one in _read(account_id, None)
    }


def _read(account_id: int, me: int | None, *narrower: Any) -> list[Colleague]:
    session, now = db.session(), clock.now()
    people = session.execute(
        select(
            Membership.id, Membership.uuid, Person.id.label("person_id"), Person.name, EmailAddress.address,
            Membership.started_at,
        )
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(EmailAddress, EmailAddress.person_id == Person.id)
        .where(Membership.account_id == account_id, Membership.ended_at.is_(None), *narrower)
        .order_by(Membership.id)
    ).all()  # fmt: skip
    rows = session.execute(
        select(MembershipRight, Person.name)
        .join(Membership, Membership.id == MembershipRight.membership_id)
        .outerjoin(Person, Person.id == MembershipRight.granted_by_id)
        .where(
            Membership.account_id == account_id,
            Membership.ended_at.is_(None),
            MembershipRight.ended_at.is_(None),
            or_(MembershipRight.until.is_(None), MembershipRight.until > now),
        )
        .order_by(MembershipRight.id)
    ).all()
    order = list(Right)
    given: dict[int, list[Given]] = {}
    for row, by in rows:
        given.setdefault(row.membership_id, []).append(Given(held(row), by or "", row.granted_at))
    lasting = {key for key, rights in given.items() if any(lasts(one.held, now) for one in rights)}
    return [
        Colleague(
            row.uuid, row.person_id, row.name, row.address or "", row.started_at,
            tuple(sorted(given.get(row.id, []), key=lambda one: order.index(one.held.right))),
            row.person_id == me, lasting == {row.id},
        )
        for row in people
    ]  # fmt: skip


def lasts(one: Held, at: datetime) -> bool:
    """Tell whether a right administers the account at ``at`` and for good."""
    return one.right is Right.ADMINISTER and one.until is None and one.lives(at)
