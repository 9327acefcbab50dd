"""Grants with their history, what partners confirmed of it, and what partners asked for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Keyed, Public, append_only


class ShareGrant(Public, Base):
    """What a customer lets a partner see now, or let it see once; how it came there is in its events."""

    __tablename__ = "share_grant"
    __table_args__ = (
        Index("ix_share_grant_account", "account_id", "id"),
        Index("ix_share_grant_partner", "partner_id", "id"),
        Index(
            "ix_share_grant_until",
            "until",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))  # whose data; who gave it
    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"))
    request_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("share_request.id"))
    version: Mapped[int] = mapped_column(default=1)
    purpose: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(500), default="")
    fields: Mapped[list[Any]] = mapped_column(Json, default=list)  # keys of attributes
    data_since: Mapped[date | None] = mapped_column(Date)  # nothing older; none: whatever there is
    often: Mapped[str] = mapped_column(String(10))  # any, daily, once
    until: Mapped[datetime]
    sub_recipients: Mapped[str] = mapped_column(String(300), default="")
    keep_days: Mapped[int]  # how long after the end the partner may keep it
    given_at: Mapped[datetime]
    changed_at: Mapped[datetime]  # of the last yes: what was overruled before it counts no more
    reviewed_at: Mapped[datetime]  # when the customer was last shown it outside of the dashboard
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str] = mapped_column(String(12), default="")  # stopped, expired, restored
    erase_asked_at: Mapped[datetime | None]
    words_gone_at: Mapped[datetime | None]  # retention has taken them
    used_at: Mapped[datetime | None]
    uses: Mapped[int] = mapped_column(default=0)  # under this version
    window_at: Mapped[datetime | None]  # when the current look began
    data_mark: Mapped[str] = mapped_column(String(64), default="")  # a keyed hash of what it shows
    data_seen_at: Mapped[datetime | None]  # acts until then are in it


class ShareEvent(Public, Base):
    """One thing that happened to a grant, with its terms at that time and the words that were shown."""

    __tablename__ = "share_event"
    __table_args__ = (Index("ix_share_event_grant", "grant_id", "id"),)

    grant_id: Mapped[int] = mapped_column(BigId, ForeignKey("share_grant.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(
        String(16)
    )  # given amended extended reestablished stopped expired restored erase_asked
    version: Mapped[int]
    actor_kind: Mapped[str] = mapped_column(String(12))
    actor_person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    terms: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    changed: Mapped[list[Any]] = mapped_column(Json, default=list)  # names of the parts that are new
    notice: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(5), default="")
    told_by: Mapped[str] = mapped_column(String(10))  # webhook, email, page
    told_key: Mapped[str] = mapped_column(
        String(60), unique=True
    )  # key of the event or the mail that says it


class ShareConfirmation(Keyed, Base):
    """Somebody of the partner confirmed an event: they know it, or they have erased what they held."""

    __tablename__ = "share_confirmation"

    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("share_event.id"), unique=True)
    at: Mapped[datetime]
    how: Mapped[str] = mapped_column(String(10))  # page, link; webhook where its event is gone
    name: Mapped[str] = mapped_column(String(120), default="")


class ShareRequest(Public, Base):
    """A partner asks a customer to share; where the number is nobody's, nobody is asked and it runs out."""

    __tablename__ = "share_request"
    __table_args__ = (
        Index("ix_share_request_account", "account_id", "id"),
        Index("ix_share_request_partner", "partner_id", "id"),
    )

    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"))
    number: Mapped[str] = mapped_column(String(12))  # as the partner wrote it
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    asked_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    asked_by_name: Mapped[str] = mapped_column(String(120), default="")
    purpose: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(500))  # what for, in the partner's words
    benefit: Mapped[str] = mapped_column(String(300))  # what the customer gets
    fields: Mapped[list[Any]] = mapped_column(Json, default=list)
    data_since: Mapped[date | None] = mapped_column(Date)
    often: Mapped[str] = mapped_column(String(10))
    days: Mapped[int]  # for how long
    sub_recipients: Mapped[str] = mapped_column(String(300), default="")
    keep_days: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(10), default="")  # given, refused, withdrawn
    not_before: Mapped[datetime | None]  # after a no: when the partner may ask again


append_only(ShareEvent, ShareConfirmation)
