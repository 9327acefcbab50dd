"""A task as the customer and staff read it on the complaint: who, what exactly, until when, and what they saw."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from portal import db
from portal.domain import clock, lookups, partners
from portal.domain.actor import Actor
from portal.domain.complaints import Case, Complaint
from portal.domain.complaints.models import Attachment, Entry
from portal.domain.complaints.scope import scope_of
from portal.domain.complaints.words import REMEDIES
from portal.domain.lookups import Sight
from portal.text import Lazy, Money, _t

from . import reading, rules
from .models import Part, Task
from .rules import Basis, State

# On whose log these stand, there is a task to be read; without one of them a page asks nothing.
ACTS = frozenset({"ask_to_share", "give_task", "allow_task"})


@dataclass(frozen=True, slots=True)
class PartView:
    """One thing that was chosen: what it is, what it says, and until when it was to be seen."""

    uuid: uuidlib.UUID
    kind: str
    label: Lazy | str
    value: Any
    since: datetime
    until: datetime | None
    until_by: str
    key: str = ""  # of a field


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a partner proposed to whoever gave it the task; it is no offer before somebody of us makes one."""

    task: str
    entry: uuidlib.UUID
    at: datetime
    who: Lazy | str
    kind: str  # of REMEDIES
    amount: Decimal | None
    currency: str
    text: str

    @property
    def title(self) -> Lazy:
        """What it is in a few words."""
        kind = REMEDIES[self.kind]
        if self.amount is None:
            return kind
        return _t("{kind}: {amount}", kind=kind, amount=Money(self.amount, self.currency))


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task with all that was chosen for it, and what was opened of it."""

    uuid: uuidlib.UUID
    number: str
    partner: str
    logo: str
    state: str
    title: str
    instructions: str
    basis: str
    ground: Lazy
    ground_words: str
    due_at: datetime
    zone: str
    asked_at: datetime
    opened_at: datetime | None
    ended_at: datetime | None
    ended: Lazy | None
    ended_by: str
    given_by: str
    may_write: bool
    parts: list[PartView]
    seen: list[Sight]
    proposals: list[Proposed] = field(default_factory=list)

    @property
    def asked(self) -> bool:
        """Whether the customer is still to say yes."""
        return self.state == State.ASKED

    @property
    def open(self) -> bool:
        """Whether the partner sees something at this instant."""
        return self.state == State.OPEN and self.due_at > clock.now()

    @property
    def live(self) -> list[PartView]:
        """What is chosen now."""
        return [one for one in self.parts if one.until is None]


def of_case(case: Case) -> list[TaskView]:
    """Return the tasks of a complaint that the reader has already been let see, newest first; none costs no query.

    Three queries where there are some, whatever their number.
    """
    if not any(event.act in ACTS for event in case.events):
        return []
    company = partners.PartnerCompany
    rows = db.session().execute(
        select(Task, company.logo)
        .join(company, company.id == Task.partner_id)
        .where(Task.complaint_id == case.complaint.id)
        .order_by(Task.id.desc())
        .limit(20)
    )
    logos = {row.Task: row.logo for row in rows}
    tasks = list(logos)
    if not tasks:
        return []
    parts: dict[int, list[PartView]] = {}
    for row in db.session().execute(_PARTS.where(Part.task_id.in_([one.id for one in tasks]))):
        parts.setdefault(row.Part.task_id, []).append(_part(row, case))
    seen = lookups.sights([one.uuid for one in tasks], case.complaint.account_id)
    proposed = proposals(case)
    return [
        TaskView(
            uuid=one.uuid, number=one.number, partner=one.partner_name, logo=logos[one], state=one.state,
            title=one.title, instructions=one.instructions, basis=one.basis, ground=rules.GROUNDS[Basis(one.basis)],
            ground_words=one.basis_words, due_at=one.due_at, zone=one.zone, asked_at=one.asked_at,
            opened_at=one.opened_at, ended_at=one.ended_at,
            ended=rules.ENDED.get(one.ended_how) if one.ended_at is not None else None, ended_by=one.ended_by,
            given_by=one.given_by_name, may_write=one.may_write, parts=parts.get(one.id, []),
            seen=seen.get(str(one.uuid), []), proposals=[made for made in proposed if made.task == str(one.uuid)],
        )
        for one in tasks
    ]  # fmt: skip


def waiting(actor: Actor) -> ColumnElement[uuidlib.UUID]:
    """Return the complaint on which a customer has longest been asked about a task, as a value within another query."""
    return (
        select(Task.complaint_uuid)
        .join(Complaint, Complaint.id == Task.complaint_id)
        .where(
            scope_of(actor), Task.state == State.ASKED.value, Task.ended_at.is_(None),
            Task.due_at > clock.now(),
        )
        .order_by(Task.id)
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose in a form."""

    key: str
    kind: str
    label: Lazy | str
    value: Any
    at: datetime | None


def choices(case: Case) -> list[Choice]:
    """Return everything of a complaint that can be chosen for a task; what is private cannot."""
    values = {key: _value(key, case) for key in rules.FIELDS}
    return [
        *(
            Choice(f"field:{key}", "field", rules.FIELDS[key], value, None)
            for key, value in values.items()
            if value
        ),
        *(
            Choice(f"entry:{one.uuid}", "entry", one.who, one.text, one.at)
            for one in case.thread
            if one.uuid != case.uuid and one.text and one.kind != "private"
        ),
        *(Choice(f"file:{one.uuid}", "file", one.name, one.size, one.at) for one in case.files),
    ]


def _value(key: str, case: Case) -> Any:
    return reading.value_of(key, case.complaint, case.account, case.person.name)


_PARTS = (
    select(
        Part, Attachment.name.label("file_name"), Attachment.size.label("size"), Attachment.uuid.label("file_uuid"),
        Entry.text.label("text"), Entry.author_name.label("who"), Entry.uuid.label("entry_uuid"),
    )
    .outerjoin(Attachment, and_(Attachment.id == Part.attachment_id, Attachment.removed_at.is_(None)))
    .outerjoin(Entry, Entry.id == Part.entry_id)
    .where(Part.theirs.is_(False))
    .order_by(Part.id)
)  # fmt: skip


def _part(row: Any, case: Case) -> PartView:
    part: Part = row.Part
    label: Lazy | str
    match part.kind:
        case "field":
            label, value = rules.FIELDS[part.key], _value(part.key, case)
        case "file":
            label, value = row.file_name or _t("a file that is gone"), row.size
        case _:
            label, value = row.who or _t("words that are gone"), row.text
    return PartView(part.uuid, part.kind, label, value, part.since, part.until, part.until_by, part.key)


def proposals(case: Case) -> list[Proposed]:
    """Return what partners proposed, in the order of the log; from what is at hand, without a query."""
    words = {str(item.uuid): item.text for item in case.thread}
    found = []
    for event in case.events:
        made = event.data.get("proposal")
        if made:
            amount = Decimal(made["amount"]) if made["amount"] else None
            entry = event.data["entry"]
            found.append(
                Proposed(
                    event.data["task"], uuidlib.UUID(entry), event.at, event.who, made["kind"], amount,
                    made["currency"], words.get(entry) or "",
                )
            )  # fmt: skip
    return found
