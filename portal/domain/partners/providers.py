"""The identity provider of a partner, as our staff set it up; its secret is sealed and shown to nobody again."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from portal import config, db
from portal.config import LOOPBACK
from portal.domain import audit, clock
from portal.domain.accounts import keys, shapes
from portal.domain.accounts.resealing import Resealed, reseal_rows
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.errors import Invalid, NotFound
from portal.text import _t

from .companies import end_sign_ins
from .finders import company
from .models import PartnerCompany, PartnerProvider

SEAL, TOKEN_SEAL = "partner-provider", "partner-id-token"
BY_SECRET, BY_KEY = "client_secret_basic", "private_key_jwt"
CLAIMS = {"email": "email", "email_verified": "email_verified", "name": "name", "locale": "locale"}
ALWAYS = "always"  # of email_verified: the provider gives out no address that it has not made sure of


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as the adapter needs it; ``secret`` is open, so it is never shown, logged or kept."""

    uuid: uuidlib.UUID
    company_id: int
    company: str
    issuer: str
    client_id: str
    proves_by: str
    secret: str
    claims: dict[str, Any]

    def __repr__(self) -> str:
        return f"Provider({self.issuer!r})"

    def claim(self, name: str) -> str:
        """Return the claim in which this provider says ``name``."""
        return str(self.claims.get(name) or CLAIMS[name])

    @property
    def mails_are_verified(self) -> bool:
        """Whether staff know that this provider gives out no address that it has not made sure of."""
        return self.claims.get("email_verified") == ALWAYS


@dataclass(frozen=True, slots=True)
class ProviderFile:
    """A provider as staff read it: everything but the secret."""

    uuid: uuidlib.UUID
    issuer: str
    client_id: str
    proves_by: str
    has_secret: bool
    claims: dict[str, Any]
    trial: dict[str, Any] | None
    tried_at: datetime | None
    changed_at: datetime
    key: str  # the name of our key, where we prove ourselves by one
    next_key: str  # of one that waits
    next_since: datetime | None
    old_key: str  # of one that is shown still
    old_until: datetime | None


def _open(row: PartnerProvider, name: str) -> Provider:
    return Provider(
        row.uuid, row.company_id, name, row.issuer, row.client_id, row.proves_by,
        keys.unseal(SEAL, row.secret) if row.secret else "", dict(row.claims),
    )  # fmt: skip


def _living() -> Any:
    return (
        select(PartnerProvider, PartnerCompany.name)
        .join(PartnerCompany, PartnerCompany.id == PartnerProvider.company_id)
        .where(PartnerCompany.deactivated_at.is_(None), PartnerCompany.signs_in_by == "oidc")
    )


def provider_of(company_id: int) -> Provider | None:
    """Return the provider of an active company that signs in by one; None where there is none yet."""
    row = db.session().execute(_living().where(PartnerCompany.id == company_id)).one_or_none()
    return _open(row[0], row[1]) if row else None


def provider_by_uuid(uuid: uuidlib.UUID) -> Provider:
    """Return the provider of an active company by public id; raise NotFound."""
    row = db.session().execute(_living().where(PartnerProvider.uuid == uuid)).one_or_none()
    if row is None:
        raise NotFound()
    return _open(row[0], row[1])


def public_keys(uuid: uuidlib.UUID) -> list[dict[str, Any]]:
    """Return the public halves of our keys for a provider: the present one, one that waits, one that goes.

    Raise NotFound where there is none.
    """
    row = db.session().scalar(select(PartnerProvider).where(PartnerProvider.uuid == uuid))
    if row is None or not row.public_key:
        raise NotFound()
    old = row.old_public_key if _shown_still(row) else None
    return [dict(one) for one in (row.public_key, row.next_public_key, old) if one]


def _shown_still(row: PartnerProvider) -> bool:
    return row.old_until is not None and row.old_until > clock.now()


def _name(key: dict[str, Any] | None) -> str:
    return str((key or {}).get("kid", ""))


def provider_file(actor: Actor, uuid: uuidlib.UUID) -> ProviderFile | None:
    """Return the provider of a company for staff who set partners up; raise Denied, NotFound."""
    row = row_of(company(actor, uuid))
    if row is None:
        return None
    still = _shown_still(row)
    return ProviderFile(
        row.uuid, row.issuer, row.client_id, row.proves_by, row.secret is not None, dict(row.claims), row.trial,
        row.tried_at, row.changed_at, _name(row.public_key), _name(row.next_public_key), row.next_since,
        _name(row.old_public_key) if still else "", row.old_until if still else None,
    )  # fmt: skip


