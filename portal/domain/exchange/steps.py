"""What a partner does with a lead of its own, and what goes back by itself."""

from __future__ import annotations

import uuid as uuidlib

from sqlalchemy import select

from portal import db
from portal.domain import clock
from portal.domain.accounts.shapes import line
from portal.domain.actor import SYSTEM, Actor
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.text import _t

from . import claiming, messages, rules
from .history import holds, own_lead, record, write
from .models import Lead
from .rules import ENDED, MOVES, Act, Standing, State


def move(uuid: uuidlib.UUID, act: str, *, actor: Actor, reason: str = "") -> Lead:
    """Take a step with a lead of one's own partner; the same step twice changes nothing.

    Raise Denied, NotFound, Conflict where it no longer fits, Invalid at ``reason``.
    """
    lead = own_lead(uuid, actor, lock=True)
    wanted = next((one for one in MOVES if one.value == act), None)
    if wanted is None:
        raise NotFound()
    step = MOVES[wanted]
    if lead.state == step.target:
        return lead
    if wanted not in rules.moves(lead.state, shared=lead.shared, first=lead.standing == Standing.FIRST):
        raise Conflict()
    needed = rules.REASON_MIN if step.needs_reason else 0
    text = line(reason, most=rules.REASON_MAX, field="reason")
    if len(text) < needed:
        message = _t("Please say why, in a few words.")
        raise Invalid(message, code="exchange.reason", field="reason")
    now = clock.now()
    lead.state = step.target.value
    if step.target in ENDED:
        lead.ended_at = now
    if wanted is Act.ACCEPTED:
        lead.protected_until = now + claiming.protection()
        claiming.prolong(lead, lead.protected_until)
    if step.target in {State.LOST, State.RETURNED}:
        claiming.release(lead)
    write(lead, wanted, actor, text=text)
    if wanted is not Act.BEGUN:
        messages.to_staff(lead, wanted.value)
    record(Tag.LEAD_MOVED, lead, actor, lead_state=lead.state)
    return lead


def renew(uuid: uuidlib.UUID, *, actor: Actor, activity: str) -> Lead:
    """Protect a lead once more for the same time, because something was done; twice changes nothing.

    Raise Denied, NotFound, Conflict where nothing is protected, Invalid at ``activity``.
    """
    lead = own_lead(uuid, actor, lock=True)
    if lead.renewed_at is not None and holds(lead):
        return lead
    if not holds(lead) or lead.protected_until is None:
        raise Conflict(_t("This lead is not protected, so there is nothing to make longer."))
    text = line(activity, most=rules.REASON_MAX, field="activity")
    if len(text) < rules.REASON_MIN:
        message = _t("Say what you have done since: a visit, a call, an offer.")
        raise Invalid(message, code="exchange.activity", field="activity")
    lead.protected_until += claiming.protection()
    lead.renewed_at = clock.now()
    claiming.prolong(lead, lead.protected_until)
    write(lead, Act.RENEWED, actor, text=text)
    record(Tag.LEAD_MOVED, lead, actor, lead_state="renewed")
    return lead


def claim_again(uuid: uuidlib.UUID, *, actor: Actor) -> Lead:
    """Take a company that is free again, for a lead that came second or whose time is over; twice changes nothing.

    Raise Denied, NotFound, Conflict where another partner holds it.
    """
    lead = own_lead(uuid, actor, lock=True)
    if holds(lead):
        return lead
    if lead.shared or lead.ended_at is not None:
        raise Conflict()
    until = clock.now() + claiming.protection()
    if claiming.claim(lead, until) is not None:
        raise Conflict(_t("This company is not free: another partner holds it."), code="exchange.held")
    lead.standing, lead.protected_until, lead.renewed_at = Standing.FIRST.value, until, None
    write(lead, Act.CLAIMED, actor)
    record(Tag.LEAD_MOVED, lead, actor, lead_state="claimed")
    return lead


def return_due() -> int:
    """Take back what was not accepted in time, each in a transaction of its own; return how many there were."""
    with db.unit_of_work(write=False) as session:
        due = select(Lead.id).where(
            Lead.state == State.NEW.value, Lead.shared.is_(True), Lead.accept_by <= clock.now()
        )
        found = list(session.scalars(due.order_by(Lead.id).limit(200)))
    return sum(_return(key) for key in found)


def _return(key: int) -> int:
    with db.unit_of_work() as session:
        lead = session.scalar(
            select(Lead).where(Lead.id == key, Lead.state == State.NEW.value).with_for_update()
        )
        if lead is None or lead.accept_by is None or lead.accept_by > clock.now():
            return 0
        lead.state, lead.ended_at = State.RETURNED.value, clock.now()
        claiming.release(lead)
        write(lead, Act.TIMED_OUT, SYSTEM)
        messages.to_partner(lead, "timed_out")
        messages.to_staff(lead, Act.TIMED_OUT.value)
        record(Tag.LEAD_MOVED, lead, SYSTEM, lead_state=lead.state)
    return 1
