"""Outside bodies as dated rows: who decides where we and a customer do not agree, by country and sector."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, String, Text, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from portal import db
from portal.db import Base, Keyed
from portal.domain import clock

from .law import ANY


class OutsideBody(Keyed, Base):
    """One body outside the firm, as it was from a day on; a customer sees it once the operator confirmed it."""

    __tablename__ = "outside_body"
    __table_args__ = (UniqueConstraint("key", "valid_from"),)

    key: Mapped[str] = mapped_column(String(60))
    jurisdiction: Mapped[str] = mapped_column(String(8))
    sector: Mapped[str] = mapped_column(String(30))
    customer_type: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300), default="")
    web: Mapped[str] = mapped_column(String(200), default="")
    mail: Mapped[str] = mapped_column(String(320), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(300), default="")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(120), default="")
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


@dataclass(frozen=True, slots=True)
class Body:
    """A body as pages, mails and programs show it."""

    key: str
    name: str
    address: str
    web: str
    mail: str
    phone: str


# Addresses change: each row is to be confirmed by the operator before a customer sees it.
SEED: tuple[tuple[str, str, str, str, str, str, str, str], ...] = (
    ("pl-inspection", "PL", ANY, "consumer", "Wojewódzki Inspektorat Inspekcji Handlowej",
     "plac Powstańców Warszawy 1, 00-950 Warszawa", "https://uokik.gov.pl", "Directive 2013/11/EU, list of ADR bodies"),
    ("pl-finance", "PL", "finance", ANY, "Rzecznik Finansowy", "ul. Nowogrodzka 47A, 00-695 Warszawa",
     "https://rf.gov.pl", "ustawa z 5 sierpnia 2015 r., art. 35"),
    ("pl-telecom", "PL", "telecom", ANY, "Prezes UKE", "ul. Giełdowa 7/9, 01-211 Warszawa",
     "https://cik.uke.gov.pl", "prawo komunikacji elektronicznej (to verify)"),
    ("gb-ombudsman", "GB", "finance", ANY, "Financial Ombudsman Service", "Exchange Tower, London E14 9SR",
     "https://www.financial-ombudsman.org.uk", "FCA DISP 1.6"),
    ("gb-payments", "GB", "payments", ANY, "Financial Ombudsman Service", "Exchange Tower, London E14 9SR",
     "https://www.financial-ombudsman.org.uk", "FCA DISP 1.6.2A"),
    ("gb-housing", "GB", "housing", ANY, "Housing Ombudsman Service", "PO Box 1484, Unit D, Preston PR2 0ET",
     "https://www.housing-ombudsman.org.uk", "Housing Ombudsman Complaint Handling Code 2024"),
    ("bg-consumers", "BG", ANY, "consumer", "Комисия за защита на потребителите",
     "пл. Славейков 4А, 1000 София", "https://kzp.bg", "Directive 2013/11/EU, list of ADR bodies"),
    ("cz-inspection", "CZ", ANY, "consumer", "Česká obchodní inspekce", "Štěpánská 44, 110 00 Praha 1",
     "https://adr.coi.cz", "Directive 2013/11/EU, list of ADR bodies"),
    ("au-finance", "AU", "finance", ANY, "Australian Financial Complaints Authority",
     "GPO Box 3, Melbourne VIC 3001", "https://www.afca.org.au", "ASIC RG 271"),
    ("us-finance", "US", "finance", "consumer", "Consumer Financial Protection Bureau",
     "1700 G Street NW, Washington, DC 20552", "https://www.consumerfinance.gov/complaint", "CFPB practice"),
)  # fmt: skip
SINCE = date(2015, 7, 9)  # Directive 2013/11/EU applies


def seed_bodies(*, confirmed: bool = False) -> int:
    """Store the bodies that ship unless they are there; return how many were written."""
    session = db.session()
    known = set(session.scalars(select(OutsideBody.key)))
    at = clock.now() if confirmed else None
    new = [row for row in SEED if row[0] not in known]
    for key, where, sector, customer, name, address, web, source in new:
        session.add(
            OutsideBody(
                key=key, jurisdiction=where, sector=sector, customer_type=customer, name=name, address=address,
                web=web, mail="", phone="", note="", source=source, confirmed_at=at,
                confirmed_by="", valid_from=SINCE, valid_to=None,
            )
        )  # fmt: skip
    session.flush()
    return len(new)


def fitting(countries: list[str], sector: str, customer: str, day: date) -> list[Body]:
    """Return the confirmed bodies for a customer, those of the very sector and of the first country first."""
    found = select(OutsideBody).where(
        OutsideBody.jurisdiction.in_(countries),
        OutsideBody.sector.in_((sector, ANY)),
        OutsideBody.customer_type.in_((customer, ANY)),
        OutsideBody.confirmed_at.is_not(None),
        OutsideBody.valid_from <= day,
        or_(OutsideBody.valid_to.is_(None), OutsideBody.valid_to > day),
    )
    rows = sorted(
        db.session().scalars(found),
        key=lambda row: (countries.index(row.jurisdiction), row.sector == ANY, row.name),
    )
    return [_body(row) for row in rows]


def _body(row: Any) -> Body:
    return Body(row.key, row.name, row.address, row.web, row.mail, row.phone)
