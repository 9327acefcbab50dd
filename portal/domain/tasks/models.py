"""Tasks of partners: what is to be done by when, on what ground, and each single thing that may be seen for it."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Keyed, Public

UNENDED = text("ended_at IS NULL")


class Task(Public, Base):
    """One task for one partner on one complaint; who reads it is decided from this row at each request."""

    __tablename__ = "partner_task"
    __table_args__ = (
        Index("ix_partner_task_complaint", "complaint_id", "id"),
        Index("ix_partner_task_partner", "partner_id", "state", "due_at", "id"),
        Index("ix_partner_task_ended", "partner_id", "ended_at", "id"),
        Index("ix_partner_task_due", "due_at", "id", sqlite_where=UNENDED, postgresql_where=UNENDED),
    )  # fmt: skip

    complaint_id: Mapped[int] = mapped_column(BigId, ForeignKey("complaint.id"))
    complaint_uuid: Mapped[uuidlib.UUID] = mapped_column(Uuid)
    complaint_number: Mapped[str] = mapped_column(String(12))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))  # whose complaint it is
    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"))
    partner_name: Mapped[str] = mapped_column(String(120))  # as it was called when it was asked
    number: Mapped[str] = mapped_column(
        String(12), unique=True
    )  # its own: that of the complaint is not theirs
    region: Mapped[str] = mapped_column(String(2), default="")  # the customer's country
    state: Mapped[str] = mapped_column(String(8))  # asked, open, ended
    version: Mapped[int] = mapped_column(default=1)  # every change of what is to be seen raises it
    title: Mapped[str] = mapped_column(String(120))
    instructions: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(20))  # permission, standing, contract, duty, danger
    basis_words: Mapped[str] = mapped_column(String(500), default="")
    may_write: Mapped[bool] = mapped_column(default=False)  # to the customer, who says so
    due_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(60))
    given_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    given_by_name: Mapped[str] = mapped_column(String(120), default="")
    asked_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str] = mapped_column(String(20), default="")
    ended_by: Mapped[str] = mapped_column(String(120), default="")


class Part(Public, Base):
    """One thing of the complaint that a task lets be seen: a field, a file, or an entry of the thread."""

    __tablename__ = "partner_task_part"
    __table_args__ = (Index("ix_partner_task_part_task", "task_id", "id"),)

    task_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_task.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(8))  # field, file, entry
    key: Mapped[str] = mapped_column(String(20), default="")  # of a field
    attachment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("complaint_attachment.id"))
    entry_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("complaint_entry.id"))
    theirs: Mapped[bool] = mapped_column(default=False)  # it came from the partner
    since: Mapped[datetime]
    until: Mapped[datetime | None]  # taken out again, or the task ended
    until_by: Mapped[str] = mapped_column(String(120), default="")


class PartnerStanding(Keyed, Base):
    """What a person lets partners see of complaints in an account without being asked each time."""

    __tablename__ = "partner_standing"
    __table_args__ = (UniqueConstraint("account_id", "person_id"),)

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    parts: Mapped[list[Any]] = mapped_column(default=list)
    changed_at: Mapped[datetime]
