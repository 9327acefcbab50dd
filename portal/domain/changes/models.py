"""The feed of each partner: what changed, and up to which number it has been put in order."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Keyed, Public

UNNUMBERED = text("number IS NULL")


class PartnerFeed(Keyed, Base):
    """Where the feed of a partner stands; its row is held by whoever gives numbers."""

    __tablename__ = "partner_feed"

    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"), unique=True)
    last_number: Mapped[int] = mapped_column(BigId, default=0)
    begun_at: Mapped[datetime]  # cursors of before are worth nothing: a restore sets it anew


class PartnerChange(Public, Base):
    """One thing that changed for a partner: of what, and what it was; nothing of a person."""

    __tablename__ = "partner_change"
    __table_args__ = (
        UniqueConstraint("partner_id", "number"),
        Index("ix_partner_change_subject", "subject_uuid", "id"),
        Index(
            "ix_partner_change_unnumbered", "partner_id", "id", sqlite_where=UNNUMBERED, postgresql_where=UNNUMBERED
        ),
        Index("ix_partner_change_numbered_at", "numbered_at"),
    )  # fmt: skip

    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"))
    number: Mapped[int | None] = mapped_column(BigId)  # given once it has been committed
    numbered_at: Mapped[datetime | None]
    at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(String(8))
    subject_uuid: Mapped[uuidlib.UUID] = mapped_column(Uuid)
    what: Mapped[str] = mapped_column(String(10))
    until: Mapped[datetime | None]  # when what it is about ends by itself
