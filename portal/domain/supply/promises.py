"""Promises of stock: given, moved, changed, delivered, withdrawn; the first promise stays readable."""

from __future__ import annotations

import uuid as uuidlib
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.domain import audit, clock, partners
from portal.domain.accounts import shapes as texts
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.text import _t

from . import messages, scope
from .models import QUANTITY_PLACES, StockPromise, StockPromiseEvent
from .rules import LONGEST_AHEAD, REASON_MAX, REASON_MIN, Act, PromiseState
from .shapes import amount


class Promised(NamedTuple):
    """A promise as it is typed, or stands in a line of a file."""

    item: str
    quantity: Decimal
    by: date
    name: str = ""
    unit: str = ""
    reference: str = ""
    delivered_on: date | None = None
    withdrawn: bool = False


class Taken(NamedTuple):
    """What came of it: a new promise, another day, quantity or end, or nothing new at all."""

    promise: StockPromise
    new: bool
    changed: bool


def promise(given: Promised, *, actor: Actor, partner_id: int | None = None) -> Taken:
    """Take a promise of a supplier; the same item and reference again is the same promise.

    Said once more it changes nothing; with another day or quantity the open one is moved, with a day of delivery or
    a withdrawal it ends. Raise Denied, NotFound, Invalid at the field.
    """
    partner_id = scope.supplier(partner_id, actor)
    read = _shaped(given)
    while True:
        open_one = _open(partner_id, read, lock=True)
        if open_one is not None:
            return Taken(open_one, False, _follow(open_one, read, actor))
        known = _ended_alike(partner_id, read)
        if known is not None:
            return Taken(known, False, False)
        if read.by < scope.today() and read.delivered_on is None:
            message = _t("This day is over. Promise a day from today on.")
            raise Invalid(message, code="supply.by", field="by")
        made = _made(partner_id, read, actor)
        if made is not None:
            break
    if read.delivered_on is not None or read.withdrawn:
        _follow(made, read, actor)
    return Taken(made, True, False)


def move_promise(uuid: uuidlib.UUID, *, actor: Actor, by: date | None, reason: str) -> StockPromise:
    """Promise another day for what is open, and say why; the same day changes nothing.

    Raise Denied, NotFound, Conflict once it has ended, Invalid at ``by`` or ``reason``.
    """
    found = _own(uuid, actor)
    if by is None or not scope.today() <= by <= scope.today() + LONGEST_AHEAD:
        message = _t("Choose a day from today on, less than three years away.")
        raise Invalid(message, code="supply.by", field="by")
    if by == found.by and found.state == PromiseState.OPEN:
        return found
    _require_open(found)
    _move(found, by, actor, _reason(reason))
    return found


def withdraw(uuid: uuidlib.UUID, *, actor: Actor, reason: str) -> StockPromise:
    """Take a promise back, and say why; twice changes nothing. Raise Denied, NotFound, Conflict, Invalid."""
    found = _own(uuid, actor)
    if found.state == PromiseState.WITHDRAWN:
        return found
    _require_open(found)
    _withdraw(found, actor, _reason(reason))
    return found


def deliver(uuid: uuidlib.UUID, *, actor: Actor, on: date | None) -> StockPromise:
    """Note the day on which it was delivered, by the supplier or by staff; twice changes nothing.

    Raise Denied, NotFound, Conflict for what was withdrawn, Invalid at ``on``.
    """
    found = _own(uuid, actor)
    if found.state == PromiseState.DELIVERED:
        return found
    _require_open(found)
    _deliver(found, _day_of_delivery(on), actor)
    return found


def _shaped(given: Promised) -> Promised:
    item = texts.line(given.item, most=60, field="item", needed=True)
    if given.delivered_on is not None and given.withdrawn:
        message = _t("It cannot be delivered and withdrawn. Keep one of the two.")
        raise Invalid(message, code="supply.both", field="withdrawn")
    if given.by > scope.today() + LONGEST_AHEAD:
        message = _t("Choose a day less than three years away.")
        raise Invalid(message, code="supply.by", field="by")
    if given.delivered_on is not None:
        _day_of_delivery(given.delivered_on, field="delivered_on")
    return given._replace(
        item=item, name=texts.line(given.name, most=200, field="name"),
        unit=texts.line(given.unit, most=20, field="unit"),
        reference=texts.line(given.reference, most=60, field="reference"),
        quantity=amount(given.quantity, field="quantity", places=QUANTITY_PLACES, least=Decimal("0.001")),
    )  # fmt: skip


