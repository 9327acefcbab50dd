"""Stored gate decisions and the holds by which a higher concept silences a use."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Keyed, Public, append_only


class GateDecision(Public, Base):
    """The gate's result for one use at one instant: allow or deny, why, on which event."""

    __tablename__ = "gate_decision"
    __table_args__ = (Index("ix_gate_decision_account", "account_id", "id"),)

    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    use: Mapped[str] = mapped_column(String(12))  # send, show, export, profile, call
    purpose: Mapped[str] = mapped_column(String(60))
    topic: Mapped[str] = mapped_column(String(60), default="")
    channel: Mapped[str] = mapped_column(String(10), default="")
    address: Mapped[str] = mapped_column(String(320), default="")
    allowed: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(40))
    event_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("consent_event.id"))
    until: Mapped[datetime | None]
    about_uuid: Mapped[uuidlib.UUID | None] = mapped_column(Uuid)


class Hold(Keyed, Base):
    """A dated row that silences marketing (or one purpose) for an account while something is open."""

    __tablename__ = "hold"
    __table_args__ = (Index("ix_hold_account", "account_id", "ended_at"),)

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    purpose: Mapped[str] = mapped_column(String(60), default="")  # '' means all marketing
    reason: Mapped[str] = mapped_column(String(40))
    about_uuid: Mapped[uuidlib.UUID | None] = mapped_column(Uuid)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


append_only(GateDecision)
