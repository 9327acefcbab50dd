"""Why a message came, waits, or did not come: the stored decision and the entry it relied on, in plain words."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal import db
from portal.domain import audit, gate
from portal.domain.consent.models import ConsentEvent, Purpose
from portal.domain.gate import GateDecision
from portal.domain.outbox import Message, State
from portal.text import Lazy, _t

from .readers import lane_of


@dataclass(frozen=True, slots=True)
class Why:
    """The answer to "why did I get this?" and "why not?"."""

    title: str  # of the purpose, '' for what has none
    service: bool
    purpose_uuid: uuidlib.UUID | None
    decided_at: datetime | None
    allowed: bool | None
    reason: str
    event_uuid: uuidlib.UUID | None
    event_at: datetime | None
    event_kind: str
    event_method: str


SENTENCES: dict[str, Lazy] = {
    "hours": _t("You set the hours in which we may reach you."),
    "budget": _t("You set how many messages we may send you in a time."),
    "too_late": _t("Its time had passed before it could leave."),
    "no_address": _t("We have no address of yours for this way of contact."),
    "address_bounced": _t(
        "The address took no messages the last time, so we send nothing there until you mend it."
    ),
    "address_refused": _t("The mail server said that this address does not exist."),
    "address_refused_for_now": _t("Your mailbox takes nothing at the moment."),
    "address_unusable": _t("No message can be sent to this address as it is written."),
    "server_refused": _t("The mail server refused the message."),
    "server_hung_up": _t("The connection to the mail server broke."),
    "server_slow": _t("The mail server did not answer in time."),
    "server_down": _t("The mail server could not be reached."),
    "server_not_trusted": _t("The mail server could not prove its name, so we gave it nothing."),
    "our_fault": _t("There is a fault on our side."),
    "no_answer": _t("We called and nobody answered."),
    "not_reached": _t("We called three times and nobody answered."),
    "returned": _t("The letter came back to us."),
}


def reason_words(code: str) -> Lazy | str:
    """Return a few words, for staff and the record, for a reason of the gate, of delivery or of a cancellation."""
    words: Lazy | str = audit.word("reason", code)
    return words


def reason_sentence(code: str) -> Lazy | str:
    """Return the same as a sentence to the person it was meant for; '' for none."""
    if not code:
        return ""
    return SENTENCES.get(code) or gate.explain(code)


def why(message: Message, language: str) -> Why:
    """Return what decided about a message, in two queries whatever there is."""
    lane = lane_of(message.purpose, language)
    row = (
        db.session()
        .execute(
            select(
                Purpose.uuid.label("purpose_uuid"),
                GateDecision.at,
                GateDecision.allowed,
                GateDecision.reason,
                ConsentEvent.uuid.label("event_uuid"),
                ConsentEvent.at.label("event_at"),
                ConsentEvent.kind,
                ConsentEvent.method,
            )
            .select_from(Message)
            .outerjoin(Purpose, Purpose.key == Message.purpose)
            .outerjoin(GateDecision, GateDecision.id == Message.decision_id)
            .outerjoin(ConsentEvent, ConsentEvent.id == GateDecision.event_id)
            .where(Message.id == message.id)
        )
        .one()
    )
    return Why(
        title=lane.title, service=lane.service, purpose_uuid=row.purpose_uuid, decided_at=row.at,
        allowed=row.allowed, reason=message.reason or row.reason or "", event_uuid=row.event_uuid,
        event_at=row.event_at, event_kind=row.kind or "", event_method=row.method or "",
    )  # fmt: skip


STATUS: dict[str, str] = {
    State.QUEUED: "waiting", State.LEASED: "waiting", State.WAITING: "waiting", State.SENT: "sent",
    State.DONE: "sent", State.WITHHELD: "withheld", State.CANCELLED: "withheld", State.GAVE_UP: "failed",
}  # fmt: skip
STATE_WORDS: dict[str, Lazy] = {
    State.QUEUED: _t("waits to be sent"),
    State.LEASED: _t("is being sent"),
    State.WAITING: _t("waits for a member of staff"),
    State.SENT: _t("sent"),
    State.DONE: _t("done"),
    State.WITHHELD: _t("not sent"),
    State.CANCELLED: _t("cancelled"),
    State.GAVE_UP: _t("could not be delivered"),
}
