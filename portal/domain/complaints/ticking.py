"""The rows of the clocks: they begin, stand still, go on and end as a transition says; each keeps why it is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from portal import db
from portal.domain import calendars, firm
from portal.domain.calendars import Due, Pause
from portal.gathered import Sheet

from . import alarms, terms
from . import clocks as rules
from .clock_changes import GOING, Changes, Status
from .clocks import Binds, Zones
from .lengths import Length
from .models import Clock, Complaint
from .states import K
from .words import OWN_SOURCES

Clocks = dict[K, Clock]  # the latest round of each


_ROUNDS = (
    select(Clock)
    .where(Clock.complaint_id == bindparam("complaint", type_=Complaint.id.type))
    .order_by(Clock.round, Clock.id)
    .execution_options(populate_existing=True)
)


def of(complaint: Complaint) -> Clocks:
    """Return the latest round of each clock of a complaint, as the database has it now."""
    return {K(clock.k): clock for clock in db.session().scalars(_ROUNDS, {"complaint": complaint.id})}


def status(clock: Clock) -> Status:
    """Return how a round stands."""
    if clock.ended_at is None:
        return Status.PAUSED if _paused(clock) else Status.RUNNING
    return Status.MET if clock.ended_how in ("kept", "late", "before_us") else Status.STOPPED


def statuses(clocks: Clocks) -> dict[K, Status]:
    """Return how every clock stands, for the rules."""
    return {k: status(clock) for k, clock in clocks.items()}


def picture(clocks: Clocks) -> dict[str, str]:
    """Return the dates of the clocks that go, for the log: an instant, or ``paused``."""
    return {
        k.value: clock.due_at.isoformat() if clock.due_at else "paused"
        for k, clock in sorted(clocks.items())
        if status(clock) in GOING
    }


def zones_of(complaint: Complaint) -> Zones:
    """Return the zones that govern the promises of a complaint: of the firm's seat, and the customer's."""
    return Zones(firm.now().zone, complaint.zone or None)


def apply(
    complaint: Complaint,
    changes: Changes,
    clocks: Clocks,
    at: datetime,
    *,
    lengths: Mapping[K, Length] | None = None,
    dues: Mapping[K, Due] | None = None,
    extra: Mapping[K, dict[str, Any]] | None = None,
    ran_out: K | None = None,
    since: datetime | None = None,
    silent: bool = False,
) -> None:
    """Carry out ``changes`` at the instant ``at`` on the rows in ``clocks``, which is updated.

    ``lengths`` replaces published lengths, ``dues`` whole dates (remedies), ``extra`` adds to an explanation;
    a clock without a length of its own (the legal one without a row of law) does not begin. ``ran_out`` names
    the clock whose end set this off; for ``since`` and ``silent`` see :func:`begin`.
    """
    for k in changes.meet:
        finish(clocks[k], at, _met(complaint, clocks[k], at))
    for k in changes.stop:
        finish(clocks[k], at, "ran_out" if k is ran_out else "stopped")
    for k in changes.pause:
        _pause(clocks[k], at)
    for k in changes.resume:
        _resume(complaint, clocks[k], at)
    for k in changes.take_up:
        clock = clocks[k]
        clock.pauses = [*clock.pauses, [_iso(clock.ended_at or at), None]]
        clock.ended_at, clock.ended_how = None, ""
        _resume(complaint, clock, at)
    for k in changes.reinstate:
        _reinstate(complaint, clocks[k], at)
    for k in sorted(changes.start):
        due = (dues or {}).get(k)
        length = (lengths or {}).get(k)
        if due is None and length is None and rules.rule_for(k, at.date(), terms.in_force()).length is None:
            continue
        begin(complaint, clocks, k, at, length=length, due=due, extra=(extra or {}).get(k),
              since=since, silent=silent)  # fmt: skip


def begin(
    complaint: Complaint,
    clocks: Clocks,
    k: K,
    at: datetime,
    *,
    length: Length | None = None,
    due: Due | None = None,
    extra: dict[str, Any] | None = None,
    since: datetime | None = None,
    silent: bool = False,
) -> Clock:
    """Begin a new round of a clock at ``at`` and return its row.

    A clock that began earlier than it is written down (a letter, an import) rings from ``since`` on: what was
    due before rings then, or never when ``silent``.
    """
    calendar = calendars.current()
    zones = zones_of(complaint)
    due = due or rules.start(k, at, calendar, zones, length=length, rules=terms.in_force())
    assert due is not None, "a clock that begins does not stand still"
    before = clocks.get(k)
    # What is worked out outside the session begins outside of it too.
    apart = isinstance(complaint, Sheet)
    values: dict[str, Any] = {
        "complaint_id": complaint.id,
        "k": k.value,
        "round": before.round + 1 if before else 1,
        "started_at": at,
        "due_at": due.at,
        "promised_at": due.at,
        "zone": due.zone,
        "explanation": due.to_json() | (extra or {}),
        "pauses": [],
        "reminders": [],
        "alarms": [],
        "ended_how": "",
    }
    clock: Any = (
        Sheet({"id": None, "next_at": None, "ended_at": None, **values}) if apart else Clock(**values)
    )
    _set_alarms(complaint, clock, due, since or at, rung_until=since if silent else None)
    if not apart:
        db.session().add(clock)
    clocks[k] = clock
    found: Clock = clock
    return found


def move_due(complaint: Complaint, clock: Clock, due: Due, at: datetime) -> None:
    """Give a running clock another date, which the rules have allowed; what explains the old one is kept."""
    clock.explanation = due.to_json() | {"before": clock.explanation}
    clock.due_at = clock.promised_at = due.at
    clock.zone = due.zone
    _set_alarms(complaint, clock, due, at)


def nearest(clocks: Iterable[Clock]) -> Clock | None:
    """Return the running clock that the queue goes by: the nearest that binds us, else the nearest of all."""
    going = [clock for clock in clocks if clock.ended_at is None and clock.k != K.ACKNOWLEDGED]
    return rules.next_due(going, Binds.US) or rules.next_due(going)


def finish(clock: Clock, at: datetime, how: str) -> None:
    """End a round: kept, late, stopped or ran_out; nothing rings any more."""
    if _paused(clock):
        clock.pauses = [*clock.pauses[:-1], [clock.pauses[-1][0], _iso(at)]]
    clock.ended_at, clock.ended_how = at, how
    clock.alarms, clock.next_at = [], None


def _pause(clock: Clock, at: datetime) -> None:
    clock.pauses = [*clock.pauses, [_iso(at), None]]
    clock.due_at = None
    clock.alarms, clock.next_at = [], None


def _resume(complaint: Complaint, clock: Clock, at: datetime) -> None:
    clock.pauses = [*clock.pauses[:-1], [clock.pauses[-1][0], _iso(at)]]
    base = clock.explanation.get("base") or clock.explanation
    pauses = [Pause(_instant(start), _instant(end)) for start, end in clock.pauses]
    first = Due.from_json(base)
    calendar = calendars.version(first.calendar, first.version) if first.calendar else None
    due = calendars.with_pauses(calendar, first, pauses)
    assert due is not None, "every pause has ended"
    kept = {key: value for key, value in clock.explanation.items() if key == "law"}
    clock.explanation = due.to_json() | kept | {"base": {k: v for k, v in base.items() if k != "base"}}
    clock.due_at = clock.promised_at = due.at
    _set_alarms(complaint, clock, due, at, rung_until=pauses[-1].start)


def _reinstate(complaint: Complaint, clock: Clock, at: datetime) -> None:
    """Let an ended round go on to its old date; an end of it that has passed meanwhile rings now, once."""
    ended_at, clock.ended_at, clock.ended_how = clock.ended_at, None, ""
    if clock.due_at is None:
        clock.due_at = clock.promised_at
    _set_alarms(complaint, clock, Due.from_json(clock.explanation), at, rung_until=ended_at)


def _set_alarms(
    complaint: Complaint, clock: Clock, due: Due, at: datetime, *, rung_until: datetime | None = None
) -> None:
    """Write down what the runner will have to do; what rang already, up to ``rung_until``, does not ring again."""
    found = alarms.alarms(
        clock.k,
        due,
        calendars.current(),
        zones_of(complaint),
        at,
        urgent=complaint.harm == 0,
        rules=terms.in_force(),
        begun=clock.started_at,
    )
    # A warning to us needs no bell: the queue goes by the dates themselves.
    kept = [
        alarm
        for alarm in found
        if alarm.kind is not alarms.AlarmKind.WARN and (rung_until is None or alarm.at > rung_until)
    ]
    clock.alarms = [
        {"at": _iso(max(alarm.at, at)), "kind": alarm.kind.value, "act": alarm.act, "n": alarm.n}
        for alarm in kept
    ]
    clock.next_at = max(kept[0].at, at) if kept else None


def _met(complaint: Complaint, clock: Clock, at: datetime) -> str:
    """Return how a met clock ends; a date that had passed before an imported case came to us was not ours to keep."""
    due = _measure(clock) or at
    if rules.kept(due, at):
        return "kept"
    came = complaint.entered_at if complaint.source and complaint.source not in OWN_SOURCES else None
    return "before_us" if came and due <= came else "late"


def _measure(clock: Clock) -> datetime | None:
    return clock.due_at or clock.promised_at


def _paused(clock: Clock) -> bool:
    return bool(clock.pauses) and clock.pauses[-1][1] is None


def _iso(at: datetime) -> str:
    return at.isoformat()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
