"""Note what a command did with a backup, and say how things stand."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, select

from portal import db
from portal.domain import clock

from .models import BackupNote

TAKEN, CHECKED, RESTORED = "taken", "checked", "restored"
READ_BACK = (CHECKED, RESTORED)  # a restore reads every sum before it changes anything


class Known(NamedTuple):
    """One backup as a command noted it; instants are aware."""

    at: datetime
    act: str
    taken_at: datetime
    name: str
    sealed: bool
    missing: int


class Standing(NamedTuple):
    """The newest backup that is known, and the newest of those that were read to their end; None for none."""

    newest: Known | None
    read_back: Known | None


def note(act: str, *, taken_at: datetime, name: str, sealed: bool, missing: int = 0) -> None:
    """Note that a backup was taken, checked or restored now; ``missing`` counts files that were not there."""
    values = {"at": clock.now(), "act": act, "taken_at": taken_at, "name": name[-200:], "sealed": sealed}
    db.session().execute(insert(BackupNote).values(missing=missing, **values))


def standing() -> Standing:
    """Return how things stand with backups, as far as the commands of this installation know."""
    return Standing(_newest(TAKEN, *READ_BACK), _newest(*READ_BACK))


def _newest(*acts: str) -> Known | None:
    """Return the note about the newest rows; of several about the same ones the first, which says how they came."""
    found = (
        select(*(getattr(BackupNote, name) for name in Known._fields))
        .where(BackupNote.act.in_(acts))
        .order_by(BackupNote.taken_at.desc(), BackupNote.id)
        .limit(1)
    )
    row = db.session().execute(found).one_or_none()
    return Known(*row) if row is not None else None
