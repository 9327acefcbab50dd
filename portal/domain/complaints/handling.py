"""The work of the handler: take, hand over, write, ask, note; all of it open to the customer but a marked note."""

from __future__ import annotations

import uuid as uuidlib
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select

from portal import db
from portal.db import UtcDateTime
from portal.domain import clock, errors, firm
from portal.domain.accounts.models import Person, RolePermission, StaffMember, StaffRole
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.calendars import local_day
from portal.prepared import Prepared
from portal.text import _t

from . import messages, moving, rules, thread
from .acts import Act
from .models import Complaint
from .states import INFO, State
from .words import LIMITS, PRIVATE_CATEGORIES

NOTE_LIFE = timedelta(days=366)


def take(
    complaint: Complaint, *, actor: Actor, next_step: str, expected_version: int | None = None
) -> Complaint:
    """Take a complaint that was received: the customer gets a name and the first step, the answer clock begins."""
    at = moving.lock(complaint)
    next_step = moving.clean(next_step, "next_step", LIMITS["next_step"])
    if complaint.state == State.IN_HAND and complaint.handler_id == actor.person_id:
        return complaint  # pressed twice
    moving.require_version(complaint, expected_version)
    given = {"handler": actor.person_id, "first_step": next_step}
    row = moving.check(complaint, Act.TAKE, actor, given=given)
    complaint.handler_id, complaint.next_step, complaint.last_news_at = actor.person_id, next_step, at
    clocks = moving.carry(complaint, row, actor=actor, at=at, reason=next_step)
    moving.note(Tag.COMPLAINT_TAKEN, complaint, actor, at, next_step=next_step)
    messages.taken(complaint, clocks, actor, actor.name)
    db.session().flush()
    return complaint


def hand_over(
    complaint: Complaint,
    *,
    actor: Actor,
    to: int | uuidlib.UUID,
    next_step: str = "",
    expected_version: int | None = None,
) -> Complaint:
    """Put the complaint into another person's hands, by name; in review only into those of somebody untouched."""
    at = moving.lock(complaint, expected_version)
    review = State(complaint.state) in moving.SECOND_STAGE
    receiver = _staff(to, Permission.COMPLAINTS_REVIEW if review else Permission.COMPLAINTS_WRITE)
    next_step = moving.clean(next_step, "next_step", LIMITS["next_step"])
    present = complaint.reviewer_id if review else complaint.handler_id
    if receiver.id == present:
        return complaint
    facts = moving.facts_of(complaint, untouched=not (review and moving.touched(complaint, receiver.id)))
    row = moving.check(complaint, Act.ASSIGN, actor, facts=facts, given={"handler": receiver.id})
    if review:
        complaint.reviewer_id = receiver.id
    else:
        complaint.handler_id = receiver.id
    complaint.next_step = next_step or complaint.next_step
    complaint.last_news_at = at
    clocks = moving.carry(
        complaint, row, actor=actor, at=at, reason=next_step, data={"to": receiver.name, "review": review}
    )
    moving.note(Tag.COMPLAINT_HANDED_OVER, complaint, actor, at, to=receiver.name)
    messages.taken(complaint, clocks, actor, receiver.name)
    db.session().flush()
    return complaint


def reply(complaint: Complaint, *, actor: Actor, text: str, expected_version: int | None = None) -> Complaint:
    """Write to the customer, by the channel the customer chose; a reply never closes anything.

    The same words from the same page leave once.
    """
    at = moving.lock(complaint)
    text = moving.clean(text, "text", LIMITS["text"])
    if thread.said_already(complaint, actor=actor, kind="reply", text=text, seen=expected_version):
        moving.role_of(complaint, Act.WRITE, actor)
        return complaint
    moving.require_version(complaint, expected_version)
    row = moving.check(complaint, Act.WRITE, actor, given={"text": text})
    complaint.last_news_at, complaint.written_at = at, None
    entry = thread.say(complaint, actor=actor, kind="reply", text=text, at=at)
    moving.carry(complaint, row, actor=actor, at=at)
    moving.note(Tag.COMPLAINT_REPLIED, complaint, actor, at)
    messages.replied(complaint, entry, actor)
    db.session().flush()
    return complaint


def news(
    complaint: Complaint, *, actor: Actor, text: str, next_step: str = "", expected_version: int | None = None
) -> Complaint:
    """Tell the customer how it stands and what comes next."""
    at = moving.lock(complaint, expected_version)
    text = moving.clean(text, "text", LIMITS["text"])
    next_step = moving.clean(next_step, "next_step", LIMITS["next_step"])
    row = moving.check(complaint, Act.WRITE, actor, given={"text": text})
    complaint.next_step = next_step or complaint.next_step
    complaint.last_news_at = at
    entry = thread.say(complaint, actor=actor, kind="news", text=text, at=at)
    clocks = moving.carry(complaint, row, actor=actor, at=at, reason=next_step)
    moving.note(Tag.COMPLAINT_REPLIED, complaint, actor, at)
    messages.news(complaint, clocks, entry, actor)
    db.session().flush()
    return complaint


