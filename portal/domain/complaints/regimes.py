"""The law that governs one complaint: stored rows, the one that fits, and why it does."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import calendars, clock, firm
from portal.domain.accounts.models import Account
from portal.domain.calendars.models import LawRow

from . import categories, law
from .lengths import Length, Unit
from .models import Complaint

BODY_TIME = Length(90, Unit.CALENDAR_DAYS)  # Directive 2013/11/EU, article 8(e)
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
    live_from: date | None = None


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


def place_of(complaint: Complaint, account: Any) -> tuple[list[str], str, str, date]:
    """Return what a rule is chosen by: countries (the customer's first), sector, kind of customer, day of receipt."""
    at = complaint.received_at or clock.now()
    here = firm.now()
    customer = "consumer" if account.kind == "person" else "company"
    countries = list(dict.fromkeys((account.country, here.country)))
    return countries, sector_of(complaint), customer, calendars.local_day(at, here.zone)


def sector_of(complaint: Complaint) -> str:
    """Return the sector of a complaint: that of what it concerns, else the firm's own."""
    of_subject = categories.sector(complaint.subject_key) if complaint.subject_key else ""
    return of_subject or firm.now().sector


def term_of(complaint: Complaint, account: Any, event: str = "answer") -> tuple[Term, bool] | None:
    """Return the live row for an event of a complaint, and whether it is of the customer's own country."""
    rows = _live()
    countries, sector, customer, day = place_of(complaint, account)
    for country in countries:
        row = law.regime_for(rows, country, sector, customer, day, event)
        if row is not None:
            return row, country == account.country
    return None


def regime_of(complaint: Complaint, account: Any) -> Regime | None:
    """Return the term of law for a complaint that was received, or None where none is switched on.

    The customer's country is asked first, then the firm's; companies are not consumers.
    """
    assert complaint.received_at is not None, "the law counts from receipt"
    if not _live():
        seed_law(confirmed=False)
    found = term_of(complaint, account)
    return _regime(*found, complaint, account) if found else None


def extension_of(complaint: Complaint, account: Any) -> Regime | None:
    """Return the longer term that the law allows for the answer with a reason, or None where it allows none."""
    found = term_of(complaint, account, "answer_extended")
    return _regime(*found, complaint, account) if found else None


def duty_to_reply(complaint: Complaint) -> tuple[Length | None, dict[str, Any] | None]:
    """Return in what time we reply to an outside body by law; None where only our own promise says so."""
    return _of_europe("outside_reply", complaint)


def time_of_body(complaint: Complaint) -> tuple[Length, dict[str, Any] | None]:
    """Return the time in which an outside body decides, after which we ask it where it stands."""
    length, told = _of_europe("outside_decision", complaint)
    return length or BODY_TIME, told


def _of_europe(event: str, complaint: Complaint) -> tuple[Length | None, dict[str, Any] | None]:
    countries, sector, customer, _day = place_of(complaint, _account(complaint))
    today = calendars.local_day(clock.now(), firm.now().zone)
    for country in (*countries, "EU"):
        row = law.regime_for(_live(), country, sector, customer, today, event)
        if row is not None:
            return Length(row.length, Unit(row.unit)), {"key": row.key, "source": row.source}
    return None, None


def _account(complaint: Complaint) -> Any:
    return db.session().get_one(Account, complaint.account_id)


def _regime(row: Term, own: bool, complaint: Complaint, account: Any) -> Regime:
    _countries, sector, customer, _day = place_of(complaint, account)
    told = {
        "key": row.key, "jurisdiction": row.jurisdiction, "customer": customer, "effect": row.effect,
        "outside_body": row.outside_body, "source": row.source, "length": row.length, "unit": row.unit,
        "own_country": own, "sector": sector if row.sector != law.ANY else "",
    }  # fmt: skip
    return Regime(row.key, Length(row.length, Unit(row.unit)), told)
