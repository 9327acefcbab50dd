"""What people change about themselves: name, language, zone, phone, postal address."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from portal import db
from portal.domain import audit, search
from portal.domain.actor import Actor, Right
from portal.domain.audit import Tag
from portal.domain.errors import Denied, NotFound

from . import shapes
from .models import Account, EmailAddress, Membership, Person
from .people import index_account

POSTAL = {"street", "postcode", "city", "country"}


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's own details and those of the account in hand."""

    name: str
    salutation: str
    language: str
    zone: str
    email: str
    account_name: str
    account_number: str
    account_kind: str
    phone: str
    street: str
    postcode: str
    city: str
    country: str
    may_change_account: bool


def profile_of(actor: Actor) -> Profile:
    """Return the actor's own details; raise NotFound without an account in hand."""
    row = (
        db.session()
        .execute(
            select(Person, Account, EmailAddress.address)
            .join(Membership, Membership.person_id == Person.id)
            .join(Account, Account.id == Membership.account_id)
            .outerjoin(EmailAddress, EmailAddress.person_id == Person.id)
            .where(Person.id == actor.person_id, Account.id == actor.account_id)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound()
    person, account, address = row
    return Profile(
        person.name, person.salutation, person.language, person.zone, address or "",
        account.name, account.number, account.kind,
        account.phone, account.street, account.postcode, account.city, account.country,
        actor.has_right(Right.ADMINISTER),
    )  # fmt: skip


def change_profile(actor: Actor, **given: str) -> list[str]:
    """Change the actor's details and return the names of those that did change; what is not given stays.

    Of the person: name, salutation, language, zone. Of the account in hand, with the right to administer: phone,
    street, postcode, city, country. Raise Invalid at the field that does not fit.
    """
    session = db.session()
    person = session.get(Person, actor.person_id)
    account = session.get(Account, actor.account_id)
    if person is None or account is None:
        raise NotFound()
    country = shapes.country(given["country"]) if "country" in given else account.country
    own = {
        "name": lambda text: shapes.line(text, most=120, field="name", needed=True),
        "salutation": lambda text: shapes.line(text, most=120, field="salutation"),
        "language": shapes.language,
        "zone": shapes.zone,
    }
    shared = {
        "phone": lambda text: shapes.phone(text, country=country),
        "street": lambda text: shapes.line(text, most=200, field="street"),
        "postcode": lambda text: shapes.line(text, most=20, field="postcode"),
        "city": lambda text: shapes.line(text, most=100, field="city"),
        "country": lambda _text: country,
    }
    if given.keys() - own.keys() - shared.keys():
        raise ValueError(f"no such details: {sorted(given.keys() - own.keys() - shared.keys())}")
    if given.keys() & shared.keys() and not actor.has_right(Right.ADMINISTER):
        raise Denied()
    changed = []
    for field, read in {**own, **shared}.items():
        holder = person if field in own else account
        if field in given:
            value = read(given[field])
            if getattr(holder, field) != value:
                setattr(holder, field, value)
                changed.append(field)
    if "name" in changed and account.kind == "person":
        account.name, account.name_key = person.name, search.fold(person.name)[:200]
    if "zone" in changed and account.kind == "person":
        account.zone = person.zone
    if changed:
        session.flush()
        index_account(account)
        for group in dict.fromkeys("postal_address" if field in POSTAL else field for field in changed):
            audit.record(Tag.ACCOUNT_CHANGED, actor=actor, account_id=account.id, fields=group)
    return changed


def set_language(actor: Actor, language: str) -> None:
    """Remember the language in which a person reads."""
    db.session().execute(
        update(Person).where(Person.id == actor.person_id).values(language=shapes.language(language))
    )
