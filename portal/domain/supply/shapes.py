"""What price lists and promises may say: text, numbers and days within their bounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from babel.numbers import list_currencies

from portal.domain.accounts import shapes
from portal.domain.errors import Invalid
from portal.text import _t

from .models import PRICE_PLACES, QUANTITY_PLACES
from .rules import LONGEST_AHEAD, PriceLine

MOST = Decimal(10) ** 9


def currency(text: str, *, field: str = "currency") -> str:
    """Return a currency (ISO 4217); raise Invalid at ``field``."""
    code = text.strip().upper()
    if code not in list_currencies():
        message = _t("Write the currency with three letters, like PLN.")
        raise Invalid(message, code="supply.currency", field=field)
    return code


def amount(value: Decimal, *, field: str, places: int, least: Decimal) -> Decimal:
    """Return a number within its bounds; raise Invalid at ``field``."""
    if not least <= value < MOST or value != round(value, places):
        message = _t("Write a number from {least} to below {most}.", least=least, most=MOST)
        raise Invalid(message, code="supply.amount", field=field)
    return value


def line(given: PriceLine) -> PriceLine:
    """Return one line of a price list in its shape; raise Invalid at the field."""
    number = shapes.line(given.number, most=60, field="number")
    name = shapes.line(given.name, most=200, field="name")
    for field, text in (("number", number), ("name", name)):
        if not text:
            raise Invalid(_t("It is empty. Fill it in."), code="supply.empty", field=field)
    return PriceLine(
        number, name, shapes.line(given.unit, most=20, field="unit"),
        amount(given.price, field="price", places=PRICE_PLACES, least=Decimal(0)),
        amount(given.least, field="least", places=QUANTITY_PLACES, least=Decimal("0.001")),
    )  # fmt: skip


def lines(given: Sequence[PriceLine]) -> list[PriceLine]:
    """Return the lines of a price list in their shape; raise Invalid for none, and for one that stands twice."""
    found = [line(one) for one in given]
    if not found:
        raise Invalid(_t("A price list needs at least one line."), code="supply.no_lines", field="lines")
    seen: set[tuple[str, Decimal]] = set()
    for one in found:
        if (one.number, one.least) in seen:
            message = _t("Item {number} stands twice with the same quantity.", number=one.number)
            raise Invalid(message, code="supply.twice", field="number")
        seen.add((one.number, one.least))
    return found


def stretch(starts: date | None, ends: date | None, *, today: date, retroactive: bool) -> date:
    """Return the first day of a price list; raise Invalid at ``starts`` or ``ends``.

    One that begins before today must say that this is meant.
    """
    if starts is None:
        raise Invalid(_t("Say from which day the prices are valid."), code="supply.starts", field="starts")
    if abs(starts - today) > LONGEST_AHEAD:
        message = _t("Choose a day less than three years away.")
        raise Invalid(message, code="supply.starts", field="starts")
    if starts < today and not retroactive:
        message = _t(
            "This day is over. Choose another, or say below that the prices are meant to begin in the past."
        )
        raise Invalid(message, code="supply.retroactive", field="starts")  # fmt: skip
    if ends is not None and ends < starts:
        message = _t("The last day is before the first.")
        raise Invalid(message, code="supply.ends", field="ends")
    return starts
