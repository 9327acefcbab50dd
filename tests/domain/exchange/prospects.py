"""Prospects that are valid, and partners that register them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from portal.domain import accounts, clock, partners
from portal.domain.accounts import Face
from portal.domain.actor import SYSTEM, Actor
from portal.domain.exchange import Prospect
from tests.factories import make_partner, make_partner_member


def prospect(company: str = "Hotel Bryza", **changes: Any) -> Prospect:
    """A prospect that nothing is missing from, with a private mailbox: only its name marks it."""
    return replace(
        Prospect(
            company=company, country="PL", city="Sopot", about="Washing machines", contact_name="Hanna Reszka",
            contact_email="hanna.reszka@gmail.com", agreed=True, agreed_on=clock.now().date(),
            agreed_how="On the telephone",
        ),
        **changes,
    )  # fmt: skip


def trader(company: str = "Northwind Repairs", person: str = "Nils Berg", role: str = "worker") -> Actor:
    """Somebody of a partner who exchanges for it."""
    made = make_partner(company)
    email = f"{person.split()[0].lower()}@{company.split()[0].lower()}.example"
    return partners.actor_of(make_partner_member(made, person, role=role, email=email).id)


def office() -> Actor:
    """A colleague who looks after partners."""
    accounts.seed_roles()
    made = accounts.add_staff(
        actor=SYSTEM, name="Max Brandt", email="max@vistula.demo.example", team="Management",
        roles=("administrator",),
    )  # fmt: skip
    return accounts.actor_of(made.id, face=Face.STAFF)
