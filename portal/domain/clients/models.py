"""Systems of partners, their tokens, and the answers that were given to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Keyed, Public


class PartnerClient(Public, Base):
    """One system of a partner; its public id is its name at our token endpoint, its secret is kept as a hash."""

    __tablename__ = "partner_client"
    __table_args__ = (Index("ix_partner_client_partner", "partner_id", "id"),)

    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"))
    name: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[list[Any]] = mapped_column(Json, default=list)
    secret_hash: Mapped[str] = mapped_column(String(64))
    secret_at: Mapped[datetime]  # when the secret was drawn
    earlier_hash: Mapped[str] = mapped_column(String(64), default="")  # good too until …
    earlier_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    created_by_name: Mapped[str] = mapped_column(String(120), default="")
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str] = mapped_column(String(120), default="")


class PartnerClientToken(Keyed, Base):
    """One token of a client: what it may and until when; the token itself is nowhere."""

    __tablename__ = "partner_client_token"
    __table_args__ = (
        Index("ix_partner_client_token_client", "client_id", "id"),
        Index("ix_partner_client_token_expires_at", "expires_at"),
    )

    client_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_client.id"))
    prefix: Mapped[str] = mapped_column(String(12), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[Any]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class PartnerClientReply(Keyed, Base):
    """The answer to a request of a client that carried a key of its own."""

    __tablename__ = "partner_client_reply"
    __table_args__ = (
        UniqueConstraint("client_id", "key"),
        Index("ix_partner_client_reply_created_at", "created_at"),
    )

    client_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_client.id"))
    key: Mapped[str] = mapped_column(String(100))
    fingerprint: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    status: Mapped[int] = mapped_column(default=0)
    headers: Mapped[dict[str, Any]]
    body: Mapped[str] = mapped_column(Text, default="")
