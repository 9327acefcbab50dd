"""Ends and new beginnings, all the customer's: withdraw, open again, write after the end and say what it means."""

from __future__ import annotations

from portal import db
from portal.domain.accounts.models import Person
from portal.domain.actor import Actor
from portal.domain.audit import Tag

from . import messages, moving, offers, talking, thread
from .acts import Act
from .models import Complaint, Entry
from .states import State
from .words import LIMITS


def withdraw(
    complaint: Complaint, *, actor: Actor, text: str = "", expected_version: int | None = None
) -> Complaint:
    """Take the complaint back; it can be undone. Nothing that is agreed can be withdrawn by mistake."""
    at = moving.lock(complaint)
    text = moving.clean(text, "text", 500)
    if complaint.state == State.WITHDRAWN:
        moving.role_of(complaint, Act.REOPEN, actor)
        return complaint
    moving.require_version(complaint, expected_version)
    row = moving.check(complaint, Act.WITHDRAW, actor)
    open_one = offers.current(complaint)
    if open_one is not None:
        offers.decide(open_one, "withdrawn", at, actor.person_id)
    clocks = moving.carry(complaint, row, actor=actor, at=at, reason=text, how="withdrawn")
    moving.note(Tag.COMPLAINT_WITHDRAWN, complaint, actor, at)
    messages.withdrawn(complaint, clocks)
    db.session().flush()
    return complaint


def undo_withdraw(complaint: Complaint, *, actor: Actor, expected_version: int | None = None) -> Complaint:
    """Open a withdrawn complaint again, as if it had not been withdrawn; its legal date has not moved."""
    return reopen(complaint, actor=actor, expected_version=expected_version)


def reopen(
    complaint: Complaint, *, actor: Actor, text: str = "", expected_version: int | None = None
) -> Complaint:
    """Open an ended complaint again under its number, with everything said so far; no reason is asked for."""
    at = moving.lock(complaint)
    text = moving.clean(text, "text", LIMITS["text"])
    if complaint.ended_at is None and complaint.received_at is not None:
        moving.role_of(complaint, Act.ADD, actor)
        return complaint  # pressed twice
    moving.require_version(complaint, expected_version)
    row = moving.check(complaint, Act.REOPEN, actor)
    if text:
        thread.say(complaint, actor=actor, kind="words", text=text, at=at)
    complaint.written_at = None
    clocks = moving.carry(complaint, row, actor=actor, at=at)
    moving.note(Tag.COMPLAINT_REOPENED, complaint, actor, at)
    who = complaint.reviewer_id if complaint.stage == 2 else complaint.handler_id
    handler = db.session().get(Person, who) if who else None
    messages.reopened(complaint, clocks, handler.name if handler else "")
    db.session().flush()
    if text:
        thread.index(complaint)
    return complaint


def write_after_end(
    complaint: Complaint, *, actor: Actor, text: str, expected_version: int | None = None
) -> Entry:
    """Store what the customer writes on an ended complaint; it reopens nothing until the customer says so."""
    at = moving.lock(complaint)
    text = moving.clean(text, "text", LIMITS["text"])
    known = thread.said_already(complaint, actor=actor, kind="words", text=text, seen=expected_version)
    if known is not None:
        moving.role_of(complaint, Act.REPLY, actor)
        return known
    moving.require_version(complaint, expected_version)
    row = moving.check(complaint, Act.REPLY, actor, given={"text": text})
    entry = thread.say(complaint, actor=actor, kind="words", text=text, at=at)
    complaint.written_at = at
    moving.carry(complaint, row, actor=actor, at=at)
    moving.note(Tag.COMPLAINT_REPLY_AFTER_END, complaint, actor, at)
    db.session().flush()
    thread.index(complaint)
    return entry


def say_more(complaint: Complaint, *, actor: Actor, text: str, expected_version: int | None = None) -> Entry:
    """Add words to a complaint, open or ended; returns the entry, for its files."""
    verb = write_after_end if complaint.ended_at is not None else talking.add_words
    return verb(complaint, actor=actor, text=text, expected_version=expected_version)


def just_saying(complaint: Complaint, *, actor: Actor, expected_version: int | None = None) -> Complaint:
    """Say that what was written after the end asks for nothing; the complaint stays ended."""
    at = moving.lock(complaint, expected_version)
    row = moving.check(complaint, Act.JUST_SAYING, actor)
    complaint.written_at = None
    moving.carry(complaint, row, actor=actor, at=at)
    db.session().flush()
    return complaint