def ask(
    complaint: Complaint, *, actor: Actor, question: str, expected_version: int | None = None
) -> Complaint:
    """Ask the one question that is open; the service clock waits for it, the legal one never does.

    The customer reads the question itself, may decide without it, and nothing ends when it stays open.
    """
    at = moving.lock(complaint, expected_version)
    question = moving.clean(question, "question", LIMITS["question"])
    row = moving.check(complaint, Act.ASK, actor, given={"question": question})
    complaint.last_news_at = at
    entry = thread.say(complaint, actor=actor, kind="question", text=question, at=at)
    clocks = moving.carry(complaint, row, actor=actor, at=at)
    moving.note(Tag.COMPLAINT_ASKED, complaint, actor, at)
    messages.asked(complaint, clocks, entry, actor)
    db.session().flush()
    return complaint


def private_note(
    complaint: Complaint,
    *,
    actor: Actor,
    category: str,
    text: str,
    review_on: date,
    expected_version: int | None = None,
) -> Complaint:
    """Keep a note from the customer's eyes; the customer sees that it exists, its category and its review date.

    ``review_on`` is a day of the firm's zone, from tomorrow on.
    """
    at = moving.lock(complaint, expected_version)
    moving.role_of(complaint, Act.WRITE, actor)
    if not actor.is_staff:
        raise errors.Denied()
    if category not in PRIVATE_CATEGORIES:
        raise errors.Invalid(_t("A private note needs one of the three reasons."), field="category")
    text = moving.clean(text, "text", LIMITS["text"], needed=rules.NEEDED["text"])
    today = local_day(at, firm.now().zone)
    if not isinstance(review_on, date) or not today < review_on <= today + NOTE_LIFE:
        raise errors.Invalid(
            _t("Choose a day within a year on which this note is looked at again."), field="review_on"
        )
    thread.say(
        complaint, actor=actor, kind="private", text=text, at=at, category=category, review_on=review_on
    )
    state = State(complaint.state)
    moving.touch(complaint)
    moving.log(complaint, Act.WRITE, state, state, actor, at, data={"private": category})
    moving.note(
        Tag.COMPLAINT_PRIVATE_NOTE, complaint, actor, at, category=category, review_on=review_on.isoformat()
    )
    db.session().flush()
    return complaint


def raise_harm(
    complaint: Complaint, *, actor: Actor, reason: str, expected_version: int | None = None
) -> Complaint:
    """Say that somebody or something is in danger: it jumps the queue; either side may, and only upwards."""
    at = moving.lock(complaint, expected_version)
    moving.role_of(complaint, Act.WRITE if actor.is_staff else Act.CHOOSE, actor)
    reason = moving.clean(reason, "reason", 500, needed=_t("Say in a few words what the danger is."))
    if not INFO[State(complaint.state)].open:
        raise errors.Conflict()
    if complaint.harm == 0:
        return complaint
    complaint.harm = 0
    state = State(complaint.state)
    moving.touch(complaint)
    moving.log(complaint, Act.CHOOSE, state, state, actor, at, reason, {"harm": True})
    moving.note(Tag.COMPLAINT_HARM_RAISED, complaint, actor, at)
    db.session().flush()
    return complaint


def handlers(permission: Permission = Permission.COMPLAINTS_WRITE) -> list[tuple[uuidlib.UUID, str, str]]:
    """Return (uuid, name, team) of the staff who may look after a complaint now."""
    return [tuple(row) for row in _HANDLERS.all(permission=permission.value, now=clock.now())]


def active_ids(permission: Permission) -> list[int]:
    """Return the keys of the people at work who hold a permission, for what every one of them must know."""
    found = select(Person.id).join(StaffMember, StaffMember.person_id == Person.id)
    return list(db.session().scalars(found.where(*_active(permission.value, clock.now()))))


def _active(permission: Any, now: Any) -> list[ColumnElement[bool]]:
    held = (
        select(StaffRole.staff_member_id)
        .join(RolePermission, RolePermission.role_id == StaffRole.role_id)
        .where(RolePermission.permission == permission)
    )
    return [
        StaffMember.ended_at.is_(None),
        StaffMember.invited_at.is_(None),
        (StaffMember.absent_until.is_(None)) | (StaffMember.absent_until <= now),
        Person.deactivated_at.is_(None),
        StaffMember.id.in_(held),
    ]


_HANDLERS = Prepared(
    select(Person.uuid, Person.name, StaffMember.team)
    .join(StaffMember, StaffMember.person_id == Person.id)
    .where(*_active(bindparam("permission"), bindparam("now", type_=UtcDateTime)))
    .order_by(Person.name)
)


def _staff(to: int | uuidlib.UUID, permission: Permission) -> Person:
    chosen = Person.id == to if isinstance(to, int) else Person.uuid == to
    found = (
        db.session()
        .scalars(
            select(Person)
            .join(StaffMember, StaffMember.person_id == Person.id)
            .where(chosen, *_active(permission.value, clock.now()))
        )
        .one_or_none()
    )
    if found is None:
        raise errors.Invalid(_t("Choose a colleague who may do this and is there."), field="to")
    return found
