"""In which language somebody of a partner is written to, before they have chosen one themselves."""

from __future__ import annotations

from sqlalchemy import select

from portal import config, db
from portal.domain import firm
from portal.domain.accounts import shapes
from portal.domain.accounts.models import Person

from .models import PartnerCompany, PartnerMember

# ISO 3166 → the language most people are written to there; another country: the firm's own.
SPOKEN = {
    "PL": "pl", "BG": "bg", "RU": "ru", "BY": "ru", "KZ": "ru", "KG": "ru", "GB": "en", "IE": "en", "MT": "en",
    "US": "en", "CA": "en", "AU": "en", "NZ": "en",
}  # fmt: skip


def first_language(country: str) -> str:
    """Return the language for people of a company in a country, one of this installation."""
    found = SPOKEN.get(country, "")
    return found if found in config.load().languages else firm.now().language


def language_of(partner_id: int, address: str) -> str:
    """Return the language for an address of a partner: of the person who has it, else of the company."""
    key = shapes.key_of(address)
    people = db.session().execute(
        select(PartnerMember.email, Person.language)
        .join(Person, Person.id == PartnerMember.person_id)
        .where(PartnerMember.partner_id == partner_id, PartnerMember.ended_at.is_(None))
        .order_by(PartnerMember.id)
        .limit(1000)
    )
    own = next((row.language for row in people if key and shapes.key_of(row.email) == key), None)
    if own:
        return str(own)
    country = db.session().scalar(select(PartnerCompany.country).where(PartnerCompany.id == partner_id))
    return first_language(country or "")
