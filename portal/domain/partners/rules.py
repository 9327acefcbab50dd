"""Roles of a partner's people, and the shapes of what is written about partners; no database here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.actor import Actor
from portal.domain.actor import PartnerRight as R
from portal.domain.errors import Invalid
from portal.text import Lazy, _t


class PartnerKind(StrEnum):
    """What a company is to ours."""

    PARTNER = "partner"
    SUPPLIER = "supplier"


class SignsInBy(StrEnum):
    """How the people of a company prove who they are."""

    OIDC = "oidc"  # at the identity provider of their own company
    PASSWORD = "password"  # noqa: S105 - here, by password and a second step


class PartnerRole(StrEnum):
    """What somebody is in a partner company, as far as the extranet goes."""

    ADMINISTRATOR = "administrator"
    WORKER = "worker"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """A role of a partner's people: what they call it, what it is for, and what it may."""

    name: Lazy
    text: Lazy
    rights: frozenset[R]


# The one table of what a partner's people may do.
ROLES: dict[PartnerRole, RoleSpec] = {
    PartnerRole.ADMINISTRATOR: RoleSpec(
        _t("Administrator"),
        _t(
            "Everything, and who else comes in: invites people, sets their roles and regions, ends their access."
        ),
        frozenset(R),
    ),
    PartnerRole.WORKER: RoleSpec(
        _t("Worker"),
        _t("Works on tasks, asks customers to share data, exchanges files."),
        frozenset({R.TASKS_WORK, R.TASKS_READ, R.SHARES_READ, R.SHARES_REQUEST, R.EXCHANGE_WRITE}),
    ),
    PartnerRole.READER: RoleSpec(
        _t("Reader"),
        _t("Reads tasks and what customers share; changes nothing."),
        frozenset({R.TASKS_READ, R.SHARES_READ}),
    ),
}
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
# Mailboxes there are anybody's: they prove no company.
ANYBODYS = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com",
    "proton.me", "protonmail.com", "gmx.com", "gmx.net", "gmx.de", "web.de", "mail.com", "aol.com", "wp.pl", "o2.pl",
    "onet.pl", "interia.pl", "op.pl", "abv.bg", "mail.bg", "mail.ru", "yandex.ru", "yandex.com", "zoho.com",
    "fastmail.com", "tutanota.com",
})  # fmt: skip
MOST_REGIONS = 40


def believes(signs_in_by: str, issuer: str | None, proved: str | None) -> bool:
    """Tell whether a company takes a proof: by ``proved``, the issuer that gave it, or None for one given here."""
    return issuer is not None and proved == issuer if signs_in_by == SignsInBy.OIDC else proved is None


def role(text: str, *, field: str = "role") -> PartnerRole:
    """Return the role of this key; raise Invalid at ``field``."""
    try:
        return PartnerRole(text)
    except ValueError:
        raise Invalid(_t("Choose a role from the list."), code="partners.role", field=field) from None


def rights_of(text: str) -> frozenset[str]:
    """Return what a role may; a role that no longer exists may nothing."""
    known = next((spec for key, spec in ROLES.items() if key.value == text), None)
    return frozenset(right.value for right in known.rights) if known else frozenset()


def role_name(text: str) -> Lazy | str:
    """Return what people call a role."""
    known = next((spec for key, spec in ROLES.items() if key.value == text), None)
    return known.name if known else text


def domain(text: str, *, field: str = "domains") -> str:
    """Return a mail domain in lower case and ASCII (IDNA); raise Invalid for none, and for those of anybody."""
    name = text.strip().lower().removeprefix("@").rstrip(".")
    try:
        name = name.encode("idna").decode() if not name.isascii() else name
    except UnicodeError:
        name = ""
    labels = name.split(".")
    if len(name) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        message = _t("Write a mail domain like example.org: “{domain}” is none.", domain=text.strip()[:80])
        raise Invalid(message, code="partners.domain", field=field)
    if name in ANYBODYS:
        message = _t("At {domain} anybody can have a mailbox, so it proves no company.", domain=name)
        raise Invalid(message, code="partners.domain_of_anybody", field=field)
    return name


def domain_of(address: str) -> str:
    """Return the mail domain of an address in lower case; '' when there is none."""
    _, at, host = address.strip().rpartition("@")
    if not at:
        return ""
    host = host.lower().rstrip(".")
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""


def regions(text: str, *, field: str = "regions") -> list[str]:
    """Return the regions (ISO 3166-2 or a whole country) named in ``text``, sorted; none means all.

    Raise Invalid at ``field`` for what is none.
    """
    found = sorted({one.upper() for one in re.split(r"[\s,;]+", text) if one})
    wrong = next((one for one in found if not _REGION.fullmatch(one)), None)
    if wrong is not None or len(found) > MOST_REGIONS:
        message = _t("Write regions by their codes, like PL-14 PL-10, or a country like PL.")
        raise Invalid(message, code="partners.regions", field=field)
    return found


def role_of(actor: Actor) -> RoleSpec | None:
    """Return the role of somebody of a partner, known by what it may; None for all others."""
    if not actor.is_partner:
        return None
    return next(
        (spec for spec in ROLES.values() if {right.value for right in spec.rights} == actor.rights), None
    )
