"""Dropped files, and what is wrong in them line by line."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Keyed, Public

WAITING = text("state IN ('queued', 'leased')")


class DroppedFile(Public, Base):
    """A file that a partner or our staff dropped: what it is, how it is to be read, and what came of it.

    It waits to be checked as messages wait to leave: claimed for a time by a worker.
    """

    __tablename__ = "dropped_file"
    __table_args__ = (
        UniqueConstraint("scope", "kind", "sha256"),
        Index("ix_dropped_file_partner", "partner_id", "id"),
        Index("ix_dropped_file_state", "state", "id"),
        Index("ix_dropped_file_due", "due_at", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    scope: Mapped[str] = mapped_column(String(40))  # whose file: of a partner, or ours for one or for all
    partner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("partner_company.id"))  # None: for all
    ours: Mapped[bool]  # it came from our staff
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_name: Mapped[str] = mapped_column(String(64), default="")
    removed_at: Mapped[datetime | None]
    given: Mapped[dict[str, Any]] = mapped_column(Json)  # how it is to be read, and what was said of it
    state: Mapped[str] = mapped_column(String(12))
    due_at: Mapped[datetime]
    leased_by: Mapped[str] = mapped_column(String(80), default="")
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lines: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)  # lines that changed something
    known: Mapped[int] = mapped_column(default=0)  # lines that said what was known
    bad: Mapped[int] = mapped_column(default=0)
    problem: Mapped[dict[str, Any] | None] = mapped_column(Json)  # of the file as a whole
    reason: Mapped[str] = mapped_column(String(500), default="")  # of staff who rejected it
    released_at: Mapped[datetime | None]  # staff let its good lines act, however many are bad
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    result: Mapped[uuidlib.UUID | None] = mapped_column(Uuid)  # the price list that it became
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    created_by_name: Mapped[str] = mapped_column(String(120), default="")
    ended_at: Mapped[datetime | None]


class DroppedFault(Keyed, Base):
    """Something wrong in one line of a file, and the mend."""

    __tablename__ = "dropped_fault"
    __table_args__ = (Index("ix_dropped_fault_file", "file_id", "id"),)

    file_id: Mapped[int] = mapped_column(BigId, ForeignKey("dropped_file.id", ondelete="CASCADE"))
    line: Mapped[int]
    column: Mapped[str] = mapped_column(String(120), default="")
    message: Mapped[dict[str, Any]] = mapped_column(Json)