def row_of(one: PartnerCompany) -> PartnerProvider | None:
    """Return the provider of a company as it is stored."""
    return db.session().scalar(select(PartnerProvider).where(PartnerProvider.company_id == one.id))


def _issuer(text: str) -> str:
    text = text.strip()
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    here = parts.scheme == "http" and host in LOOPBACK and config.load().demo if host else False
    bare = host and not (parts.query or parts.fragment or parts.username)
    if not bare or len(text) > 500 or not (parts.scheme == "https" or here):
        message = _t("Write the issuer as its provider names it, like https://login.example.org/realm.")
        raise Invalid(message, code="partners.issuer", field="issuer")
    return text


def set_provider(
    uuid: uuidlib.UUID, *, actor: Actor, issuer: str, client_id: str, proves_by: str, secret: str = "",
    public_key: dict[str, Any] | None = None, claims: dict[str, str] | None = None,
) -> PartnerProvider:  # fmt: skip
    """Set up or change the provider of a company; an empty ``secret`` keeps the one that is known.

    With ``private_key_jwt`` the secret is our private key and ``public_key`` its other half. Another issuer or client
    signs everybody of the company out. Raise Denied, NotFound, Invalid at the field that does not fit.
    """
    one = company(actor, uuid)
    issuer = _issuer(issuer)
    client_id = shapes.line(client_id, most=255, field="client_id", needed=True)
    if proves_by not in {BY_SECRET, BY_KEY}:
        raise Invalid(_t("Choose how we prove ourselves."), field="proves_by")
    row, now = row_of(one), clock.now()
    kept = row.secret if row is not None and row.proves_by == proves_by else None
    if proves_by == BY_SECRET and not secret and kept is None:
        raise Invalid(_t("Write the secret that the provider gave for this client."), field="secret")
    if len(secret) > 4000:
        raise Invalid(_t("This is too long for a secret."), field="secret")
    mapped = {
        name: shapes.line(value, most=80, field=name) for name, value in (claims or {}).items() if value
    }
    if row is None:
        row = PartnerProvider(uuid=uuidlib.uuid4(), company_id=one.id)
        db.session().add(row)
        moved = False
    else:
        moved = (row.issuer, row.client_id) != (issuer, client_id)
    row.issuer, row.client_id, row.proves_by, row.claims = issuer, client_id, proves_by, mapped
    if secret or kept is None:
        row.next_secret = row.next_public_key = row.next_since = row.old_public_key = row.old_until = None
    if secret:
        row.secret, row.public_key = keys.seal(SEAL, secret), public_key
    elif kept is None:
        row.secret, row.public_key = None, None
    row.trial, row.tried_at, row.changed_at = None, None, now
    db.session().flush()
    if moved:
        end_sign_ins(one.id, how="way_changed")
    audit.record(
        Tag.PARTNER_PROVIDER_SET, actor=actor, subject=("partner", one.uuid), partner=one.name, issuer=issuer
    )  # fmt: skip
    return row


def to_try(actor: Actor, uuid: uuidlib.UUID, *, waiting: bool = False) -> Provider:
    """Return the provider of a company for a trial, also of one that is deactivated; raise Denied, NotFound.

    With ``waiting`` by the key that waits.
    """
    one = company(actor, uuid)
    row = row_of(one)
    if row is None or (waiting and row.next_secret is None):
        raise NotFound()
    found = _open(row, one.name)
    return replace(found, secret=keys.unseal(SEAL, row.next_secret)) if waiting and row.next_secret else found


def note_trial(uuid: uuidlib.UUID, found: dict[str, Any], *, actor: Actor) -> None:
    """Note what a trial of a provider found."""
    row = row_of(company(actor, uuid))
    if row is None:
        raise NotFound()
    row.trial, row.tried_at = found, clock.now()
    db.session().flush()


def reseal(*, only_count: bool = False) -> Resealed:
    """Seal every secret of a provider by the newest key of this installation; again changes nothing."""
    anew = unreadable = 0
    for column in (PartnerProvider.secret, PartnerProvider.next_secret):
        rows = select(PartnerProvider).where(column.is_not(None))
        found = reseal_rows(rows, SEAL, column, only_count=only_count)
        anew, unreadable = anew + found.anew, unreadable + found.unreadable
    return Resealed(anew, unreadable)
