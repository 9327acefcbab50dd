"""How to speak to a person: channels, addresses, topics, hours, frequency, pause."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Keyed, Public


class Preference(Keyed, Base):
    """The settings of one person in one account; a missing row means the defaults, a pause is a consent event."""

    __tablename__ = "preference"
    __table_args__ = (UniqueConstraint("person_id", "account_id"),)

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    hours: Mapped[dict[str, Any]] = mapped_column(
        Json, default=dict
    )  # "mon".."sun" → [["09:00", "17:00"], …]
    budget_count: Mapped[int | None]  # at most so many messages that are not service …
    budget_days: Mapped[int | None]  # … in so many days
    channels_off: Mapped[list[Any]] = mapped_column(Json, default=list)
    channel_order: Mapped[list[Any]] = mapped_column(Json, default=list)
    topics_off: Mapped[list[Any]] = mapped_column(Json, default=list)
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class ContactPoint(Public, Base):
    """An address on a channel that a person gave us: a mailbox, a number, a postal address."""

    __tablename__ = "contact_point"
    __table_args__ = (
        UniqueConstraint("person_id", "account_id", "channel", "address"),
        Index("ix_contact_point_account", "account_id", "channel"),
    )

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(320))
    first: Mapped[bool] = mapped_column(default=False)  # the one we use when nothing else is said
    proved_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
