"""People and their accounts: opened, imported, claimed, changed."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.domain import audit, clock, references, search
from portal.domain.actor import SOURCE, Actor, ActorKind, Right
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid
from portal.text import _t

from . import departed, memberships, shapes
from .models import Account, EmailAddress, Membership, Person
from .rights import Held

TAKEN = _t("This address already belongs to another account.")


def _index(account: Account, people: list[tuple[str, str]]) -> None:
    """Put the words by which staff find an account into the search."""
    words = [
        account.name,
        account.number,
        account.phone,
        account.city,
        account.tax_number,
        account.source_key,
    ]
    for name, address in people:
        words += [name, address]
    search.put(kind="account", ref_id=account.id, account_id=account.id, texts=words)


def index_account(account: Account) -> None:
    """Put an account and the people who act for it into the search again."""
    rows = db.session().execute(
        select(Person.name, EmailAddress.address)
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(EmailAddress, EmailAddress.person_id == Person.id)
        .where(Membership.account_id == account.id, Membership.ended_at.is_(None))
    )
    _index(account, [(name, address or "") for name, address in rows])


def new_person(*, name: str, language: str, zone: str, claimed: bool) -> Person:
    """Make a person; ``claimed`` says that a living one has proved to be this record."""
    now = clock.now()
    person = Person(
        uuid=uuidlib.uuid4(),
        name=name,
        salutation="",
        language=language,
        zone=zone,
        created_at=now,
        claimed_at=now if claimed else None,
        deactivated_at=None,
    )
    session = db.session()
    session.add(person)
    session.flush()
    return person


def new_address(person: Person, mailbox: shapes.Mailbox, *, proved: bool) -> EmailAddress:
    """Give a person a mailbox; raise Invalid at ``email`` when it is somebody's already."""
    row = EmailAddress(
        person_id=person.id,
        address=mailbox.address,
        address_key=mailbox.key,
        proved_at=clock.now() if proved else None,
        bounced_at=None,
    )
    session = db.session()
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        if db.constraint_of(error) != "uq_email_address_key":
            raise
        raise Invalid(TAKEN, code="accounts.address_taken", field="email") from None
    return row


def _new_account(kind: str, name: str, *, claimed: bool, **fields: Any) -> Account:
    now, session = clock.now(), db.session()
    account = Account(
        uuid=uuidlib.uuid4(),
        kind=kind,
        name=name,
        name_key=search.fold(name)[:200],
        number=references.new_number(),
        created_at=now,
        claimed_at=now if claimed else None,
        closed_at=None,
        **fields,
    )
    session.add(account)
    session.flush()
    return account


def open_account(
    *,
    actor: Actor,
    name: str,
    email: str = "",
    language: str = "en",
    zone: str = "Europe/Warsaw",
    kind: Literal["person", "company"] = "person",
    contact: str = "",
    phone: str = "",
    street: str = "",
    postcode: str = "",
    city: str = "",
    country: str = "PL",
    tax_number: str = "",
    claimed: bool = False,
    source: str | None = None,
    source_key: str | None = None,
) -> tuple[Account, Person]:
    """Open an account with its first person, who holds every right; ``contact`` names the person of a company.

    ``claimed`` says that the mailbox is proved. Raise Invalid at the field that does not fit.
    """
    if kind not in {"person", "company"}:
        raise Invalid(_t("Say person or company."), code="accounts.kind", field="kind")
    name = shapes.line(name, most=200 if kind == "company" else 120, field="name", needed=True)
    language = shapes.language(language)
    country = shapes.country(country)
    fields = {
        "zone": shapes.zone(zone),
        "country": country,
        "phone": shapes.phone(phone, country=country),
        "street": shapes.line(street, most=200, field="street"),
        "postcode": shapes.line(postcode, most=20, field="postcode"),
        "city": shapes.line(city, most=100, field="city"),
        "tax_number": shapes.line(tax_number, most=20, field="tax_number"),
    }
    mailbox = shapes.mailbox(email) if email else None
    called = shapes.line(contact or name, most=120, field="contact", needed=True)
    person = new_person(name=called, language=language, zone=zone, claimed=claimed)
    if actor.is_customer and actor.person_id is None:
        actor = replace(
            actor, person_id=person.id
        )  # whoever opens an account for themselves is its first person
    if mailbox:
        new_address(person, mailbox, proved=claimed)
    account = _new_account(kind, name, claimed=claimed, source=source, source_key=source_key, **fields)
    _first(account, person, actor=actor)
    _index(account, [(called, mailbox.address if mailbox else "")])
    if actor.kind is not ActorKind.SOURCE:
        audit.record(
            Tag.ACCOUNT_REGISTERED, actor=actor, account_id=account.id, subject=("account", account.uuid)
        )
    return account, person


