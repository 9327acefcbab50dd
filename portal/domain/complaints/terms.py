"""The terms of the firm for complaints: lengths of promises and the handler's limit, from a day on.

A clock keeps the terms of the day on which it began, so an edit moves no date that was promised. What binds us can
become longer only up to a ceiling, and what a customer has time for shorter only down to a floor: the minimum
promises hold for everybody.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from portal import config, db
from portal.domain import calendars, clock, firm
from portal.text import Lazy, _t

from .clocks import DEFAULTS, ClockRule
from .lengths import Length
from .models import ComplaintTerms
from .states import K

FRESH = 5.0  # seconds for which a process trusts what it read
MONEY = "money"


@dataclass(frozen=True, slots=True)
class Setting:
    """One number that the firm may set, with its bounds; its unit is that of the promise."""

    key: str
    name: Lazy
    low: int
    high: int
    why: Lazy


US = _t("Binds us.")
THEM = _t("Time for the customer.")
SETTINGS: tuple[Setting, ...] = (
    Setting("K2", _t("A named person writes"), 1, 3, US),
    Setting("K3", _t("We answer"), 1, 20, US),
    Setting("K5", _t("The customer hears from us at the latest"), 1, 10, US),
    Setting("K9", _t("The second look is done"), 1, 30, US),
    Setting("K10", _t("What was agreed is done"), 1, 20, US),
    Setting("grace", _t("After that date a second look begins by itself"), 1, 10, US),
    Setting("K6", _t("Our question is open; then we go on without the answer"), 5, 60, THEM),
    Setting("K8", _t("The customer decides on our answer; then it lapses"), 14, 120, THEM),
    Setting("K11", _t("The customer says whether it is done; then it is closed"), 7, 90, THEM),
    Setting("K13", _t("It can be opened again; then it goes to the archive"), 6, 30, THEM),
    Setting("K0", _t("A draft is kept; then it is discarded"), 60, 365, THEM),
    Setting(MONEY, _t("A handler offers without a supervisor up to"), 0, 1_000_000, _t("In every currency.")),
)
BY_KEY = {setting.key: setting for setting in SETTINGS}
_RULES = {rule.key.value: rule for rule in DEFAULTS}


def shipped() -> dict[str, int]:
    """Return the terms that ship, with the limit of the settings file."""
    found = {key: rule.length.n for key, rule in _RULES.items() if key in BY_KEY and rule.length is not None}
    grace = _RULES[K.REMEDY.value].grace
    assert grace is not None, "a late remedy has days of grace"
    return found | {"grace": grace.n, MONEY: int(config.load().handler_money_limit)}


def unit_text(key: str, n: int) -> Lazy:
    """Return a number of a setting in words, such as “10 business days”."""
    rule = _RULES.get(key) or _RULES[K.REMEDY.value]
    length = rule.grace if key == "grace" else rule.length
    assert length is not None, "what can be set has a unit"
    return Length(n, length.unit).text()


@dataclass(frozen=True, slots=True)
class Terms:
    """One version as it counts: from which day, and what it says."""

    number: int
    valid_from: date
    body: Mapping[str, Any]


def versions() -> tuple[Terms, ...]:
    """Return the versions that were not withdrawn, the newest first; a process trusts what it read for some seconds."""
    return _kept()[1]


def in_force() -> tuple[ClockRule, ...]:
    """Return the rows of all clocks, of the newest version first; without a version those that ship."""
    return _kept()[2]


def on(day: date) -> dict[str, int]:
    """Return the terms of a local day."""
    found = max((one for one in versions() if one.valid_from <= day), key=_order, default=None)
    return shipped() | (
        {key: int(value) for key, value in found.body.items() if key in BY_KEY} if found else {}
    )


def money_limit() -> Decimal:
    """Return up to what amount a handler offers without a supervisor today."""
    if not versions():
        return config.load().handler_money_limit
    return Decimal(on(today())[MONEY])


def today() -> date:
    """Return the day that it is in the zone of the firm."""
    return calendars.local_day(clock.now(), firm.now().zone)


def forget() -> None:
    """Read the terms anew next time: for the process that has just changed them."""
    db.database().kept.pop("complaint_terms", None)


def rows_of(terms: Terms) -> list[ClockRule]:
    """Return the rows of clocks that a version sets."""
    found = []
    body = {key: int(value) for key, value in terms.body.items()}
    for key, rule in _RULES.items():
        if key not in body or rule.length is None:
            continue
        n, grace = body[key], rule.grace
        if grace is not None and "grace" in body:
            grace = replace(grace, n=body["grace"])
        found.append(
            replace(
                rule, length=replace(rule.length, n=n), grace=grace, valid_from=terms.valid_from,
                reminders=_scaled(rule, n), warnings=tuple(one for one in rule.warnings if one.n < n),
            )
        )  # fmt: skip
    return found


def _scaled(rule: ClockRule, n: int) -> tuple[Length, ...]:
    """Return when the customer is reminded: at half of the time, or as it ships where that lies within it."""
    if len(rule.reminders) < 2 or rule.length is None:
        return rule.reminders
    first, last = rule.reminders
    first = first if first.n * 2 != rule.length.n else replace(first, n=max(n // 2, last.n + 1))
    return (first, last)


def _order(terms: Terms) -> tuple[date, int]:
    return terms.valid_from, terms.number


def _kept() -> tuple[float, tuple[Terms, ...], tuple[ClockRule, ...]]:
    kept = db.database().kept
    known: tuple[float, tuple[Terms, ...], tuple[ClockRule, ...]] | None = kept.get("complaint_terms")
    if known is None or known[0] <= time.monotonic():
        found = _read()
        rules = tuple(rule for one in found for rule in rows_of(one)) + DEFAULTS
        # A pinned connection is a test's: what it reads changes only by its own acts, which say so.
        until = float("inf") if db.database().pinned is not None else time.monotonic() + FRESH
        known = kept["complaint_terms"] = (until, found, rules)
    return known


def _read() -> tuple[Terms, ...]:
    statement = (
        select(ComplaintTerms.number, ComplaintTerms.valid_from, ComplaintTerms.body)
        .where(ComplaintTerms.withdrawn_at.is_(None))
        .order_by(ComplaintTerms.number.desc())
    )
    with db.unit_of_work(write=False) as session:
        return tuple(Terms(*row) for row in session.execute(statement))
