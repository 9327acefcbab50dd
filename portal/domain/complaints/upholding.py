"""Silence until the legal date, where the law makes it a yes: the complaint is upheld as asked, against ourselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import calendars
from portal.domain.actor import LAW, SYSTEM, Actor, Permission
from portal.domain.audit import Tag

from . import agreed, handling, law_messages, moving, offers, talking, ticking
from .acts import Act
from .alarms import AlarmKind
from .clocks import Binds, due_after
from .law import Effect
from .lengths import Length, Unit
from .models import Clock, Complaint, Offer
from .moving import Timed
from .offer_rules import MONEY, Finding, OfferTerms, RemedyKind, RemedyTerms
from .states import K, State

CHOICE = Length(
    2, Unit.BUSINESS_DAYS
)  # in which the customer may choose another remedy than the one asked for
BY_LAW = "by_law"


def upholds(legal: Clock | None) -> bool:
    """Say whether silence until the date of this legal clock means that the complaint is accepted."""
    return legal is not None and legal.explanation.get("law", {}).get("effect") == Effect.UPHELD


def uphold(complaint: Complaint, clocks: ticking.Clocks, at: datetime, told_at: datetime) -> None:
    """Uphold a complaint by law at the instant ``at``: what was asked for is owed, and both sides are told.

    The customer may choose another remedy for ``CHOICE`` from ``told_at`` on, which is later than ``at`` when we
    stood still meanwhile.
    """
    legal = clocks[K.LEGAL]
    row = moving.check(
        complaint, Act.LAW_UPHOLDS, LAW, facts=moving.facts_of(complaint, silence_upholds=True)
    )
    made, parts = offers.make(complaint, LAW, asked(complaint), at, stage=complaint.stage)
    offers.decide(made, BY_LAW, at, None)
    clocks, nearest = agreed.owe(complaint, parts, at)
    for part in parts:
        part.accepted_at = at
    complaint.next_step = ""
    if complaint.handler_id is None and complaint.reviewer_id is None:
        # What is owed is somebody's to see to: the first of the supervisors, until it is handed over.
        complaint.handler_id = min(handling.active_ids(Permission.COMPLAINTS_SUPERVISE), default=None)
    timed = Timed(dues={K.REMEDY: nearest} if nearest else None)
    data = {"law": legal.explanation.get("law", {}), "offer": made.number, "hash": made.content_hash}
    clocks = moving.carry(complaint, row, actor=LAW, at=at, clocks=clocks, timed=timed, data=data)
    clocks[K.LEGAL].ended_how = "late"  # a promise of the law that was broken, and is counted so
    until = _let_choose(complaint, clocks[K.REMEDY], max(at, told_at))
    moving.note(Tag.COMPLAINT_UPHELD_BY_LAW, complaint, LAW, at)
    law_messages.upheld(complaint, clocks[K.REMEDY], legal, parts, until)


def asked(complaint: Complaint) -> OfferTerms:
    """Return what the customer asked for as the terms that the law gives."""
    kind = RemedyKind(complaint.remedy_wanted or RemedyKind.OTHER)
    money = kind in MONEY
    one = RemedyTerms(
        kind, complaint.amount_wanted if money else None, complaint.currency if money else "", None,
        complaint.remedy_text,
    )  # fmt: skip
    return OfferTerms(Finding.UPHELD, (one,))


def settle_by_law(complaint: Complaint, *, actor: Actor, expected_version: int | None = None) -> Complaint:
    """Take what the law gives, as it was asked: it is carried out by the date that runs already; twice is once."""
    at = moving.lock(complaint)
    if complaint.state == State.REMEDY_DUE:
        moving.role_of(complaint, Act.ADD, actor)
        return complaint
    moving.require_version(complaint, expected_version)
    _settle(complaint, actor, at, ticking.of(complaint))
    return complaint


def settle_in_time(complaint: Complaint, clocks: ticking.Clocks, row: Clock, act: Act, at: datetime) -> None:
    """Go on with what was asked when the time to choose something else is over."""
    _settle(complaint, SYSTEM, at, clocks)


def choose_other(
    complaint: Complaint,
    *,
    actor: Actor,
    remedy_wanted: str,
    remedy_text: str = "",
    amount_wanted: Any = None,
    currency: str = "",
    expected_version: int | None = None,
) -> Complaint:
    """Ask for another remedy than the law gives; that one stays on the table and can be taken at any time.

    Raises Invalid as :func:`change_remedy` does.
    """
    at = moving.lock(complaint, expected_version)
    row = moving.check(complaint, Act.CHOOSE_OTHER, actor, given={"remedy_wanted": remedy_wanted})
    floor = db.session().scalars(_by_law(complaint)).first()
    assert floor is not None, "the law has given something"
    parts = offers.remedies_of(floor)
    before = talking.wish(complaint, actor, remedy_wanted, remedy_text, amount_wanted, currency)
    for one in parts:
        one.replaced_at = at
    offers.decide(floor, "replaced", at, actor.person_id)
    made, again = offers.make(complaint, LAW, offers.terms_of(floor, parts), at, stage=1)
    data = {"before": before, "remedy": remedy_wanted, "offer": made.number, "hash": made.content_hash}
    clocks = moving.carry(complaint, row, actor=actor, at=at, data=data)
    moving.note(Tag.COMPLAINT_REMEDY_CHANGED, complaint, actor, at, remedy=remedy_wanted)
    law_messages.chose_other(complaint, clocks, again)
    db.session().flush()
    return complaint


def choice_ends(remedy_clock: Any) -> datetime | None:
    """Return until when the customer may choose another remedy; None where nothing is to choose."""
    found = next((one for one in remedy_clock.alarms if one["act"] == Act.SETTLE_BY_LAW), None)
    return datetime.fromisoformat(found["at"]) if found else None


def _settle(complaint: Complaint, actor: Actor, at: datetime, clocks: ticking.Clocks) -> None:
    row = moving.check(complaint, Act.SETTLE_BY_LAW, actor)
    going = clocks.get(K.REMEDY)
    if going is not None:
        going.alarms = [one for one in going.alarms if one["act"] != Act.SETTLE_BY_LAW]
        going.next_at = datetime.fromisoformat(going.alarms[0]["at"]) if going.alarms else None
    moving.carry(complaint, row, actor=actor, at=at, clocks=clocks)
    moving.note(Tag.COMPLAINT_LAW_SETTLED, complaint, actor, at)
    law_messages.settled(complaint, agreed.open_ones(complaint))
    db.session().flush()


def _let_choose(complaint: Complaint, going: Clock, since: datetime) -> datetime:
    """Write down when the time to choose another remedy ends, among what the runner has to do; return it."""
    due = due_after(CHOICE, since, calendars.current(), ticking.zones_of(complaint), Binds.CUSTOMER)
    alarm = {"at": due.at.isoformat(), "kind": AlarmKind.GRACE.value, "act": Act.SETTLE_BY_LAW.value, "n": 0}
    going.alarms = sorted([*going.alarms, alarm], key=lambda one: datetime.fromisoformat(one["at"]))
    going.next_at = datetime.fromisoformat(going.alarms[0]["at"])
    return due.at


def _by_law(complaint: Complaint) -> Any:
    found = select(Offer).where(Offer.complaint_id == complaint.id, Offer.decision == BY_LAW)
    return found.order_by(Offer.number.desc())
