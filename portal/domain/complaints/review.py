"""Another person: the customer asks without a reason, somebody untouched by the log takes it and answers last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from portal import db
from portal.domain import errors
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.text import _t

from . import handling, messages, moving, offers, rules, thread, ticking
from .acts import Act
from .models import Complaint, Offer
from .offer_rules import OfferTerms
from .states import State
from .words import LIMITS


def escalate(
    complaint: Complaint, *, actor: Actor, text: str = "", expected_version: int | None = None
) -> Complaint:
    """Ask for another person to look at it; no reason is demanded (Housing Ombudsman Code 6.12).

    From ``received`` only when nobody was named in time.
    """
    at = moving.lock(complaint)
    if complaint.state == State.IN_REVIEW:
        moving.role_of(complaint, Act.ADD, actor)
        return complaint  # pressed twice
    moving.require_version(complaint, expected_version)
    text = moving.clean(text, "text", LIMITS["text"])
    clocks = ticking.of(complaint)
    row = moving.check(complaint, Act.ESCALATE, actor, facts=moving.facts_of(complaint, clocks))
    _go_to_review(complaint, actor, row, text, at, clocks)
    return complaint


def not_enough(
    complaint: Complaint, *, actor: Actor, text: str = "", expected_version: int | None = None
) -> Complaint:
    """Say that the answer is not enough: another person looks again. After the last word new evidence is needed."""
    if not rules.fits(complaint.state, Act.NEW_EVIDENCE):
        return escalate(complaint, actor=actor, text=text, expected_version=expected_version)
    at = moving.lock(complaint, expected_version)
    text = moving.clean(text, "text", LIMITS["text"])
    row = moving.check(complaint, Act.NEW_EVIDENCE, actor, given={"text": text})
    _go_to_review(complaint, actor, row, text, at, ticking.of(complaint))
    return complaint


def _go_to_review(
    complaint: Complaint, actor: Actor, row: rules.Transition, text: str, at: Any, clocks: ticking.Clocks
) -> None:
    open_one = offers.current(complaint)
    if open_one is not None:
        offers.decide(open_one, "disputed", at, actor.person_id)
    if text:
        thread.say(complaint, actor=actor, kind="words", text=text, at=at)
    complaint.next_step = ""
    clocks = moving.carry(complaint, row, actor=actor, at=at, clocks=clocks)
    moving.note(Tag.COMPLAINT_ESCALATED, complaint, actor, at)
    messages.review_started(complaint, clocks)
    db.session().flush()
    if text:
        thread.index(complaint)


def ask_for_review(
    complaint: Complaint, *, actor: Actor, text: str = "", expected_version: int | None = None
) -> Complaint:
    """Ask for another person: because our answer is not enough, or because there is none in time."""
    answered = complaint.state in (State.OFFERED, State.REVIEW_OFFERED)
    verb = not_enough if answered else escalate
    return verb(complaint, actor=actor, text=text, expected_version=expected_version)


def take_review(
    complaint: Complaint, *, actor: Actor, next_step: str, expected_version: int | None = None
) -> Complaint:
    """Take a review; raises Conflict when the log has an earlier act of this person on the complaint."""
    at = moving.lock(complaint)
    next_step = moving.clean(next_step, "next_step", LIMITS["next_step"])
    if complaint.state == State.IN_REVIEW and complaint.reviewer_id == actor.person_id:
        return complaint  # pressed twice
    moving.require_version(complaint, expected_version)
    moving.role_of(complaint, Act.TAKE_REVIEW, actor)
    if complaint.state == State.IN_REVIEW and complaint.reviewer_id is not None:
        message = _t("Somebody reviews it already. It can be handed over by name.")
        raise errors.Conflict(message, code="complaint.review_taken")
    facts = moving.facts_of(complaint, untouched=not moving.touched(complaint, actor.person_id))
    given = {"handler": actor.person_id, "first_step": next_step}
    row = moving.check(complaint, Act.TAKE_REVIEW, actor, facts=facts, given=given)
    complaint.reviewer_id, complaint.next_step, complaint.last_news_at = actor.person_id, next_step, at
    clocks = moving.carry(complaint, row, actor=actor, at=at, reason=next_step)
    moving.note(Tag.COMPLAINT_REVIEW_TAKEN, complaint, actor, at)
    messages.review_taken(complaint, clocks, actor)
    db.session().flush()
    return complaint


def ask_in_review(
    complaint: Complaint, *, actor: Actor, question: str, expected_version: int | None = None
) -> Complaint:
    """Ask the customer one thing for the review; only its reviewer does."""
    return handling.ask(complaint, actor=actor, question=question, expected_version=expected_version)


def offer_in_review(
    complaint: Complaint,
    *,
    actor: Actor,
    finding: str,
    reasons: str,
    remedies: Sequence[Mapping[str, Any]],
    money_limit: Decimal | None = None,
    expected_version: int | None = None,
) -> Offer:
    """Give the answer of the review, our last word; it is never worse than what was offered before."""
    at = moving.lock(complaint, expected_version)
    given = {"finding": finding, "reasons": moving.clean(reasons, "reasons", LIMITS["reasons"])}
    row = moving.check(complaint, Act.REVIEW_OFFER, actor, given=given)
    terms = offers.read_terms(complaint, actor, finding, given["reasons"], remedies, money_limit)
    before = offers.latest(complaint)
    if before is not None:
        offers.require_no_loss(_still_to_come(before), terms)
    made, parts = offers.make(complaint, actor, terms, at, stage=2)
    complaint.last_news_at = at
    clocks = moving.carry(
        complaint, row, actor=actor, at=at, data={"offer": made.number, "hash": made.content_hash}
    )
    moving.note(Tag.COMPLAINT_OFFERED, complaint, actor, at, version=made.number)
    messages.review_answered(complaint, clocks, made, parts, actor)
    db.session().flush()
    return made


def _still_to_come(before: Offer) -> OfferTerms:
    """Return what the customer would lose: of an accepted offer only what was not carried out yet."""
    parts = offers.remedies_of(before)
    if before.decision in ("accepted", "lapsed"):
        parts = [part for part in parts if part.done_at is None]
    return offers.terms_of(before, parts)
