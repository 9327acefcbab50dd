"""Supply: what things cost, in price lists with days, and how much of what comes by when.

Prices
    publish(lines, …)            a new version, ours for partners or a supplier's for us; ends the earlier one
    check(…)                     what is said of a list before its lines are read
    price_lists(actor) · price_list(actor, uuid) · all_prices(actor, uuid)
    valid_on(actor, day)         which list of ours is valid for a partner on a day
    stretches · differences      when each version is valid, and what is new, gone, dearer, cheaper; pure

Promises of stock
    promise(given) · move_promise · deliver · withdraw     by the supplier; staff note deliveries too
    promises(actor, view=…) · promise_view(actor, uuid)    late is counted from the day, never stored
"""

from __future__ import annotations

from .models import PRICE_PLACES, QUANTITY_PLACES, Price, PriceList, StockPromise
from .prices import Published, check, publish
from .promises import Promised, Taken, deliver, move_promise, promise, withdraw
from .reading import (
    VIEWS,
    ListLine,
    ListView,
    PromiseLine,
    PromiseStep,
    PromiseView,
    all_prices,
    price_list,
    price_lists,
    promise_view,
    promises,
    valid_on,
)
from .rules import (
    CHANGES,
    REASON_MAX,
    Change,
    Difference,
    Outcome,
    PriceLine,
    differences,
    percent,
    stretches,
)
from .scope import today
from .shapes import line

__all__ = [
    "PRICE_PLACES", "QUANTITY_PLACES", "Price", "PriceList", "StockPromise", "PriceLine", "Published", "publish",
    "check", "line", "price_lists", "price_list", "all_prices", "valid_on", "ListLine", "ListView", "Change", "CHANGES",
    "Difference", "differences", "percent", "stretches", "Promised", "Taken", "promise", "move_promise", "deliver",
    "withdraw", "promises", "promise_view", "PromiseLine", "PromiseStep", "PromiseView", "Outcome", "VIEWS",
    "REASON_MAX", "today",
]  # fmt: skip
