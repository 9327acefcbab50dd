"""Reading price lists and promises: a partner its own and ours for it, staff all of them."""

from __future__ import annotations

import uuid as uuidlib
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select

from portal import db
from portal.domain import partners
from portal.domain.actor import Actor, ActorKind, Permission
from portal.domain.errors import NotFound
from portal.text import Lazy

from . import prices, rules, scope
from .models import Price, PriceList, StockPromise, StockPromiseEvent
from .rules import ACTS, OUTCOMES, Act, Difference, Outcome, PriceLine, PromiseState, Stretch

VIEWS = ("open", "late", "ended")
MOST_LISTS = 200


class ListLine(NamedTuple):
    """One version of a price list, and when it is valid as things stand."""

    uuid: uuidlib.UUID
    partner: str  # '' for all partners
    ours: bool
    version: int
    currency: str
    starts: date
    ends: date | None
    lines: int
    retroactive: bool
    published_at: datetime
    published_by: str
    valid: list[Stretch]
    now: bool
    later: bool


class ListView(NamedTuple):
    """A price list with some of its prices, and what differs from the one before."""

    line: ListLine
    prices: list[Price]
    differences: list[Difference]
    previous: ListLine | None


class PromiseLine(NamedTuple):
    """One promise as both sides read it; ``late`` counts the days since it was due."""

    uuid: uuidlib.UUID
    partner: str
    item: str
    reference: str
    name: str
    unit: str
    quantity: Decimal
    by: date
    first_by: date
    first_quantity: Decimal
    outcome: Outcome
    words: Lazy
    delivered_on: date | None
    late: int


class PromiseStep(NamedTuple):
    """One thing that happened to a promise."""

    at: datetime
    what: Lazy
    by: str
    text: str
    data: dict[str, str]


class PromiseView(NamedTuple):
    """A promise with its history; ``open`` says that something can be done with it."""

    line: PromiseLine
    history: list[PromiseStep]
    open: bool


def price_lists(actor: Actor) -> list[ListLine]:
    """Return the price lists that the actor may read, those valid now first, then the newest; raise Denied."""
    found = list(
        db.session().scalars(
            select(PriceList).where(_readable(actor)).order_by(PriceList.id.desc()).limit(MOST_LISTS)
        )
    )
    names = partners.named(one.partner_id for one in found if one.partner_id is not None)
    shown = _lines(found, names)
    return sorted(shown, key=lambda one: (not one.now, not one.later))


def price_list(actor: Actor, uuid: uuidlib.UUID, *, after: int | None = None, limit: int = 100) -> ListView:
    """Return one price list with a page of its prices; raise Denied, NotFound (also for another's)."""
    found = db.session().scalar(select(PriceList).where(PriceList.uuid == uuid, _readable(actor)))
    if found is None:
        raise NotFound()
    versions = prices.lists(found.scope)
    names = partners.named([found.partner_id] if found.partner_id is not None else [])
    lines = {one.uuid: one for one in _lines(versions, names)}
    before = next((one for one in versions if one.id == found.previous_id), None)
    page = select(Price).where(Price.list_id == found.id, Price.position > (after or 0))
    return ListView(
        line=lines[found.uuid],
        prices=list(db.session().scalars(page.order_by(Price.position).limit(limit + 1))),
        differences=_differences(before, found) if after is None else [],
        previous=lines[before.uuid] if before is not None else None,
    )


def all_prices(actor: Actor, uuid: uuidlib.UUID) -> tuple[ListLine, list[PriceLine]]:
    """Return a price list whole, for a download; raise Denied, NotFound."""
    view = price_list(actor, uuid, limit=0)
    key = select(PriceList.id).where(PriceList.uuid == uuid)
    return view.line, prices.lines_of(db.session().scalar(key) or 0)


def valid_on(actor: Actor, on: date, *, partner_id: int | None = None) -> ListLine | None:
    """Return which list of ours is valid for a partner on a day: one for it alone goes before one for all.

    A partner asks for itself, staff for any; raise Denied.
    """
    asked = scope.guard(actor) if actor.is_partner else partner_id
    if not actor.is_partner:
        actor.require(Permission.PARTNERS_WRITE)
    for within in dict.fromkeys((scope.ours(asked), scope.FOR_ALL)):
        known = prices.lists(within)
        valid = rules.valid_on(known, on)
        if valid is not None:
            names = partners.named([asked] if asked is not None else [])
            return next(
                line for line, one in zip(_lines(known, names), known, strict=True) if one.id == valid
            )
    return None


