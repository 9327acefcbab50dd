"""What the customer says about a task: yes or no, less of it, whether the partner may write; and once for all."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Collection

from sqlalchemy import ColumnElement, select

from portal import db
from portal.domain import audit, clock, errors
from portal.domain.actor import Actor, Right
from portal.domain.audit import Tag
from portal.domain.changes import What
from portal.domain.complaints import Act, Complaint, moving
from portal.text import _t

from . import giving, messages, rules
from .models import Part, PartnerStanding, Task
from .rules import State


def allow(
    complaint: Complaint,
    *,
    actor: Actor,
    task: uuidlib.UUID,
    keep: Collection[uuidlib.UUID] | None = None,
    expected_version: int | None = None,
) -> Task:
    """Say yes to a task that was asked for, to all of it or the parts in ``keep``; the partner sees it from now on."""
    at = moving.lock(complaint)
    found = _of(complaint, task)
    if found.state == State.OPEN:
        moving.role_of(complaint, Act.ADD, actor)
        return found  # pressed twice
    moving.require_version(complaint, expected_version)
    row = moving.check(complaint, Act.ALLOW_TASK, actor)
    if found.due_at <= at:
        message = _t("The date of this task has passed meanwhile. We ask again if it is still needed.")
        raise errors.Conflict(message, code="task.late")
    if keep is not None:
        _keep(found, keep, actor, none=_t("Leave at least one thing, or say no."))
    giving.begin(found, complaint, row, actor, at)
    db.session().flush()
    return found


def limit(
    complaint: Complaint,
    *,
    actor: Actor,
    task: uuidlib.UUID,
    keep: Collection[uuidlib.UUID],
    expected_version: int | None = None,
) -> int:
    """Take everything out of an open task that is not in ``keep``, at once; return how many things that was.

    What the partner sent itself stays in its sight. Nothing is ever put back in: for that the customer is asked anew.
    """
    at = moving.lock(complaint, expected_version)
    found = _of(complaint, task)
    row = moving.check(complaint, Act.LIMIT_SHARING, actor)
    if found.state != State.OPEN:
        raise errors.Conflict()
    none = _t("Leave at least one thing, or call the task back.")
    taken = _keep(found, keep, actor, none=none)
    if taken:
        found.version += 1
        moving.carry(complaint, row, actor=actor, at=at, data=giving.told(found) | {"taken": taken})
        giving.note(Tag.TASK_LIMITED, found, actor, at, count=taken)
        giving.changed(found, What.NARROWED)
        messages.limited(found, complaint, actor)
    db.session().flush()
    return taken


def let_write(complaint: Complaint, *, actor: Actor, task: uuidlib.UUID, may: bool) -> Task:
    """Say whether the partner may write to the customer while the task is open; it may not unless she says so."""
    at = moving.lock(complaint)
    found = _of(complaint, task)
    row = moving.check(complaint, Act.LIMIT_SHARING, actor)
    if found.may_write != may:
        found.may_write, found.version = may, found.version + 1
        moving.carry(complaint, row, actor=actor, at=at, data=giving.told(found) | {"may_write": may})
        giving.note(Tag.TASK_WRITING_SET, found, actor, at, may="yes" if may else "no")
        giving.changed(found, What.CHANGED)
    db.session().flush()
    return found


def standing(actor: Actor) -> frozenset[str]:
    """Return what the customer lets partners see of her complaints without being asked; nothing unless she said so."""
    found = db.session().scalar(select(PartnerStanding.parts).where(*_mine(actor)))
    return frozenset(found or ())


def set_standing(parts: Collection[str], *, actor: Actor) -> frozenset[str]:
    """Say what partners may see of one's complaints from now on; what runs already is narrowed at its own complaint.

    Raises Denied for whoever is no customer, Invalid at ``parts`` for what is no part.
    """
    if not actor.has_right(Right.COMPLAINTS_OWN, Right.COMPLAINTS_ALL):
        raise errors.Denied()
    if any(one not in rules.STANDING for one in parts):
        raise errors.Invalid(_t("Please choose one of the answers."), code="task.parts", field="parts")
    wanted = [one for one in rules.STANDING if one in set(parts)]
    row = db.session().scalar(select(PartnerStanding).where(*_mine(actor)).with_for_update())
    if row is None:
        row = PartnerStanding(
            account_id=actor.account_id or 0, person_id=actor.person_id or 0, parts=[], changed_at=clock.now()
        )
        db.session().add(row)
    if row.parts != wanted:
        row.parts, row.changed_at = wanted, clock.now()
        audit.record(Tag.PARTNER_STANDING_SET, actor=actor, account_id=actor.account_id, count=len(wanted))
    db.session().flush()
    return frozenset(wanted)


def _mine(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return PartnerStanding.account_id == actor.account_id, PartnerStanding.person_id == actor.person_id


def _of(complaint: Complaint, task: uuidlib.UUID) -> Task:
    """Return the task of this complaint that has not ended; raise Conflict when it has, NotFound for another's."""
    found = db.session().scalar(
        select(Task).where(Task.uuid == task, Task.complaint_id == complaint.id).with_for_update()
    )
    if found is None:
        raise errors.NotFound()
    if found.state == State.ENDED:
        raise errors.Conflict(
            _t("This task has ended: the partner sees nothing of it any more."), code="task.ended"
        )
    return found


def _keep(task: Task, keep: Collection[uuidlib.UUID], actor: Actor, *, none: object) -> int:
    at, wanted = clock.now(), set(keep)
    live = list(
        db.session().scalars(
            select(Part).where(Part.task_id == task.id, Part.until.is_(None), Part.theirs.is_(False))
        )
    )
    out = [one for one in live if one.uuid not in wanted]
    if out and len(out) == len(live):
        raise errors.Invalid(none, code="task.parts", field="parts")  # type: ignore[arg-type]
    for one in out:
        one.until, one.until_by = at, actor.name[:120]
    db.session().flush()
    return len(out)
