"""Makers of what tests stand on; each takes only what the test is about."""

from __future__ import annotations

from portal.domain import consent
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
