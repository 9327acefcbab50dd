"""The end of a task, in whatever way: its slice is shut in the same transaction, and everybody is told."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import exists, or_, select, update

from portal import db
from portal.domain import clock, errors
from portal.domain.actor import SYSTEM, Actor
from portal.domain.audit import Tag
from portal.domain.changes import What
from portal.domain.complaints import Act, Complaint, K, above, moving
from portal.domain.complaints import State as CaseState
from portal.domain.complaints.acts import Facts
from portal.domain.complaints.rows import Transition
from portal.domain.partners.models import PartnerCompany

from . import giving, messages, rules
from .models import Part, Task
from .rules import State

# An asked-for task outlives a question to the customer; an open one nothing but its own state.
_ASKED_IN = frozenset({CaseState.IN_HAND, CaseState.NEEDS_CUSTOMER, CaseState.WITH_PARTNER})
_OPEN_IN = frozenset({CaseState.WITH_PARTNER})
log = structlog.get_logger()


def hear(complaint: Complaint, row: Transition, actor: Actor, at: datetime) -> None:
    """End the tasks of a complaint that has moved on; whatever moved it, no slice outlives the move."""
    for task in giving.unended(complaint.id):
        if row.stays:  # one of several has ended: another whose date is over ends too
            if task.state == State.OPEN and task.due_at <= at:
                close(task, complaint, "expired", actor=SYSTEM, at=at)
        elif row.target not in (_OPEN_IN if task.state == State.OPEN else _ASKED_IN):
            close(task, complaint, rules.ENDS.get(row.act, "moved_on"), actor=actor, at=at)


above.on_move(hear)


def close(task: Task, complaint: Complaint, how: str, *, actor: Actor, at: datetime) -> None:
    """Write that a task ended: the task and each thing of it, so that nothing is left that could be read."""
    was_open = task.state == State.OPEN
    task.state, task.ended_at, task.ended_how, task.ended_by = State.ENDED.value, at, how, actor.name[:120]
    task.version += 1
    db.session().execute(
        update(Part)
        .where(Part.task_id == task.id, Part.until.is_(None))
        .values(until=at, until_by=actor.name[:120])
        .execution_options(synchronize_session=False)
    )
    giving.note(Tag.TASK_ENDED, task, actor, at, end=how)
    if was_open:
        giving.changed(task, What.ENDED)
    messages.ended(task, complaint, actor, was_open=was_open)
    db.session().flush()


def end(
    task: Task, complaint: Complaint, act: Act, how: str, *, actor: Actor, at: datetime, row: Transition | None = None,
    text: str = "",
) -> None:  # fmt: skip
    """End one open task: with the last the complaint comes back to us, else the earliest of the others counts.

    ``row`` is the row of the table where whoever acts has had it checked.
    """
    left = giving.going_on(complaint, at, without=task)
    row = row or moving.check(complaint, act, actor, facts=facts(complaint, left))
    close(task, complaint, how, actor=actor, at=at)
    timed = moving.Timed(dues={K.PARTNER: giving.due_of(left[0], at)}) if left else None
    moving.carry(complaint, row, actor=actor, at=at, reason=text, timed=timed, data=giving.told(task))


def facts(complaint: Complaint, left: Sequence[Task]) -> Facts:
    """Return what the table needs to know when a task ends while ``left`` go on."""
    return moving.facts_of(complaint, tasks_left=len(left))


def call_back(
    complaint: Complaint,
    *,
    actor: Actor,
    task: uuidlib.UUID | None = None,
    text: str = "",
    expected_version: int | None = None,
) -> Complaint:
    """Take one task back, or all: without a reason, by the customer or staff; partners see nothing from this instant.

    A task that was only asked for is taken back by staff, and refused by the customer; where nothing is named, those
    that have begun come first. NotFound for a task of another complaint.
    """
    at = moving.lock(complaint, expected_version)
    text = moving.clean(text, "text", 500)
    chosen = _chosen(complaint, task)
    if not chosen and complaint.state == CaseState.WITH_PARTNER and not giving.unended(complaint.id):
        _back_without_a_task(complaint, actor, at, text)
    elif not chosen:
        moving.role_of(complaint, Act.ADD if actor.is_customer else Act.WRITE, actor)
    for one in chosen:
        if one.state == State.OPEN:
            how = "called_back" if actor.is_customer else "recalled" if actor.is_staff else "partner_gone"
            end(one, complaint, Act.CALL_BACK, how, actor=actor, at=at, text=text)
        else:
            act = Act.REFUSE_SHARING if actor.is_customer else Act.DROP_TASK
            _without_a_move(one, complaint, act, actor, at, text)
    db.session().flush()
    return complaint


def _chosen(complaint: Complaint, task: uuidlib.UUID | None) -> list[Task]:
    every = giving.unended(complaint.id)
    if task is None:
        return [one for one in every if one.state == State.OPEN] or every
    found = [one for one in every if one.uuid == task]
    if not found:
        known = select(Task.id).where(Task.uuid == task, Task.complaint_id == complaint.id)
        if db.session().scalar(known) is None:
            raise errors.NotFound()
    return found  # none: pressed twice, or it has just ended by itself


def _back_without_a_task(complaint: Complaint, actor: Actor, at: datetime, text: str) -> None:
    """Take a complaint back that nobody holds any more: a restore has shut its tasks."""
    row = moving.check(complaint, Act.CALL_BACK, actor)
    last = giving.last(complaint.id)
    data = giving.told(last) if last is not None else None
    moving.carry(complaint, row, actor=actor, at=at, reason=text, data=data)


def refuse(complaint: Complaint, *, actor: Actor, task: uuidlib.UUID) -> Complaint:
    """Say no to a task that was asked for; one that has begun meanwhile is called back. NotFound for another's."""
    found = db.session().scalar(
        select(Task.state).where(Task.uuid == task, Task.complaint_id == complaint.id)
    )
    if found is None:
        raise errors.NotFound()
    if found == State.ENDED:
        moving.role_of(complaint, Act.ADD, actor)
        return complaint  # pressed twice, or the firm was quicker
    return call_back(complaint, actor=actor, task=task)


