"""Complaints: the case, the words, the log of moves, the clocks, the offers and remedies, the files."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Keyed, Public, append_only

OPEN = text("ended_at IS NULL AND state <> 'draft'")
ENDED = text("ended_at IS NOT NULL")
WRITTEN = text("written_at IS NOT NULL")
GIVEN = text("(kind_key IS NOT NULL OR subject_key IS NOT NULL)")
# Views of the queue that hold few of very many: each is an index of its own, in the order of the list.
UNASSIGNED = text(
    "ended_at IS NULL AND"
    " (state = 'received' AND handler_id IS NULL OR state = 'in_review' AND reviewer_id IS NULL)"
)
AWAITED = text(
    "ended_at IS NULL AND"
    " state IN ('needs_customer', 'offered', 'needs_customer_r', 'review_offered', 'to_confirm')"
)
REVIEWED = text("ended_at IS NULL AND state IN ('in_review', 'needs_customer_r', 'review_offered')")
OWED = text("(state = 'remedy_due' OR state IN ('lapsed', 'closed_unconfirmed') AND due_clock = 'K10')")

_FEW = (("unassigned", UNASSIGNED), ("awaited", AWAITED), ("reviewed", REVIEWED), ("owed", OWED))


class Complaint(Public, Base):
    """One complaint with its present state; how it came there is in its events."""

    __tablename__ = "complaint"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        Index("ix_complaint_account", "account_id", "id"),
        Index("ix_complaint_queue", "harm", "due_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        *(
            Index(
                f"ix_complaint_{who}",
                f"{who}_id",
                "harm",
                "due_at",
                "id",
                sqlite_where=OPEN,
                postgresql_where=OPEN,
            )
            for who in ("handler", "reviewer")
        ),
        *(
            Index(f"ix_complaint_{name}", "harm", "due_at", "id", sqlite_where=only, postgresql_where=only)
            for name, only in _FEW
        ),
        Index("ix_complaint_state", "state", "due_at", "id"),
        Index("ix_complaint_ended", "ended_at", "id", sqlite_where=ENDED, postgresql_where=ENDED),
        Index(
            "ix_complaint_sorted",
            "received_at",
            "kind_key",
            "subject_key",
            sqlite_where=GIVEN,
            postgresql_where=GIVEN,
        ),
        Index("ix_complaint_written", "written_at", "id", sqlite_where=WRITTEN, postgresql_where=WRITTEN),
    )

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))  # whose complaint it is
    number: Mapped[str] = mapped_column(String(12), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)  # every move raises it: an old page loses politely
    subject: Mapped[str] = mapped_column(String(200), default="")
    about: Mapped[str] = mapped_column(String(200), default="")  # product, order, place, people
    happened_on: Mapped[date | None] = mapped_column(Date)
    words: Mapped[str] = mapped_column(Text, default="")  # of the customer; never edited after sending
    remedy_wanted: Mapped[str] = mapped_column(String(20), default="")
    remedy_text: Mapped[str] = mapped_column(String(500), default="")
    amount_wanted: Mapped[Decimal | None]
    currency: Mapped[str] = mapped_column(String(3), default="")
    contact_channel: Mapped[str] = mapped_column(String(10), default="")
    language: Mapped[str] = mapped_column(String(5), default="")
    zone: Mapped[str] = mapped_column(
        String(60)
    )  # of the customer: a date that binds us is the earlier of two
    draft_step: Mapped[str] = mapped_column(String(20), default="")

    channel: Mapped[str] = mapped_column(String(10), default="portal")  # how it reached us
    created_at: Mapped[datetime]
    received_at: Mapped[datetime | None]  # when it reached us, not when someone typed it in
    entered_at: Mapped[datetime | None]
    entered_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    handler_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    reviewer_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    next_step: Mapped[str] = mapped_column(String(300), default="")
    stage: Mapped[int] = mapped_column(SmallInteger, default=1)
    harm: Mapped[int] = mapped_column(SmallInteger, default=1)  # 0 harm or danger: jumps the queue; 1 normal
    law_key: Mapped[str] = mapped_column(String(60), default="")
    due_at: Mapped[datetime | None]  # nearest of our running clocks, copied here for the queue
    due_clock: Mapped[str] = mapped_column(String(4), default="")
    last_news_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str] = mapped_column(String(30), default="")
    written_at: Mapped[datetime | None]  # the customer wrote after the end and has not said yet what it means
    source: Mapped[str | None] = mapped_column(String(30))
    source_key: Mapped[str | None] = mapped_column(String(80))
    kind_key: Mapped[str | None] = mapped_column(String(40))  # what went wrong, as the firm sorts it
    subject_key: Mapped[str | None] = mapped_column(String(40))  # what it concerns
    words_gone_at: Mapped[datetime | None]  # when what was written was removed because its time was over


class ComplaintEvent(Public, Base):
    """One move or note on the log: who, when, why, from where to where, clocks before and after."""

    __tablename__ = "complaint_event"
    __table_args__ = (
        Index("ix_complaint_event_complaint", "complaint_id", "id"),
        Index("ix_complaint_event_actor", "actor_person_id", "complaint_id"),
    )

    complaint_id: Mapped[int] = mapped_column(BigId, ForeignKey("complaint.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(30))
    from_state: Mapped[str] = mapped_column(String(20))
    to_state: Mapped[str] = mapped_column(String(20))
    actor_kind: Mapped[str] = mapped_column(String(12))
    actor_person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class Entry(Public, Base):
    """One contribution to the thread: words, a question, an answer, a note."""

    __tablename__ = "complaint_entry"
    __table_args__ = (Index("ix_complaint_entry_complaint", "complaint_id", "id"),)

    complaint_id: Mapped[int] = mapped_column(BigId, ForeignKey("complaint.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(12))  # words, reply, question, answer, news, private
    author_kind: Mapped[str] = mapped_column(String(12))
    author_person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    author_name: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(10), default="portal")
    private_category: Mapped[str] = mapped_column(String(20), default="")  # legal_advice, third_person…
    private_review_on: Mapped[date | None] = mapped_column(Date)


class Clock(Keyed, Base):
    """One running or ended clock: its start, its due instant, and every input that explains the date."""

    __tablename__ = "complaint_clock"
    __table_args__ = (
        Index("ix_complaint_clock_complaint", "complaint_id", "id"),
        Index(
            "ix_complaint_clock_ended",
            "ended_at",
            "k",
            "ended_how",
            sqlite_where=ENDED,
            postgresql_where=ENDED,
        ),
        Index(
            "ix_complaint_clock_next",
            "next_at",
            "id",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
    )

    complaint_id: Mapped[int] = mapped_column(BigId, ForeignKey("complaint.id"))
    k: Mapped[str] = mapped_column(String(4))
    round: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # none while paused
    promised_at: Mapped[datetime | None]  # the date last shown: later only with consent
    zone: Mapped[str] = mapped_column(String(60))
    explanation: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    pauses: Mapped[list[Any]] = mapped_column(Json, default=list)
    reminders: Mapped[list[Any]] = mapped_column(Json, default=list)  # keys of the messages of this round
    alarms: Mapped[list[Any]] = mapped_column(Json, default=list)  # what is still to happen, soonest first
    next_at: Mapped[datetime | None]  # instant of the first of them, for the runner
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str] = mapped_column(String(20), default="")  # kept, late, before_us, stopped, ran_out


class Offer(Public, Base):
    """One version of our answer with what we offer; accepting binds to its hash."""

    __tablename__ = "complaint_offer"
    __table_args__ = (UniqueConstraint("complaint_id", "number"),)

    complaint_id: Mapped[int] = mapped_column(BigId, ForeignKey("complaint.id"))
    number: Mapped[int]
    stage: Mapped[int] = mapped_column(SmallInteger, default=1)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    finding: Mapped[str] = mapped_column(String(12))  # upheld, partly, not_upheld, cannot_tell
    reasons: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(String(12), default="")  # accepted, disputed, replaced, lapsed
    decided_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))


class Remedy(Public, Base):
    """One thing that puts it right: offered, accepted, delivered with evidence, confirmed."""

    __tablename__ = "complaint_remedy"
    __table_args__ = (
        Index("ix_complaint_remedy_complaint", "complaint_id", "id"),
        Index("ix_complaint_remedy_offer", "offer_id", "id"),
    )

    complaint_id: Mapped[int] = mapped_column(BigId, ForeignKey("complaint.id"))
    offer_id: Mapped[int] = mapped_column(BigId, ForeignKey("complaint_offer.id"))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(500))
    amount: Mapped[Decimal | None]
    currency: Mapped[str] = mapped_column(String(3), default="")
    days: Mapped[int | None]  # business days to carry it out, when not money
    accepted_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    due_explanation: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    evidence: Mapped[str] = mapped_column(String(500), default="")
    confirmed_at: Mapped[datetime | None]
    disputed_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]  # a later agreement took its place before it was carried out


class Attachment(Public, Base):
    """A file of a complaint: checked by content, kept under a random name, served only as a download."""

    __tablename__ = "complaint_attachment"
    __table_args__ = (Index("ix_complaint_attachment_complaint", "complaint_id", "id"),)

    complaint_id: Mapped[int] = mapped_column(BigId, ForeignKey("complaint.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    entry_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("complaint_entry.id"))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_name: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    author_kind: Mapped[str] = mapped_column(String(12))
    author_person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]


class ComplaintTerms(Keyed, Base):
    """How long our promises are from a day on; a clock keeps the terms of the day it began on."""

    __tablename__ = "complaint_terms"

    number: Mapped[int] = mapped_column(unique=True)
    valid_from: Mapped[date] = mapped_column(Date)  # a local day in the firm's zone
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    why: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(String(120), default="")
    withdrawn_at: Mapped[datetime | None]  # before its day came
    withdrawn_by: Mapped[str] = mapped_column(String(120), default="")


class ComplaintCategory(Public, Base):
    """One row of a list of the firm by which complaints are sorted; its key never changes."""

    __tablename__ = "complaint_category"
    __table_args__ = (UniqueConstraint("sort", "key"),)

    sort: Mapped[str] = mapped_column(String(10))  # kind, subject
    key: Mapped[str] = mapped_column(String(40))
    names: Mapped[dict[str, Any]]  # language → name
    position: Mapped[int]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]  # since when it is offered no more
    sector: Mapped[str] = mapped_column(
        String(30), default=""
    )  # by which the law is chosen; empty: the firm's


append_only(ComplaintEvent, Entry)
