"""One folded document per searchable thing; each database indexes it in its own best way."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Keyed


class SearchDocument(Keyed, Base):
    """The folded words of a customer or a complaint; FTS5 (SQLite) and trigram GIN (PostgreSQL) index it."""

    __tablename__ = "search_document"
    __table_args__ = (
        UniqueConstraint("kind", "ref_id"),
        Index("ix_search_document_account", "account_id"),
    )

    kind: Mapped[str] = mapped_column(String(12))  # account, complaint
    ref_id: Mapped[int] = mapped_column(BigId)
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    folded: Mapped[str] = mapped_column(Text)
