"""What the customer adds while it is open: words, an answer to our question, more time, another wish."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from portal import db
from portal.domain import calendars, errors
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.text import _t

from . import drafts, moving, rules, scope, thread, ticking
from .acts import Act
from .models import Complaint, Entry
from .states import K
from .words import LIMITS, REMEDIES

LONGEST_EXTENSION = timedelta(days=183)


def add_words(complaint: Complaint, *, actor: Actor, text: str, expected_version: int | None = None) -> Entry:
    """Add to an open complaint; what was said before stays as it is. Returns the entry, for its files.

    The same words from the same page are said once.
    """
    at = moving.lock(complaint)
    text = moving.clean(text, "text", LIMITS["text"])
    known = thread.said_already(complaint, actor=actor, kind="words", text=text, seen=expected_version)
    if known is not None:
        moving.role_of(complaint, Act.ADD, actor)
        return known
    moving.require_version(complaint, expected_version)
    row = moving.check(complaint, Act.ADD, actor, given={"text": text})
    entry = thread.say(complaint, actor=actor, kind="words", text=text, at=at)
    moving.carry(complaint, row, actor=actor, at=at)
    moving.note(Tag.COMPLAINT_WORDS_ADDED, complaint, actor, at)
    db.session().flush()
    thread.index(complaint)
    return entry


def answer(
    complaint: Complaint, *, actor: Actor, text: str, expected_version: int | None = None
) -> Complaint:
    """Answer our question; the service clock goes on. The same answer from the same page is given once."""
    at = moving.lock(complaint)
    text = moving.clean(text, "text", LIMITS["text"])
    if thread.said_already(complaint, actor=actor, kind="answer", text=text, seen=expected_version):
        moving.role_of(complaint, Act.ANSWER, actor)
        return complaint
    moving.require_version(complaint, expected_version)
    row = moving.check(complaint, Act.ANSWER, actor, given={"answer": text})
    thread.say(complaint, actor=actor, kind="answer", text=text, at=at)
    moving.carry(complaint, row, actor=actor, at=at)
    moving.note(Tag.COMPLAINT_ANSWERED, complaint, actor, at)
    db.session().flush()
    thread.index(complaint)
    return complaint


def decide_without_it(
    complaint: Complaint, *, actor: Actor, expected_version: int | None = None
) -> Complaint:
    """Tell us to decide on what there is: the question is off the table and our clock goes on."""
    return _dismiss(complaint, Act.DECIDE_WITHOUT_IT, actor, "", expected_version)


def say_irrelevant(
    complaint: Complaint, *, actor: Actor, text: str = "", expected_version: int | None = None
) -> Complaint:
    """Say that the question does not matter for the complaint; reasons are welcome, not demanded."""
    return _dismiss(complaint, Act.SAY_IRRELEVANT, actor, text, expected_version)


def extend(
    complaint: Complaint, *, actor: Actor, until: date, expected_version: int | None = None
) -> Complaint:
    """Take more time for our question, until the end of the day ``until`` in the customer's zone."""
    at = moving.lock(complaint, expected_version)
    row = moving.check(complaint, Act.EXTEND, actor, given={"until": until})
    clocks = ticking.of(complaint)
    question = clocks[K.QUESTION]
    if not isinstance(until, date):
        raise errors.Invalid(rules.NEEDED["until"], field="until")
    end = calendars.day_end(until, complaint.zone)
    if question.due_at is None or end <= question.due_at:
        raise errors.Invalid(_t("Choose a day after the present date."), field="until")
    if end > at + LONGEST_EXTENSION:
        raise errors.Invalid(_t("Choose a day within the next six months."), field="until")
    rules.promise_move(question.promised_at, end, consent=True)  # it is the customer's own time
    days = (until - calendars.local_day(at, complaint.zone)).days
    due = calendars.add_calendar_days(at, days, complaint.zone)
    ticking.move_due(complaint, question, due, at)
    moving.carry(complaint, row, actor=actor, at=at, clocks=clocks, data={"until": until.isoformat()})
    moving.note(Tag.COMPLAINT_EXTENDED, complaint, actor, at, until=due.at.isoformat())
    db.session().flush()
    return complaint


def change_remedy(
    complaint: Complaint,
    *,
    actor: Actor,
    remedy_wanted: str,
    remedy_text: str = "",
    amount_wanted: Any = None,
    currency: str = "",
    expected_version: int | None = None,
) -> Complaint:
    """Change what would put it right, until we have answered; what was wished before stays in the log."""
    at = moving.lock(complaint, expected_version)
    row = moving.check(complaint, Act.CHANGE_WISH, actor, given={"remedy_wanted": remedy_wanted})
    before = wish(complaint, actor, remedy_wanted, remedy_text, amount_wanted, currency)
    moving.carry(complaint, row, actor=actor, at=at, data={"before": before, "remedy": remedy_wanted})
    moving.note(Tag.COMPLAINT_REMEDY_CHANGED, complaint, actor, at, remedy=remedy_wanted)
    db.session().flush()
    return complaint


def wish(
    complaint: Complaint,
    actor: Actor,
    remedy_wanted: str,
    remedy_text: str,
    amount_wanted: Any,
    currency: str,
) -> dict[str, str | None]:
    """Set what would put it right, and return for the log what it was before; raise Invalid with the field."""
    if remedy_wanted not in REMEDIES:
        raise errors.Invalid(_t("Please choose one of the answers."), field="remedy_wanted")
    amount = drafts.amount("amount_wanted", amount_wanted)
    money = drafts.currency("currency", currency)
    scope.require_sum(actor, amount, money or complaint.currency, own=complaint.person_id == actor.person_id)
    text = moving.clean(remedy_text, "remedy_text", LIMITS["remedy_text"])
    before = {
        "remedy": complaint.remedy_wanted, "text": complaint.remedy_text,
        "amount": str(complaint.amount_wanted) if complaint.amount_wanted is not None else None,
    }  # fmt: skip
    complaint.remedy_wanted, complaint.remedy_text, complaint.amount_wanted = remedy_wanted, text, amount
    complaint.currency = money or complaint.currency
    return before


def _dismiss(
    complaint: Complaint, act: Act, actor: Actor, text: str, expected_version: int | None
) -> Complaint:
    at = moving.lock(complaint, expected_version)
    text = moving.clean(text, "text", 500)
    row = moving.check(complaint, act, actor)
    if text:
        thread.say(complaint, actor=actor, kind="answer", text=text, at=at)
    moving.carry(complaint, row, actor=actor, at=at, reason=text)
    moving.note(Tag.COMPLAINT_RESUMED, complaint, actor, at)
    db.session().flush()
    return complaint
