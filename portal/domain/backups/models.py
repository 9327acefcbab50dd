"""The table of notes about backups: nothing in it is about anybody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Keyed


class BackupNote(Keyed, Base):
    """One backup was taken, read to its end, or put back."""

    __tablename__ = "backup_note"
    __table_args__ = (Index("ix_backup_note_taken", "taken_at", "id"),)

    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(12))  # taken, checked, restored
    taken_at: Mapped[datetime]  # the instant of which the backup holds the rows
    name: Mapped[str] = mapped_column(String(200))  # of the file, without its folder
    sealed: Mapped[bool]
    missing: Mapped[int] = mapped_column(default=0)  # files that a row named and the disk did not have
