"""Our answer with what we offer: numbered versions that only get better; the customer decides on the one seen."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from portal import config, db
from portal.domain import errors
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.text import Money, _t

from . import agreed, binding, drafts, floors, messages, moving, offer_rules
from . import terms as terms_of_firm
from .acts import Act
from .models import Complaint, Offer, Remedy
from .moving import Timed
from .offer_rules import MONEY, Finding, OfferTerms, RemedyKind, RemedyTerms
from .states import K, State
from .words import LIMITS

MOST_REMEDIES = 10
LONGEST_DAYS = 250


def offer(
    complaint: Complaint,
    *,
    actor: Actor,
    finding: str,
    reasons: str,
    remedies: Sequence[Mapping[str, Any]],
    money_limit: Decimal | None = None,
    expected_version: int | None = None,
) -> Offer:
    """Answer a complaint and offer what puts it right, or improve the offer that is open; return the version.

    Remedies are mappings with ``kind``, ``text``, ``amount``, ``currency``, ``days`` (business days). Raises
    Invalid (field) for what is missing or worse than before, Denied for money above the limit.
    """
    at = moving.lock(complaint)
    act = Act.IMPROVE if complaint.state == State.OFFERED else Act.OFFER
    given = {"finding": finding, "reasons": moving.clean(reasons, "reasons", LIMITS["reasons"])}
    row = moving.check(complaint, act, actor, given=given)
    terms = read_terms(complaint, actor, finding, given["reasons"], remedies, money_limit)
    before = current(complaint)
    if act is Act.IMPROVE and before is not None:
        if before.content_hash == offer_rules.terms_hash(terms):
            return before  # pressed twice
        # What the law gives may make room for the very thing that the customer chose instead of it.
        if not (floors.is_floor(before) and floors.gives_what_is_asked(complaint, terms)):
            require_no_loss(terms_of(before, remedies_of(before)), terms)
    moving.require_version(complaint, expected_version)
    made, parts = make(complaint, actor, terms, at, stage=1)
    if before is not None:
        decide(before, "replaced", at, None)
    complaint.last_news_at = at
    clocks = moving.carry(
        complaint, row, actor=actor, at=at, data={"offer": made.number, "hash": made.content_hash}
    )
    improved = act is Act.IMPROVE
    tag = Tag.COMPLAINT_OFFER_IMPROVED if improved else Tag.COMPLAINT_OFFERED
    moving.note(tag, complaint, actor, at, version=made.number)
    messages.offered(complaint, clocks, made, parts, actor, improved=improved)
    db.session().flush()
    return made


def accept(
    complaint: Complaint,
    *,
    actor: Actor,
    number: int,
    content_hash: str,
    expected_version: int | None = None,
) -> Complaint:
    """Accept the version seen: what it offers is owed from now on, and with nothing to do the complaint is closed.

    Raises Conflict (``complaint.offer_changed``) when another version has taken its place, Denied when it is worth
    more than the right reaches; twice is once.
    """
    at = moving.lock(complaint)
    moving.role_of(complaint, Act.ACCEPT, actor)
    seen = (
        db.session()
        .scalars(
            select(Offer)
            .where(Offer.complaint_id == complaint.id, Offer.number == number)
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    if seen is not None and seen.decision == "accepted" and seen.content_hash == content_hash:
        return complaint
    open_one = current(complaint)
    parts = remedies_of(open_one) if open_one else []
    facts = moving.facts_of(complaint, remedies_open=len(parts))
    row = moving.check(complaint, Act.ACCEPT, actor, facts=facts, given={"offer_hash": content_hash})
    offer_rules.require_same_offer(f"{number}:{content_hash}", f"{open_one.number}:{open_one.content_hash}"
                                   if open_one else "")  # fmt: skip
    moving.require_version(complaint, expected_version)
    assert open_one is not None, "there is an offer to accept"
    binding.require(actor, complaint, [(part.amount, part.currency) for part in parts])
    decide(open_one, "accepted", at, actor.person_id)
    clocks, nearest = agreed.owe(complaint, parts, at)
    for part in parts:
        part.accepted_at = at
    clocks = moving.carry(
        complaint, row, actor=actor, at=at, clocks=clocks, timed=Timed(dues={K.REMEDY: nearest} if nearest else None),
        data={"offer": open_one.number, "hash": open_one.content_hash},
    )  # fmt: skip
    moving.note(Tag.COMPLAINT_ACCEPTED, complaint, actor, at, version=open_one.number)
    if row.target is State.CLOSED:
        moving.note(Tag.COMPLAINT_CLOSED, complaint, actor, at)
        messages.closed(complaint, clocks)
    else:
        messages.accepted(complaint, parts)
    db.session().flush()
    return complaint


# ---------------------------------------------------------------------------------- parts


def current(complaint: Complaint) -> Offer | None:
    """Return the offer that waits for the customer's decision, or None."""
    return (
        db.session()
        .scalars(
            select(Offer)
            .where(Offer.complaint_id == complaint.id, Offer.decision == "")
            .order_by(Offer.number.desc())
            .limit(1)
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )


def latest(complaint: Complaint) -> Offer | None:
    """Return the newest offer, decided or not."""
    return (
        db.session()
        .scalars(
            select(Offer).where(Offer.complaint_id == complaint.id).order_by(Offer.number.desc()).limit(1)
        )
        .one_or_none()
    )


def remedies_of(offer: Offer) -> list[Remedy]:
    """Return the remedies of one version in their order."""
    found = select(Remedy).where(Remedy.offer_id == offer.id).order_by(Remedy.id)
    return list(db.session().scalars(found.execution_options(populate_existing=True)))


def decide(offer: Offer, decision: str, at: datetime, person_id: int | None) -> None:
    """Note what became of an offer: accepted, disputed, replaced, lapsed or withdrawn."""
    offer.decision, offer.decided_at, offer.decided_by_id = decision, at, person_id


def make(
    complaint: Complaint, actor: Actor, terms: OfferTerms, at: datetime, *, stage: int
) -> tuple[Offer, list[Remedy]]:
    """Write the next version with its remedies and its content hash."""
    last = db.session().scalar(select(func.max(Offer.number)).where(Offer.complaint_id == complaint.id)) or 0
    made = Offer(
        uuid=uuidlib.uuid4(),
        complaint_id=complaint.id,
        number=last + 1,
        stage=stage,
        made_at=at,
        made_by_id=actor.person_id,
        finding=terms.finding.value,
        reasons=terms.reasons,
        content_hash=offer_rules.terms_hash(terms),
        decision="",
    )
    db.session().add(made)
    db.session().flush()
    parts = [
        Remedy(
            uuid=uuidlib.uuid4(),
            complaint_id=complaint.id,
            offer_id=made.id,
            kind=one.kind.value,
            text=one.text,
            amount=one.amount,
            currency=one.currency,
            days=one.days,
            due_explanation={},
            evidence="",
        )
        for one in terms.remedies
    ]
    db.session().add_all(parts)
    db.session().flush()
    return made, parts


def terms_of(offer: Offer, parts: Sequence[Remedy]) -> OfferTerms:
    """Return a stored offer as a value."""
    return OfferTerms(
        Finding(offer.finding),
        tuple(RemedyTerms(RemedyKind(p.kind), p.amount, p.currency, p.days, p.text) for p in parts),
        offer.reasons,
    )


def require_no_loss(before: OfferTerms, after: OfferTerms) -> None:
    """Raise Invalid (field ``remedies``) that names what the customer would lose."""
    losses = offer_rules.worsenings(before, after)
    if losses:
        raise errors.Invalid(losses[0], code="complaint.offer_worse", field="remedies")


def read_terms(
    complaint: Complaint,
    actor: Actor,
    finding: str,
    reasons: str,
    remedies: Sequence[Mapping[str, Any]],
    money_limit: Decimal | None,
) -> OfferTerms:
    """Return what staff typed as a value; raise Invalid with the field, or Denied above the money limit."""
    if finding not in {one.value for one in Finding}:
        raise errors.Invalid(_t("Say what you found."), field="finding")
    if len(remedies) > MOST_REMEDIES:
        raise errors.Invalid(
            _t("At most {most} remedies fit one offer.", most=MOST_REMEDIES), field="remedies"
        )
    terms = OfferTerms(Finding(finding), tuple(_remedy(complaint, one) for one in remedies), reasons)
    _within_limit(actor, terms, money_limit)
    return terms


def _remedy(complaint: Complaint, given: Mapping[str, Any]) -> RemedyTerms:
    kind = str(given.get("kind") or "")
    if kind not in {one.value for one in RemedyKind}:
        raise errors.Invalid(_t("Choose what you offer."), field="remedies")
    text = moving.clean(str(given.get("text") or ""), "remedies", LIMITS["remedy_text"])
    amount = drafts.amount("remedies", given.get("amount"))
    money = RemedyKind(kind) in MONEY
    if money and not amount:
        raise errors.Invalid(_t("Write how much money you offer."), field="remedies")
    if not money and amount is not None:
        raise errors.Invalid(
            _t("An amount belongs to a refund, a price cut or a compensation."), field="remedies"
        )
    if kind in (RemedyKind.CHANGE, RemedyKind.OTHER) and not text:
        raise errors.Invalid(_t("Write in a few words what you offer."), field="remedies")
    currency = (
        drafts.currency("remedies", given.get("currency"))
        or complaint.currency
        or config.load().firm_currency
    )
    return RemedyTerms(RemedyKind(kind), amount, currency if money else "", _days(given.get("days")), text)


def _days(value: Any) -> int | None:
    if value in (None, ""):
        return None
    try:
        days = int(value)
    except (TypeError, ValueError):
        days = 0
    if not 1 <= days <= LONGEST_DAYS:
        raise errors.Invalid(_t("Write in how many business days it will be done, 1 to {most}.", most=LONGEST_DAYS),
                             field="remedies")  # fmt: skip
    return days


def _within_limit(actor: Actor, terms: OfferTerms, limit: Decimal | None) -> None:
    if actor.may(Permission.COMPLAINTS_SUPERVISE):
        return
    limit = terms_of_firm.money_limit() if limit is None else limit
    sums: dict[str, Decimal] = {}
    for one in terms.remedies:
        if one.amount is not None:
            sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.amount
    for currency, total in sums.items():
        if total > limit:
            raise errors.Denied(
                _t("You can offer up to {limit} yourself. Ask a supervisor to make this offer; the date does "
                   "not wait for it.", limit=Money(Decimal(limit), currency)),
                code="complaint.money_limit", field="remedies",
            )  # fmt: skip
