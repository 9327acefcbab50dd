"""The end of a task, in whatever way: its slice is shut in the same transaction, and everybody is told."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime

import structlog
from sqlalchemy import exists, or_, select, update

from portal import db
from portal.domain import clock, errors
from portal.domain.actor import SYSTEM, Actor
from portal.domain.audit import Tag
from portal.domain.complaints import Act, Complaint, moving
from portal.domain.complaints import State as CaseState
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
    """End the task of a complaint that has moved on; whatever moved it, the slice does not outlive the move."""
    task = giving.unended(complaint.id)
    if task is None or row.target in (_OPEN_IN if task.state == State.OPEN else _ASKED_IN):
        return
    how = rules.ENDS.get(row.act, "moved_on")
    if row.act is Act.CALL_BACK:
        how = "called_back" if actor.is_customer else "recalled" if actor.is_staff else "partner_gone"
    close(task, complaint, how, actor=actor, at=at)


moving.on_move(hear)


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
    messages.ended(task, complaint, actor, was_open=was_open)
    db.session().flush()


def call_back(
    complaint: Complaint, *, actor: Actor, text: str = "", expected_version: int | None = None
) -> Complaint:
    """Take a task back, by the customer or by staff, without a reason: the partner sees nothing from this instant on.

    A task that was only asked for is taken back by staff, and refused by the customer.
    """
    at = moving.lock(complaint)
    text = moving.clean(text, "text", 500)
    task = giving.unended(complaint.id)
    if task is None and complaint.state == CaseState.WITH_PARTNER:
        task = giving.last(complaint.id)  # a restore has shut it: nobody holds the complaint any more
    if task is None:
        moving.role_of(complaint, Act.ADD if actor.is_customer else Act.WRITE, actor)
        return complaint  # pressed twice, or it has just ended by itself
    if task.state == State.ASKED:
        act = Act.REFUSE_SHARING if actor.is_customer else Act.DROP_TASK
        _without_a_move(task, complaint, act, actor, at, text)
        return complaint
    row = moving.check(complaint, Act.CALL_BACK, actor)
    moving.carry(complaint, row, actor=actor, at=at, reason=text, data=giving.told(task))
    db.session().flush()
    return complaint


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
    return call_back(complaint, actor=actor)


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
        row = moving.check(complaint, Act.CALL_BACK, SYSTEM)
        moving.carry(complaint, row, actor=SYSTEM, at=at, data=giving.told(task))
    else:
        _without_a_move(task, complaint, Act.DROP_TASK, SYSTEM, at)
    return 1
