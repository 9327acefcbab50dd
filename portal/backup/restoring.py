"""Restoring a backup: all of it is checked before anything changes, and nothing of before lives on that should not."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import DatabaseError

from portal import db, schema
from portal.db import UtcDateTime
from portal.domain import accounts, files

from . import putting_back
from .archive import Broken, Reader, Step


@dataclass(frozen=True, slots=True)
class Checked:
    """What a backup says of itself, once every sum was right."""

    head: dict[str, Any]
    manifest: dict[str, Any]

    @property
    def taken_at(self) -> datetime:
        return datetime.fromisoformat(self.head["taken_at"])

    @property
    def other_key(self) -> bool:
        """Whether it comes from an installation with another secret key."""
        return self.head["secret_key"] not in accounts.own_marks()

    @property
    def rows(self) -> int:
        return sum(self.manifest["rows"].values())


def check(path: Path, *, secret: bytes | None = None, step: Step = lambda _: None) -> Checked:
    """Read a backup from its begin to its end and check every sum; raise :class:`archive.Broken`."""
    reader = Reader(path, secret, step)
    head = reader.head()
    for member in reader.members():
        if not member.name.startswith(("database/", "files/")):
            raise Broken(f"The backup has a member that this release does not know: {member.name[:80]}")
    return Checked(head, reader.manifest)


def restore(
    path: Path, *, secret: bytes | None = None, force: bool = False, step: Step = lambda _: None
) -> Checked:
    """Put a backup in place of what is there and return what it held.

    Raise :class:`archive.Broken` for a backup that cannot be used, :class:`putting_back.NotEmpty` for a place with
    something in it unless ``force``. Whatever is raised, the place is as it was, but for files that no row names.
    """
    database = db.database()
    kind = "sqlite" if database.sqlite else "postgresql"
    head = Reader(path, secret).head()
    if head["database"] != kind:
        raise Broken(f"This backup is of {head['database']}; the database here is {kind}.")
    if not schema.knows(head["revision"]):
        raise Broken(
            f"This backup comes from a newer release ({head['release']}): install that one, or a later one."
        )
    if not force:
        _require_empty(database)
    checked = check(path, secret=secret, step=step)
    reader = Reader(path, secret, step)
    with putting_back.target(database, head, checked.manifest) as place:
        for member in reader.members():
            (place.take if member.name.startswith("database/") else putting_back.put_file)(member)
        putting_back.sync_files()
        place.finish(lambda connection: _after(connection, checked.taken_at))
    database.kept.clear()
    return checked


def _require_empty(database: db.Database) -> None:
    try:
        empty = putting_back.is_empty(database)
    except (DatabaseError, sqlite3.DatabaseError):
        raise putting_back.NotEmpty("The database cannot be read. With --force it is replaced.") from None
    if not empty:
        raise putting_back.NotEmpty("The database is not empty. With --force its content is replaced.")
    if any(files.folder().glob("??/*")):
        raise putting_back.NotEmpty("The folder of files is not empty. With --force its content is replaced.")


# What was open at the backup may have been shut since: a stolen device signed out, a link used, a program stopped.
_SHUT = (
    "UPDATE sign_in_session SET ended_at = :at, ended_how = 'restored' WHERE ended_at IS NULL",
    "UPDATE one_time_link SET used_at = :at WHERE used_at IS NULL",
    "UPDATE mailbox_request SET handled_at = :at WHERE handled_at IS NULL",
    "UPDATE lost_second_step SET ended_at = :at, ended_how = 'stopped' WHERE ended_at IS NULL",
    "UPDATE program SET stopped_at = :at WHERE stopped_at IS NULL",
    # Systems of partners that were let in then; which were shut out since, nobody knows. Each is let in anew.
    "UPDATE partner_client SET revoked_at = :at, revoked_by = '' WHERE revoked_at IS NULL",
    "UPDATE partner_client_token SET revoked_at = :at WHERE revoked_at IS NULL",
    # What they read since the backup had numbers that are given again: cursors of before are worth nothing.
    "UPDATE partner_feed SET begun_at = :at",
    "DELETE FROM held_form",
    # A request to administer a company, whose wait may be over by now, and the letter with its code.
    "UPDATE seat_claim SET ended_at = :at, ended_how = 'stopped', code_hash = '' WHERE ended_at IS NULL",
    "UPDATE message SET state = 'cancelled', reason = 'seat_claim_ended', ended_at = :at, sealed = NULL "
    "WHERE name = 'seat_code' AND state IN ('queued', 'leased', 'waiting')",
    # Who is invited comes in by the own company's sign-in, with no link of ours: it may have been taken back since.
    "UPDATE partner_invitation SET ended_at = :at, ended_how = 'restored' WHERE ended_at IS NULL",
    "UPDATE message SET state = 'cancelled', reason = 'invitation_cancelled', ended_at = :at, sealed = NULL "
    "WHERE name = 'partner_invitation' AND state IN ('queued', 'leased', 'waiting')",
    # What a partner saw may have been called back since; the complaint comes back to us by the date of the task.
    "UPDATE partner_task_part SET until = :at WHERE until IS NULL",
    "UPDATE partner_task SET state = 'ended', ended_at = :at, ended_how = 'recalled', version = version + 1 "
    "WHERE ended_at IS NULL",
    # What a customer shared may have been stopped since. The command writes the history right after.
    "UPDATE share_grant SET ended_at = :at, ended_how = 'restored', version = version + 1 "
    "WHERE ended_at IS NULL AND until > :at",
    "UPDATE share_request SET expires_at = :at WHERE answered_at IS NULL AND expires_at > :at",
    # A receiver may have been stopped or moved since, or its secret changed: partners set theirs again.
    "UPDATE webhook_endpoint SET stopped_at = :at, earlier_secret = NULL, earlier_until = NULL "
    "WHERE stopped_at IS NULL",
    "UPDATE webhook_event SET state = 'queued', leased_by = '', leased_until = NULL WHERE state = 'leased'",
    "UPDATE dropped_file SET state = 'queued', leased_by = '', leased_until = NULL WHERE state = 'leased'",
    # A claim of a worker that is gone; the Message-ID of its last try stays.
    "UPDATE message SET state = 'queued', leased_by = '', leased_until = NULL WHERE state = 'leased'",
    # A backup that was made while messages waited for a decision: one decision is enough.
    "UPDATE restoration SET released_at = :at WHERE released_at IS NULL",
    "INSERT INTO restoration (taken_at, restored_at, doubtful, messages) VALUES (:taken_at, :at, '', 0)",
)


def _after(connection: Connection, taken_at: datetime) -> None:
    """End what must not live again, and let no message leave until somebody decides."""
    at = datetime.now(UTC)
    values = {"at": at, "taken_at": taken_at}
    for statement in _SHUT:
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        connection.execute(_typed(statement, used), used)


def _typed(statement: str, values: dict[str, datetime]) -> Any:
    """Bind instants as every other statement does, so that both databases store them alike."""
    return text(statement).bindparams(*(bindparam(name, type_=UtcDateTime()) for name in values))
