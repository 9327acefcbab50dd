"""What was removed when, and what is held back from it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Keyed, Public

LIVE = text("lifted_at IS NULL")


class RetentionRun(Keyed, Base):
    """One rule on one day of the firm: how many rows went and how old the oldest was; nothing about anybody."""

    __tablename__ = "retention_run"
    __table_args__ = (UniqueConstraint("day", "rule"),)

    rule: Mapped[str] = mapped_column(String(80))
    day: Mapped[date] = mapped_column(Date)
    cut_off: Mapped[datetime]  # what is older than this was due
    removed: Mapped[int] = mapped_column(default=0)
    oldest: Mapped[datetime | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class RetentionPass(Keyed, Base):
    """A row is here only inside the transaction that removes what is due: the guards of some ledgers look for it."""

    __tablename__ = "retention_pass"

    rule: Mapped[str] = mapped_column(String(80))


class LegalHold(Public, Base):
    """Nothing of an account is removed while the law or a court needs it."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index(
            "uq_legal_hold_live", "account_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE
        ),
    )  # fmt: skip

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(300))
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    set_by_name: Mapped[str] = mapped_column(String(120), default="")
    lifted_at: Mapped[datetime | None]
    lifted_by_name: Mapped[str] = mapped_column(String(120), default="")
