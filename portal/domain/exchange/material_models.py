"""Materials for partners and suppliers, their versions, and who has taken which."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Keyed, Public


class Material(Public, Base):
    """Something that partners or suppliers work with: a brochure, a manual, a contract to fill in."""

    __tablename__ = "exchange_material"

    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12))
    description: Mapped[str] = mapped_column(Text, default="")
    audience_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_audience.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    created_by_name: Mapped[str] = mapped_column(String(120), default="")
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_name: Mapped[str] = mapped_column(String(120), default="")


class Edition(Public, Base):
    """A version of a material in one language, as a file; a newer one of the same language replaces it on its day."""

    __tablename__ = "exchange_edition"
    __table_args__ = (UniqueConstraint("material_id", "language", "number"),)

    material_id: Mapped[int] = mapped_column(BigId, ForeignKey("exchange_material.id"))
    language: Mapped[str] = mapped_column(String(5))
    number: Mapped[int]
    changes: Mapped[str] = mapped_column(String(500), default="")  # what is different from the version before
    valid_from: Mapped[date] = mapped_column(Date)  # days of the firm
    expires_on: Mapped[date | None] = mapped_column(Date)
    name: Mapped[str] = mapped_column(String(200))  # of the file
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_name: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    created_by_name: Mapped[str] = mapped_column(String(120), default="")
    told_at: Mapped[datetime | None]  # when whoever had an older one was told, on its first day
    withdrawn_at: Mapped[datetime | None]
    withdrawn_on: Mapped[date | None] = mapped_column(Date)  # the same as a day of the firm
    withdrawn_by_name: Mapped[str] = mapped_column(String(120), default="")
    withdrawn_why: Mapped[str] = mapped_column(String(500), default="")
    removed_at: Mapped[datetime | None]  # its file is on the disk no more


class Taken(Keyed, Base):
    """That somebody of a partner downloaded a version."""

    __tablename__ = "exchange_taken"
    __table_args__ = (
        Index("ix_exchange_taken_edition", "edition_id", "id"),
        Index("ix_exchange_taken_person", "person_id", "edition_id"),
    )

    edition_id: Mapped[int] = mapped_column(BigId, ForeignKey("exchange_edition.id"))
    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    at: Mapped[datetime]
