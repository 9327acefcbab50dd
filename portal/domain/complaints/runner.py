"""The clock runner: does what is due when it is due, once, in order, and after any stop as if it had never stopped.

run_all_due(now)      the worker's way: one unit of work per complaint
run_due_clocks(now)   inside the caller's unit of work
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select

from portal import db
from portal.domain import calendars, clock, outbox
from portal.domain.actor import SYSTEM
from portal.domain.audit import Tag

from . import above, agreed, messages, moving, outside, rules, running_out, thread, ticking, upholding
from . import clocks as clock_rules
from .acts import Act
from .alarms import AlarmKind
from .due import due_complaints
from .models import Clock, Complaint
from .states import K

LOOK_AGAIN, LOOK_AGAIN_AT_MOST = timedelta(minutes=5), timedelta(hours=6)
MOST_IN_A_ROW = 50  # effects on one complaint in one pass; more means that something goes round in circles
log = structlog.get_logger()


def run_all_due(now: datetime, limit: int = 500) -> int:
    """Do everything that is due by ``now`` (UTC) and return how many effects there were.

    Each complaint has its own unit of work: one that fails is logged and stops no other.
    """
    with db.unit_of_work(write=False):
        due = due_complaints(now, limit)
    done = 0
    for complaint_id in due:
        try:
            with db.unit_of_work():
                done += ring(complaint_id, now)
        except Exception:
            log.exception("complaint.clock_failed", complaint=complaint_id)
    return done


def run_due_clocks(now: datetime, limit: int = 200) -> int:
    """Do everything that is due by ``now`` (UTC) in the unit of work at hand; return how many effects there were."""
    done = 0
    while due := due_complaints(now, limit):
        before = done
        for complaint_id in due:
            done += ring(complaint_id, now)
        if done == before:
            break  # others are at work on what is left
    return done


def ring(complaint_id: int, now: datetime) -> int:
    """Do what is due on one complaint, in the order of its dates; another worker's complaint is left to it."""
    complaint = (
        db.session()
        .scalars(
            select(Complaint)
            .where(Complaint.id == complaint_id)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    if complaint is None:
        return 0
    for count in range(MOST_IN_A_ROW):
        clocks = ticking.of(complaint)
        waiting = [one for one in clocks.values() if one.next_at is not None and one.next_at <= now]
        if not waiting:
            return count
        row = min(waiting, key=lambda one: (one.next_at, one.id))
        alarm = row.alarms[0]
        row.alarms = row.alarms[1:]
        at = row.next_at or now
        row.next_at = datetime.fromisoformat(row.alarms[0]["at"]) if row.alarms else None
        with clock.at(at):
            _effect(complaint, clocks, row, alarm, at, now)
        db.session().flush()
    return MOST_IN_A_ROW


def _effect(
    complaint: Complaint,
    clocks: ticking.Clocks,
    row: Clock,
    alarm: dict[str, Any],
    at: datetime,
    now: datetime,
) -> None:
    if alarm["kind"] == AlarmKind.REMIND:
        # After a long stop the last reminder is enough: two at once would only annoy.
        if row.next_at is None or row.next_at > now:
            _remind(complaint, row, alarm["n"], at)
        return
    if alarm["kind"] == AlarmKind.GRACE:
        act = Act(alarm["act"])
    else:
        day = calendars.local_day(row.started_at, row.zone)
        act = clock_rules.act_at_end(row.k, running_out.delivered(row), day)
    if not rules.fits(complaint.state, act):
        return
    if act is Act.ACK_LATE:
        _acknowledge(complaint, clocks, row, at, now, again=alarm["n"] > 0)
    elif (
        act is Act.LEGAL_DATE_PASSED
        and upholding.upholds(row)
        and rules.fits(complaint.state, Act.LAW_UPHOLDS)
    ):
        upholding.uphold(complaint, clocks, at, now)
    elif act is Act.LEGAL_DATE_PASSED and outside.opened_by(complaint, row):
        outside.tell_open(complaint, clocks, row, at)
    else:
        _ENDS.get(act, _promise_late)(complaint, clocks, row, act, at)


def _remind(complaint: Complaint, row: Clock, n: int, at: datetime) -> None:
    question = ""
    if row.k == K.QUESTION:
        asked = thread.open_question(complaint)
        question = asked.text if asked else ""
    row.reminders = [*row.reminders, messages.reminded(complaint, row, n, question)]
    if row.k != K.DRAFT_KEPT:
        moving.note(Tag.COMPLAINT_REMINDED, complaint, SYSTEM, at)


def _promise_late(complaint: Complaint, clocks: ticking.Clocks, row: Clock, act: Act, at: datetime) -> None:
    """Own up to a promise of ours that is late: on the log, on the timeline, and to the customer."""
    facts = moving.facts_of(complaint, remedies_open=agreed.count_open(complaint))
    moved = rules.find(act, complaint.state, facts)
    if moved is None:
        return
    moving.carry(complaint, moved, actor=SYSTEM, at=at, clocks=clocks, quiet=True, data={"clock": row.k})
    moving.note(Tag.COMPLAINT_PROMISE_LATE, complaint, SYSTEM, at, clock=row.k)
    if row.k != K.SILENCE:
        messages.late(complaint, row, row.due_at or at, None)


def _acknowledge(
    complaint: Complaint, clocks: ticking.Clocks, row: Clock, at: datetime, now: datetime, *, again: bool
) -> None:
    """Look whether the acknowledgement was handed over within the minute; the portal showed it at once.

    One that still waits is late, which is said once; we look again, ever more rarely, and the promise ends
    when it went out.
    """
    first = select(outbox.Message).where(
        outbox.Message.key == f"complaint:{complaint.uuid}:complaint_received:first"
    )
    message = db.session().scalars(first).one_or_none()
    pending = message is not None and message.state in (outbox.State.QUEUED.value, outbox.State.LEASED.value)
    if pending and message is not None and not message.attempts and message.due_at > at:
        pending = False  # it waits for the hours the customer chose, not for us
    if not pending or not again:
        moved = moving.check(complaint, Act.ACK_LATE if pending else Act.ACKNOWLEDGE, SYSTEM)
        moving.carry(complaint, moved, actor=SYSTEM, at=at, clocks=clocks, quiet=True)
    if pending:
        step = min(max(at - (row.due_at or at), LOOK_AGAIN), LOOK_AGAIN_AT_MOST)
        # After a long stop, not once for each look that was missed.
        next_at = max(at + step, now + LOOK_AGAIN)
        row.alarms = [{"at": next_at.isoformat(), "kind": AlarmKind.DUE.value, "act": Act.ACK_LATE, "n": 1}]
        row.next_at = next_at
    elif again and message is not None and message.ended_at is not None:
        row.ended_at = message.ended_at


_ENDS: dict[Act, Callable[[Complaint, ticking.Clocks, Clock, Act, datetime], None]] = {
    Act.EXPIRE_DRAFT: running_out.expire_draft,
    Act.QUESTION_EXPIRES: running_out.resume,
    Act.TASK_EXPIRES: running_out.give_back,
    Act.LAPSE: running_out.lapse,
    Act.UNREACHED: running_out.unreached,
    Act.CLOSE_UNCONFIRMED: running_out.close_unconfirmed,
    Act.REMEDY_OVERDUE: running_out.overdue,
    Act.SETTLE_BY_LAW: upholding.settle_in_time,
    Act.ARCHIVE: running_out.archive,
}


def _before_later_acts(complaint: Complaint, now: datetime) -> None:
    """Let the law act first where its date has passed and the runner was not there yet: no later act outruns it."""
    legal = select(Clock).where(
        Clock.complaint_id == complaint.id, Clock.k == K.LEGAL.value, Clock.next_at <= now
    )
    if upholding.upholds(db.session().scalars(legal).one_or_none()):
        ring(complaint.id, now)


above.before_acts(_before_later_acts)
