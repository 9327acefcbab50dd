"""What the good lines of each kind of file do: the same verbs as when they are typed one by one."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from portal import db
from portal.domain import exchange, firm, partners, supply
from portal.domain.actor import Actor
from portal.domain.calendars import local_day
from portal.domain.errors import DomainError, Invalid
from portal.domain.exchange import Prospect
from portal.domain.sheets import Fault
from portal.domain.supply import PriceLine, Promised
from portal.text import _t

from .dropping import Said
from .models import DroppedFile

Values = dict[str, Any]


class Effect(StrEnum):
    """What one line did."""

    TAKEN = "taken"
    KNOWN = "known"


class Good(NamedTuple):
    """A line in its shape."""

    line: int
    value: Any


Result = list[tuple[int, Effect | Fault]]


def price(values: Values) -> PriceLine:
    """Return a line of a price list; raise Invalid at the field."""
    least = values.get("least")
    return supply.line(
        PriceLine(
            values["number"], values["name"], values.get("unit", ""), values["price"],
            Decimal(1) if least is None else least,
        )
    )  # fmt: skip


def promised(values: Values) -> Promised:
    """Return a promise of stock."""
    return Promised(
        values["item"], values["quantity"], values["by"], values.get("name", ""), values.get("unit", ""),
        values.get("reference", ""), values.get("delivered_on"), bool(values.get("withdrawn")),
    )  # fmt: skip


def prospect(values: Values) -> Prospect:
    """Return a prospect; raise Invalid at ``agreed`` for one whose person has not agreed."""
    if not values["agreed"]:
        message = _t("Name only somebody who agreed to it. Leave the line out until then.")
        raise Invalid(message, code="drops.agreed", field="agreed")
    texts = {key: one for key, one in values.items() if isinstance(one, str)}
    return Prospect(
        **{**texts, "country": texts.get("country") or firm.now().country}, agreed=values["agreed"],
        agreed_on=values["agreed_on"],
    )  # fmt: skip


# By kind: how a line is shaped, and by what two lines of one file are the same.
SHAPES: dict[str, Callable[[Values], Any]] = {
    "price_list": price, "stock_promise": promised, "leads": prospect,
}  # fmt: skip
KEYS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "price_list": lambda one: (one.number, one.least), "stock_promise": lambda one: (one.item, one.reference),
    "leads": lambda one: (one.company, one.city, one.country, one.number),
}  # fmt: skip


def act(file: DroppedFile, good: Sequence[Good], *, actor: Actor) -> Result:
    """Let the lines of one batch act, each as if it had been typed; one that is refused says so and changes nothing."""
    done: Result = []
    for line, value in good:
        try:
            with db.session().begin_nested():
                done.append((line, _one(file, value, actor)))
        except DomainError as error:
            done.append((line, Fault(error.field or "", error.message)))
    return done


def publish(
    file: DroppedFile, good: Sequence[Good], *, actor: Actor, said: Said
) -> tuple[uuidlib.UUID, bool]:
    """Publish the price list of a file whole; return its public id and whether it says anything new."""
    # What began with the day on which it was sent is not retroactive because it was checked after midnight.
    in_time = said.starts is not None and said.starts >= local_day(file.created_at, firm.now().zone)
    supplier = not file.ours or (file.partner_id is not None and _is_supplier(file.partner_id))
    found = supply.publish(
        [value for _, value in good], actor=actor, partner_id=file.partner_id, ours=not supplier,
        currency=said.currency, starts=said.starts, ends=said.ends, retroactive=said.retroactive or in_time,
        source=file.uuid,
    )  # fmt: skip
    return found.list.uuid, found.new


def _one(file: DroppedFile, value: Any, actor: Actor) -> Effect:
    if isinstance(value, Promised):
        taken = supply.promise(value, actor=actor, partner_id=file.partner_id if file.ours else None)
        return Effect.TAKEN if taken.new or taken.changed else Effect.KNOWN
    wrong = exchange.faults(value, actor=actor)
    if wrong:
        raise wrong[0]
    if not isinstance(value, Prospect):
        raise Invalid(_t("Please check this value."))
    return Effect.TAKEN if exchange.register(value, actor=actor).new else Effect.KNOWN


def _is_supplier(partner_id: int) -> bool:
    return any(
        one.id == partner_id and one.kind == partners.PartnerKind.SUPPLIER for one in partners.active()
    )
