"""Calendar versions and law rows as dated data."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Keyed, append_only


class CalendarVersion(Keyed, Base):
    """One approved version of a working calendar; running promises keep the version they began with."""

    __tablename__ = "calendar_version"
    __table_args__ = (UniqueConstraint("key", "number"),)

    key: Mapped[str] = mapped_column(String(30))
    number: Mapped[int]
    zone: Mapped[str] = mapped_column(String(60))
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    body_hash: Mapped[str] = mapped_column(String(64))
    valid_from: Mapped[datetime]
    approved_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))


class LawRow(Keyed, Base):
    """A legal term as a dated row: where, for whom, how long, what silence means, and the source."""

    __tablename__ = "law_row"
    __table_args__ = (UniqueConstraint("key", "valid_from"),)

    key: Mapped[str] = mapped_column(String(60))
    jurisdiction: Mapped[str] = mapped_column(String(8))
    sector: Mapped[str] = mapped_column(String(30))
    customer_type: Mapped[str] = mapped_column(String(20))
    event: Mapped[str] = mapped_column(String(30))
    length: Mapped[int]
    unit: Mapped[str] = mapped_column(String(20))
    effect: Mapped[str] = mapped_column(String(30))
    text: Mapped[str] = mapped_column(Text, default="")
    outside_body: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(300), default="")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(120), default="")
    live: Mapped[bool] = mapped_column(default=False)
    live_from: Mapped[date | None] = mapped_column(Date)  # of receipt; none: since the row holds
    rolling: Mapped[str] = mapped_column(String(20), default="none")  # the earlier date is always safe
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


append_only(CalendarVersion)
