"""The address at which a partner takes events: set by our staff or by the partner's own administrator."""

from __future__ import annotations

import base64
import secrets as chance
import uuid as uuidlib
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update

from portal import db
from portal.domain import audit, clock, partners
from portal.domain.accounts import Resealed, keys
from portal.domain.actor import Actor, PartnerRight, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Denied, Invalid, NotFound
from portal.domain.leasing import QUEUED
from portal.text import _t

from .models import WebhookEndpoint, WebhookEvent

OVERLAP = timedelta(hours=24)  # the earlier secret signs too, so that the partner can change it in peace
SEAL = "webhook"


class Endpoint(NamedTuple):
    """The address of a partner as its administrators and our staff read it; never the secret."""

    uuid: uuidlib.UUID
    url: str
    rotated_at: datetime
    earlier_until: datetime | None
    answered_at: datetime | None
    failing_since: datetime | None


def may_manage(actor: Actor, partner_id: int) -> bool:
    """Tell whether an actor looks after the address of a partner: its administrator, or our staff."""
    own = actor.partner_may(PartnerRight.PEOPLE_MANAGE) and actor.partner_id == partner_id
    return own or actor.may(Permission.PARTNERS_WRITE)


def guard(actor: Actor, partner_id: int) -> None:
    """Raise NotFound for somebody of another partner, Denied for who has not the right."""
    if actor.is_partner and actor.partner_id != partner_id:
        raise NotFound()
    if not may_manage(actor, partner_id):
        raise Denied()


def endpoint_of(partner_id: int, *, actor: Actor) -> Endpoint | None:
    """Return where a partner takes events, or None."""
    guard(actor, partner_id)
    row = living(partner_id)
    if row is None:
        return None
    over = row.earlier_until is None or row.earlier_until <= clock.now()
    return Endpoint(
        row.uuid,
        row.url,
        row.rotated_at,
        None if over else row.earlier_until,
        row.answered_at,
        row.failing_since,
    )


class Stopped(NamedTuple):
    """Where a partner took events once."""

    url: str
    at: datetime


def stopped_of(partner_id: int, *, actor: Actor) -> Stopped | None:
    """Return where a partner took events until it was stopped, by somebody or by a restore; None where none was."""
    guard(actor, partner_id)
    row = _row(partner_id)
    return Stopped(row.url, row.stopped_at) if row is not None and row.stopped_at is not None else None


def set_endpoint(partner_id: int, url: str, *, actor: Actor) -> str | None:
    """Let a partner take events at ``url``; return the secret when there is a new one: it is shown this once.

    The caller has had the form of the address checked by the guarded client, which checks it again at each call.
    Another address gets another secret, so that nobody at the old one can go on to sign.
    """
    guard(actor, partner_id)
    url = url.strip()
    if not url or len(url) > 500:
        raise Invalid(_t("Write the whole address, such as https://partner.example/reins."), field="url")
    row, now = _row(partner_id), clock.now()
    if row is not None and row.stopped_at is None and row.url == url:
        return None
    secret = new_secret()
    if row is None:
        row = WebhookEndpoint(uuid=uuidlib.uuid4(), partner_id=partner_id, created_at=now)
        db.session().add(row)
    row.url, row.secret, row.rotated_at = url, keys.seal(SEAL, secret), now
    row.earlier_secret = row.earlier_until = row.stopped_at = row.answered_at = row.failing_since = None
    _recorded(Tag.WEBHOOK_SET, row, actor)
    # What waited for the old address is tried at the new one at once.
    db.session().execute(
        update(WebhookEvent)
        .where(WebhookEvent.partner_id == partner_id, WebhookEvent.state == QUEUED)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )
    return secret


def rotate(partner_id: int, *, actor: Actor) -> str:
    """Draw a new secret and return it, shown this once; the earlier one signs too for a day."""
    guard(actor, partner_id)
    row = living(partner_id)
    if row is None:
        raise NotFound()
    now, secret = clock.now(), new_secret()
    if row.earlier_until is not None and row.earlier_until > now:
        message = _t(
            "The secret was changed a short while ago, and the one before it still signs. Wait a day."
        )
        raise Conflict(message, code="webhooks.rotated")
    row.earlier_secret, row.earlier_until = row.secret, now + OVERLAP
    row.secret, row.rotated_at = keys.seal(SEAL, secret), now
    _recorded(Tag.WEBHOOK_ROTATED, row, actor)
    return secret


def stop(partner_id: int, *, actor: Actor) -> None:
    """Tell a partner nothing there any more; what waits is given up, visibly, and told by mail instead."""
    guard(actor, partner_id)
    row = living(partner_id)
    if row is not None:
        row.stopped_at = clock.now()
        _recorded(Tag.WEBHOOK_STOPPED, row, actor)


def living(partner_id: int) -> WebhookEndpoint | None:
    """Return the address that a partner has now."""
    row = _row(partner_id)
    return row if row is not None and row.stopped_at is None else None


def secrets_of(row: WebhookEndpoint, at: datetime) -> tuple[str, ...]:
    """Return the secrets that sign at ``at``, the newest first; raise ``keys.Unreadable``."""
    found = [keys.unseal(SEAL, row.secret)]
    if row.earlier_secret is not None and row.earlier_until is not None and row.earlier_until > at:
        found.append(keys.unseal(SEAL, row.earlier_secret))
    return tuple(found)


def new_secret() -> str:
    """Return 256 random bits as Standard Webhooks writes them."""
    return "whsec_" + base64.b64encode(chance.token_bytes(32)).decode()


def reseal(*, only_count: bool = False) -> Resealed:
    """Seal the secrets of all addresses by the newest key; running it again changes nothing."""
    anew = unreadable = 0
    for row in db.session().scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.id).with_for_update()):
        for name in ("secret", "earlier_secret"):
            held = getattr(row, name)
            try:
                sealed = keys.resealed(SEAL, held) if held is not None else None
            except keys.Unreadable:
                unreadable += 1
                continue
            if sealed is not None:
                anew += 1
                if not only_count:
                    setattr(row, name, sealed)
    if not only_count:
        db.session().flush()
    return Resealed(anew, unreadable)


def _row(partner_id: int) -> WebhookEndpoint | None:
    statement = select(WebhookEndpoint).where(WebhookEndpoint.partner_id == partner_id)
    return db.session().scalars(statement).one_or_none()


def _recorded(tag: Tag, row: WebhookEndpoint, actor: Actor) -> None:
    db.session().flush()
    name = partners.named([row.partner_id])[row.partner_id]
    audit.record(tag, actor=actor, subject=("webhook_endpoint", row.uuid), partner=name)
