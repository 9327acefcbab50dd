"""What the partner does on an open task: writes, attaches, proposes, hands in the result; it never offers money."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, BinaryIO

from portal import config, db
from portal.domain import errors
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.changes import What
from portal.domain.complaints import REMEDIES, Act, Complaint, Role, drafts, files, moving, thread
from portal.domain.complaints import rules as case_rules
from portal.domain.complaints.models import Entry
from portal.domain.complaints.rows import Transition
from portal.text import _t

from . import ending, giving, messages, reading
from .models import Part, Task

MAX_TEXT = 10_000
# How an entry of a partner is kept on the thread: to us, to the customer, a proposal, the result.
TO_US, TO_CUSTOMER, PROPOSAL, RESULT = "partner", "partner_you", "proposal", "result"


def answer(uuid: uuidlib.UUID, *, actor: Actor, text: str, to_customer: bool = False) -> Entry:
    """Write to who gave the task, or to the customer where she allows it; both read it. NotFound when it is over."""
    task, complaint, at = _hold(uuid, actor)
    text = moving.clean(text, "text", MAX_TEXT, needed=case_rules.NEEDED["text"])
    if to_customer and not task.may_write:
        message = _t("The customer has not allowed you to write to them. Write to us instead.")
        raise errors.Invalid(message, code="task.may_not_write", field="to_customer")
    row = _row(complaint, Act.PARTNER_WRITES, {"text": text})
    entry = _say(task, complaint, actor, TO_CUSTOMER if to_customer else TO_US, text, at)
    moving.carry(complaint, row, actor=actor, at=at, data=giving.told(task))
    giving.note(Tag.TASK_WRITTEN, task, actor, at)
    messages.written(task, complaint, actor, to_customer=to_customer)
    db.session().flush()
    return entry


def propose(
    uuid: uuidlib.UUID, *, actor: Actor, kind: str, text: str, amount: Any = None, currency: str = ""
) -> Entry:
    """Propose to who gave the task what would put it right; whether it is offered is the handler's, within limits."""
    task, complaint, at = _hold(uuid, actor)
    if kind not in REMEDIES:
        raise errors.Invalid(_t("Choose what would put it right."), code="task.kind", field="kind")
    text = moving.clean(text, "text", MAX_TEXT, needed=_t("Say why you propose it."))
    sum_of = drafts.amount("amount", amount)
    money = drafts.currency("currency", currency) or complaint.currency or config.load().firm_currency
    row = _row(complaint, Act.PARTNER_WRITES, {"text": text})
    entry = _say(task, complaint, actor, PROPOSAL, text, at)
    proposed = {"kind": kind, "amount": str(sum_of) if sum_of is not None else None, "currency": money}
    moving.carry(
        complaint, row, actor=actor, at=at,
        data=giving.told(task) | {"proposal": proposed, "entry": str(entry.uuid)},
    )  # fmt: skip
    giving.note(Tag.TASK_WRITTEN, task, actor, at)
    messages.written(task, complaint, actor, to_customer=False)
    db.session().flush()
    return entry


def attach(uuid: uuidlib.UUID, *, actor: Actor, name: str, stream: BinaryIO) -> Part:
    """Add a file to the complaint by way of the task; raises Invalid (field ``files``) with the mend."""
    task, complaint, at = _hold(uuid, actor)
    _row(complaint, Act.PARTNER_WRITES, {"text": name})
    kept = files.keep_one(complaint, actor=actor, name=name, stream=stream, at=at)
    part = Part(
        uuid=uuidlib.uuid4(), task_id=task.id, account_id=task.account_id, kind="file", attachment_id=kept.id,
        theirs=True, since=at,
    )  # fmt: skip
    db.session().add(part)
    task.version += 1
    giving.changed(task, What.CHANGED)
    db.session().flush()
    return part


def hand_in(uuid: uuidlib.UUID, *, actor: Actor, text: str) -> Complaint:
    """Hand in the result: the task ends, and with it everything that was shown for it."""
    task, complaint, at = _hold(uuid, actor)
    text = moving.clean(text, "text", MAX_TEXT)
    left = giving.going_on(complaint, at, without=task)
    row = _row(complaint, Act.RETURN_TASK, {"result": text}, left)
    _say(task, complaint, actor, RESULT, text, at)
    ending.end(task, complaint, Act.RETURN_TASK, "result", actor=actor, at=at, row=row)
    db.session().flush()
    return complaint


def _hold(uuid: uuidlib.UUID, actor: Actor) -> tuple[Task, Complaint, datetime]:
    """Take the complaint behind a task for this transaction, then ask the scope again: what was called back is gone."""
    first = reading.of(actor).task(uuid)
    complaint = db.session().get_one(Complaint, first.complaint_id)
    at = moving.lock(complaint)
    db.session().expire(first)
    return reading.of(actor).task(uuid), complaint, at


def _row(complaint: Complaint, act: Act, given: dict[str, Any], left: Sequence[Task] = ()) -> Transition:
    try:
        return case_rules.check(complaint.state, act, Role.PARTNER, ending.facts(complaint, left), given)
    except errors.Invalid as error:
        raise errors.Invalid(error.message, code=error.code, field="text") from None


def _say(task: Task, complaint: Complaint, actor: Actor, kind: str, text: str, at: datetime) -> Entry:
    entry = thread.say(complaint, actor=named(actor), kind=kind, text=text, at=at)
    db.session().flush()
    db.session().add(
        Part(
            uuid=uuidlib.uuid4(), task_id=task.id, account_id=task.account_id, kind="entry", entry_id=entry.id,
            theirs=True, since=at,
        )
    )  # fmt: skip
    task.version += 1
    giving.changed(task, What.CHANGED)
    return entry


def named(actor: Actor) -> Actor:
    """Return the actor under the name that the other side reads: the person, and for whom."""
    return replace(actor, name=f"{actor.name}, {actor.acting_for}"[:120])
