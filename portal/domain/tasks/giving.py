"""Handing a part of a complaint to a partner: thing by thing, on a ground, until a date; or asking for a yes."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import audit, calendars, changes, clock, errors, partners, references
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.calendars import Due
from portal.domain.changes import Subject, What
from portal.domain.complaints import Act, Complaint, K, above, moving, ticking
from portal.domain.complaints.models import Attachment, Entry
from portal.domain.complaints.rows import Transition
from portal.text import _t

from . import messages, rules
from .models import Part, PartnerStanding, Task
from .rules import Basis, Share, State

MOST_AT_ONCE = 5
LIMITS = {"title": 120, "instructions": 4_000, "basis_words": 500}


def give(
    complaint: Complaint,
    *,
    actor: Actor,
    partner: uuidlib.UUID | None,
    parts: Iterable[str],
    title: str,
    instructions: str,
    until: datetime | None,
    basis: str = Basis.PERMISSION,
    basis_words: str = "",
    expected_version: int | None = None,
) -> Task:
    """Hand exactly the chosen ``parts`` to a partner until ``until`` (aware), or ask the customer for it first.

    On her permission it begins at once where what she lets partners see covers all of it, else when she says yes; on
    a legal ground it begins at once and she reads which ground and why. Raises Invalid with the field, Conflict.
    """
    at = moving.lock(complaint, expected_version)
    moving.check(complaint, Act.GIVE_TASK, actor, given={"partner": partner, "scope": True, "until": True})
    if len(unended(complaint.id)) >= MOST_AT_ONCE:
        message = _t(
            "Partners have {most} tasks for this complaint already. Call one back first.", most=MOST_AT_ONCE
        )
        raise errors.Conflict(message, code="task.many")
    company = _company(partner)
    chosen = rules.read_choice(parts)
    things = _things(complaint, chosen)
    ground = _ground(basis)
    why = moving.clean(basis_words, "basis_words", LIMITS["basis_words"])
    if ground in rules.LEGAL and not why:
        message = _t("Say why this ground holds here: the customer reads it.")
        raise errors.Invalid(message, code="task.ground", field="basis_words")
    if ground is Basis.PERMISSION and rules.covered(chosen, standing_of(complaint)):
        ground = Basis.STANDING
    account = db.session().get_one(Account, complaint.account_id)
    task = Task(
        uuid=uuidlib.uuid4(), complaint_id=complaint.id, complaint_uuid=complaint.uuid,
        complaint_number=complaint.number, account_id=complaint.account_id, person_id=complaint.person_id,
        partner_id=company.id, partner_name=company.name, number=references.new_number(), region=account.country,
        state=State.ASKED.value, version=1,
        title=moving.clean(title, "title", LIMITS["title"], needed=_t("Say in a few words what is to be done.")),
        instructions=moving.clean(
            instructions, "instructions", LIMITS["instructions"], needed=_t("Say what the partner is to do.")
        ),
        basis=ground.value, basis_words=why, due_at=_deadline(complaint, until, at), zone=_zone(complaint),
        given_by_id=actor.person_id, given_by_name=actor.name, asked_at=at,
    )  # fmt: skip
    db.session().add(task)
    db.session().flush()
    for one in things:
        db.session().add(
            Part(uuid=uuidlib.uuid4(), task_id=task.id, account_id=task.account_id, since=at, **one)
        )
    if ground is Basis.PERMISSION:
        given = {"partner": company.id, "scope": True, "until": True}
        row = moving.check(complaint, Act.ASK_TO_SHARE, actor, given=given)
        moving.carry(complaint, row, actor=actor, at=at, data=told(task))
        note(Tag.TASK_ASKED, task, actor, at)
        messages.asked(task, complaint, actor)
    else:
        row = moving.check(
            complaint, Act.GIVE_TASK, actor, given={"partner": company.id, "scope": True, "until": True}
        )
        begin(task, complaint, row, actor, at)
    db.session().flush()
    return task


def begin(task: Task, complaint: Complaint, row: Transition, actor: Actor, at: datetime) -> None:
    """Open a task: from here on its slice is to be seen, and the clock of the partner runs to the earliest date."""
    task.state, task.opened_at, task.version = State.OPEN.value, at, task.version + 1
    due, clocks = due_of(task, at), ticking.of(complaint)
    timed = moving.Timed(dues={K.PARTNER: due})
    if row.stays:
        runs_to = _due(clocks, K.PARTNER)
        earlier = runs_to is not None and due.at is not None and due.at < runs_to
        timed = moving.Timed(moves={K.PARTNER: due} if earlier else None)
    moving.carry(
        complaint,
        row,
        actor=actor,
        at=at,
        clocks=clocks,
        timed=timed,
        data=told(task) | {"basis": task.basis},
    )
    note(Tag.TASK_GIVEN, task, actor, at, until=task.due_at.isoformat(), basis=task.basis)
    changed(task, What.BEGAN)
    messages.given(task, complaint, actor)


def due_of(task: Task, at: datetime) -> Due:
    """Return the date of a task as the clock of partners has it, counted from ``at``."""
    return Due(
        at=task.due_at, rule=calendars.SET, zone=task.zone, tzdata=calendars.zone_data_version(),
        inputs={"start": at.isoformat()},
    )  # fmt: skip


def unended(complaint_id: int) -> list[Task]:
    """Return the tasks of a complaint that have not ended, whether they are open or asked for, the oldest first."""
    statement = (
        select(Task).where(Task.complaint_id == complaint_id, Task.ended_at.is_(None)).order_by(Task.id)
    )
    return list(db.session().scalars(statement))


def going_on(complaint: Complaint, at: datetime, *, without: Task | None = None) -> list[Task]:
    """Return the open tasks whose dates are after ``at``, the earliest first."""
    found = [
        one
        for one in unended(complaint.id)
        if one.state == State.OPEN and one.due_at > at and one is not without
    ]
    return sorted(found, key=lambda one: one.due_at)


def _next(complaint: Complaint, at: datetime) -> Due | None:
    left = going_on(complaint, at)
    return due_of(left[0], at) if left else None


above.count_tasks(_next)


def last(complaint_id: int) -> Task | None:
    """Return the newest task of a complaint, ended or not."""
    return db.session().scalar(
        select(Task).where(Task.complaint_id == complaint_id).order_by(Task.id.desc()).limit(1)
    )


def standing_of(complaint: Complaint) -> frozenset[str]:
    """Return what the person of a complaint lets partners see without being asked."""
    found = db.session().scalar(
        select(PartnerStanding.parts).where(
            PartnerStanding.account_id == complaint.account_id,
            PartnerStanding.person_id == complaint.person_id,
        )
    )
    return frozenset(found or ())


def latest(complaint: Complaint) -> datetime | None:
    """Return the instant before which a task on a complaint must end, None where no time is left to give."""
    clocks = ticking.of(complaint)
    return rules.latest(clock.now(), _due(clocks, K.ANSWER), _due(clocks, K.LEGAL))


def _deadline(complaint: Complaint, until: datetime | None, at: datetime) -> datetime:
    clocks = ticking.of(complaint)
    return rules.deadline(until, at, _due(clocks, K.ANSWER), _due(clocks, K.LEGAL))


def _due(clocks: ticking.Clocks, k: K) -> datetime | None:
    found = clocks.get(k)
    return found.due_at if found is not None and found.ended_at is None else None


def _zone(complaint: Complaint) -> str:
    return ticking.zones_of(complaint).firm


def _ground(basis: str) -> Basis:
    if basis != Basis.PERMISSION and basis not in rules.LEGAL:
        raise errors.Invalid(_t("Choose the ground."), code="task.ground", field="basis")
    return Basis(basis)


def _company(partner: uuidlib.UUID | None) -> partners.Partner:
    try:
        return partners.by_uuid(partner or uuidlib.UUID(int=0))
    except errors.NotFound:
        raise errors.Invalid(_t("Choose the partner."), code="task.partner", field="partner") from None


def _things(complaint: Complaint, chosen: list[Share]) -> list[dict[str, Any]]:
    """Return what the row of each thing says; what is not of this complaint, or private, cannot be chosen."""
    files = {one.uuid: one.id for one in _ids(Attachment, chosen, "file", complaint)}
    entries = {one.uuid: one.id for one in _ids(Entry, chosen, "entry", complaint) if one.kind != "private"}
    found: list[dict[str, Any]] = []
    for one in chosen:
        row: dict[str, Any] = {"key": one.key}
        if one.kind == "file":
            row = {"attachment_id": files.get(_uuid(one.key))}
        elif one.kind == "entry":
            row = {"entry_id": entries.get(_uuid(one.key))}
        if None in row.values():
            message = _t("Something that you chose is not there any more.")
            raise errors.Invalid(message, code="task.parts", field="parts")
        found.append({"kind": one.kind, **row})
    return found


def _ids(model: Any, chosen: list[Share], kind: str, complaint: Complaint) -> list[Any]:
    wanted = [_uuid(one.key) for one in chosen if one.kind == kind]
    if not wanted:
        return []
    statement = select(model).where(model.uuid.in_(wanted), model.complaint_id == complaint.id)
    if kind == "file":
        statement = statement.where(Attachment.removed_at.is_(None))
    return list(db.session().scalars(statement))


def _uuid(text: str) -> uuidlib.UUID:
    try:
        return uuidlib.UUID(text)
    except ValueError:
        return uuidlib.UUID(int=0)


def told(task: Task) -> dict[str, Any]:
    """Return what an event of the log keeps of a task."""
    return {"task": str(task.uuid), "partner": task.partner_name}


def changed(task: Task, what: What) -> None:
    """Tell the systems of the partner, through its feed, that something is new about a task that it has or had."""
    changes.note(task.partner_id, Subject.TASK, task.uuid, what, until=task.due_at)


def note(tag: Tag, task: Task, actor: Actor, at: datetime, **keys: Any) -> None:
    """Write an act on a task to the record that both sides read."""
    audit.record(
        tag, actor=actor, account_id=task.account_id, subject=("complaint", task.complaint_uuid), at=at,
        number=task.complaint_number, partner=task.partner_name, **keys,
    )  # fmt: skip
