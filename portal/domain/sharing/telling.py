"""How a partner hears of what happened to a grant, and how it confirms: webhook, link in a mail, or its page."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import audit, clock, partners, webhooks
from portal.domain.accounts.links import SHARED, peek
from portal.domain.actor import Actor, ActorKind, PartnerRight
from portal.domain.audit import Tag
from portal.domain.errors import Denied, NotFound
from portal.domain.partners import PartnerCompany

from . import messages
from .models import ShareConfirmation, ShareEvent, ShareGrant
from .rules import Happened

WEBHOOK, EMAIL, PAGE = "webhook", "email", "page"


def tell(kind: Happened, grant: ShareGrant, *, event: uuidlib.UUID, key: str, data: dict[str, Any]) -> str:
    """Queue the news for a partner and return by what: its webhook, a mail with a link, or its page alone."""
    # For a partner an end is an end: what a restore ended is told as what a customer stopped.
    said = Happened.STOPPED if kind is Happened.RESTORED else kind
    queued = webhooks.write(
        f"share.{said.value}", key=key, partner_id=grant.partner_id, account_id=grant.account_id,
        stream=("share", grant.uuid), data=data,
    )  # fmt: skip
    return WEBHOOK if queued else by_mail(kind, grant.partner_id, grant.uuid, event=event, key=key)


def by_mail(kind: str, partner_id: int, grant: uuidlib.UUID, *, event: uuidlib.UUID, key: str) -> str:
    """Write the mail with the link by which the partner confirms; its page shows it in any case."""
    address, name = address_of(partner_id)
    if not address:
        return PAGE
    messages.to_partner(
        kind, grant, event=event, key=key, address=address, name=name,
        language=partners.language_of(partner_id, address),
    )  # fmt: skip
    return EMAIL


def address_of(partner_id: int) -> tuple[str, str]:
    """Return where a partner is written to, and how it is called; '' where nobody can be."""
    row = (
        db.session()
        .execute(
            select(PartnerCompany.contact_email, PartnerCompany.name).where(PartnerCompany.id == partner_id)
        )
        .one()
    )
    if row.contact_email:
        return row.contact_email, row.name
    there = [one.email for one in partners.administrators(partner_id) if one.email]
    return (there[0] if there else ""), row.name


def confirm(event: uuidlib.UUID, *, actor: Actor) -> None:
    """Note that a partner knows an event, or has erased what it held; a second press changes nothing."""
    if not actor.partner_may(PartnerRight.SHARES_READ):
        raise Denied()
    row = _event(event, partner_id=actor.partner_id)
    _confirm(row, how="page", name=actor.name, actor=actor)


def peek_link(token: str) -> ShareEvent:
    """Return the event that a link of a mail is about; raise NotFound. Nothing changes: programs open links too."""
    return _event(uuidlib.UUID(peek(SHARED, token).data["event"]))


def confirm_by_link(token: str) -> ShareEvent:
    """Confirm what a mail told, by its link: whoever holds it reads the mailbox of the partner."""
    row = peek_link(token)
    name = partners.named([row.partner_id])[row.partner_id]
    _confirm(row, how="link", name=name, actor=Actor(ActorKind.PARTNER, name=name, partner_id=row.partner_id))
    return row


def _event(uuid: uuidlib.UUID, partner_id: int | None = None) -> ShareEvent:
    statement = select(ShareEvent).where(ShareEvent.uuid == uuid)
    if partner_id is not None:
        statement = statement.where(ShareEvent.partner_id == partner_id)
    row = db.session().scalars(statement).one_or_none()
    if row is None:
        raise NotFound()
    return row


def _confirm(row: ShareEvent, *, how: str, name: str, actor: Actor) -> None:
    session = db.session()
    grant = session.scalars(select(ShareGrant).where(ShareGrant.id == row.grant_id).with_for_update()).one()
    known = session.scalar(select(ShareConfirmation.id).where(ShareConfirmation.event_id == row.id))
    if known is not None:
        return
    now = clock.now()
    # Who knows what came last knows what came before it; that something is erased is said by itself.
    earlier = session.scalars(
        select(ShareEvent.id)
        .outerjoin(ShareConfirmation, ShareConfirmation.event_id == ShareEvent.id)
        .where(
            ShareEvent.grant_id == row.grant_id, ShareEvent.id < row.id, ShareConfirmation.id.is_(None),
            ShareEvent.kind != Happened.ERASE_ASKED.value,
        )
    ).all()  # fmt: skip
    session.add_all(
        ShareConfirmation(event_id=event_id, at=now, how=how, name=name) for event_id in (*earlier, row.id)
    )
    session.flush()
    partner = partners.named([row.partner_id])[row.partner_id]
    erased = row.kind == Happened.ERASE_ASKED
    audit.record(
        Tag.SHARE_ERASED if erased else Tag.SHARE_CONFIRMED, actor=actor, account_id=row.account_id,
        subject=("share", grant.uuid), at=now, partner=partner,
    )  # fmt: skip
    messages.confirmed(row, grant, partner=partner, at=now)
