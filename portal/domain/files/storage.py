"""Bytes of files on disk: written and synced before the commit, gone again when nothing was committed."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnClause, String, column, event, inspect, select, table
from sqlalchemy.orm import Session, SessionTransaction

from portal import config, db

_NEW = "files_not_committed"
_HELD, _LATER = (
    "held",
    "later",
)  # folders beside the files: who copies them now, and what goes when that is done
_DEAD = 3600.0  # seconds after which a copier that gives no sign of life has died
_ASKED = "files_commit_asked"


def folder() -> Path:
    """Return the folder of all files of this installation."""
    return config.load().files_dir


def path_of(stored_name: str) -> Path:
    """Return where a stored file lies; its random name says nothing about it."""
    return folder() / stored_name[:2] / stored_name


def keep(content: bytes) -> str:
    """Write ``content`` under a random name, synced to the disk, and return the name.

    It is removed again when the unit of work ends without a commit; what a kill leaves behind, :func:`sweep` finds.
    """
    stored_name = secrets.token_hex(32)
    path = path_of(stored_name)
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        _sync(folder())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    db.session().info.setdefault(_NEW, []).append(path)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _sync(path.parent)
    return stored_name


def drop(stored_name: str) -> None:
    """Remove a stored file once the unit of work has committed, or when the copy that is being made is done."""
    path = path_of(stored_name)
    db.after_commit(lambda: _remove(path))


def _remove(path: Path) -> None:
    if _copied_now():
        later = folder() / _LATER
        later.mkdir(exist_ok=True)
        (later / path.name).touch()
        return
    path.unlink(missing_ok=True)


def is_back(stored_name: str) -> None:
    """Note that a file was put in its place again: what was to go when a copy is done stays now."""
    (folder() / _LATER / stored_name).unlink(missing_ok=True)


@contextmanager
def held_still() -> Iterator[Callable[[], None]]:
    """Let no file go while the block copies them; it calls what it is given at least every few minutes.

    A file whose row went before the block began may be gone; one that a row named since then is there to the end.
    """
    mark = folder() / _HELD / secrets.token_hex(8)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    try:
        yield mark.touch
    finally:
        mark.unlink(missing_ok=True)
        _clear_later()


def _copied_now() -> bool:
    limit = time.time() - _DEAD
    for mark in (folder() / _HELD).glob("*"):
        with suppress(FileNotFoundError):
            if mark.stat().st_mtime > limit:
                return True
            mark.unlink(missing_ok=True)
    return False


def _clear_later() -> None:
    for named in (folder() / _LATER).glob("*"):
        if _copied_now():
            return
        path_of(named.name).unlink(missing_ok=True)
        named.unlink(missing_ok=True)


def sweep(older_than: timedelta = timedelta(days=1)) -> int:
    """Remove files that no row names and that are older than a day; return how many. None goes during a backup."""
    limit = datetime.now(UTC).timestamp() - older_than.total_seconds()
    if not folder().is_dir() or _copied_now():
        return 0
    _clear_later()
    old = [path for path in folder().glob("??/*") if path.stat().st_mtime < limit]
    removed = 0
    for start in range(0, len(old), 500):
        batch = {path.name: path for path in old[start : start + 500]}
        for name in batch.keys() - _named(batch):
            batch[name].unlink(missing_ok=True)
            removed += 1
    return removed


def _named(names: Iterable[str]) -> set[str]:
    """Return which of these files a row names; the tables that name any are read from the database itself."""
    session, wanted, known = db.session(), list(names), set[str]()
    for (_schema, found), columns in inspect(session.connection()).get_multi_columns().items():
        if any(one["name"] == "stored_name" for one in columns):
            naming: ColumnClause[str] = column("stored_name", String)
            known |= set(session.scalars(select(naming).select_from(table(found)).where(naming.in_(wanted))))
    return known


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@event.listens_for(Session, "before_commit")
def _asked(session: Session) -> None:
    # From here on a lost connection leaves open whether the rows stand, so the sweep decides and not we.
    if session.get_nested_transaction() is None and _NEW in session.info:
        session.flush()  # what the database refuses in words is refused before
        session.info[_ASKED] = True


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if session.get_nested_transaction() is None:
        session.info.pop(_NEW, None)


@event.listens_for(Session, "after_transaction_end")
def _ended(session: Session, transaction: SessionTransaction) -> Any:
    if transaction.parent is None:
        left = session.info.pop(_NEW, ())
        if session.info.pop(_ASKED, False):
            return
        for path in left:
            with suppress(OSError):
                path.unlink(missing_ok=True)
