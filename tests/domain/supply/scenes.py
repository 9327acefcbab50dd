"""Suppliers, and prices that they and we publish."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portal.domain import partners, supply
from portal.domain.actor import Actor
from portal.domain.supply import PriceLine
from tests.factories import make_partner, make_partner_member

LINES = (
    PriceLine("ZF-20", "Heating element 2 kW", "pcs", Decimal("12.5")),
    PriceLine("ZF-20", "Heating element 2 kW", "pcs", Decimal("11.125"), Decimal(100)),
    PriceLine("PU-7", "Pump", "pcs", Decimal(40)),
)


def supplier(company: str = "Baltyk Parts", person: str = "Greta Lind", kind: str = "supplier") -> Actor:
    """Somebody of a supplier (or of a partner) who exchanges for it."""
    made = make_partner(company, kind=kind)
    email = f"{person.split()[0].lower()}@{company.split()[0].lower()}.example"
    return partners.actor_of(make_partner_member(made, person, email=email).id)


def day(ahead: int) -> date:
    """So many days from today."""
    return supply.today() + timedelta(days=ahead)


def published(actor: Actor, lines: Any = LINES, **more: Any) -> supply.Published:
    """Publish a price list: of the supplier's own, or ours where staff do."""
    given = {"partner_id": None, "ours": actor.is_staff, "currency": "PLN", "starts": day(0)} | more
    return supply.publish(given.pop("lines", lines), actor=actor, **given)
