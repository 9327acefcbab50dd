"""What a partner reads: its tasks, the slice of one, one file of it; all through the one scope."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select, tuple_

from portal import db
from portal.domain import complaints, errors, lookups
from portal.domain.accounts.models import Account, Person
from portal.domain.actor import Actor, PartnerRight
from portal.domain.complaints.models import Attachment, Complaint, Entry
from portal.text import Country, Lazy, _t

from . import rules, scope
from .models import Part, Task


@dataclass(frozen=True, slots=True)
class Line:
    """A task in a list: while it is open what it is about, afterwards only that it ended."""

    uuid: uuidlib.UUID
    number: str
    title: str
    due_at: datetime
    zone: str
    opened_at: datetime
    ended_at: datetime | None
    ended: Lazy | None


@dataclass(frozen=True, slots=True)
class Field:
    """One field that may be seen."""

    uuid: uuidlib.UUID
    key: str
    label: Lazy
    value: Lazy | str | date


@dataclass(frozen=True, slots=True)
class Said:
    """One entry that may be seen: from the thread, or the partner's own."""

    uuid: uuidlib.UUID
    at: datetime
    kind: str
    who: str
    text: str
    theirs: bool


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file that may be downloaded."""

    uuid: uuidlib.UUID
    name: str
    media_type: str
    size: int
    at: datetime
    theirs: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """All of a complaint that a partner may see for one task, and nothing beside it."""

    uuid: uuidlib.UUID
    number: str
    version: int
    title: str
    instructions: str
    due_at: datetime
    zone: str
    opened_at: datetime
    given_by: str
    may_write: bool
    may_work: bool
    fields: list[Field]
    said: list[Said]
    files: list[FileLine]


def of(actor: Actor) -> Tasks:
    """Return the tasks that somebody of a partner may reach; nobody else reaches any through here."""
    return Tasks(actor)


class Tasks:
    """The tasks of one actor of a partner; every read asks the scope anew."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def going(self, after: uuidlib.UUID | None = None, limit: int = 30) -> list[Line]:
        """Return open tasks, the nearest deadline first, ``limit`` + 1 of them after the last one shown; one query."""
        statement = _LINES.where(scope.open_to(self.actor)).order_by(Task.due_at, Task.id)
        if after is not None:
            statement = statement.where(tuple_(Task.due_at, Task.id) > self._mark(Task.due_at, after))
        return [_line(row) for row in db.session().execute(statement.limit(limit + 1))]

    def ended(self, after: uuidlib.UUID | None = None, limit: int = 30) -> list[Line]:
        """Return tasks that ended: their number, when and how, and nothing else; the newest first, one query."""
        statement = _LINES.where(
            scope.theirs(self.actor), Task.opened_at.is_not(None), Task.ended_at.is_not(None)
        ).order_by(Task.ended_at.desc(), Task.id.desc())
        if after is not None:
            statement = statement.where(tuple_(Task.ended_at, Task.id) < self._mark(Task.ended_at, after))
        return [_line(row) for row in db.session().execute(statement.limit(limit + 1))]

    def _mark(self, column: Any, after: uuidlib.UUID) -> Any:
        return select(column, Task.id).where(Task.uuid == after, scope.theirs(self.actor)).scalar_subquery()

    def count(self, cap: int = 99) -> int:
        """Return how many tasks are open, counted up to ``cap`` + 1; one query."""
        found = select(Task.id).where(scope.open_to(self.actor)).limit(cap + 1)
        return len(db.session().execute(found).all())

    def slice(self, uuid: uuidlib.UUID) -> Slice:
        """Return what may be seen of a task, after writing down that it is; two queries and the look-up's one.

        Raises NotFound for a task that is none, another's, or over.
        """
        row = db.session().execute(_HEAD.where(Task.uuid == uuid, scope.open_to(self.actor))).one_or_none()
        if row is None:
            raise errors.NotFound()
        task: Task = row.Task
        parts = db.session().execute(_PARTS.where(Part.task_id == task.id, Part.until.is_(None))).all()
        found = Slice(
            uuid=task.uuid, number=task.number, version=task.version, title=task.title,
            instructions=task.instructions, due_at=task.due_at, zone=task.zone, given_by=task.given_by_name,
            opened_at=task.opened_at or task.asked_at, may_write=task.may_write,
            may_work=self.actor.partner_may(PartnerRight.TASKS_WORK),
            fields=[_field(part.Part, row) for part in parts if part.Part.kind == "field"],
            said=[_said(part) for part in parts if part.Part.kind == "entry" and part.text is not None],
            files=[_file(part) for part in parts if part.Part.kind == "file" and part.size is not None],
        )  # fmt: skip
        self._look(task, [
            *((lookups.PART + one.key, None, one.key) for one in found.fields),
            *(("entry", one.uuid, "") for one in found.said if not one.theirs),
        ])  # fmt: skip
        return found

    def over(self, uuid: uuidlib.UUID) -> Line | None:
        """Return that a task of this partner has ended and nothing else of it; None for none, and while it goes on."""
        line = db.session().execute(
            _LINES.where(Task.uuid == uuid, scope.theirs(self.actor), Task.opened_at.is_not(None), ~scope.going_on())
        ).one_or_none()  # fmt: skip
        return _line(line) if line is not None else None

    def version(self, uuid: uuidlib.UUID) -> int | None:
        """Return the version of an open task, None where nothing of it is to be seen; one query, no look-up."""
        return db.session().scalar(select(Task.version).where(Task.uuid == uuid, scope.open_to(self.actor)))

    def task(self, uuid: uuidlib.UUID) -> Task:
        """Return an open task for a verb; raise NotFound, also where this actor only reads."""
        found = None
        if self.actor.partner_may(PartnerRight.TASKS_WORK):
            found = db.session().scalar(select(Task).where(Task.uuid == uuid, scope.open_to(self.actor)))
        if found is None:
            raise errors.NotFound()
        return found

    def file(self, uuid: uuidlib.UUID, part: uuidlib.UUID) -> Any:
        """Return one file of an open task (its part and its attachment), after writing down that it is opened.

        Raises NotFound for what is none, another's, taken out, or of a task that is over.
        """
        row = db.session().execute(self._one(uuid, part)).one_or_none()
        if row is None:
            raise errors.NotFound()
        if not row.Part.theirs:
            self._look(row.Task, [("file", row.Attachment.uuid, row.Attachment.name)])
        return row

    def still(self, uuid: uuidlib.UUID, part: uuidlib.UUID) -> bool:
        """Tell whether a file of a task is open to the actor at this instant; one query."""
        return db.session().execute(self._one(uuid, part)).first() is not None

    def _one(self, uuid: uuidlib.UUID, part: uuidlib.UUID) -> Any:
        return (
            select(Task, Part, Attachment)
            .join(Part, Part.task_id == Task.id)
            .join(Attachment, Attachment.id == Part.attachment_id)
            .where(
                Task.uuid == uuid, Part.uuid == part, Part.until.is_(None), Attachment.removed_at.is_(None),
                scope.open_to(self.actor),
            )
        )  # fmt: skip

    def _look(self, task: Task, items: list[tuple[str, uuidlib.UUID | None, str]]) -> None:
        lookups.open_parts(
            actor=self.actor,
            account_id=task.account_id,
            about=(task.uuid, task.complaint_number),
            items=items,
        )


