"""The shape of what people type about themselves: mailboxes, phone numbers, zones, names."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from portal import config
from portal.domain import search
from portal.domain.errors import Invalid
from portal.text import _t, _tn


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address as written, and the key by which two spellings of one mailbox are equal."""

    address: str
    key: str


def mailbox(text: str, *, field: str = "email") -> Mailbox:
    """Read an e-mail address (RFC 5321, 6531); raise Invalid at ``field`` when it is none. No name is looked up."""
    text = unicodedata.normalize("NFKC", text).strip()
    try:
        found = validate_email(text, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        raise Invalid(
            _t("Write the address like name@example.org."), code="accounts.email", field=field
        ) from None
    host = (found.ascii_domain or found.domain).lower()
    if "." not in host or len(found.normalized) > 254:
        raise Invalid(_t("Write the address like name@example.org."), code="accounts.email", field=field)
    return Mailbox(found.normalized, f"{found.local_part.casefold()}@{host}")


def key_of(text: str) -> str:
    """Return the key of an address for looking it up; '' when the text is no address."""
    try:
        return mailbox(text).key
    except Invalid:
        return ""


def phone(text: str, *, country: str = "PL", field: str = "phone") -> str:
    """Return a phone number in E.164, read as dialled in ``country``; '' stays ''; raise Invalid at ``field``."""
    text = text.strip()
    if not text:
        return ""
    found = search.phone(text[:60], country)
    if not found:
        message = _t("Write the number with its country, like +48 22 555 01 00.")
        raise Invalid(message, code="accounts.phone", field=field)
    return found


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(text: str, *, field: str = "zone") -> str:
    """Return ``text`` when it names a time zone (IANA); raise Invalid at ``field``."""
    if text not in _zones():
        raise Invalid(_t("Choose a time zone from the list."), code="accounts.zone", field=field)
    return text


COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)


def country(text: str, *, field: str = "country") -> str:
    """Return a country code of two letters (ISO 3166-1); raise Invalid at ``field``."""
    code = text.strip().upper()
    if code not in COUNTRIES:
        message = _t("Write the country as two letters, like PL.")
        raise Invalid(message, code="accounts.country", field=field)
    return code


def language(text: str, *, field: str = "language") -> str:
    """Return ``text`` when the portal speaks that language; raise Invalid at ``field``."""
    if text not in config.load().languages:
        raise Invalid(_t("Choose a language from the list."), code="accounts.language", field=field)
    return text


def line(text: str, *, most: int, field: str, needed: bool = False) -> str:
    """Return one line of text without control signs and outer blanks; raise Invalid when empty or too long."""
    text = unicodedata.normalize("NFC", text or "")
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if needed and not text:
        raise Invalid(_t("Please fill this in."), code="accounts.empty", field=field)
    if len(text) > most:
        message = _tn("Please use at most {count} letter.", "Please use at most {count} letters.", most)
        raise Invalid(message, code="accounts.long", field=field)
    return text
