"""Putting it right: we say it is done and prove it, the customer says whether it is; the last yes closes."""

from __future__ import annotations

import uuid as uuidlib

from sqlalchemy import select

from portal import db
from portal.domain import errors
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.text import _t

from . import agreed, messages, moving, ticking
from .acts import Act
from .models import Complaint, Remedy
from .states import State
from .words import LIMITS


def deliver(
    remedy: Remedy | uuidlib.UUID, *, actor: Actor, evidence: str, expected_version: int | None = None
) -> Remedy:
    """Say that a remedy is carried out, with the evidence that the customer sees; twice is once."""
    complaint, found = _locked(remedy, actor)
    at = moving.lock(complaint)
    db.session().refresh(found)
    evidence = moving.clean(evidence, "evidence", LIMITS["evidence"])
    if found.done_at is not None and found.evidence == evidence:
        return found
    moving.require_version(complaint, expected_version)
    rest = [one for one in agreed.open_ones(complaint) if one.id != found.id]
    facts = moving.facts_of(complaint, remedies_open=len(rest))
    row = moving.check(complaint, Act.REMEDY_DONE, actor, facts=facts, given={"evidence": evidence})
    if found.due_at is None or found.replaced_at is not None:
        raise errors.Conflict(_t("The customer has not agreed to this remedy."), code="complaint.not_owed")
    if found.done_at is not None:
        raise errors.Conflict(
            _t("This is done already; the customer is asked about it."), code="complaint.done"
        )
    found.done_at, found.done_by_id, found.evidence, found.disputed_at = at, actor.person_id, evidence, None
    complaint.last_news_at = at
    clocks = ticking.of(complaint)
    agreed.follow(complaint, clocks, rest, at)
    title = title_of(found)
    moving.carry(
        complaint, row, actor=actor, at=at, clocks=clocks, reason=evidence, data={"remedy": str(found.uuid)}
    )
    moving.note(Tag.COMPLAINT_REMEDY_DONE, complaint, actor, at, remedy=title)
    messages.remedy_done(complaint, clocks, found, actor)
    db.session().flush()
    return found


def confirm(remedy: Remedy | uuidlib.UUID, *, actor: Actor, expected_version: int | None = None) -> Complaint:
    """Say that a remedy is done; with the last one the complaint is closed, by the customer."""
    complaint, found = _locked(remedy, actor)
    at = moving.lock(complaint)
    db.session().refresh(found)
    moving.role_of(complaint, Act.CONFIRM, actor)
    if found.confirmed_at is not None:
        return complaint
    moving.require_version(complaint, expected_version)
    row = moving.check(complaint, Act.CONFIRM, actor)
    if found.done_at is None:
        raise errors.Conflict(_t("We have not said yet that this is done."), code="complaint.not_done")
    found.confirmed_at = at
    moving.note(Tag.COMPLAINT_CONFIRMED, complaint, actor, at, remedy=title_of(found))
    data = {"remedy": str(found.uuid)}
    if _all_confirmed(complaint, found):
        clocks = moving.carry(complaint, row, actor=actor, at=at, data=data)
        moving.note(Tag.COMPLAINT_CLOSED, complaint, actor, at)
        messages.closed(complaint, clocks)
    else:
        state = State(complaint.state)
        moving.touch(complaint)
        moving.log(complaint, Act.CONFIRM, state, state, actor, at, data=data)
    db.session().flush()
    return complaint


def not_done(
    remedy: Remedy | uuidlib.UUID, *, actor: Actor, text: str = "", expected_version: int | None = None
) -> Complaint:
    """Say that a remedy is not done, late or wrong.

    Asked whether it is done, "no" gives it back to us with its old date; before that it goes to another person.
    """
    complaint, found = _locked(remedy, actor)
    at = moving.lock(complaint, expected_version)
    db.session().refresh(found)
    text = moving.clean(text, "text", 500)
    act = Act.REMEDY_WRONG if complaint.state == State.REMEDY_DUE else Act.NOT_DONE
    row = moving.check(complaint, act, actor)
    if found.due_at is None or found.replaced_at is not None or found.confirmed_at is not None:
        raise errors.Conflict(code="complaint.not_owed")
    found.disputed_at, found.done_at = at, None
    complaint.next_step = "" if act is Act.REMEDY_WRONG else complaint.next_step
    clocks = moving.carry(complaint, row, actor=actor, at=at, reason=text, data={"remedy": str(found.uuid)})
    title = title_of(found)
    moving.note(Tag.COMPLAINT_NOT_CONFIRMED, complaint, actor, at, remedy=title)
    if act is Act.REMEDY_WRONG:
        messages.review_started(complaint, clocks)
    else:
        messages.not_done(complaint, found)
    db.session().flush()
    return complaint


def title_of(remedy: Remedy) -> str:
    """Return what a remedy is in its own words, or the code of its kind, which readers see in their language."""
    return remedy.text or remedy.kind


def _locked(remedy: Remedy | uuidlib.UUID, actor: Actor) -> tuple[Complaint, Remedy]:
    found: Remedy | None
    if isinstance(remedy, Remedy):
        found = remedy
    else:
        found = db.session().scalars(select(Remedy).where(Remedy.uuid == remedy)).one_or_none()
    if found is None:
        raise errors.NotFound()
    complaint = db.session().get_one(Complaint, found.complaint_id)
    moving.role_of(complaint, Act.WRITE if actor.is_staff else Act.ADD, actor)  # NotFound for another's
    return complaint, found


def _all_confirmed(complaint: Complaint, just_now: Remedy) -> bool:
    """Say whether everything that was agreed is done and confirmed."""
    waiting = select(Remedy.id).where(
        Remedy.complaint_id == complaint.id,
        Remedy.id != just_now.id,
        Remedy.due_at.is_not(None),
        Remedy.replaced_at.is_(None),
        Remedy.confirmed_at.is_(None),
    )
    return db.session().scalar(waiting.limit(1)) is None