_LINES = select(
    Task.uuid, Task.number, Task.title, Task.due_at, Task.zone, Task.opened_at, Task.ended_at, Task.ended_how
)
_HEAD = (
    select(Task, Complaint, Account, Person.name.label("person_name"))
    .join(Complaint, Complaint.id == Task.complaint_id)
    .join(Account, Account.id == Task.account_id)
    .join(Person, Person.id == Task.person_id)
)
_PARTS = (
    select(
        Part, Entry.uuid.label("entry_uuid"), Entry.at.label("at"), Entry.kind.label("kind"),
        Entry.author_name.label("who"), Entry.author_kind.label("by_kind"), Entry.text.label("text"),
        Attachment.name.label("name"), Attachment.media_type.label("media_type"), Attachment.size.label("size"),
        Attachment.created_at.label("created_at"),
    )
    .outerjoin(Entry, Entry.id == Part.entry_id)
    .outerjoin(Attachment, and_(Attachment.id == Part.attachment_id, Attachment.removed_at.is_(None)))
    .order_by(Part.id)
)  # fmt: skip


def _line(row: Any) -> Line:
    over = row.ended_at is not None
    return Line(
        uuid=row.uuid, number=row.number, title="" if over else row.title, due_at=row.due_at, zone=row.zone,
        opened_at=row.opened_at, ended_at=row.ended_at,
        ended=rules.told_to_partner(row.ended_how) if over else None,
    )  # fmt: skip


def _field(part: Part, row: Any) -> Field:
    return Field(
        part.uuid,
        part.key,
        rules.FIELDS[part.key],
        value_of(part.key, row.Complaint, row.Account, row.person_name),
    )


def value_of(key: str, complaint: Any, account: Any, person_name: str) -> Lazy | str | date:
    """Return what one field of a complaint says; '' where it says nothing."""
    match key:
        case "name":
            return str(person_name)
        case "phone":
            return str(account.phone)
        case "address":
            place = " ".join(filter(None, (account.postcode, account.city)))
            lines = [one for one in (account.street, place) if one]
            return (
                _t("{lines}\n{country}", lines="\n".join(lines), country=Country(account.country))
                if lines
                else ""
            )
        case "wanted":
            return complaints.wanted(complaint)
        case "happened_on":
            return complaint.happened_on or ""
        case _:
            return str(getattr(complaint, key))


def _said(row: Any) -> Said:
    return Said(row.Part.uuid, row.at, row.kind, row.who, row.text, row.Part.theirs)


def _file(row: Any) -> FileLine:
    return FileLine(
        row.Part.uuid, row.name, row.media_type, row.size, row.Part.since if row.Part.theirs else row.created_at,
        row.Part.theirs,
    )  # fmt: skip
