"""Which price list is valid on a day, what changed between two, and what became of a promise; no database here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

from portal.text import Lazy, _t, _tc

DAY = timedelta(days=1)
REASON_MAX, REASON_MIN = 300, 5
LONGEST_AHEAD = timedelta(days=3 * 366)


class PriceLine(NamedTuple):
    """What one unit of an item costs, when at least so much is taken."""

    number: str
    name: str
    unit: str
    price: Decimal
    least: Decimal = Decimal(1)


class Listed(Protocol):
    """What the rule of validity needs of a price list."""

    @property
    def id(self) -> int: ...
    @property
    def version(self) -> int: ...
    @property
    def starts(self) -> date: ...
    @property
    def ends(self) -> date | None: ...


class Stretch(NamedTuple):
    """The days from ``first`` to ``last`` (None: with no end) on which one price list is valid."""

    list_id: int
    first: date
    last: date | None


def valid_on(lists: Iterable[Listed], on: date) -> int | None:
    """Return which list is valid on a day: of those that cover it the one published last; None where none does."""
    covering = [one for one in lists if one.starts <= on and (one.ends is None or on <= one.ends)]
    return max(covering, key=lambda one: one.version).id if covering else None


def stretches(lists: Sequence[Listed]) -> list[Stretch]:
    """Return which list is valid when, in the order of days: no day has two, and none that a list covers has none.

    A new list ends the earlier one the day before it begins; where it has an end itself, the earlier one goes on after.
    """
    edges = sorted({one.starts for one in lists} | {one.ends + DAY for one in lists if one.ends is not None})
    found: list[Stretch] = []
    for place, first in enumerate(edges):
        last = edges[place + 1] - DAY if place + 1 < len(edges) else None
        valid = valid_on(lists, first)
        if valid is None:
            continue
        if found and found[-1].list_id == valid and found[-1].last == first - DAY:
            found[-1] = Stretch(valid, found[-1].first, last)
        else:
            found.append(Stretch(valid, first, last))
    return found


def digest(currency: str, lines: Iterable[PriceLine]) -> str:
    """Return by what two lists are known to say the same, whatever the order of their lines."""
    said = sorted(
        (one.number, one.least.normalize(), one.name, one.unit, one.price.normalize()) for one in lines
    )
    return hashlib.sha256(repr((currency, [tuple(map(str, one)) for one in said])).encode()).hexdigest()


class Change(StrEnum):
    """How a line differs from the list before."""

    NEW = "new"
    GONE = "gone"
    DEARER = "dearer"
    CHEAPER = "cheaper"


CHANGES: dict[Change, Lazy] = {
    Change.NEW: _tc("price", "new"), Change.GONE: _tc("price", "gone"), Change.DEARER: _t("dearer"),
    Change.CHEAPER: _t("cheaper"),
}  # fmt: skip


class Difference(NamedTuple):
    """One line that differs: from what to what, and by how much of a hundred (None: it cannot be said)."""

    change: Change
    line: PriceLine
    before: Decimal | None
    percent: Decimal | None


def differences(before: Iterable[PriceLine], after: Iterable[PriceLine]) -> list[Difference]:
    """Return what is new, gone, dearer and cheaper, by item and quantity."""
    was = {(one.number, one.least): one for one in before}
    found = []
    for line in after:
        old = was.pop((line.number, line.least), None)
        if old is None:
            found.append(Difference(Change.NEW, line, None, None))
        elif old.price != line.price:
            change = Change.DEARER if line.price > old.price else Change.CHEAPER
            found.append(Difference(change, line, old.price, percent(old.price, line.price)))
    found += [Difference(Change.GONE, one, one.price, None) for one in was.values()]
    order = list(Change)
    return sorted(found, key=lambda one: (order.index(one.change), one.line.number, one.line.least))


def percent(before: Decimal, after: Decimal) -> Decimal | None:
    """Return by how many of a hundred a price changed, to one decimal, half away from zero; None from nothing."""
    if not before:
        return None
    return ((after - before) * 100 / before).quantize(Decimal("0.1"), ROUND_HALF_UP)


class PromiseState(StrEnum):
    """What is stored of a promise; late and kept are counted from it."""

    OPEN = "open"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What happens to a promise."""

    PROMISED = "promised"
    MOVED = "moved"
    CHANGED = "changed"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"


ACTS: dict[Act, Lazy] = {
    Act.PROMISED: _t("Promised"), Act.MOVED: _t("Another day"), Act.CHANGED: _t("Another quantity"),
    Act.DELIVERED: _t("Delivered"), Act.WITHDRAWN: _t("Withdrawn"),
}  # fmt: skip


class Outcome(StrEnum):
    """How a promise stands, as both sides read it."""

    OPEN = "open"
    LATE = "late"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    WITHDRAWN = "withdrawn"


OUTCOMES: dict[Outcome, Lazy] = {
    Outcome.OPEN: _tc("promise", "open"), Outcome.LATE: _t("late"), Outcome.KEPT: _t("kept"),
    Outcome.KEPT_LATE: _t("delivered late"), Outcome.WITHDRAWN: _t("withdrawn"),
}  # fmt: skip


def outcome(state: str, first_by: date, by: date, delivered_on: date | None, today: date) -> Outcome:
    """Return how a promise stands on ``today``: kept only when it came by the day that was promised first."""
    if state == PromiseState.WITHDRAWN:
        return Outcome.WITHDRAWN
    if state == PromiseState.DELIVERED:
        return Outcome.KEPT if delivered_on is None or delivered_on <= first_by else Outcome.KEPT_LATE
    return Outcome.LATE if by < today else Outcome.OPEN