def _follow(found: StockPromise, read: Promised, actor: Actor) -> bool:
    """Bring an open promise to what is said now; tell whether anything changed."""
    if read.withdrawn:
        _withdraw(found, actor, "")
        return True
    changed = False
    if read.quantity != found.quantity:
        data = {"from": str(found.quantity), "to": str(read.quantity)}
        found.quantity, changed = read.quantity, True
        _write(found, Act.CHANGED, actor, data=data)
    if read.by != found.by:
        if read.by < scope.today() and read.delivered_on is None:
            message = _t("This day is over. Promise a day from today on.")
            raise Invalid(message, code="supply.by", field="by")
        _move(found, read.by, actor, "")
        changed = True
    if read.delivered_on is not None:
        _deliver(found, read.delivered_on, actor)
        changed = True
    return changed


def _made(partner_id: int, read: Promised, actor: Actor) -> StockPromise | None:
    """Write a new promise; None where the same was promised at the same instant."""
    now, session = clock.now(), db.session()
    made = StockPromise(
        uuid=uuidlib.uuid4(), partner_id=partner_id, item=read.item, reference=read.reference, name=read.name,
        unit=read.unit, quantity=read.quantity, by=read.by, first_quantity=read.quantity, first_by=read.by,
        state=PromiseState.OPEN.value, created_at=now, moved_at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        if db.constraint_of(error) != "uq_stock_promise_open":
            raise
        return None
    data = {"by": read.by.isoformat(), "quantity": str(read.quantity)}
    _write(made, Act.PROMISED, actor, data=data)
    return made


def _move(found: StockPromise, by: date, actor: Actor, reason: str) -> None:
    data = {"from": found.by.isoformat(), "to": by.isoformat()}
    later, found.by = by > found.by, by
    _write(found, Act.MOVED, actor, text=reason, data=data)
    if later and not actor.is_staff:
        messages.moved(found, "moved", by.isoformat())


def _withdraw(found: StockPromise, actor: Actor, reason: str) -> None:
    found.state, found.ended_at = PromiseState.WITHDRAWN.value, clock.now()
    _write(found, Act.WITHDRAWN, actor, text=reason)
    if not actor.is_staff:
        messages.moved(found, "withdrawn", "")


def _deliver(found: StockPromise, on: date, actor: Actor) -> None:
    found.state, found.ended_at, found.delivered_on = PromiseState.DELIVERED.value, clock.now(), on
    _write(found, Act.DELIVERED, actor, data={"on": on.isoformat()})


def _write(
    found: StockPromise, act: Act, actor: Actor, *, text: str = "", data: dict[str, Any] | None = None
) -> None:
    found.moved_at = clock.now()
    session = db.session()
    session.flush()
    session.add(
        StockPromiseEvent(
            promise_id=found.id, at=found.moved_at, act=act.value, by_kind=actor.kind.value,
            by_name=actor.name[:120], text=text, data=data or {},
        )
    )  # fmt: skip
    session.flush()
    audit.record(
        Tag.STOCK_PROMISE_STEP, actor=actor, subject=("stock_promise", found.uuid), item=found.item,
        partner=partners.named([found.partner_id])[found.partner_id], promise_act=act.value,
    )  # fmt: skip


def _open(partner_id: int, read: Promised, *, lock: bool) -> StockPromise | None:
    statement = select(StockPromise).where(
        StockPromise.partner_id == partner_id, StockPromise.item == read.item,
        StockPromise.reference == read.reference, StockPromise.ended_at.is_(None),
    )  # fmt: skip
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return db.session().scalar(statement)


def _ended_alike(partner_id: int, read: Promised) -> StockPromise | None:
    """Return an ended promise that says the very same: an old line dropped once more begins nothing anew."""
    alike = (
        select(StockPromise)
        .where(
            StockPromise.partner_id == partner_id, StockPromise.item == read.item,
            StockPromise.reference == read.reference, StockPromise.ended_at.is_not(None),
        )
        .order_by(StockPromise.id.desc())
        .limit(20)
    )  # fmt: skip
    return next((one for one in db.session().scalars(alike) if read.by in (one.first_by, one.by)), None)


def _own(uuid: uuidlib.UUID, actor: Actor) -> StockPromise:
    statement = select(StockPromise).where(StockPromise.uuid == uuid).with_for_update()
    if actor.is_staff:
        actor.require(Permission.PARTNERS_WRITE)
    else:
        statement = statement.where(StockPromise.partner_id == scope.guard(actor))
    found = db.session().scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound()
    return found


def _require_open(found: StockPromise) -> None:
    if found.state != PromiseState.OPEN:
        raise Conflict(_t("This promise has ended already."))


def _reason(text: str) -> str:
    found = texts.line(text, most=REASON_MAX, field="reason")
    if len(found) < REASON_MIN:
        raise Invalid(_t("Please say why, in a few words."), code="supply.reason", field="reason")
    return found


def _day_of_delivery(on: date | None, *, field: str = "on") -> date:
    if on is None or not scope.today() - LONGEST_AHEAD <= on <= scope.today():
        message = _t("Write the day of the delivery, today or before.")
        raise Invalid(message, code="supply.delivered_on", field=field)
    return on
