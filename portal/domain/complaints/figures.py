"""How well promises are kept, and what presses now: counted over an index and to a cap, never without the number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, literal_column, not_, or_, select

from portal import db
from portal.domain import calendars, clock, errors, firm
from portal.domain.actor import Actor, Permission
from portal.text import Lazy

from . import categories, terms
from .clocks import DEFAULTS, Binds, rule_for
from .models import GIVEN, OPEN, Clock, Complaint
from .scope import scope_of
from .states import K, State, Waits, info
from .words import OWN_SOURCES

PUBLISHED = (K.ACKNOWLEDGED, K.NAMED, K.ANSWER, K.SILENCE, K.REVIEW, K.REMEDY)
OURS = tuple(rule.key.value for rule in DEFAULTS if rule.binds is Binds.US)
OVER = timedelta(days=90)
FRESH, DAY = timedelta(minutes=1), timedelta(days=1)
REVIEWED = (State.IN_REVIEW.value, State.NEEDS_CUSTOMER_R.value, State.REVIEW_OFFERED.value)
WAITING = {
    waits: tuple(state.value for state in State if info(state).open and info(state).waits_for is waits)
    for waits in (Waits.US, Waits.CUSTOMER)
}


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of our dated promises were kept, of how many that came due."""

    kept: int
    n: int
    beside: tuple[Any, ...] = ()  # what was asked in the same query

    @property
    def share(self) -> float | None:
        """The share between 0 and 1, None where nothing came due."""
        return self.kept / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class PublicPromise:
    """One clock as we publish it: what, how long, and how often it was kept in the last 90 days."""

    k: str
    name: Lazy
    length: Lazy
    kept: Kept


@dataclass(frozen=True, slots=True)
class Sorted:
    """How many complaints carry one row of a list."""

    key: str
    n: int


@dataclass(frozen=True, slots=True)
class Pressing:
    """What presses now, each counted up to the cap."""

    harm: int
    late: int
    soon: int  # due within a day
    unassigned: int
    waits_for_us: int
    waits_for_customer: int
    mine: int
    mine_late: int


def public_promises() -> list[PublicPromise]:
    """Return our published clocks with how often they were kept in the last 90 days; three queries at most.

    A clock that is late and still running counts as not kept. What was over before it was imported is left out.
    """
    counted = _counted()
    today, rules = _today(), terms.in_force()
    found = []
    for k in PUBLISHED:
        rule = rule_for(k, today, rules)
        if rule.length is not None:
            found.append(
                PublicPromise(k.value, rule.name, rule.length.text(), counted.get(k.value, Kept(0, 0)))
            )
    return found


def _today() -> date:
    return calendars.local_day(clock.now(), firm.now().zone)


def kept_promises(actor: Actor) -> Kept:
    """Return how many of our dated promises were kept in the last 90 days, over all complaints; three queries at most.

    Raises Denied for who may not see the dashboard.
    """
    actor.require(Permission.DASHBOARD_READ)
    counted = _counted().values()
    return Kept(sum(one.kept for one in counted), sum(one.n for one in counted))


def kept_to(actor: Actor, *beside: ColumnElement[Any]) -> Kept:
    """Return how many of our dated promises to this customer were kept, since the beginning; one query.

    What else a page asks as single values goes ``beside`` in the same query, and comes back with it.
    """
    if not actor.is_customer:
        raise errors.Denied()
    now = clock.now()
    row = (
        db.session()
        .execute(
            select(
                func.count(Clock.id).filter(Clock.ended_how == "kept"),
                func.count(Clock.id),
                *beside,
            )
            .select_from(Clock)
            .join(Complaint, Complaint.id == Clock.complaint_id)
            .where(scope_of(actor), Clock.k.in_(OURS), _came_due(now), _ours_to_keep(Clock.due_at))
        )
        .one()
    )
    return Kept(row[0], row[1], tuple(row[2:]))


