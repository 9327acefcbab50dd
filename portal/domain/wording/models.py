"""The firm's own words of messages: what is published, in versions, and what is being written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Keyed, append_only


class WordingVersion(Keyed, Base):
    """The words of one message in one language from an instant on; the newest counts."""

    __tablename__ = "wording_version"
    __table_args__ = (UniqueConstraint("name", "language", "number"),)

    name: Mapped[str] = mapped_column(String(60))  # folder under templates/messages
    language: Mapped[str] = mapped_column(String(5))
    number: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(Json)  # own words by part; what is missing is the default
    base: Mapped[dict[str, Any]] = mapped_column(Json)  # the default of these parts when they were written
    why: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(String(120), default="")


class WordingDraft(Keyed, Base):
    """Words that are being written: nobody but staff reads them before they are published."""

    __tablename__ = "wording_draft"
    __table_args__ = (UniqueConstraint("name", "language"),)

    name: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(5))
    base_version: Mapped[int]  # the published version it was begun from; 0: there was none
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    base: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(120), default="")


append_only(WordingVersion)
