"""Rows for tests of a single concept, written straight to the tables: an account, its person, staff with a session."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import clock, outbox, references, search
from portal.domain.accounts.credentials import SignInSession
from portal.domain.accounts.models import Account, Membership, MembershipRight, Person, StaffMember
from portal.domain.actor import Actor, ActorKind, Permission, Right

_serial = itertools.count(1)


def person(name: str = "Amina Nowak", *, language: str = "en") -> Person:
    """Write one person."""
    row = Person(uuid=uuid.uuid4(), name=name, language=language, created_at=clock.now())
    db.session().add(row)
    db.session().flush()
    return row


def account(name: str = "Amina Nowak", *, kind: str = "person") -> Account:
    """Write one account, findable by name."""
    row = Account(
        uuid=uuid.uuid4(), kind=kind, name=name, name_key=search.fold(name), number=references.new_number(),
        created_at=clock.now(),
    )  # fmt: skip
    db.session().add(row)
    db.session().flush()
    search.put(kind="account", ref_id=row.id, account_id=row.id, texts=[name, row.number])
    return row


def customer(name: str = "Amina Nowak", *rights: Right, of: Account | None = None) -> Actor:
    """Write a person who acts for an account of their own, or for ``of`` with ``rights``."""
    who = person(name)
    owned = of or account(name)
    member = Membership(uuid=uuid.uuid4(), account_id=owned.id, person_id=who.id, started_at=clock.now())
    db.session().add(member)
    db.session().flush()
    granted = rights or (Right.ADMINISTER,)
    for right in granted:
        db.session().add(MembershipRight(membership_id=member.id, right=right.value, granted_at=clock.now()))
    db.session().flush()
    return Actor(
        ActorKind.CUSTOMER, person_id=who.id, account_id=owned.id,
        rights=frozenset(right.value for right in granted), name=name,
    )  # fmt: skip


def staff(name: str = "Sam Okoye", *permissions: Permission, team: str = "Complaints") -> Actor:
    """Write a member of staff with a session, who holds ``permissions`` (all, if none is named)."""
    who = person(name)
    db.session().add(StaffMember(person_id=who.id, team=team, started_at=clock.now()))
    now = clock.now()
    signed_in = SignInSession(
        uuid=uuid.uuid4(), token_hash=f"test-{next(_serial)}-{uuid.uuid4().hex}", face="staff", person_id=who.id,
        created_at=now, last_seen_at=now, proved_at=now, factor="totp",
    )  # fmt: skip
    db.session().add(signed_in)
    db.session().flush()
    return Actor(
        ActorKind.STAFF, person_id=who.id, name=name, team=team, session_id=signed_in.id,
        permissions=frozenset(permission.value for permission in permissions or tuple(Permission)),
    )  # fmt: skip


def written(*args: Any, **values: Any) -> outbox.Message:
    """Write one message to the outbox and return its row."""
    key = outbox.write(*args, **values)
    return db.session().scalars(select(outbox.Message).where(outbox.Message.key == key)).one()
