"""The thirteen clocks (and that of a draft) as dated rows: how long, along what, what happens at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from portal.domain import calendars
from portal.domain.calendars import Due, Pause, WorkingCalendar
from portal.domain.complaints.acts import REMINDERS, Act
from portal.domain.complaints.lengths import Length, Unit
from portal.domain.complaints.states import INFO, K, State
from portal.text import Lazy, _t


class Binds(StrEnum):
    """Whose time a clock measures."""

    US = "us"
    CUSTOMER = "customer"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Zones:
    """The zone that governs a promise, and the customer's where it is known."""

    firm: str
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One published promise from ``valid_from`` on; a later row never touches a clock that runs already."""

    key: K
    name: Lazy
    length: Length | None  # None: set case by case, by the law or in the task
    binds: Binds
    end: Act  # what the clock runner does when the date has come
    basis: str
    reminders: tuple[Length, ...] = ()  # to the customer, before the end
    warnings: tuple[Length, ...] = ()  # to us, before the end
    grace: Length | None = None
    after_grace: Act | None = None
    unless_reminded: Act | None = None  # instead of ``end`` when too few reminders arrived
    may_pause: bool = False
    valid_from: date = date(2000, 1, 1)  # registers that are imported go back this far
    valid_to: date | None = None


def _business(n: int) -> Length:
    return Length(n, Unit.BUSINESS_DAYS)


def _days(n: int) -> Length:
    return Length(n, Unit.CALENDAR_DAYS)


DEFAULTS: tuple[ClockRule, ...] = (
    ClockRule(
        K.DRAFT_KEPT, _t("A draft is kept"), _days(90), Binds.CUSTOMER, Act.EXPIRE_DRAFT, "house rule",
        reminders=(_days(30), _days(7)),
    ),
    ClockRule(
        K.ACKNOWLEDGED, _t("We say that we have it"), Length(60, Unit.SECONDS), Binds.US, Act.ACK_LATE, "ISO 10002",
    ),
    ClockRule(
        K.NAMED, _t("A named person writes to you"), _business(1), Binds.US, Act.NOBODY_NAMED, "ASIC RG 271",
        warnings=(Length(2, Unit.WORKING_HOURS),),
    ),
    ClockRule(
        K.ANSWER, _t("You get our answer"), _business(10), Binds.US, Act.ANSWER_LATE, "Housing Ombudsman Code",
        warnings=(_business(2),), may_pause=True,
    ),
    ClockRule(
        K.LEGAL, _t("The law wants an answer"), None, Binds.US, Act.LEGAL_DATE_PASSED, "the row of law",
        warnings=(_business(3), _business(1)),
    ),
    ClockRule(
        K.SILENCE, _t("You hear from us at the latest"), _business(5), Binds.US, Act.NO_NEWS, "ISO 10002",
        warnings=(_business(1),),
    ),
    ClockRule(
        K.QUESTION, _t("You have time for our question"), _business(10), Binds.CUSTOMER, Act.QUESTION_EXPIRES,
        "fairness", reminders=(_business(5), _business(2)),
    ),
    ClockRule(
        K.PARTNER, _t("A partner does its task"), None, Binds.PARTNER, Act.TASK_EXPIRES, "set in the task",
        warnings=(_business(1),),
    ),
    ClockRule(
        K.DECISION, _t("You have time to decide"), _days(28), Binds.CUSTOMER, Act.LAPSE, "fairness",
        reminders=(_days(14), _days(3)), unless_reminded=Act.UNREACHED, may_pause=True,
    ),
    ClockRule(
        K.REVIEW, _t("The review is done"), _business(20), Binds.US, Act.REVIEW_LATE, "Housing Ombudsman Code",
        warnings=(_business(3),), may_pause=True,
    ),
    ClockRule(
        K.REMEDY, _t("What was agreed is done"), _business(10), Binds.US, Act.REMEDY_LATE, "DISP 1.4.1R(5)",
        warnings=(_business(2),), grace=_business(5), after_grace=Act.REMEDY_OVERDUE,
    ),
    ClockRule(
        K.CONFIRMATION, _t("You can say whether it is done"), _days(14), Binds.CUSTOMER, Act.CLOSE_UNCONFIRMED,
        "fairness", reminders=(_days(7), _days(2)), unless_reminded=Act.UNREACHED,
    ),
    ClockRule(
        K.OUTSIDE, _t("We reply to the outside body"), _business(20), Binds.US, Act.OUTSIDE_LATE,
        "Directive 2013/11/EU as amended by 2025/2647", warnings=(_business(5),),
    ),
    ClockRule(
        K.REOPENING, _t("You can open it again"), Length(6, Unit.MONTHS), Binds.CUSTOMER, Act.ARCHIVE,
        "Regulation (EU) 2022/2065 article 20",
    ),
)  # fmt: skip


def rule_for(k: K | str, on: date, rules: Iterable[ClockRule] = DEFAULTS) -> ClockRule:
    """Return the row of a clock that was in force on the local day it began; raises LookupError when none was.

    Of two rows from the same day on the first of ``rules`` holds.
    """
    found = [
        rule
        for rule in rules
        if rule.key == K(k) and rule.valid_from <= on and (rule.valid_to is None or on < rule.valid_to)
    ]
    if not found:
        raise LookupError(f"no rule for clock {k} on {on}")
    return max(found, key=lambda rule: rule.valid_from)


def pauses_in(k: K | str) -> frozenset[State]:
    """Return the states in which a clock stands still; empty for the legal clock."""
    return frozenset(state for state, info in INFO.items() if K(k) in info.paused)


def start(
    k: K | str,
    at: datetime,
    cal: WorkingCalendar,
    zones: Zones,
    pauses: Iterable[Pause] = (),
    length: Length | None = None,
    rules: Iterable[ClockRule] = DEFAULTS,
) -> Due | None:
    """Return when a clock that began at ``at`` (UTC) is due, or None while it stands still.

    ``length`` replaces the published one (the row of law, a task, a date in an offer, more time for the
    customer). A date in days binds us in the zone where it ends earlier, and the customer where it ends later.
    Raises ValueError for a pause of a clock that never pauses.
    """
    rule = rule_for(k, calendars.local_day(at, zones.firm), rules)
    length = length or rule.length
    if length is None:
        raise ValueError(f"the length of clock {rule.key} is set case by case")
    due = due_after(length, at, cal, zones, rule.binds)
    pauses = tuple(pauses)
    if not pauses:
        return due
    if not rule.may_pause:
        raise ValueError(f"clock {rule.key} never pauses")
    return calendars.with_pauses(cal, due, pauses)


def due_after(length: Length, at: datetime, cal: WorkingCalendar, zones: Zones, binds: Binds) -> Due:
    """Return the end of ``length`` after ``at`` (UTC); in days, the zone decides that is better for the customer."""
    match length.unit:
        case Unit.SECONDS:
            return calendars.add_working(
                calendars.round_the_clock(zones.firm), at, timedelta(seconds=length.n)
            )
        case Unit.WORKING_HOURS:
            return calendars.add_working(cal, at, timedelta(hours=length.n))
        case Unit.BUSINESS_DAYS:
            return calendars.add_business_days(cal, at, length.n)
    add = {
        Unit.CALENDAR_DAYS: calendars.add_calendar_days,
        Unit.WEEKS: calendars.add_weeks,
        Unit.MONTHS: calendars.add_months,
    }[length.unit]
    if binds is Binds.US:
        return add(at, length.n, zones.firm, zones.customer)
    places = dict.fromkeys((zones.firm, zones.customer or zones.firm))
    return max((add(at, length.n, zone) for zone in places), key=lambda due: due.at)


# ---------------------------------------------------------------------------------- what the runner does


def act_at_end(k: K | str, reminders_delivered: int, on: date, rules: Iterable[ClockRule] = DEFAULTS) -> Act:
    """Return the act for the clock runner: a timer ends nothing before two reminders have arrived."""
    rule = rule_for(k, on, rules)
    if rule.unless_reminded and reminders_delivered < REMINDERS:
        return rule.unless_reminded
    return rule.end


class Ticking(Protocol):
    """What the rules need to see of a stored clock."""

    @property
    def k(self) -> str: ...
    @property
    def due_at(self) -> datetime | None: ...


Stored = TypeVar("Stored", bound=Ticking)


def next_due(
    clocks: Iterable[Stored], binds: Binds | None = None, rules: Iterable[ClockRule] = DEFAULTS
) -> Stored | None:
    """Return the running clock that ends first, of those that bind ``binds`` when given; None when none runs."""
    whose = {rule.key: rule.binds for rule in rules}
    going = [
        clock
        for clock in clocks
        if clock.due_at is not None and (binds is None or whose[K(clock.k)] is binds)
    ]
    return min(going, key=lambda clock: (clock.due_at, clock.k), default=None)


def kept(due_at: datetime, met_at: datetime) -> bool:
    """Say whether a promise was kept: met by its date, the instant itself included."""
    return met_at <= due_at
