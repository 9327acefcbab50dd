"""What became of telling a partner: not yet confirmed, confirmed when and how; read from the rows that know it."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select

from portal import db
from portal.domain.outbox import Message
from portal.domain.outbox import State as Mail
from portal.domain.webhooks import GAVE_UP, SENT, WebhookEvent

from .models import ShareConfirmation, ShareEvent
from .rules import Happened, Terms, of_told
from .telling import WEBHOOK


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a grant, and what its partner knows of it by now."""

    id: int
    uuid: uuidlib.UUID
    grant_id: int
    at: datetime
    kind: str
    version: int
    actor_kind: str
    actor_name: str
    terms: Terms
    changed: list[str]
    notice: str
    told_by: str
    told_at: datetime | None  # when its system took the event, or the mail left
    tries: int  # that failed until now
    next_try: datetime | None
    confirmed_at: datetime | None
    confirmed_by: str  # a name; '' where its system took the event
    how: str  # webhook, page, link

    @property
    def waiting(self) -> bool:
        """Whether the partner has not confirmed it yet."""
        return self.confirmed_at is None


def statement() -> Select[Any]:
    """Return the events of grants with what their tellings came to, newest first."""
    return (
        select(
            ShareEvent.id, ShareEvent.uuid, ShareEvent.grant_id, ShareEvent.at, ShareEvent.kind, ShareEvent.version,
            ShareEvent.actor_kind, ShareEvent.actor_name, ShareEvent.terms, ShareEvent.changed, ShareEvent.notice,
            ShareEvent.told_by, ShareConfirmation.at.label("confirmed_at"),
            ShareConfirmation.name.label("confirmed_by"), ShareConfirmation.how,
            WebhookEvent.state.label("hook"), WebhookEvent.ended_at.label("hook_at"),
            WebhookEvent.attempts.label("hook_tries"), WebhookEvent.due_at.label("hook_due"),
            Message.state.label("mail"), Message.ended_at.label("mail_at"), Message.attempts.label("mail_tries"),
            Message.due_at.label("mail_due"),
        )
        .outerjoin(ShareConfirmation, ShareConfirmation.event_id == ShareEvent.id)
        .outerjoin(WebhookEvent, and_(WebhookEvent.key == ShareEvent.told_key, ShareEvent.told_by == WEBHOOK))
        .outerjoin(Message, Message.key == ShareEvent.told_key)
        .order_by(ShareEvent.id.desc())
    )  # fmt: skip


def history(grant_ids: Collection[int], *, only: Collection[Happened] = ()) -> list[Told]:
    """Return everything that happened to these grants, newest first; one query."""
    wanted = statement().where(ShareEvent.grant_id.in_(list(grant_ids)))
    if only:
        wanted = wanted.where(ShareEvent.kind.in_([one.value for one in only]))
    return [told(row) for row in db.session().execute(wanted)]


def newest(grant_ids: Collection[int]) -> list[Told]:
    """Return what happened last to each of these grants; one query."""
    last = (
        select(func.max(ShareEvent.id))
        .where(ShareEvent.grant_id.in_(list(grant_ids)))
        .group_by(ShareEvent.grant_id)
    )
    return [told(row) for row in db.session().execute(statement().where(ShareEvent.id.in_(last)))]


def told(row: Any) -> Told:
    """Make one of a row of :func:`statement`.

    A system that took the event knows it, and that is its confirmation; that something was erased, only somebody of
    the partner can say.
    """
    taken = row.hook == SENT
    by_system = taken and row.kind != Happened.ERASE_ASKED
    on_its_way = row.hook if row.hook not in {None, GAVE_UP} else row.mail
    next_try = row.hook_due if on_its_way is row.hook else row.mail_due
    tries = (row.hook_tries or 0) if row.hook is not None else (row.mail_tries or 0)
    return Told(
        id=row.id, uuid=row.uuid, grant_id=row.grant_id, at=row.at, kind=row.kind, version=row.version,
        actor_kind=row.actor_kind, actor_name=row.actor_name, terms=of_told(row.terms), changed=row.changed,
        notice=row.notice, told_by=row.told_by,
        told_at=row.hook_at if taken else row.mail_at if row.mail == Mail.SENT.value else None,
        tries=0 if taken else tries, next_try=next_try if on_its_way in {"queued", "leased"} else None,
        confirmed_at=row.hook_at if by_system else row.confirmed_at,
        confirmed_by="" if by_system else row.confirmed_by or "", how=WEBHOOK if by_system else row.how or "",
    )  # fmt: skip
