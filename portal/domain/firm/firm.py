"""The firm as a value, and what each of its fields may hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from portal.config import Settings
from portal.domain.errors import Invalid
from portal.text import Lazy, _t


@dataclass(frozen=True, slots=True)
class Firm:
    """What pages, mails and letters say of the firm; ``version`` 0 is the settings file."""

    name: str
    legal_name: str
    address: str
    register: str
    mail: str
    phone: str
    privacy_mail: str
    sender_name: str
    reply_mail: str
    zone: str
    country: str
    language: str
    sector: str = "goods"
    logo: str = ""  # digest of the picture
    logo_width: int = 0
    logo_height: int = 0
    version: int = 0

    def body(self) -> dict[str, Any]:
        """Return what a version stores."""
        return {key: value for key, value in asdict(self).items() if key != "version"}


FIELDS: dict[str, Lazy] = {
    "name": _t("name"),
    "legal_name": _t("legal name"),
    "address": _t("address"),
    "register": _t("register"),
    "mail": _t("e-mail address"),
    "phone": _t("phone"),
    "privacy_mail": _t("address for data protection"),
    "sender_name": _t("name in the sender of mails"),
    "reply_mail": _t("address for replies"),
    "zone": _t("time zone"),
    "country": _t("country"),
    "language": _t("default language"),
    "sector": _t("what it deals in"),
}
# What the firm deals in: rules of law are chosen by it.
SECTORS: dict[str, Lazy] = {
    "goods": _t("goods and repairs"),
    "finance": _t("banking, insurance, investments"),
    "payments": _t("payments and e-money"),
    "telecom": _t("telephone and internet"),
    "housing": _t("social housing"),
    "platform": _t("an online platform"),
    "other": _t("something else"),
}
LONGEST = {"name": 80, "legal_name": 160, "address": 300, "register": 120, "phone": 40, "sender_name": 80}
MAILS = ("mail", "privacy_mail", "reply_mail")
OPTIONAL = {"register", "sender_name"}


def from_settings(settings: Settings) -> Firm:
    """Return the firm as the settings file has it, before anybody changed it in the portal."""
    return Firm(
        name=settings.firm_name, legal_name=settings.firm_legal_name, address=settings.firm_address,
        register=settings.firm_register, mail=settings.firm_mail, phone=settings.firm_phone,
        privacy_mail=settings.privacy_mail, sender_name="", reply_mail=settings.firm_mail,
        zone=settings.firm_zone, country=settings.firm_country, language=settings.languages[0],
    )  # fmt: skip


def from_body(body: Mapping[str, Any], number: int, first: Firm) -> Firm:
    """Return a stored version; what an older release did not know yet is as the settings file has it."""
    known = {field.name for field in fields(Firm)} - {"version"}
    return Firm(
        **{**first.body(), **{k: v for k, v in body.items() if k in known}, "version": number}
    )  # fmt: skip


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def checked(field: str, value: str, *, languages: tuple[str, ...], countries: frozenset[str]) -> str:
    """Return a field as it is stored; raise Invalid at the field that does not fit."""
    text = unicodedata.normalize("NFC", value or "")
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if not text:
        if field in OPTIONAL:
            return ""
        raise Invalid(_t("Please fill this in."), code="firm.empty", field=field)
    if field in MAILS:
        return _mailbox(text, field)
    if field == "zone" and text not in _zones():
        raise Invalid(_t("Choose a time zone from the list."), code="firm.zone", field=field)
    if field == "language" and text not in languages:
        raise Invalid(_t("Choose a language from the list."), code="firm.language", field=field)
    if field == "country" and text not in countries:
        raise Invalid(_t("Choose a country from the list."), code="firm.country", field=field)
    if field == "sector" and text not in SECTORS:
        raise Invalid(_t("Choose from the list."), code="firm.sector", field=field)
    most = LONGEST.get(field, 80)
    if len(text) > most:
        raise Invalid(_t("Write at most {most} letters.", most=most), code="firm.long", field=field)
    return text


def _mailbox(text: str, field: str) -> str:
    try:
        found = validate_email(text, check_deliverability=False, globally_deliverable=False)
        found.local_part.encode("ascii")
    except (EmailNotValidError, UnicodeError):
        message = _t("Write the address like name@example.org.")
        raise Invalid(message, code="firm.mail", field=field) from None
    return found.normalized
