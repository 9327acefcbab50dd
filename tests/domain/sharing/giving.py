"""A customer, a partner and what one lets the other see, for tests of sharing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal import db
from portal.domain import accounts, clock, partners, sharing
from portal.domain.actor import Actor, ActorKind
from tests.factories import make_partner, make_partner_member


def customer(name: str = "Amina Nowak", email: str = "amina@example.org") -> Actor:
    """Open an account of a living customer."""
    _, person = accounts.open_account(
        actor=Actor(ActorKind.CUSTOMER, name=name), name=name, email=email, zone="Europe/Warsaw", country="PL",
        claimed=True,
    )  # fmt: skip
    return accounts.actor_of(person.id)


def partner(name: str = "Northwind Repairs", *, role: str = "administrator") -> Actor:
    """Set up a partner and return somebody of it, with a session."""
    company = make_partner(name)
    key = name.split()[0].lower()
    company.contact_email = f"desk@{key}.example"
    member = make_partner_member(company, f"Nils {name}", role=role, email=f"nils@{key}.example")
    return partners.actor_of(member.id)


def terms(*fields: str, **changes: Any) -> sharing.Terms:
    """Return what a customer may let a partner see."""
    given: dict[str, Any] = {
        "purpose": "service", "fields": fields or ("contact.name", "contact.phone"),
        "until": clock.now() + timedelta(days=60),
    }  # fmt: skip
    return sharing.Terms(**given | changes)


def uuid_of(actor: Actor) -> Any:
    """Return the public id of an actor's partner."""
    return next(one.uuid for one in partners.active() if one.id == actor.partner_id)


def grant(amina: Actor, nils: Actor, *fields: str, **changes: Any) -> sharing.ShareGrant:
    """Let a partner see something."""
    made = sharing.give(uuid_of(nils), terms(*fields, **changes), actor=amina)
    db.session().flush()
    return made
