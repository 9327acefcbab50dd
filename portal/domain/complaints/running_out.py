"""What becomes of a complaint when the time of a clock runs out: by the clock runner, dated when it was due."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from portal import db
from portal.domain import outbox
from portal.domain.accounts.models import Account
from portal.domain.actor import SYSTEM
from portal.domain.audit import Tag

from . import above, agreed, messages, moving, offers, rules, ticking
from .acts import REMINDERS, Act
from .models import Clock, Complaint
from .moving import Timed
from .states import K, State


def delivered(row: Clock) -> int:
    """Return how many reminders of this round have arrived, as the outbox knows it."""
    if not row.reminders:
        return 0
    arrived = [outbox.State.SENT.value, outbox.State.DONE.value]
    found = select(func.count()).where(
        outbox.Message.key.in_(row.reminders), outbox.Message.state.in_(arrived)
    )
    return db.session().scalar(found) or 0


def expire_draft(complaint: Complaint, clocks: ticking.Clocks, row: Clock, act: Act, at: datetime) -> None:
    """Discard a draft whose author was told twice; its files stay for retention, as the law may hold them back."""
    if delivered(row) < REMINDERS:
        ticking.finish(row, at, "ran_out")
        ticking.begin(complaint, clocks, K.DRAFT_KEPT, at)
        moving.settle(complaint, clocks)
        return
    moved = moving.check(complaint, act, SYSTEM)
    moving.carry(complaint, moved, actor=SYSTEM, at=at, clocks=clocks, timed=Timed(ran_out=K.DRAFT_KEPT))
    moving.note(Tag.COMPLAINT_DISCARDED, complaint, SYSTEM, at)


def resume(complaint: Complaint, clocks: ticking.Clocks, row: Clock, act: Act, at: datetime) -> None:
    """Go on without the answer; a question never ends a complaint."""
    moved = moving.check(complaint, act, SYSTEM)
    moving.carry(complaint, moved, actor=SYSTEM, at=at, clocks=clocks, timed=Timed(ran_out=K.QUESTION))
    moving.note(Tag.COMPLAINT_RESUMED, complaint, SYSTEM, at)
    messages.resumed(complaint, clocks)


def give_back(complaint: Complaint, clocks: ticking.Clocks, row: Clock, act: Act, at: datetime) -> None:
    """End a task on its date; its slice is shut by the move itself. Others go on to theirs."""
    left = above.next_task(complaint, at)
    facts = moving.facts_of(complaint, tasks_left=int(left is not None))
    moved = moving.check(complaint, act, SYSTEM, facts=facts)
    timed = Timed(ran_out=K.PARTNER, dues={K.PARTNER: left} if left else None)
    moving.carry(complaint, moved, actor=SYSTEM, at=at, clocks=clocks, timed=timed)


def lapse(complaint: Complaint, clocks: ticking.Clocks, row: Clock, act: Act, at: datetime) -> None:
    """End an answer that nobody decided on; what was found to be the customer's right is owed all the same."""
    open_one = offers.current(complaint)
    upheld = open_one is not None and open_one.finding in ("upheld", "partly")
    parts = offers.remedies_of(open_one) if open_one is not None and upheld else []
    owed = agreed.count_open(complaint)
    facts = moving.facts_of(complaint, reminders_delivered=delivered(row), remedies_open=len(parts) or owed)
    moved = moving.check(complaint, act, SYSTEM, facts=facts)
    clocks, nearest = agreed.owe(complaint, parts, at)
    if open_one is not None:
        offers.decide(open_one, "lapsed", at, None)
    timed = Timed(dues={K.REMEDY: nearest} if nearest else None, ran_out=K.DECISION)
    clocks = moving.carry(complaint, moved, actor=SYSTEM, at=at, clocks=clocks, timed=timed, how="lapsed")
    moving.note(Tag.COMPLAINT_LAPSED, complaint, SYSTEM, at)
    messages.ended_silently(complaint, clocks, parts)


def unreached(complaint: Complaint, clocks: ticking.Clocks, row: Clock, act: Act, at: datetime) -> None:
    """Give the customer the whole time again, and staff a task: who was not reached has not stayed silent."""
    facts = moving.facts_of(complaint, reminders_delivered=delivered(row))
    moved = moving.check(complaint, act, SYSTEM, facts=facts)
    clocks = moving.carry(
        complaint, moved, actor=SYSTEM, at=at, clocks=clocks, quiet=True, timed=Timed(ran_out=K(row.k))
    )
    messages.unreached(complaint, clocks[K(row.k)], db.session().get_one(Account, complaint.account_id))


def close_unconfirmed(
    complaint: Complaint, clocks: ticking.Clocks, row: Clock, act: Act, at: datetime
) -> None:
    facts = moving.facts_of(complaint, reminders_delivered=delivered(row))
    moved = moving.check(complaint, act, SYSTEM, facts=facts)
    timed = Timed(ran_out=K.CONFIRMATION)
    moving.carry(complaint, moved, actor=SYSTEM, at=at, clocks=clocks, timed=timed, how="unconfirmed")
    moving.note(Tag.COMPLAINT_CLOSED_UNCONFIRMED, complaint, SYSTEM, at, how="timer")
    messages.ended_silently(complaint, clocks, [])


def overdue(complaint: Complaint, clocks: ticking.Clocks, row: Clock, act: Act, at: datetime) -> None:
    """Hand what we owe and have not done to another person, by itself."""
    facts = moving.facts_of(complaint, remedies_open=agreed.count_open(complaint))
    if rules.find(act, complaint.state, facts) is None:
        return
    moved = moving.check(complaint, act, SYSTEM, facts=facts)
    complaint.next_step = ""
    moving.carry(complaint, moved, actor=SYSTEM, at=at, clocks=clocks)
    moving.note(Tag.COMPLAINT_REMEDY_OVERDUE, complaint, SYSTEM, at)
    messages.remedy_overdue(complaint, clocks)


def archive(complaint: Complaint, clocks: ticking.Clocks, row: Clock, act: Act, at: datetime) -> None:
    facts = moving.facts_of(complaint, remedies_open=agreed.count_open(complaint))
    moved = moving.check(complaint, act, SYSTEM, facts=facts)
    moving.carry(complaint, moved, actor=SYSTEM, at=at, clocks=clocks, timed=Timed(ran_out=K.REOPENING))
    if moved.target is State.ARCHIVED:
        moving.note(Tag.COMPLAINT_ARCHIVED, complaint, SYSTEM, at)
        messages.archived(complaint)
    else:
        moving.note(Tag.COMPLAINT_REMEDY_OVERDUE, complaint, SYSTEM, at)
        messages.remedy_overdue(complaint, clocks)
