"""The outbox: one row is the promise to send, the work to do, and the record of what left."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Keyed, Public

UNREAD = text("channel = 'inbox' AND state = 'sent' AND read_at IS NULL")


class Message(Public, Base):
    """One communication to one person on one channel, from the act that caused it to its end."""

    __tablename__ = "message"
    __table_args__ = (
        Index(
            "ix_message_due",
            "due_at",
            "id",
            sqlite_where=text("state IN ('queued', 'leased')"),
            postgresql_where=text("state IN ('queued', 'leased')"),
        ),
        Index("ix_message_account_at", "account_id", "created_at", "id"),
        Index("ix_message_person_at", "person_id", "created_at", "id"),
        Index("ix_message_state_channel", "state", "channel", "id"),
        Index(
            "ix_message_unread", "person_id", "created_at", "id", sqlite_where=UNREAD, postgresql_where=UNREAD
        ),
    )

    key: Mapped[str] = mapped_column(String(160), unique=True)  # the act it belongs to: written once
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(10))  # email, inbox, phone, letter, sms
    address: Mapped[str] = mapped_column(String(320), default="")
    purpose: Mapped[str] = mapped_column(String(60))  # key of the purpose; service for what a contract needs
    topic: Mapped[str] = mapped_column(String(60), default="")
    name: Mapped[str] = mapped_column(String(60))  # folder under templates/messages
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    secret: Mapped[str] = mapped_column(String(30), default="")  # kind of one-time link minted when it leaves
    urgent: Mapped[bool] = mapped_column(default=False)  # security and harm: hours do not delay it
    about_kind: Mapped[str] = mapped_column(String(30), default="")
    about_uuid: Mapped[str] = mapped_column(String(36), default="", index=True)
    actor_name: Mapped[str] = mapped_column(String(120), default="")

    state: Mapped[str] = mapped_column(String(12), default="queued")
    # queued → leased → sent | withheld | gave_up | waiting (a task or a print queue) → done
    # queued → cancelled; waiting → cancelled | withheld | gave_up; done → gave_up (a letter that came back)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str] = mapped_column(String(60), default="")
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(60), default="")  # why withheld, delayed, cancelled, given up
    detail: Mapped[str] = mapped_column(String(300), default="")
    decision_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("gate_decision.id"))

    language: Mapped[str] = mapped_column(String(5), default="")
    message_id: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(300), default="")
    body_text: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # tokens of its links, encrypted, until it has left
    read_at: Mapped[datetime | None]
    words_gone_at: Mapped[datetime | None]  # when what it said was removed because its time was over
    mark: Mapped[str] = mapped_column(String(64), default="", index=True)  # hash of the one-click token


class Restoration(Keyed, Base):
    """The database came back from a backup: until somebody releases it, no message leaves."""

    __tablename__ = "restoration"

    taken_at: Mapped[datetime]  # the instant of the backup
    restored_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    doubtful: Mapped[str] = mapped_column(String(10), default="")  # sent, cancelled: what was decided
    messages: Mapped[int] = mapped_column(default=0)  # that it was decided about
