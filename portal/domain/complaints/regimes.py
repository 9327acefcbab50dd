"""The law that governs one complaint: stored rows, the one that fits, and why it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal import config, db
from portal.domain import calendars, clock
from portal.domain.accounts.models import Account
from portal.domain.calendars.models import LawRow

from . import law
from .lengths import Length, Unit
from .models import Complaint

SECTOR = "goods"


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
    session.info.pop("law", None)
    return len(new)


def _live() -> list[LawRow]:
    return list(db.session().scalars(select(LawRow).where(LawRow.live)))


def regime_of(complaint: Complaint, account: Account) -> Regime | None:
    """Return the term of law for a complaint that was received, or None where none is switched on.

    The customer's country is asked first, then the firm's; companies are not consumers.
    """
    assert complaint.received_at is not None, "the law counts from receipt"
    settings = config.load()
    rows = db.session().info.get("law")
    if rows is None:
        if not (rows := _live()) and seed_law(confirmed=False):
            rows = _live()
        db.session().info["law"] = rows
    day = calendars.local_day(complaint.received_at, settings.firm_zone)
    customer = "consumer" if account.kind == "person" else "company"
    for country in dict.fromkeys((account.country, settings.firm_country)):
        row = law.regime_for(rows, country, SECTOR, customer, day)
        if row is not None:
            told = {
                "key": row.key, "jurisdiction": row.jurisdiction, "customer": customer, "effect": row.effect,
                "outside_body": row.outside_body, "source": row.source, "length": row.length, "unit": row.unit,
                "own_country": country == account.country,
            }  # fmt: skip
            return Regime(row.key, Length(row.length, Unit(row.unit)), told)
    return None
