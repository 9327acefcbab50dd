"""The append-only record of acts, from which both sides read one timeline."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Public, append_only

OF_FIRM: dict[str, Any] = {
    "sqlite_where": text("account_id IS NULL AND visible = 0"),
    "postgresql_where": text("account_id IS NULL AND NOT visible"),
}


class AuditEvent(Public, Base):
    """One act: who, when, about whom, what (a tag) and exactly the keys which that tag declares."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_account_at", "account_id", "at", "id"),
        Index("ix_audit_event_subject", "subject_uuid", "id"),
        # What is about the firm itself and no customer: few rows among many.
        Index("ix_audit_event_firm", "id", **OF_FIRM),
    )

    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    tag: Mapped[str] = mapped_column(String(60))
    actor_kind: Mapped[str] = mapped_column(String(12))
    actor_person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    actor_team: Mapped[str] = mapped_column(String(60), default="")  # of staff; of a customer: the company
    subject_kind: Mapped[str] = mapped_column(String(30), default="")
    subject_uuid: Mapped[uuidlib.UUID | None] = mapped_column(Uuid)
    visible: Mapped[bool] = mapped_column(default=True)  # to the customer; fixed by the tag
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


append_only(AuditEvent)
