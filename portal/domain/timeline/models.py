"""Contacts: what was said by phone, letter, counter or mail, in or out, attempts too."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Public, append_only


class Contact(Public, Base):
    """One contact or attempt with its direction, channel, employee and result."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_account_at", "account_id", "at", "id"),)

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    direction: Mapped[str] = mapped_column(String(3))  # in, out
    channel: Mapped[str] = mapped_column(String(12))  # phone, letter, counter, email
    outcome: Mapped[str] = mapped_column(String(20))  # reached, no_answer, voicemail, arrived, returned
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    staff_person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    about_uuid: Mapped[uuidlib.UUID | None] = mapped_column(Uuid)


append_only(Contact)
