"""With an outside body: the customer goes there and comes back, we reply in time, and do what the body decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal import db
from portal.domain import errors
from portal.domain.accounts.models import Account
from portal.domain.actor import SYSTEM, Actor
from portal.domain.audit import Tag
from portal.text import _t

from . import (
    agreed,
    bodies,
    law_messages,
    messages,
    moving,
    offers,
    outside_rules,
    regimes,
    rules,
    thread,
    ticking,
)
from .acts import Act
from .bodies import Body
from .law import Effect
from .models import Clock, Complaint, Offer
from .moving import Timed
from .offer_rules import OfferTerms
from .states import K, State
from .words import LIMITS

BY_BODY = "by_body"
LONGEST_NAME = 200


def bodies_for(complaint: Complaint) -> list[Body]:
    """Return the bodies that the customer can go to, by country and sector, the nearest first."""
    account = db.session().get_one(Account, complaint.account_id)
    return bodies.fitting(*regimes.place_of(complaint, account))


def opened_by(complaint: Complaint, legal: Clock) -> bool:
    """Say whether the passing of this legal date opens the way to an outside body."""
    effect = legal.explanation.get("law", {}).get("effect")
    return effect == Effect.OUTSIDE_OPENS and rules.fits(complaint.state, Act.GO_OUTSIDE)


def tell_open(complaint: Complaint, clocks: ticking.Clocks, legal: Clock, at: datetime) -> None:
    """Own up to the missed legal date and say that the way outside is open, with body and address, to both sides."""
    row = moving.check(complaint, Act.LEGAL_DATE_PASSED, SYSTEM)
    moving.carry(complaint, row, actor=SYSTEM, at=at, clocks=clocks, data={"clock": legal.k, "outside": True})
    moving.note(Tag.COMPLAINT_PROMISE_LATE, complaint, SYSTEM, at, clock=legal.k)
    moving.note(Tag.COMPLAINT_OUTSIDE_OPEN, complaint, SYSTEM, at)
    law_messages.outside_open(complaint, legal, bodies_for(complaint))


def go_outside(
    complaint: Complaint,
    *,
    actor: Actor,
    body: str = "",
    other: str = "",
    expected_version: int | None = None,
) -> Complaint:
    """Say that it is with an outside body: one of the list by its key, or another by name; twice is once.

    Our duty to reply runs from now on. Raises Invalid (``body``) without a body, Conflict where the way is not open.
    """
    at = moving.lock(complaint)
    if complaint.state == State.EXTERNAL:
        moving.role_of(complaint, Act.COME_BACK, actor)
        return complaint
    moving.require_version(complaint, expected_version)
    chosen = next((one for one in bodies_for(complaint) if one.key == body), None)
    name = chosen.name if chosen else moving.clean(other, "body", LONGEST_NAME)
    clocks = ticking.of(complaint)
    answered = offers.latest(complaint) is not None
    facts = moving.facts_of(complaint, outside_open=outside_rules.is_open(clocks.values(), answered=answered))
    row = moving.check(complaint, Act.GO_OUTSIDE, actor, facts=facts, given={"body": name})
    open_one = offers.current(complaint)
    if open_one is not None:
        offers.decide(open_one, "disputed", at, actor.person_id)
    complaint.next_step = ""
    length, told = regimes.duty_to_reply(complaint)
    timed = Timed(
        lengths={K.OUTSIDE: length} if length else None, extra={K.OUTSIDE: {"law": told}} if told else None
    )
    clocks = moving.carry(
        complaint, row, actor=actor, at=at, clocks=clocks, timed=timed,
        data={"body": name, "key": chosen.key if chosen else ""},
    )  # fmt: skip
    moving.note(Tag.COMPLAINT_GONE_OUTSIDE, complaint, actor, at, body=name)
    law_messages.gone_outside(complaint, clocks, name, chosen)
    db.session().flush()
    return complaint


def come_back(complaint: Complaint, *, actor: Actor, expected_version: int | None = None) -> Complaint:
    """Take it back from the outside body: another person of ours looks again."""
    at = moving.lock(complaint)
    if complaint.state == State.IN_REVIEW:
        moving.role_of(complaint, Act.ADD, actor)
        return complaint
    moving.require_version(complaint, expected_version)
    row = moving.check(complaint, Act.COME_BACK, actor)
    clocks = moving.carry(complaint, row, actor=actor, at=at)
    moving.note(Tag.COMPLAINT_BACK_FROM_OUTSIDE, complaint, actor, at)
    law_messages.back(complaint, clocks)
    db.session().flush()
    return complaint


def reply_to_body(
    complaint: Complaint, *, actor: Actor, text: str, expected_version: int | None = None
) -> Complaint:
    """Write down what we wrote to the outside body; the customer reads it. The duty is kept, the next date begins."""
    at = moving.lock(complaint, expected_version)
    text = moving.clean(text, "text", LIMITS["text"])
    row = moving.check(complaint, Act.REPLY_TO_BODY, actor, given={"text": text})
    complaint.last_news_at = at
    thread.say(complaint, actor=actor, kind="news", text=text, at=at)
    length, told = regimes.time_of_body(complaint)
    timed = Timed(lengths={K.OUTSIDE: length}, extra={K.OUTSIDE: {"law": told}} if told else None)
    clocks = moving.carry(complaint, row, actor=actor, at=at, timed=timed)
    moving.note(Tag.COMPLAINT_BODY_ANSWERED, complaint, actor, at)
    law_messages.replied_to_body(complaint, clocks, text, actor)
    db.session().flush()
    return complaint


def body_decides(
    complaint: Complaint,
    *,
    actor: Actor,
    finding: str,
    text: str,
    remedies: Sequence[Mapping[str, Any]],
    expected_version: int | None = None,
) -> Offer:
    """Write down what the outside body decided: what it gives the customer is owed, by its date; a supervisor does.

    Nothing to give: the customer says whether it is settled. Raises Invalid with the field.
    """
    at = moving.lock(complaint, expected_version)
    text = moving.clean(text, "text", LIMITS["reasons"])
    facts = moving.facts_of(complaint, remedies_open=len(remedies))
    row = moving.check(complaint, Act.BODY_DECIDES, actor, facts=facts, given={"decision": text})
    terms: OfferTerms = offers.read_terms(complaint, actor, finding, text, remedies, Decimal("Infinity"))
    made, parts = offers.make(complaint, actor, terms, at, stage=complaint.stage)
    offers.decide(made, BY_BODY, at, actor.person_id)
    clocks, nearest = agreed.owe(complaint, parts, at)
    for part in parts:
        part.accepted_at = at
    complaint.last_news_at = at
    timed = Timed(dues={K.REMEDY: nearest} if nearest else None)
    data = {"offer": made.number, "hash": made.content_hash}
    clocks = moving.carry(
        complaint, row, actor=actor, at=at, clocks=clocks, timed=timed, reason=text, data=data
    )
    moving.note(Tag.COMPLAINT_BODY_DECIDED, complaint, actor, at)
    law_messages.body_decided(complaint, clocks, text, parts)
    db.session().flush()
    return made


def agree(complaint: Complaint, *, actor: Actor, expected_version: int | None = None) -> Complaint:
    """Say that it is settled, where the outside body gave nothing to carry out; only the customer can."""
    at = moving.lock(complaint)
    if complaint.state == State.CLOSED:
        moving.role_of(complaint, Act.REPLY, actor)
        return complaint
    moving.require_version(complaint, expected_version)
    row = moving.check(complaint, Act.CONFIRM, actor)
    if agreed.anything(complaint):
        raise errors.Conflict(_t("Please say of each thing whether it is done."), code="complaint.not_done")
    clocks = moving.carry(complaint, row, actor=actor, at=at)
    moving.note(Tag.COMPLAINT_CLOSED, complaint, actor, at)
    messages.closed(complaint, clocks)
    db.session().flush()
    return complaint