def _without_a_move(
    task: Task, complaint: Complaint, act: Act, actor: Actor, at: datetime, text: str = ""
) -> None:
    row = moving.check(complaint, act, actor)
    moving.carry(complaint, row, actor=actor, at=at, reason=text, data=giving.told(task))
    close(task, complaint, "refused" if actor.is_customer else "dropped", actor=actor, at=at)


def end_lost(limit: int = 200) -> int:
    """End tasks whose partner no longer works with us, and questions whose date is over; return how many.

    What they showed was shut to everybody at that instant already. Each in a unit of work of its own.
    """
    gone = exists().where(PartnerCompany.id == Task.partner_id, PartnerCompany.deactivated_at.is_not(None))
    late = (Task.state == State.ASKED.value) & (Task.due_at <= clock.now())
    with db.unit_of_work(write=False):
        found = db.session().scalars(
            select(Task.id).where(Task.ended_at.is_(None), or_(gone, late)).order_by(Task.id).limit(limit)
        )  # fmt: skip
        waiting = list(found)
    done = 0
    for task_id in waiting:
        try:
            with db.unit_of_work():
                done += _end_one(task_id)
        except errors.DomainError:
            log.exception("task.not_ended", task=task_id)
    return done


def _end_one(task_id: int) -> int:
    task = db.session().get_one(Task, task_id)
    complaint = db.session().get_one(Complaint, task.complaint_id)
    at = moving.lock(complaint)
    db.session().refresh(task)
    if task.ended_at is not None:
        return 0
    if task.state == State.OPEN:
        end(task, complaint, Act.CALL_BACK, "partner_gone", actor=SYSTEM, at=at)
    else:
        _without_a_move(task, complaint, Act.DROP_TASK, SYSTEM, at)
    return 1
