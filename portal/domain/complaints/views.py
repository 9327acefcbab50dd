"""What a page of one complaint shows, as plain values."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.text import Lazy

from .models import Complaint
from .saying import Promise, explain
from .states import StateInfo


@dataclass(slots=True)
class Party:
    """The account, or the person, a complaint belongs to."""

    id: int
    uuid: uuidlib.UUID
    name: str
    number: str = ""
    kind: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    zone: str = ""


@dataclass(slots=True)
class FileView:
    """One file of the case."""

    uuid: uuidlib.UUID
    name: str
    media_type: str
    size: int
    at: datetime
    side: str
    entry_id: int | None
    removable: bool


@dataclass(slots=True)
class Item:
    """One entry of the thread; ``text`` is None where the reader may only know that it exists."""

    uuid: uuidlib.UUID
    at: datetime
    kind: str
    side: str
    who: str
    text: str | None
    channel: str
    category: Lazy | None = None
    category_key: str = ""
    review_on: date | None = None
    files: list[FileView] = field(default_factory=list)


@dataclass(slots=True)
class RemedyView:
    """One remedy from the offer to the customer's yes."""

    uuid: uuidlib.UUID
    kind: str
    title: Lazy | str
    text: str
    amount: Decimal | None
    currency: str
    days: int | None
    due_at: datetime | None
    explanation: dict[str, Any]
    accepted_at: datetime | None
    done_at: datetime | None
    done_by: str
    evidence: str
    confirmed_at: datetime | None
    disputed_at: datetime | None
    state: str
    asked: bool

    @property
    def due(self) -> datetime | None:
        """The date, under the name that offer cards use."""
        return self.due_at

    @property
    def explain(self) -> list[Lazy | str]:
        """The sentences behind the date."""
        return explain(self.explanation)


@dataclass(slots=True)
class OfferView:
    """One version of our answer."""

    uuid: uuidlib.UUID
    number: int
    stage: int
    made_at: datetime
    by: str
    finding: str
    finding_label: Lazy
    reasons: Lazy | str
    content_hash: str
    open: bool
    decision: str
    decided_at: datetime | None
    expires: datetime | None
    remedies: list[RemedyView]
    points: list[dict[str, Any]]


@dataclass(slots=True)
class EventView:
    """One line of the log, open to the customer."""

    at: datetime
    act: str
    sentence: Lazy
    who: str
    kind: str
    reason: str
    from_state: str
    to_state: str
    to_label: Lazy
    clocks: list[tuple[Lazy, str | None, str | None]]
    data: dict[str, Any]


@dataclass(slots=True)
class Stop:
    """One stop on the line of its life."""

    label: Lazy
    state: str
    at: datetime | None = None
    due: datetime | None = None
    note: Lazy | str | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """The outside body that has a complaint, and since when."""

    body: str
    since: datetime


@dataclass(slots=True)
class Case:
    """One complaint as one actor may see it."""

    complaint: Complaint
    info: StateInfo
    status: str
    account: Party
    person: Party
    handler_name: str
    reviewer_name: str
    entered_by_name: str
    next: Lazy | str
    promise: Promise | None
    promises: list[Promise]
    past_promises: list[Promise]
    law: dict[str, Any] | None
    law_words: list[Lazy | str]
    thread: list[Item]
    open_question: Item | None
    offers: list[OfferView]
    offer: OfferView | None
    remedies: list[RemedyView]
    files: list[FileView]
    events: list[EventView]
    stops: list[Stop]
    may: frozenset[str]
    ended_note: Lazy | None
    asks_reopen: bool
    wanted: Lazy | str
    outside: Outside | None = None  # which outside body has it
    choose_until: datetime | None = None  # another remedy than the law gives
    too_much: Lazy | None = None  # why this reader may not accept the open offer, and who may

    @property
    def uuid(self) -> uuidlib.UUID:
        """Public id."""
        return self.complaint.uuid

    @property
    def past_offers(self) -> list[OfferView]:
        """The versions of our answer that are decided."""
        return [one for one in self.offers if not one.open]

    @property
    def unconfirmed(self) -> int:
        """How many remedies the customer has not confirmed yet."""
        return sum(1 for one in self.remedies if one.confirmed_at is None)

    @property
    def number(self) -> str:
        """The number people say on the phone."""
        return self.complaint.number

    @property
    def version(self) -> int:
        """The version to send back with an act."""
        return self.complaint.version

    @property
    def state(self) -> str:
        """Where it is."""
        return self.complaint.state

    @property
    def subject(self) -> str:
        """Its title, or nothing."""
        return self.complaint.subject
