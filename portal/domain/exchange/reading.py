"""Reading leads: each partner its own, staff all of them; the contact person only where that is needed still."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select

from portal import db
from portal.domain import clock, partners
from portal.domain.actor import Actor, ActorKind, PartnerRight, Permission
from portal.domain.errors import NotFound
from portal.domain.references import spoken
from portal.text import Lazy

from . import claiming, rules
from .history import guard, holds, own_lead
from .models import Lead, LeadEvent
from .rules import ENDED, STATES, WORDS, Act, Standing, State

VIEWS = ("open", "contested", "ended")


class Line(NamedTuple):
    """One lead in a list; nobody is named in it."""

    uuid: uuidlib.UUID
    number: str
    company: str
    city: str
    country: str
    state: Lazy
    ended: bool
    shared: bool
    accept_by: datetime | None  # while it waits for that
    protected_until: datetime | None  # while it is
    second: bool
    contested: bool
    partner: str
    created_at: datetime


class Happened(NamedTuple):
    """One thing in the history of a lead; ``more`` is for staff alone."""

    at: datetime
    what: Lazy
    by: str
    text: str
    more: str


class View(NamedTuple):
    """One lead as its partner or our staff read it; ``contact`` says whether the person may be shown."""

    lead: Lead
    line: Line
    contact: bool
    history: list[Happened]
    moves: list[Act]
    may_renew: bool
    may_claim: bool


def leads(actor: Actor, *, after: uuidlib.UUID | None = None, limit: int = 30) -> list[Line]:
    """Return the leads of the actor's partner, newest first, one more than ``limit`` where there are; raise Denied."""
    rows = _page(Lead.partner_id == guard(actor), after=after, limit=limit)
    return [_line(lead, lead.id in rows[1], "") for lead in rows[0]]


def all_leads(
    actor: Actor, *, view: str = "open", after: uuidlib.UUID | None = None, limit: int = 50
) -> list[Line]:
    """Return the leads of all partners for staff, newest first, one more than ``limit``; raise Denied."""
    actor.require(Permission.PARTNERS_WRITE)
    contested = select(LeadEvent.lead_id).where(
        LeadEvent.act.in_([Act.CONTESTED.value, Act.CAME_SECOND.value])
    )
    chosen: dict[str, ColumnElement[bool]] = {
        "open": Lead.ended_at.is_(None), "ended": Lead.ended_at.is_not(None), "contested": Lead.id.in_(contested),
    }  # fmt: skip
    found, twice = _page(chosen.get(view, chosen["open"]), after=after, limit=limit)
    names = partners.named(lead.partner_id for lead in found)
    return [_line(lead, lead.id in twice, names[lead.partner_id]) for lead in found]


def lead(actor: Actor, uuid: uuidlib.UUID) -> View:
    """Return one lead with its history: of the own partner, or any for staff; raise Denied, NotFound."""
    if actor.is_staff:
        actor.require(Permission.PARTNERS_WRITE)
        found = db.session().scalar(select(Lead).where(Lead.uuid == uuid))
        if found is None:
            raise NotFound()
    else:
        found = own_lead(uuid, actor)
    events = list(
        db.session().scalars(select(LeadEvent).where(LeadEvent.lead_id == found.id).order_by(LeadEvent.id))
    )
    contested = any(event.act == Act.CONTESTED for event in events)
    theirs = actor.is_partner
    gone = found.contact_gone_at is not None or (theirs and found.state == State.RETURNED)
    name = "" if theirs else partners.named([found.partner_id])[found.partner_id]
    going_on = theirs and found.ended_at is None
    return View(
        lead=found,
        line=_line(found, contested, name),
        contact=not gone,
        history=[_happened(event, staff=not theirs) for event in reversed(events)],
        moves=rules.moves(found.state, shared=found.shared, first=found.standing == Standing.FIRST)
        if theirs
        else [],
        may_renew=going_on and holds(found) and found.renewed_at is None,
        may_claim=going_on
        and not found.shared
        and not holds(found)
        and claiming.holder(claiming.marks_of(found), besides=found.id) is None,
    )


def _page(
    chosen: ColumnElement[bool], *, after: uuidlib.UUID | None, limit: int
) -> tuple[list[Lead], set[int]]:
    statement = select(Lead).where(chosen)
    if after is not None:
        statement = statement.where(Lead.id < select(Lead.id).where(Lead.uuid == after).scalar_subquery())
    session = db.session()
    found = list(session.scalars(statement.order_by(Lead.id.desc()).limit(limit + 1)))
    twice = select(LeadEvent.lead_id).where(
        LeadEvent.act == Act.CONTESTED.value, LeadEvent.lead_id.in_([one.id for one in found])
    )
    return found, set(session.scalars(twice)) if found else set()


def _line(lead: Lead, contested: bool, partner: str) -> Line:
    waits = lead.shared and lead.state == State.NEW
    return Line(
        uuid=lead.uuid, number=lead.number, company=lead.company, city=lead.city, country=lead.country,
        state=STATES[State(lead.state)], ended=lead.state in ENDED, shared=lead.shared,
        accept_by=lead.accept_by if waits else None, protected_until=lead.protected_until if holds(lead) else None,
        second=lead.standing == Standing.SECOND, contested=contested, partner=partner, created_at=lead.created_at,
    )  # fmt: skip


def _happened(event: LeadEvent, *, staff: bool) -> Happened:
    """Return an event in words; a partner reads no name of ours but who handed it over, and never who else there is."""
    data: dict[str, Any] = event.data if staff else {}
    by = event.by_name if event.by_kind != ActorKind.SYSTEM else ""
    more = " ".join(spoken(str(data[key])) for key in ("partner", "holder", "lead") if key in data)
    return Happened(event.at, WORDS[Act(event.act)], by, event.text, more)


def waiting(actor: Actor) -> int:
    """Return how many leads wait for the actor's partner to accept them; 0 for who does not exchange."""
    if not actor.partner_may(PartnerRight.EXCHANGE_WRITE):
        return 0
    waits = select(Lead.id).where(
        Lead.partner_id == actor.partner_id, Lead.state == State.NEW.value, Lead.shared.is_(True),
        Lead.accept_by > clock.now(),
    )  # fmt: skip
    return len(list(db.session().scalars(waits.limit(100))))
