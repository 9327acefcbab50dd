"""Promise an event to a partner, in the transaction of its act; and let one that was given up go again."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from sqlalchemy import func, select

from portal import db
from portal.domain import audit, clock, outbox, partners
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, NotFound
from portal.domain.leasing import QUEUED
from portal.prepared import Added
from portal.text import _t

from . import endpoints
from .models import WebhookEvent

GAVE_UP, SENT = "gave_up", "sent"


def write(
    kind: str,
    *,
    key: str,
    partner_id: int,
    stream: tuple[str, uuidlib.UUID],
    data: dict[str, Any],
    account_id: int | None = None,
) -> str | None:
    """Queue an event for a partner and return its ``key``; None where the partner takes none: write a mail then.

    ``kind`` is ``subject.what``; ``stream`` what it is about: events of a stream leave in the order in which they
    were written, so the caller holds a lock on it. ``data`` is JSON of ids and terms, nothing of a person.
    Writing the same key again changes nothing.
    """
    if endpoints.living(partner_id) is None:
        return None
    at = clock.now()
    stream_kind, stream_uuid = stream[0], str(stream[1])
    session = db.session()
    session.flush()
    last = session.scalar(
        select(func.max(WebhookEvent.sequence)).where(
            WebhookEvent.stream_kind == stream_kind, WebhookEvent.stream_uuid == stream_uuid
        )
    )
    _UNLESS_KNOWN.run(
        uuid=uuidlib.uuid4(), key=key, partner_id=partner_id, account_id=account_id, stream_kind=stream_kind,
        stream_uuid=stream_uuid, sequence=(last or 0) + 1, kind=kind, data=data, created_at=at, state=QUEUED,
        due_at=at,
    )  # fmt: skip
    db.after_commit(outbox.ring)
    return key


_UNLESS_KNOWN = Added(WebhookEvent, unless=["key"])


def trial(partner_id: int, *, actor: Actor) -> None:
    """Queue an event that only says that events arrive; raise Conflict where there is no address."""
    endpoints.guard(actor, partner_id)
    row = endpoints.living(partner_id)
    if row is None:
        raise NotFound()
    mark = uuidlib.uuid4()
    write("trial.sent", key=f"trial:{mark}", partner_id=partner_id, stream=("trial", mark), data={})


def send_again(partner_id: int | None, uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """Let an event that was given up go again, from its first try; raise NotFound, Conflict for one that is not.

    Without a partner it is whichever the event is for, as our staff see them all.
    """
    if partner_id is None:
        actor.require(Permission.PARTNERS_WRITE)
        found = select(WebhookEvent.partner_id).where(WebhookEvent.uuid == uuid)
        partner_id = db.session().scalar(found)
        if partner_id is None:
            raise NotFound()
    endpoints.guard(actor, partner_id)
    row = (
        db.session()
        .scalars(
            select(WebhookEvent)
            .where(WebhookEvent.uuid == uuid, WebhookEvent.partner_id == partner_id)
            .with_for_update()
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound()
    if row.state != GAVE_UP:
        raise Conflict(_t("This event is on its way or has arrived."), code="webhooks.not_given_up")
    if endpoints.living(partner_id) is None:
        raise Conflict(_t("There is no address to send it to. Set one first."), code="webhooks.no_endpoint")
    row.state, row.due_at, row.attempts, row.ended_at = QUEUED, clock.now(), 0, None
    db.session().flush()
    name = partners.named([partner_id])[partner_id]
    audit.record(Tag.WEBHOOK_SENT_AGAIN, actor=actor, subject=("webhook_event", row.uuid), partner=name)
    db.after_commit(outbox.ring)
