"""The law that governs one complaint: stored rows, the one that fits, and why it does."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import calendars, clock, firm
from portal.domain.calendars.models import LawRow

from . import law
from .lengths import Length, Unit
from .models import Complaint

SECTOR = "goods"
FRESH = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Regime:
    """The length of the legal clock and what the customer is told about it."""

    key: str
    length: Length
    told: dict[str, Any]


def seed_law(*, confirmed: bool = True) -> int:
    """Store the rows of law that ship with the product unless they are there; return how many were written."""
    session = db.session()
    known = {(row.key, row.valid_from) for row in session.execute(select(LawRow.key, LawRow.valid_from))}
    new = [term for term in law.SEED if (term.key, term.valid_from) not in known]
    at = clock.now()
    for term in new:
        session.add(
            LawRow(
                key=term.key, jurisdiction=term.jurisdiction, sector=term.sector, customer_type=term.customer_type,
                event=term.event, length=term.length, unit=term.unit.value, effect=term.effect.value,
                text=str(law.EFFECT_TEXT[term.effect]), outside_body=term.outside_body, source=term.source,
                confirmed_at=at if confirmed and term.live else None, live=term.live,
                valid_from=term.valid_from, valid_to=term.valid_to,
            )
        )  # fmt: skip
    session.flush()
    session.info["law_changed"] = True
    db.database().memory.pop("law", None)
    return len(new)


@dataclass(frozen=True, slots=True)
class Term:
    """A stored row of law, as the choice of a regime needs it."""

    key: str
    jurisdiction: str
    sector: str
    customer_type: str
    event: str
    length: int
    unit: str
    effect: str
    outside_body: str
    source: str
    live: bool
    valid_from: date
    valid_to: date | None


def _live() -> list[Term]:
    """Return the rows that are switched on; a process trusts what it read for some seconds."""
    memory = db.database().memory
    known = memory.get("law")
    if known is None or known[0] < time.monotonic():
        columns = [getattr(LawRow, name) for name in Term.__dataclass_fields__]
        rows = [Term(*row) for row in db.session().execute(select(*columns).where(LawRow.live))]
        if not rows or "law_changed" in db.session().info:
            return rows
        known = memory["law"] = (time.monotonic() + FRESH, rows)
    return list(known[1])


def regime_of(complaint: Complaint, account: Any) -> Regime | None:
    """Return the term of law for a complaint that was received, or None where none is switched on.

    The customer's country is asked first, then the firm's; companies are not consumers.
    """
    assert complaint.received_at is not None, "the law counts from receipt"
    rows = _live()
    if not rows and seed_law(confirmed=False):
        rows = _live()
    day = calendars.local_day(complaint.received_at, firm.now().zone)
    customer = "consumer" if account.kind == "person" else "company"
    for country in dict.fromkeys((account.country, firm.now().country)):
        row = law.regime_for(rows, country, SECTOR, customer, day)
        if row is not None:
            told = {
                "key": row.key, "jurisdiction": row.jurisdiction, "customer": customer, "effect": row.effect,
                "outside_body": row.outside_body, "source": row.source, "length": row.length, "unit": row.unit,
                "own_country": country == account.country,
            }  # fmt: skip
            return Regime(row.key, Length(row.length, Unit(row.unit)), told)
    return None
