"""Where a partner wants to be told, and what it is told: one row is the promise, the work and the record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Public


class WebhookEndpoint(Public, Base):
    """The one address of a partner that takes events, with its secret and, for a while, the one before."""

    __tablename__ = "webhook_endpoint"

    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"), unique=True)
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[bytes] = mapped_column(LargeBinary)  # sealed
    earlier_secret: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed; signs too until …
    earlier_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    rotated_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]  # when it last took an event
    failing_since: Mapped[datetime | None]  # since when it takes none


class WebhookEvent(Public, Base):
    """One event for one partner; those of a stream leave one after the other, in the order of their numbers."""

    __tablename__ = "webhook_event"
    __table_args__ = (
        UniqueConstraint("stream_kind", "stream_uuid", "sequence"),
        Index("ix_webhook_event_partner", "partner_id", "id"),
        Index("ix_webhook_event_ended", "state", "ended_at"),
        Index(
            "ix_webhook_event_due",
            "due_at",
            "id",
            sqlite_where=text("state IN ('queued', 'leased')"),
            postgresql_where=text("state IN ('queued', 'leased')"),
        ),
    )

    key: Mapped[str] = mapped_column(String(160), unique=True)  # the act it belongs to: written once
    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"))
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))  # whom it is about
    stream_kind: Mapped[str] = mapped_column(String(30))
    stream_uuid: Mapped[str] = mapped_column(String(36))
    sequence: Mapped[int]
    kind: Mapped[str] = mapped_column(String(60))  # share.given, share.stopped …
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # ids and terms, nothing of a person
    created_at: Mapped[datetime]

    state: Mapped[str] = mapped_column(String(12), default="queued")  # queued → leased → sent | gave_up
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str] = mapped_column(String(60), default="")
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(60), default="")  # why it did not arrive the last time
    detail: Mapped[str] = mapped_column(String(300), default="")
