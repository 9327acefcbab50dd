"""What became of a partner's events, as its administrators and our staff read it."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from portal import db
from portal.domain import partners
from portal.domain.actor import Actor, Permission
from portal.domain.leasing import ON_ITS_WAY
from portal.text import Lazy, _t

from . import endpoints
from .models import WebhookEvent
from .writing import GAVE_UP

REASONS: dict[str, Lazy] = {
    "": _t("not tried yet"),
    "name": _t("the name of the receiver leads nowhere"),
    "connection": _t("the receiver does not answer"),
    "tls": _t("the certificate of the receiver does not fit"),
    "too_late": _t("the receiver took too long"),
    "too_large": _t("the receiver answered at too great a length"),
    "nonsense": _t("the receiver answered nonsense"),
    "status": _t("the receiver refused it"),
    "gone": _t("the receiver says that nobody is there any more"),
    "forbidden": _t("the address leads where we do not call"),
    "no_endpoint": _t("there is no address to send it to"),
    "our_fault": _t("something went wrong on our side"),
    "restored": _t("our data came back from a backup, and it may have reached you before"),
}


class Line(NamedTuple):
    """One event and where it stands: queued, leased, sent, gave_up."""

    id: int
    uuid: uuidlib.UUID
    kind: str
    sequence: int
    created_at: datetime
    state: str
    due_at: datetime
    attempts: int
    ended_at: datetime | None
    reason: str
    detail: str

    @property
    def why(self) -> Lazy:
        """Why it did not arrive the last time."""
        return REASONS.get(self.reason, REASONS["our_fault"])


def _lines() -> Any:
    return select(
        WebhookEvent.id, WebhookEvent.uuid, WebhookEvent.kind, WebhookEvent.sequence, WebhookEvent.created_at,
        WebhookEvent.state, WebhookEvent.due_at, WebhookEvent.attempts, WebhookEvent.ended_at, WebhookEvent.reason,
        WebhookEvent.detail,
    ).order_by(WebhookEvent.id.desc())  # fmt: skip


def events(
    partner_id: int, *, actor: Actor, before: int | None = None, limit: int = 25, only: str = ""
) -> list[Line]:
    """Return events of a partner, newest first, one more than ``limit`` when there are more.

    ``only`` may be ``waiting`` or ``gave_up``; ``before`` is the id of the last line of the page before.
    """
    endpoints.guard(actor, partner_id)
    statement = _lines().where(WebhookEvent.partner_id == partner_id).limit(limit + 1)
    if only == "waiting":
        statement = statement.where(WebhookEvent.state.in_(ON_ITS_WAY))
    elif only == "gave_up":
        statement = statement.where(WebhookEvent.state == GAVE_UP)
    if before is not None:
        statement = statement.where(WebhookEvent.id < before)
    return [Line(*row) for row in db.session().execute(statement)]


def dead(*, actor: Actor, limit: int = 200) -> list[tuple[str, Line]]:
    """Return what was given up of all partners, newest first, each with the partner's name; raise Denied."""
    actor.require(Permission.PARTNERS_WRITE)
    rows = db.session().execute(
        _lines()
        .add_columns(partners.PartnerCompany.name)
        .join(partners.PartnerCompany, partners.PartnerCompany.id == WebhookEvent.partner_id)
        .where(WebhookEvent.state == GAVE_UP)
        .limit(limit)
    )
    return [(row[-1], Line(*row[:-1])) for row in rows]


def given_up() -> int:
    """Return how many events were given up and not sent again, of all partners; without scope, for operators."""
    return db.session().scalar(select(func.count()).where(WebhookEvent.state == GAVE_UP)) or 0
