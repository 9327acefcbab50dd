"""Purposes with their versions and texts, the ledger of consent events, and the state that follows from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Keyed, Public, append_only


class Purpose(Public, Base):
    """One reason for using data."""

    __tablename__ = "purpose"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    basis: Mapped[str] = mapped_column(String(20))  # consent, contract, legitimate_interest, legal_obligation
    marketing: Mapped[bool] = mapped_column(default=False)  # an objection to direct marketing silences it
    sends: Mapped[bool] = mapped_column(default=True)  # messages are sent under it; else it is a use of data
    version: Mapped[int] = mapped_column(default=1)  # number of the published version
    asks_from_version: Mapped[int] = mapped_column(default=1)  # a yes to an older version does not count
    channels: Mapped[list[Any]] = mapped_column(Json, default=list)
    retired_at: Mapped[datetime | None]


class PurposeVersion(Keyed, Base):
    """What a purpose means as published at one time; never changed afterwards."""

    __tablename__ = "purpose_version"
    __table_args__ = (UniqueConstraint("purpose_id", "number"),)

    purpose_id: Mapped[int] = mapped_column(BigId, ForeignKey("purpose.id"))
    number: Mapped[int]
    published_at: Mapped[datetime]
    dpv_purpose: Mapped[str] = mapped_column(String(60))
    data_categories: Mapped[list[Any]] = mapped_column(Json, default=list)
    recipients: Mapped[list[Any]] = mapped_column(Json, default=list)
    retention_months: Mapped[int]
    valid_months: Mapped[int | None]  # a yes ends by itself after so many months
    benefit_by_days: Mapped[int | None]


class PurposeNotice(Keyed, Base):
    """The words shown for a version of a purpose in one language, with the hash that proves them."""

    __tablename__ = "purpose_notice"
    __table_args__ = (UniqueConstraint("purpose_version_id", "language"),)

    purpose_version_id: Mapped[int] = mapped_column(BigId, ForeignKey("purpose_version.id"))
    language: Mapped[str] = mapped_column(String(5))
    title: Mapped[str] = mapped_column(String(120))
    question: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    benefit: Mapped[str] = mapped_column(String(300))
    data_text: Mapped[str] = mapped_column(String(400), default="")
    recipients_text: Mapped[str] = mapped_column(String(400), default="")
    text_hash: Mapped[str] = mapped_column(String(64))


class PurposeSketch(Keyed, Base):
    """A version that is being written: nobody but staff reads it before it is published."""

    __tablename__ = "purpose_sketch"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    base_version: Mapped[int]  # the published version it was begun from; 0: there was none
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(120), default="")
    publish_on: Mapped[date | None]  # published by itself when this day begins in the firm's zone
    planned_by: Mapped[str] = mapped_column(String(120), default="")


class Topic(Keyed, Base):
    """A subject within purposes that a person can choose or leave out."""

    __tablename__ = "topic"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    names: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # language → name


class ConsentEvent(Public, Base):
    """A dated expression of one person in one account about a purpose: the ledger entry."""

    __tablename__ = "consent_event"
    __table_args__ = (
        Index("ix_consent_event_account", "account_id", "id"),
        Index("ix_consent_event_person", "person_id", "id"),
    )

    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))  # none: in all of them
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    # given renewed refused withdrawn deferred expired revoked requested pending
    # stop_all objection objection_lifted restriction restriction_lifted pause pause_ended signal
    purpose_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("purpose.id"))
    purpose_version: Mapped[int | None]
    topic: Mapped[str] = mapped_column(String(60), default="")
    channel: Mapped[str] = mapped_column(String(10), default="")
    address: Mapped[str] = mapped_column(String(320), default="")
    language: Mapped[str] = mapped_column(String(5), default="")
    notice_hash: Mapped[str] = mapped_column(String(64), default="")
    method: Mapped[str] = mapped_column(String(30))  # page, one_click, phone, letter, import, signal, api
    method_detail: Mapped[str] = mapped_column(String(300), default="")  # call reference, words read out
    actor_kind: Mapped[str] = mapped_column(String(12))
    actor_person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    authority: Mapped[str] = mapped_column(String(20), default="self")
    expires_at: Mapped[datetime | None]
    ask_not_before: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    effect: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # what changed: cancelled messages, …


class ConsentState(Keyed, Base):
    """The one current state per account, person, purpose, topic, channel and address ('' means all)."""

    __tablename__ = "consent_state"
    __table_args__ = (
        UniqueConstraint("person_id", "purpose_id", "account_id", "topic", "channel", "address"),
        Index("ix_consent_state_audience", "purpose_id", "account_id", "person_id"),
        # Few entries name a topic, a channel or an address; an audience only has to look at those few again.
        Index(
            "ix_consent_state_specific",
            "purpose_id",
            "account_id",
            "person_id",
            sqlite_where=text("mask > 0"),
            postgresql_where=text("mask > 0"),
        ),
        Index(
            "ix_consent_state_expires",
            "expires_at",
            sqlite_where=text("permits"),
            postgresql_where=text("permits"),
        ),
    )

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    purpose_id: Mapped[int] = mapped_column(BigId, ForeignKey("purpose.id"))
    topic: Mapped[str] = mapped_column(String(60), default="")
    channel: Mapped[str] = mapped_column(String(10), default="")
    address: Mapped[str] = mapped_column(String(320), default="")
    mask: Mapped[int] = mapped_column(SmallInteger)  # 1 topic, 2 channel, 4 address are set
    status: Mapped[str] = mapped_column(String(12))
    permits: Mapped[bool]
    purpose_version: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    ask_not_before: Mapped[datetime | None]
    times_asked: Mapped[int] = mapped_column(default=0)
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("consent_event.id"))


class Override(Keyed, Base):
    """A stop-all, objection, restriction, pause or signal: it overrules every yes given before it."""

    __tablename__ = "consent_override"
    __table_args__ = (Index("ix_consent_override_person", "person_id", "lifted_at"),)

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))  # none: in all of them
    kind: Mapped[str] = mapped_column(String(12))  # stop_all, objection, restriction, pause, signal
    marketing_only: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("consent_event.id"))
    lifted_event_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("consent_event.id"))


append_only(ConsentEvent, PurposeVersion, PurposeNotice)