def promises(
    actor: Actor, *, view: str = "open", after: uuidlib.UUID | None = None, limit: int = 50
) -> list[PromiseLine]:
    """Return the promises of the actor's company, or of all for staff; raise Denied.

    Open and late ones by their day, ended ones the newest first; one more than ``limit`` where there are.
    """
    today = scope.today()
    chosen: dict[str, ColumnElement[bool]] = {
        "open": StockPromise.ended_at.is_(None), "ended": StockPromise.ended_at.is_not(None),
        "late": StockPromise.ended_at.is_(None) & (StockPromise.by < today),
    }  # fmt: skip
    statement = select(StockPromise).where(chosen.get(view, chosen["open"]), _own(actor))
    if after is not None:
        last = db.session().execute(
            select(StockPromise.id, StockPromise.by).where(StockPromise.uuid == after, _own(actor))
        ).first()  # fmt: skip
        if last is not None and view == "ended":
            statement = statement.where(StockPromise.id < last.id)
        elif last is not None:
            further = (StockPromise.by == last.by) & (StockPromise.id > last.id)
            statement = statement.where(or_(StockPromise.by > last.by, further))
    order = (StockPromise.id.desc(),) if view == "ended" else (StockPromise.by, StockPromise.id)
    found = list(db.session().scalars(statement.order_by(*order).limit(limit + 1)))
    names = partners.named(one.partner_id for one in found)
    return [_promise(one, names[one.partner_id], today) for one in found]


def promise_view(actor: Actor, uuid: uuidlib.UUID) -> PromiseView:
    """Return one promise with its history; raise Denied, NotFound (also for another's)."""
    found = db.session().scalar(select(StockPromise).where(StockPromise.uuid == uuid, _own(actor)))
    if found is None:
        raise NotFound()
    events = db.session().scalars(
        select(StockPromiseEvent)
        .where(StockPromiseEvent.promise_id == found.id)
        .order_by(StockPromiseEvent.id.desc())
    )
    name = partners.named([found.partner_id])[found.partner_id]
    return PromiseView(
        line=_promise(found, name, scope.today()),
        history=[
            PromiseStep(one.at, ACTS[Act(one.act)], "" if one.by_kind == ActorKind.SYSTEM else one.by_name, one.text,
                        one.data)
            for one in events
        ],
        open=found.state == PromiseState.OPEN,
    )  # fmt: skip


def _readable(actor: Actor) -> ColumnElement[bool]:
    if actor.is_staff:
        actor.require(Permission.PARTNERS_WRITE)
        return PriceList.id.is_not(None)
    own = PriceList.partner_id == scope.guard(actor)
    supplies = partners.own_company(actor).kind == partners.PartnerKind.SUPPLIER
    return own if supplies else or_(own, PriceList.scope == scope.FOR_ALL)


def _own(actor: Actor) -> ColumnElement[bool]:
    if actor.is_staff:
        actor.require(Permission.PARTNERS_WRITE)
        return StockPromise.id.is_not(None)
    return StockPromise.partner_id == scope.guard(actor)


def _lines(found: list[PriceList], names: dict[int, str]) -> list[ListLine]:
    """Return versions as lines; those of one scope say together when each is valid."""
    today = scope.today()
    by_scope: dict[str, list[PriceList]] = {}
    for one in found:
        by_scope.setdefault(one.scope, []).append(one)
    valid: dict[int, list[Stretch]] = {}
    for versions in by_scope.values():
        for stretch in rules.stretches(versions):
            valid.setdefault(stretch.list_id, []).append(stretch)
    lines = []
    for one in found:
        own = valid.get(one.id, [])
        lines.append(
            ListLine(
                uuid=one.uuid, partner=names.get(one.partner_id or 0, ""), ours=one.ours, version=one.version,
                currency=one.currency, starts=one.starts, ends=one.ends, lines=one.lines,
                retroactive=one.retroactive, published_at=one.published_at, published_by=one.published_by_name,
                valid=own, now=any(part.first <= today and (part.last is None or today <= part.last) for part in own),
                later=any(part.first > today for part in own),
            )
        )  # fmt: skip
    return lines


def _differences(before: PriceList | None, after: PriceList) -> list[Difference]:
    if before is None or before.currency != after.currency:
        return []
    return rules.differences(prices.lines_of(before.id), prices.lines_of(after.id))


def _promise(one: StockPromise, partner: str, today: date) -> PromiseLine:
    how = rules.outcome(one.state, one.first_by, one.by, one.delivered_on, today)
    return PromiseLine(
        uuid=one.uuid, partner=partner, item=one.item, reference=one.reference, name=one.name, unit=one.unit,
        quantity=one.quantity, by=one.by, first_by=one.first_by, first_quantity=one.first_quantity, outcome=how,
        words=OUTCOMES[how], delivered_on=one.delivered_on, late=(today - one.by).days if how is Outcome.LATE else 0,
    )  # fmt: skip
