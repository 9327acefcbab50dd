"""Makers of what tests stand on; each takes only what the test is about."""

from __future__ import annotations

from portal.dev import cast
from portal.domain import consent, partners
from portal.domain.accounts.models import Account, Person
from portal.domain.actor import SYSTEM
from tests import records


def make_person(name: str = "Amina Nowak", **changes: str) -> Person:
    """Write one person; ``zone`` and ``language`` may differ from the usual."""
    row = records.person(name, language=changes.get("language", "en"))
    row.zone = changes.get("zone", row.zone)
    return row


def make_account(name: str = "Amina Nowak", *, kind: str = "person") -> Account:
    """Write one account."""
    return records.account(name, kind=kind)


def make_purpose(
    key: str = "offers",
    *,
    basis: str = "consent",
    marketing: bool = True,
    channels: tuple[str, ...] = ("email", "sms", "phone", "letter", "inbox"),
    valid_months: int | None = 24,
    asks_anew: bool = False,
    title: str = "",
    text: str = "We write to you about offers that fit what you own.",
    position: int = 0,
) -> consent.Purpose:
    """Publish a purpose (or its next version, when something differs) with an English and a Polish notice."""
    title = title or key.replace("_", " ").capitalize()
    benefit = "Ten per cent off your next order, within seven days" if basis == "consent" else ""
    notices = {
        language: consent.NoticeDraft(
            title=f"{title}{mark}", question=f"May we do this: {title}?{mark}", text=text + mark,
            benefit=benefit, data="Name, e-mail address", recipients="Nobody but us",
        )
        for language, mark in (("en", ""), ("pl", " (PL)"))
    }  # fmt: skip
    draft = consent.PurposeDraft(
        key=key, basis=basis, notices=notices, dpv_purpose="dpv:DirectMarketing", retention_months=24,
        marketing=marketing, channels=channels, valid_months=valid_months, benefit_by_days=7, asks_anew=asks_anew,
        data_categories=("pd:EmailAddress", "pd:Name"), position=position,
    )  # fmt: skip
    return consent.publish(draft, actor=SYSTEM)


def make_partner(
    name: str = cast.NORTHWIND, *, kind: str = "partner", domain: str = ""
) -> partners.PartnerCompany:
    """Set up a partner company that signs in by its own provider; ``domain`` is verified as its own."""
    company = partners.set_up(actor=SYSTEM, name=name, kind=kind, country="PL")
    if domain:
        partners.set_domains(company.uuid, [domain], actor=SYSTEM, verified=True)
    return company


def make_partner_member(
    company: partners.PartnerCompany, name: str = "Nils Berg", *, role: str = "worker", email: str = "",
    regions: str = "",
) -> partners.PartnerMember:  # fmt: skip
    """Let somebody new act for a partner."""
    email = email or f"{name.split()[0].lower()}@{cast.NORTHWIND_DOMAIN}"
    return partners.add_person(company, actor=SYSTEM, name=name, email=email, role=role, regions=regions)
