"""The ledger and the state that follows: events are only added, a state is what the newest of its scope says."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from portal import db
from portal.domain import clock
from portal.domain.accounts.models import Person
from portal.domain.actor import Actor
from portal.domain.errors import NotFound
from portal.domain.outbox import Message

from .models import ConsentEvent, ConsentState, Override, Purpose, PurposeNotice, PurposeVersion
from .rules import OVERRIDES, PERMITTING, Kind, Method, mask_of


class Scope(NamedTuple):
    """What an expression is about within a purpose; '' means all."""

    topic: str = ""
    channel: str = ""
    address: str = ""

    def covers(self, other: Scope) -> bool:
        """Tell whether everything in ``other`` lies within this scope."""
        return all(not mine or mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __str__(self) -> str:
        return " · ".join(part for part in self if part)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act did: the entry that holds now, and whether this act wrote it."""

    event: ConsentEvent
    changed: bool

    @property
    def uuid(self) -> uuidlib.UUID:
        return self.event.uuid


class Terms(NamedTuple):
    """The published version of a purpose as its act needs it: term, benefit, and the words in one language."""

    valid_months: int | None
    benefit_by_days: int | None
    language: str
    title: str
    text_hash: str


@dataclass(slots=True)
class Entry:
    """Who says it and how: what every event of one act has in common."""

    person: Person
    account_id: int | None
    actor: Actor
    method: str = Method.PAGE
    detail: str = ""
    authority: str = "self"
    reason: str = ""
    at: datetime = field(default_factory=clock.now)


def lock(person_id: int) -> Person:
    """Return the person, and let the acts of one person about permissions happen one after the other.

    SQLite has one writer anyway; on PostgreSQL the row is locked, so that the times of the entries have their order.
    """
    statement = select(Person).where(Person.id == person_id).with_for_update(key_share=True)
    person = db.session().scalars(statement).one_or_none()
    if person is None:
        raise NotFound()
    return person


def terms(purpose: Purpose, language: str) -> Terms:
    """Return what the published version says, in ``language`` or else in English."""
    rows = db.session().execute(
        select(
            PurposeVersion.valid_months,
            PurposeVersion.benefit_by_days,
            PurposeNotice.language,
            PurposeNotice.title,
            PurposeNotice.text_hash,
        )
        .join(PurposeNotice, PurposeNotice.purpose_version_id == PurposeVersion.id)
        .where(
            PurposeVersion.purpose_id == purpose.id,
            PurposeVersion.number == purpose.version,
            PurposeNotice.language.in_({language, "en"}),
        )
    )
    found = {row.language: Terms(*row) for row in rows}
    return found.get(language) or found["en"]


def states(person_id: int, account_id: int, purpose: Purpose) -> dict[Scope, ConsentState]:
    """Return the current states of a person in an account about one purpose, by their scope."""
    rows = db.session().scalars(
        select(ConsentState).where(
            ConsentState.person_id == person_id,
            ConsentState.account_id == account_id,
            ConsentState.purpose_id == purpose.id,
        )
    )
    return {Scope(row.topic, row.channel, row.address): row for row in rows}


def overrides(person_id: int, account_id: int | None, at: datetime) -> Sequence[Override]:
    """Return what overrules older yeses of a person at ``at``: everywhere, and in this account if one is named."""
    rows = db.session().scalars(
        select(Override)
        .where(Override.person_id == person_id, Override.lifted_at.is_(None))
        .order_by(Override.id)
    )
    return [
        row
        for row in rows
        if (row.until is None or row.until > at) and (row.account_id is None or row.account_id == account_id)
    ]


def append(
    kind: Kind,
    entry: Entry,
    *,
    purpose: Purpose | None = None,
    terms: Terms | None = None,
    scope: Scope = Scope(),  # noqa: B008 - an immutable tuple
    expires_at: datetime | None = None,
    ask_not_before: datetime | None = None,
    effect: dict[str, Any] | None = None,
) -> ConsentEvent:
    """Add one entry to the ledger; it never changes afterwards, so its effect has to be known."""
    event = ConsentEvent(
        at=entry.at,
        account_id=entry.account_id,
        person_id=entry.person.id,
        kind=kind.value,
        purpose_id=purpose.id if purpose else None,
        purpose_version=purpose.version if purpose else None,
        topic=scope.topic,
        channel=scope.channel,
        address=scope.address,
        language=terms.language if terms else "",
        notice_hash=terms.text_hash if terms else "",
        method=str(entry.method),
        method_detail=entry.detail[:300],
        actor_kind=entry.actor.kind.value,
        actor_person_id=entry.actor.person_id,
        authority=entry.authority,
        expires_at=expires_at,
        ask_not_before=ask_not_before,
        reason=entry.reason[:300],
        effect=effect or {},
    )
    session = db.session()
    session.add(event)
    session.flush()
    return event


def settle(event: ConsentEvent, state: ConsentState | None, *, asked: int = 0) -> ConsentState:
    """Let the state of the event's scope say what the event says, unless a newer one has spoken already."""
    session = db.session()
    if state is None:
        state = ConsentState(
            account_id=event.account_id,
            person_id=event.person_id,
            purpose_id=event.purpose_id,
            topic=event.topic,
            channel=event.channel,
            address=event.address,
            mask=mask_of(event.topic, event.channel, event.address),
            times_asked=0,
            at=event.at,
        )
        session.add(state)
    elif state.at > event.at:
        return state
    state.status = event.kind
    state.permits = event.kind in PERMITTING
    state.purpose_version = event.purpose_version or 1
    state.at = event.at
    state.expires_at = event.expires_at
    state.ask_not_before = event.ask_not_before
    state.times_asked += asked
    state.event_id = event.id
    session.flush()
    return state


def overrule(
    event: ConsentEvent, *, marketing_only: bool = False, replaces: Iterable[Override] = ()
) -> Override:
    """Let a stop-all, an objection, a restriction, a pause or a signal hold from its instant on."""
    assert event.kind in OVERRIDES
    for older in replaces:
        lift(older, event)
    override = Override(
        person_id=event.person_id,
        account_id=event.account_id,
        kind=event.kind,
        marketing_only=marketing_only,
        at=event.at,
        until=event.expires_at,
        event_id=event.id,
    )
    session = db.session()
    session.add(override)
    session.flush()
    return override


def lift(override: Override, event: ConsentEvent) -> None:
    """End an override by the event that says so."""
    override.lifted_at = event.at
    override.lifted_event_id = event.id
    db.session().flush()


def cancelled_effect(messages: Sequence[Message]) -> dict[str, Any]:
    """Return what a receipt shows of cancelled messages: how many, and each with its purpose, channel and date."""
    return {
        "cancelled": len(messages),
        "messages": [
            {
                "uuid": str(message.uuid),
                "name": message.name,
                "purpose": message.purpose,
                "channel": message.channel,
                "due_at": message.due_at.isoformat(),
            }
            for message in messages[:100]
        ],
    }
