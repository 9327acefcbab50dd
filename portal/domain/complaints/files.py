"""Files of a complaint: taken by content, kept under a random name, opened only by who may see the case."""

from __future__ import annotations

import hashlib
import uuid as uuidlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select

from portal import config, db
from portal.domain import audit, errors, files
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.text import _t

from .acts import Act
from .models import Attachment, Complaint, Entry
from .moving import allowed_act, lock, touch
from .scope import require_read, scope_of
from .states import State


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A stored file that this actor may read, for a download."""

    name: str
    media_type: str
    size: int
    path: Path
    sha256: str
    complaint_id: int
    complaint_uuid: uuidlib.UUID
    account_id: int
    number: str


def attach(
    complaint: Complaint, *, actor: Actor, name: str, stream: BinaryIO, entry: Entry | None = None
) -> Attachment:
    """Keep one file of the case; raise Invalid (field ``files``) with the mend when it cannot be taken.

    What it is decides its content alone, never its name. A refused file changes nothing else of the case.
    """
    at = lock(complaint)
    draft = complaint.state == State.DRAFT
    if not _writes_it_down(complaint, actor):
        allowed_act(complaint, Act.EDIT if draft else (Act.WRITE if actor.is_staff else Act.ADD), actor)
    return keep_one(complaint, actor=actor, name=name, stream=stream, at=at, entry=entry)


def keep_one(
    complaint: Complaint,
    *,
    actor: Actor,
    name: str,
    stream: BinaryIO,
    at: datetime,
    entry: Entry | None = None,
) -> Attachment:
    """Keep one file for an actor whose act was allowed on a complaint that is held; raise Invalid (``files``)."""
    settings = config.load()
    draft = complaint.state == State.DRAFT
    limit = settings.file_max_bytes
    file = files.check(name, stream.read(limit + 1), limit)
    if _count(complaint.id) >= settings.files_per_complaint:
        raise files.refused(
            _t("A complaint keeps at most {limit} files. Please put several pages into one PDF.",
               limit=settings.files_per_complaint)
        )  # fmt: skip
    sha256 = hashlib.sha256(file.content).hexdigest()
    known = _same(complaint.id, sha256, file.name)
    if known is not None:  # the same file again, as after a lost connection
        return known
    kept = Attachment(
        uuid=uuidlib.uuid4(),
        complaint_id=complaint.id,
        account_id=complaint.account_id,
        entry_id=entry.id if entry else None,
        name=file.name,
        media_type=file.media_type,
        size=len(file.content),
        sha256=sha256,
        stored_name=files.keep(file.content),
        created_at=at,
        author_kind=actor.kind.value,
        author_person_id=actor.person_id,
    )
    db.session().add(kept)
    if not draft:
        touch(complaint)
        audit.record(
            Tag.COMPLAINT_FILE_ADDED, actor=actor, account_id=complaint.account_id, at=at,
            subject=("complaint", complaint.uuid), number=complaint.number, name=file.name,
        )  # fmt: skip
    db.session().flush()
    return kept


def _writes_it_down(complaint: Complaint, actor: Actor) -> bool:
    """Say whether this is who entered the complaint, before anybody takes it: the letter itself comes with it."""
    mine = actor.is_staff and complaint.entered_by_id == actor.person_id
    return mine and complaint.state == State.RECEIVED and actor.may(Permission.COMPLAINTS_INTAKE)


def remove_file(complaint: Complaint, *, actor: Actor, file_uuid: uuidlib.UUID) -> Complaint:
    """Take a file out of a draft, from the disk too; what was sent stays on the record (Conflict)."""
    lock(complaint)
    found = (
        db.session()
        .scalars(
            select(Attachment).where(
                Attachment.uuid == file_uuid,
                Attachment.complaint_id == complaint.id,
                Attachment.removed_at.is_(None),
            )
        )
        .one_or_none()
    )
    if found is None:
        raise errors.NotFound()
    if complaint.state != State.DRAFT:
        raise errors.Conflict(
            _t("What was sent stays on the record. You can add another file and say which one counts."),
            code="complaint.file_sent",
        )
    allowed_act(complaint, Act.EDIT, actor)
    files.drop(found.stored_name)
    db.session().delete(found)
    db.session().flush()
    return complaint


def open_file(actor: Actor, uuid: uuidlib.UUID) -> OpenedFile:
    """Return a file for its download; NotFound outside the actor's scope, Denied for staff without the right."""
    require_read(actor)
    if actor.is_staff:
        actor.require(Permission.FILES_READ)
    row = (
        db.session()
        .execute(
            select(Attachment, Complaint.uuid, Complaint.number)
            .join(Complaint, Complaint.id == Attachment.complaint_id)
            .where(Attachment.uuid == uuid, Attachment.removed_at.is_(None), scope_of(actor))
        )
        .one_or_none()
    )
    if row is None:
        raise errors.NotFound()
    file = row.Attachment
    return OpenedFile(
        file.name, file.media_type, file.size, files.path_of(file.stored_name), file.sha256,
        file.complaint_id, row.uuid, file.account_id, row.number,
    )  # fmt: skip


def _count(complaint_id: int) -> int:
    return (
        db.session().scalar(
            select(func.count())
            .select_from(Attachment)
            .where(Attachment.complaint_id == complaint_id, Attachment.removed_at.is_(None))
        )
        or 0
    )


def _same(complaint_id: int, sha256: str, name: str) -> Attachment | None:
    return (
        db.session()
        .scalars(
            select(Attachment)
            .where(
                Attachment.complaint_id == complaint_id,
                Attachment.sha256 == sha256,
                Attachment.name == name,
                Attachment.removed_at.is_(None),
            )
            .limit(1)
        )
        .one_or_none()
    )


def drop_all(complaint: Complaint) -> None:
    """Remove every file of a draft that goes away."""
    for file in db.session().scalars(select(Attachment).where(Attachment.complaint_id == complaint.id)):
        files.drop(file.stored_name)
        db.session().delete(file)