def pressing(actor: Actor, *, cap: int = 100) -> Pressing:
    """Return what presses now over all complaints, each number counted up to ``cap``; one query, Denied."""
    actor.require(Permission.DASHBOARD_READ, Permission.COMPLAINTS_READ)
    now = clock.now()
    going, anyway = and_(OPEN), Complaint.harm.in_((0, 1))  # both as the partial index of the queue has them
    late = and_(anyway, Complaint.due_at < now, Complaint.due_clock.in_(OURS))
    reviewed = Complaint.state.in_(REVIEWED)
    # In two parts, each with an index of its own.
    mine = {
        "reviewing": and_(reviewed, Complaint.reviewer_id == actor.person_id),
        "handling": and_(not_(reviewed), Complaint.handler_id == actor.person_id),
    }
    conditions: dict[str, Any] = {
        "harm": Complaint.harm == 0,
        "late": late,
        "soon": and_(anyway, Complaint.due_at.between(now, now + timedelta(days=1))),
        "unassigned": and_(Complaint.handler_id.is_(None), Complaint.state == State.RECEIVED.value),
        "waits_for_us": Complaint.state.in_(WAITING[Waits.US]),
        "waits_for_customer": Complaint.state.in_(WAITING[Waits.CUSTOMER]),
        **mine,
        **{f"{name}_late": and_(condition, late) for name, condition in mine.items()},
    }
    counts = []
    most: Any = literal_column(str(cap))  # in the text, as the lists have it
    for name, condition in conditions.items():
        some = select(Complaint.id).where(going, condition).limit(most).subquery()
        counts.append(select(func.count()).select_from(some).scalar_subquery().label(name))
    found = dict(db.session().execute(select(*counts)).one()._mapping)
    for name in ("", "_late"):
        found[f"mine{name}"] = min(cap, found.pop(f"reviewing{name}") + found.pop(f"handling{name}"))
    return Pressing(**found)


def _ours_to_keep(due_at: Any) -> Any:
    """A date that had passed when a case came over from another register was no promise of ours."""
    ours = or_(Complaint.source.is_(None), Complaint.source.in_(OWN_SOURCES))
    return or_(ours, due_at.is_(None), due_at > Complaint.entered_at)


def _came_due(now: datetime) -> Any:
    return or_(Clock.ended_how.in_(("kept", "late")), and_(Clock.ended_at.is_(None), Clock.due_at < now))


def _counted() -> dict[str, Kept]:
    """Count the promises of the last 90 days; the same within one minute, since it reads that many rows."""
    return db.lately("promises", FRESH, _count)


def _count() -> dict[str, Kept]:
    now = clock.now()
    today = now.replace(
        hour=0, minute=0, second=0, microsecond=0
    )  # UTC: where the days meet makes no difference
    # What ended before today stays as it is: it is read once a day, and the rest each minute.
    settled = db.lately(f"promises until {today:%F}", DAY, lambda: _ended(today - OVER, today))
    # Of each open case only the nearest date is looked at: it stands in the index of the queue.
    running = (
        select(Complaint.due_clock, literal("late"), func.count())
        .where(
            and_(OPEN), Complaint.harm.in_((0, 1)), Complaint.due_at < now, _ours_to_keep(Complaint.due_at)
        )
        .group_by(Complaint.due_clock)
    )
    found: dict[str, list[int]] = {}
    for k, how, n in [*settled, *_ended(today, None), *db.session().execute(running)]:
        if k in OURS:
            one = found.setdefault(k, [0, 0])
            one[0] += n if how == "kept" else 0
            one[1] += n
    return {k: Kept(kept, n) for k, (kept, n) in found.items()}


def _ended(since: datetime, until: datetime | None) -> list[Any]:
    """Return (clock, how it ended, how often) of the promises that ended from ``since`` to before ``until``."""
    counted = select(Clock.k, Clock.ended_how, func.count()).where(
        Clock.ended_at >= since, Clock.ended_how.in_(("kept", "late"))
    )
    if until is not None:
        counted = counted.where(Clock.ended_at < until)
    return list(db.session().execute(counted.group_by(Clock.k, Clock.ended_how)))


def sorted_lately(actor: Actor, sort: categories.Sort) -> list[Sorted]:
    """Return how many complaints of the last 90 days each row of a list has, the most first; Denied.

    What nobody has sorted is left out. The same within one minute; one query over an index of the sorted ones.
    """
    actor.require(Permission.DASHBOARD_READ)
    base, now = db.database(), clock.now()
    known: tuple[datetime, dict[str, list[Sorted]]] | None = base.kept.get("complaints_sorted")
    if known is None or base.pinned is not None or abs(now - known[0]) >= FRESH:
        columns = (Complaint.kind_key, Complaint.subject_key)
        rows = db.session().execute(
            select(*columns, func.count())
            .where(and_(GIVEN), Complaint.received_at >= now - OVER)
            .group_by(*columns)
        )
        counted: dict[str, dict[str, int]] = {one.value: {} for one in categories.Sort}
        for kind, subject, n in rows:
            for name, key in (("kind", kind), ("subject", subject)):
                if key:
                    counted[name][key] = counted[name].get(key, 0) + n
        found = {
            name: sorted((Sorted(key, n) for key, n in each.items()), key=lambda one: (-one.n, one.key))
            for name, each in counted.items()
        }
        known = base.kept["complaints_sorted"] = (now, found)
    return known[1][sort.value]


def published_length(k: K | str) -> Lazy | None:
    """Return how long a clock is as we publish it, None where it is set case by case."""
    length = rule_for(k, _today(), terms.in_force()).length
    return length.text() if length is not None else None
