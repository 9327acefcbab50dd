"""Reading about dropped files: a partner its own, staff all of them."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import ColumnElement, select

from portal import db
from portal.domain import files, partners
from portal.domain.actor import Actor, Permission
from portal.domain.errors import NotFound
from portal.text import Lazy

from .dropping import Said, guard, said_of
from .models import DroppedFault, DroppedFile
from .rules import KINDS, STATES, Kind, State
from .words import unpacked

VIEWS = ("waiting", "all")


class FileLine(NamedTuple):
    """One file in a list."""

    uuid: uuidlib.UUID
    name: str
    kind: Kind
    state: State
    words: Lazy
    partner: str  # '' for all
    ours: bool
    lines: int
    taken: int
    known: int
    bad: int
    size: int
    created_at: datetime
    created_by: str


class FaultLine(NamedTuple):
    """What is wrong in one line; ``key`` is where a page goes on."""

    key: int
    line: int
    column: str
    message: Lazy


class FileView(NamedTuple):
    """A file with what was said of it and what became of it; ``result`` is the price list that it became."""

    line: FileLine
    said: Said
    problem: Lazy | None
    reason: str
    decided_by: str
    ended_at: datetime | None
    released_at: datetime | None
    there: bool
    result: uuidlib.UUID | None
    faults: list[FaultLine]


class Content(NamedTuple):
    """A file for a download, as it came."""

    name: str
    media_type: str
    path: Path


def dropped_files(
    actor: Actor, *, view: str = "all", after: uuidlib.UUID | None = None, limit: int = 30
) -> list[FileLine]:
    """Return files, the newest first, one more than ``limit`` where there are; raise Denied."""
    statement = select(DroppedFile).where(_own(actor))
    if view == "waiting":
        statement = statement.where(DroppedFile.state == State.QUARANTINED.value)
    if after is not None:
        last = select(DroppedFile.id).where(DroppedFile.uuid == after).scalar_subquery()
        statement = statement.where(DroppedFile.id < last)
    found = list(db.session().scalars(statement.order_by(DroppedFile.id.desc()).limit(limit + 1)))
    names = partners.named(one.partner_id for one in found if one.partner_id is not None)
    return [_line(one, names) for one in found]


def dropped_file(actor: Actor, uuid: uuidlib.UUID, *, after: int | None = None, limit: int = 100) -> FileView:
    """Return one file with a page of what is wrong in it; raise Denied, NotFound (also for another's)."""
    found = _found(actor, uuid)
    names = partners.named([found.partner_id] if found.partner_id is not None else [])
    return FileView(
        line=_line(found, names), said=said_of(found), problem=unpacked(found.problem) if found.problem else None,
        reason=found.reason, decided_by=found.decided_by_name, ended_at=found.ended_at,
        released_at=found.released_at, there=found.removed_at is None, result=found.result,
        faults=list(_faults(found.id, after or 0, limit + 1)),
    )  # fmt: skip


def faults(actor: Actor, uuid: uuidlib.UUID) -> tuple[FileLine, list[FaultLine]]:
    """Return everything that is wrong in a file, for a download; raise Denied, NotFound."""
    found = _found(actor, uuid)
    names = partners.named([found.partner_id] if found.partner_id is not None else [])
    return _line(found, names), list(_faults(found.id, 0, None))


def content(actor: Actor, uuid: uuidlib.UUID) -> Content:
    """Return a file as it came, for a download; raise Denied, NotFound (also once it was removed)."""
    found = _found(actor, uuid)
    if found.removed_at is not None or not found.stored_name:
        raise NotFound()
    return Content(found.name, "text/csv", files.path_of(found.stored_name))


def _faults(file_id: int, after: int, limit: int | None) -> Iterator[FaultLine]:
    rows = (
        select(DroppedFault.id, DroppedFault.line, DroppedFault.column, DroppedFault.message)
        .where(DroppedFault.file_id == file_id, DroppedFault.id > after)
        .order_by(DroppedFault.id)
    )
    for row in db.session().execute(rows.limit(limit) if limit is not None else rows):
        yield FaultLine(row.id, row.line, row.column, unpacked(row.message))


def _found(actor: Actor, uuid: uuidlib.UUID) -> DroppedFile:
    found = db.session().scalar(select(DroppedFile).where(DroppedFile.uuid == uuid, _own(actor)))
    if found is None:
        raise NotFound()
    return found


def _own(actor: Actor) -> ColumnElement[bool]:
    if actor.is_staff:
        actor.require(Permission.PARTNERS_WRITE)
        return DroppedFile.id.is_not(None)
    return (DroppedFile.partner_id == guard(actor)) & DroppedFile.ours.is_(False)


def _line(one: DroppedFile, names: dict[int, str]) -> FileLine:
    state = State(one.state)
    return FileLine(
        uuid=one.uuid, name=one.name, kind=KINDS[one.kind], state=state, words=STATES[state],
        partner=names.get(one.partner_id or 0, ""), ours=one.ours, lines=one.lines, taken=one.taken, known=one.known,
        bad=one.bad, size=one.size, created_at=one.created_at, created_by=one.created_by_name,
    )  # fmt: skip
