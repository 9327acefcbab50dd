"""Leads: registered by a partner, or handed over by us."""

from __future__ import annotations

import uuid as uuidlib
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.domain import audit, clock, firm, partners
from portal.domain.actor import SYSTEM, Actor, Permission
from portal.domain.audit import Tag
from portal.domain.calendars import day_start, local_day
from portal.domain.errors import Conflict, Invalid, NotFound, TooMany
from portal.domain.references import new_number, spoken
from portal.text import _t

from . import claiming, messages, rules
from .history import guard, record, write
from .models import Lead
from .rules import Act, Prospect, Standing, State

MOST_A_DAY = 50  # registrations of one partner: nobody finds out by trying whom the others look after
LONGEST_TO_ACCEPT = timedelta(days=60)


class Registered(NamedTuple):
    """What came of a registration; not ``new`` where the partner had registered the company already."""

    lead: Lead
    new: bool


def faults(prospect: Prospect, *, actor: Actor) -> list[Invalid]:
    """Return everything that stands in the way of this prospect, each at its field; raise Denied."""
    if not actor.is_staff:
        guard(actor)
    return _read(prospect, actor)[1]


def register(prospect: Prospect, *, actor: Actor) -> Registered:
    """Register a prospect for the actor's partner: the first valid one holds the company, another comes second.

    The same company a second time by the same partner changes nothing. Raise Denied, TooMany, Invalid at the field.
    """
    partner_id = guard(actor)
    read = _valid(prospect, actor)
    marks = rules.marks(read)
    known = claiming.own(partner_id, marks)
    if known is not None:
        return Registered(known, False)
    _require_few(partner_id)
    lead = _lead(read, partner_id, actor)
    if not _added(lead):
        found = claiming.own(partner_id, marks)
        if found is None:
            raise Conflict()
        return Registered(found, False)
    until = clock.now() + claiming.protection()
    first = claiming.claim(lead, until)
    if first is None:
        lead.protected_until = until
        write(lead, Act.REGISTERED, actor)
    else:
        lead.standing = Standing.SECOND.value
        write(lead, Act.CAME_SECOND, actor, data={"holder": first.number})
        write(first, Act.CONTESTED, SYSTEM, data={"partner": actor.acting_for, "lead": lead.number})
        messages.came_second(lead, first)
    record(Tag.LEAD_REGISTERED, lead, actor, lead_standing=lead.standing)
    return Registered(lead, True)


def share(partner: uuidlib.UUID | None, prospect: Prospect, *, actor: Actor, accept_by: date | None) -> Lead:
    """Hand a prospect to a partner, who accepts it by the end of that day (of the firm) or it comes back.

    Raise Denied, or Invalid at the field; a company that somebody holds already is Invalid at ``company``.
    """
    actor.require(Permission.PARTNERS_WRITE)
    zone, now = firm.now().zone, clock.now()
    today = local_day(now, zone)
    if accept_by is None or not today < accept_by <= today + LONGEST_TO_ACCEPT:
        message = _t("Choose a day from tomorrow on, at most 60 days from now.")
        raise Invalid(message, code="exchange.accept_by", field="accept_by")
    try:
        to = partners.by_uuid(partner or uuidlib.UUID(int=0))
    except NotFound:
        message = _t("Choose a partner from the list.")
        raise Invalid(message, code="exchange.partner", field="partner") from None
    read = _valid(prospect, actor)
    own = claiming.own(to.id, rules.marks(read))
    if own is not None:
        message = _t(
            "{partner} has this company in hand already: lead {number}.",
            partner=to.name,
            number=spoken(own.number),
        )
        raise Invalid(message, code="exchange.in_hand", field="company")  # fmt: skip
    lead = _lead(read, to.id, actor, shared=True)
    lead.accept_by = day_start(accept_by + timedelta(days=1), zone)
    if not _added(lead):
        raise Conflict()
    first = claiming.claim(lead, lead.accept_by)
    if first is not None:
        message = _t(
            "{partner} holds this company until {date}: lead {number}.", number=spoken(first.number),
            partner=partners.named([first.partner_id])[first.partner_id],
            date=audit.Day(local_day(_until(first), zone).isoformat()),
        )  # fmt: skip
        raise Invalid(message, code="exchange.held", field="company")
    write(lead, Act.SHARED, actor)
    messages.to_partner(lead, "shared")
    record(Tag.LEAD_SHARED, lead, actor)
    return lead


def _until(lead: Lead) -> datetime:
    return lead.protected_until or lead.accept_by or lead.created_at


def _read(prospect: Prospect, actor: Actor) -> tuple[Prospect, list[Invalid]]:
    read, wrong = rules.read(prospect, today=local_day(clock.now(), firm.now().zone))
    if actor.is_partner and read.contact_email and actor.partner_id is not None:
        theirs = partners.by_mail_domain(read.contact_email)
        if theirs is not None and theirs.id == actor.partner_id:
            message = _t("This is an address of your own company. Write one of the contact person.")
            wrong.append(Invalid(message, code="exchange.own_address", field="contact_email"))
    return read, wrong


def _valid(prospect: Prospect, actor: Actor) -> Prospect:
    read, wrong = _read(prospect, actor)
    if wrong:
        raise wrong[0]
    return read


def _require_few(partner_id: int) -> None:
    since = clock.now() - timedelta(days=1)
    many = select(func.count(Lead.id)).where(
        Lead.partner_id == partner_id, Lead.created_at > since, Lead.shared.is_(False)
    )
    if (db.session().scalar(many) or 0) >= MOST_A_DAY:
        raise TooMany(
            86400, _t("Your company registered very many companies today. Go on tomorrow, or ask us.")
        )


def _lead(read: Prospect, partner_id: int, actor: Actor, *, shared: bool = False) -> Lead:
    now, marks = clock.now(), rules.marks(read)
    return Lead(
        uuid=uuidlib.uuid4(), partner_id=partner_id, number=new_number(), shared=shared, state=State.NEW.value,
        standing=Standing.FIRST.value, company=read.company, country=read.country, city=read.city,
        tax_number=read.number, about=read.about, identity=next(one for one in marks if one),
        mark_number=marks.number, mark_domain=marks.domain, mark_name=marks.name, contact_name=read.contact_name,
        contact_email=read.contact_email, contact_phone=read.contact_phone, agreed_on=read.agreed_on,
        agreed_how=read.agreed_how, created_by_id=actor.person_id, created_by_name=actor.name[:120], created_at=now,
        moved_at=now,
    )  # fmt: skip


def _added(lead: Lead) -> bool:
    """Add a lead; tell whether its partner had none of this company that goes on."""
    session = db.session()
    try:
        with session.begin_nested():
            session.add(lead)
    except IntegrityError as error:
        if db.constraint_of(error) != "uq_exchange_lead_own":
            raise
        return False
    return True
