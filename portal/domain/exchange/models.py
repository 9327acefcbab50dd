"""Leads with what holds them and their history; announcements and who has read them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Keyed, Public, append_only

GOING_ON = text("ended_at IS NULL")


class Lead(Public, Base):
    """A company that may become a customer, in the hands of one partner; columns, since a page shows it whole."""

    __tablename__ = "exchange_lead"
    __table_args__ = (
        Index("ix_exchange_lead_partner", "partner_id", "id"),
        Index("ix_exchange_lead_mark_number", "mark_number"),
        Index("ix_exchange_lead_mark_domain", "mark_domain"),
        Index("ix_exchange_lead_mark_name", "mark_name"),
        Index(
            "uq_exchange_lead_own", "partner_id", "identity", unique=True, sqlite_where=GOING_ON,
            postgresql_where=GOING_ON,
        ),
    )  # fmt: skip

    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"))
    number: Mapped[str] = mapped_column(String(12), unique=True)
    shared: Mapped[bool]  # it came from us
    state: Mapped[str] = mapped_column(String(10))
    standing: Mapped[str] = mapped_column(String(6))  # first, second
    company: Mapped[str] = mapped_column(String(160))
    country: Mapped[str] = mapped_column(String(2))
    city: Mapped[str] = mapped_column(String(80))
    tax_number: Mapped[str] = mapped_column(String(20), default="")
    about: Mapped[str] = mapped_column(Text)
    identity: Mapped[str] = mapped_column(String(320))  # the strongest of the marks
    mark_number: Mapped[str] = mapped_column(String(40), default="")
    mark_domain: Mapped[str] = mapped_column(String(270), default="")
    mark_name: Mapped[str] = mapped_column(String(320), default="")
    contact_name: Mapped[str] = mapped_column(String(120))
    contact_email: Mapped[str] = mapped_column(String(320), default="")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    agreed_on: Mapped[date] = mapped_column(Date)
    agreed_how: Mapped[str] = mapped_column(String(200))
    accept_by: Mapped[datetime | None]  # a shared one goes back then
    protected_until: Mapped[datetime | None]
    renewed_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    created_by_name: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    moved_at: Mapped[datetime]  # the last thing that happened to it
    ended_at: Mapped[datetime | None]
    contact_gone_at: Mapped[datetime | None]


class Claim(Keyed, Base):
    """A mark by which a company is known, held by one lead until an instant: the constraint lets nobody be second."""

    __tablename__ = "exchange_claim"
    __table_args__ = (Index("ix_exchange_claim_lead", "lead_id"),)

    mark: Mapped[str] = mapped_column(String(320), unique=True)
    lead_id: Mapped[int] = mapped_column(BigId, ForeignKey("exchange_lead.id"))
    until: Mapped[datetime]


class LeadEvent(Keyed, Base):
    """One thing that happened to a lead; never changed. What only staff may read stands in ``data``."""

    __tablename__ = "exchange_lead_event"
    __table_args__ = (Index("ix_exchange_lead_event_lead", "lead_id", "id"),)

    lead_id: Mapped[int] = mapped_column(BigId, ForeignKey("exchange_lead.id"))
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(20))
    by_kind: Mapped[str] = mapped_column(String(10))
    by_name: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(String(500), default="")
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


append_only(LeadEvent)


class Announcement(Public, Base):
    """What we let partners or suppliers know from one day of the firm to another; its words are never changed."""

    __tablename__ = "exchange_announcement"
    __table_args__ = (Index("ix_exchange_announcement_from", "from_day", "id"),)

    audience_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_audience.id"))
    words: Mapped[dict[str, Any]] = mapped_column(Json)  # language → title and text; English is always there
    from_day: Mapped[date] = mapped_column(Date)
    until_day: Mapped[date | None] = mapped_column(Date)
    asks: Mapped[bool]  # whoever reads it is asked to confirm that
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    created_by_name: Mapped[str] = mapped_column(String(120), default="")
    told_at: Mapped[datetime | None]  # when mails about it were written, on its first day
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_name: Mapped[str] = mapped_column(String(120), default="")


class Reading(Keyed, Base):
    """That somebody of a partner opened an announcement, and confirmed it."""

    __tablename__ = "exchange_reading"
    __table_args__ = (
        UniqueConstraint("announcement_id", "partner_id", "person_id"),
        Index("ix_exchange_reading_person", "person_id"),
    )

    announcement_id: Mapped[int] = mapped_column(BigId, ForeignKey("exchange_announcement.id"))
    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    first_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