def _first(account: Account, person: Person, *, actor: Actor) -> None:
    """Let the first person of a new account administer it, whoever opens it: there is nobody else to ask."""
    membership = memberships.begin(account, person, actor=actor)
    memberships.give(membership, [Held(Right.ADMINISTER, None, "", None, None)], by_id=actor.person_id)


def own_account(person: Person, *, actor: Actor, country: str) -> Account:
    """Open an account for a person who is known and acts for none; the actor is this person from now on."""
    actor = replace(actor, person_id=person.id)
    account = _new_account(
        "person",
        person.name,
        claimed=True,
        source=None,
        source_key=None,
        zone=person.zone,
        country=country,
        phone="",
        street="",
        postcode="",
        city="",
        tax_number="",
    )
    _first(account, person, actor=actor)
    index_account(account)
    audit.record(
        Tag.ACCOUNT_REGISTERED, actor=actor, account_id=account.id, subject=("account", account.uuid)
    )
    return account


def import_customer(
    *, source: str, source_key: str, name: str, **fields: Any
) -> tuple[Literal["new", "known"], Account, Person]:
    """Bring over one customer from a register: unclaimed, nothing sent, the same key a second time changes nothing.

    ``fields`` are those of :func:`open_account`; raise Invalid at the field that does not fit,
    an address that somebody else has and a customer who was removed here included.
    """
    source = shapes.line(source, most=30, field="source", needed=True)
    source_key = shapes.line(source_key, most=80, field="source_key", needed=True)
    session = db.session()
    known = session.execute(
        select(Account, Person)
        .join(Membership, Membership.account_id == Account.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Account.source == source, Account.source_key == source_key)
        .order_by(Membership.id)
        .limit(1)
    ).one_or_none()
    if known is not None:
        return "known", known[0], known[1]
    if (removed := departed.removed_at(source, source_key)) is not None:
        raise Invalid(
            _t(
                "this customer was removed here on {day}, when the time for keeping the data was over; a new customer "
                "needs a new number", day=removed.date().isoformat(),
            ),
            code="accounts.removed", field="source_key",
        )  # fmt: skip
    account, person = open_account(actor=SOURCE, name=name, source=source, source_key=source_key, **fields)
    audit.record(
        Tag.ACCOUNT_IMPORTED,
        actor=SOURCE,
        account_id=account.id,
        subject=("account", account.uuid),
        source=source,
    )
    return "new", account, person


def claim(person: Person, address: EmailAddress, *, language: str) -> Actor:
    """Let the living person who proved the mailbox take over an imported record; raise Conflict if it is taken."""
    session, now = db.session(), clock.now()
    taken = session.execute(
        update(Person)
        .where(Person.id == person.id, Person.claimed_at.is_(None), Person.deactivated_at.is_(None))
        .values(claimed_at=now, language=language)
        .returning(Person.id)
    ).one_or_none()
    if taken is None:
        raise Conflict(TAKEN)
    address.proved_at = now
    accounts = session.scalars(
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.person_id == person.id,
            Membership.ended_at.is_(None),
            Account.claimed_at.is_(None),
            Account.closed_at.is_(None),
        )
        .order_by(Account.kind.desc(), Account.id)
    ).all()
    actor = Actor(
        ActorKind.CUSTOMER, person_id=person.id, name=person.name, language=language, zone=person.zone
    )
    for account in accounts:
        account.claimed_at = now
        audit.record(
            Tag.ACCOUNT_CLAIMED, actor=actor, account_id=account.id, subject=("account", account.uuid)
        )
    session.flush()
    return actor
