"""The tables: what a person lets act for them, and the answers that were given to its requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Keyed, Public


class Program(Public, Base):
    """A token by which a program acts as one person in one account; what it may, the person must be able to."""

    __tablename__ = "program"
    __table_args__ = (Index("ix_program_account", "account_id", "person_id"),)

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(12), unique=True)  # finds the row, proves nothing
    token_hash: Mapped[str] = mapped_column(String(64))  # keyed, so that the table alone checks no guess
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]


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
