"""Let a system act for a partner, give it another secret, and shut it out at once."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select, update

from portal import db
from portal.domain import audit, calendars, clock, partners
from portal.domain.accounts.shapes import line
from portal.domain.actor import Actor, PartnerRight, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Denied, Invalid, NotFound
from portal.text import _t

from . import messages, scopes, tokens
from .models import PartnerClient, PartnerClientToken

MOST_DAYS = 366
MOST_CLIENTS = 20
OVERLAP = timedelta(hours=24)  # the earlier secret is good too, so that it can be changed in peace


def may_manage(actor: Actor, partner_id: int) -> bool:
    """Tell whether an actor looks after the systems of a partner: its administrator, or our staff."""
    own = actor.partner_may(PartnerRight.CLIENTS_MANAGE) and actor.partner_id == partner_id
    return own or actor.may(Permission.PARTNERS_WRITE)


def guard(actor: Actor, partner_id: int) -> None:
    """Raise NotFound for somebody of another partner, Denied for who has not the right."""
    if actor.is_partner and actor.partner_id != partner_id:
        raise NotFound()
    if not may_manage(actor, partner_id):
        raise Denied()


def make(name: str, wanted: Sequence[str], until: date, *, actor: Actor) -> tuple[PartnerClient, str]:
    """Let a system act for the actor's partner until the end of a day; return it with its secret, shown this once.

    By the partner's own administrator alone: nobody of ours ever holds such a secret. ``until`` is a day of the
    actor's zone, at most a year away. Raises Denied, Invalid at ``name``, ``scopes`` or ``until``.
    """
    if not actor.partner_may(PartnerRight.CLIENTS_MANAGE) or actor.partner_id is None or actor.client_id:
        raise Denied()
    name = line(name, most=80, field="name", needed=True)
    chosen, now = scopes.checked(wanted), clock.now()
    if not timedelta(0) <= until - calendars.local_day(now, actor.zone) <= timedelta(days=MOST_DAYS):
        message = _t("Choose a day from today on, at most a year away.")
        raise Invalid(message, code="clients.until", field="until")
    session = db.session()
    # The row of the company is held, so that two presses at once do not pass the limit together.
    company = partners.PartnerCompany
    session.execute(select(company.id).where(company.id == actor.partner_id).with_for_update(key_share=True))
    living = session.execute(
        select(func.count(), func.count().filter(func.lower(PartnerClient.name) == name.lower())).where(
            PartnerClient.partner_id == actor.partner_id,
            PartnerClient.revoked_at.is_(None),
            PartnerClient.expires_at > now,
        )
    ).one()
    if living[1]:
        message = _t("A system of this name may act already. Choose another name.")
        raise Invalid(message, code="clients.name", field="name")
    if living[0] >= MOST_CLIENTS:
        message = _t("{most} systems may act for you already. Shut one out first.", most=MOST_CLIENTS)
        raise Invalid(message, code="clients.many", field="name")
    secret = tokens.new_secret()
    client = PartnerClient(
        uuid=uuidlib.uuid4(), partner_id=actor.partner_id, name=name, scopes=chosen,
        secret_hash=tokens.hashes_of(secret)[0], secret_at=now, earlier_hash="", earlier_until=None, created_at=now,
        created_by_id=actor.person_id, created_by_name=actor.name[:120],
        expires_at=calendars.day_end(until, actor.zone) - timedelta(seconds=1), last_used_at=None, revoked_at=None,
        revoked_by="",
    )  # fmt: skip
    session.add(client)
    _recorded(Tag.CLIENT_MADE, client, actor)
    messages.tell("made", client, actor=actor)
    return client, secret


def rotate(uuid: uuidlib.UUID, *, actor: Actor) -> tuple[PartnerClient, str]:
    """Draw another secret and return it, shown this once; the earlier one is good too for a day.

    By the partner's own administrator alone. Raises NotFound, Denied, Conflict where the last change is younger.
    """
    client = _found(uuid, actor)
    if not actor.is_partner:
        raise Denied()
    now = clock.now()
    if client.revoked_at is not None or client.expires_at <= now:
        raise Conflict(_t("This system acts no more. Let it in anew."), code="clients.over")
    if client.earlier_until is not None and client.earlier_until > now:
        message = _t(
            "The secret was changed a short while ago, and the one before it is still good. Wait a day."
        )
        raise Conflict(message, code="clients.rotated")
    secret = tokens.new_secret()
    client.earlier_hash, client.earlier_until = client.secret_hash, now + OVERLAP
    client.secret_hash, client.secret_at = tokens.hashes_of(secret)[0], now
    _recorded(Tag.CLIENT_ROTATED, client, actor)
    messages.tell("rotated", client, actor=actor)
    return client, secret


def revoke(uuid: uuidlib.UUID, *, actor: Actor) -> PartnerClient:
    """Shut a system out at once, with every token that it holds; twice is once. Raises NotFound, Denied."""
    client = _found(uuid, actor)
    if client.revoked_at is None:
        client.revoked_at, client.revoked_by = clock.now(), actor.name[:120]
        client.earlier_hash, client.earlier_until = "", None
        db.session().execute(
            update(PartnerClientToken)
            .where(PartnerClientToken.client_id == client.id, PartnerClientToken.revoked_at.is_(None))
            .values(revoked_at=client.revoked_at)
            .execution_options(synchronize_session=False)
        )
        _recorded(Tag.CLIENT_REVOKED, client, actor)
    return client


def _found(uuid: uuidlib.UUID, actor: Actor) -> PartnerClient:
    statement = select(PartnerClient).where(PartnerClient.uuid == uuid).with_for_update()
    found = db.session().scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None or actor.client_id:
        raise NotFound()
    guard(actor, found.partner_id)
    return found


def _recorded(tag: Tag, client: PartnerClient, actor: Actor) -> None:
    db.session().flush()
    name = partners.named([client.partner_id])[client.partner_id]
    audit.record(tag, actor=actor, subject=("partner_client", client.uuid), partner=name, client=client.name)
