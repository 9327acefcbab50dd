"""The tables: a program, kept with what else proves a person, and the answers that were given to its requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Keyed
from portal.domain.accounts.credentials import Program

__all__ = ["Program", "Reply"]


class Reply(Keyed, Base):
    """The answer to a request that carried a key of its own: the same request again gets the same answer."""

    __tablename__ = "program_reply"
    __table_args__ = (
        UniqueConstraint("program_id", "key"),
        Index("ix_program_reply_created_at", "created_at"),
    )

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    program_id: Mapped[int] = mapped_column(BigId, ForeignKey("program.id"))
    key: Mapped[str] = mapped_column(String(100))
    fingerprint: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    status: Mapped[int] = mapped_column(default=0)
    headers: Mapped[dict[str, Any]]
    body: Mapped[str] = mapped_column(Text, default="")
