"""May this happen? Pure answers from the transition table, and the rules that guard promises and offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from portal.domain.complaints.acts import HOLDS, REMINDERS, UNMET, Act, Facts, Role
from portal.domain.complaints.rows import Transition
from portal.domain.complaints.states import INFO, State
from portal.domain.complaints.transitions import TABLE
from portal.domain.errors import Conflict, Denied, Invalid
from portal.text import Lazy, _t

BY_ACT_AND_SOURCE: dict[tuple[Act, State | None], tuple[Transition, ...]] = {}
for _row in TABLE:
    _key = (_row.act, _row.source)
    BY_ACT_AND_SOURCE[_key] = (*BY_ACT_AND_SOURCE.get(_key, ()), _row)

ROLES_OF_ACT: dict[Act, frozenset[Role]] = {
    act: frozenset().union(*(row.who for row in TABLE if row.act is act)) for act in Act
}

NO_FACTS = Facts()


# ---------------------------------------------------------------------------------- the table asked


def rows_of(state: State | str | None, act: Act | str) -> tuple[Transition, ...]:
    """Return the rows of ``act`` in ``state`` (None: before the complaint exists), one per condition."""
    return BY_ACT_AND_SOURCE.get((Act(act), None if state is None else State(state)), ())


def fits(state: State | str | None, act: Act | str) -> bool:
    """Say whether ``act`` exists in ``state`` at all; the clock runner drops an alarm that no longer fits."""
    return bool(rows_of(state, act))


def allowed(state: State | str | None, act: Act | str, role: Role | str) -> bool:
    """Say whether ``role`` may do ``act`` in ``state`` on some condition."""
    return any(Role(role) in row.who for row in rows_of(state, act))


def find(act: Act | str, state: State | str | None, facts: Facts = NO_FACTS) -> Transition | None:
    """Return the one row whose condition holds, or None."""
    return next((row for row in rows_of(state, act) if HOLDS[row.condition](facts)), None)


@lru_cache(maxsize=4096)
def open_to(state: str, held: tuple[Role, ...], facts: Facts) -> frozenset[Act]:
    """Return the acts that are open in ``state`` to somebody with these parts, the widest part first.

    Each act is done in the first part that the table allows it to.
    """
    found = set()
    for act in Act:
        role = next((role for role in held if allowed(state, act, role)), held[0])
        row = find(act, state, facts)
        if row is not None and row.live and role in row.who:
            found.add(act)
    return frozenset(found)


def moves(
    state: State | str, role: Role | str, facts: Facts | None = None, *, live_only: bool = True
) -> tuple[Act, ...]:
    """Return the acts open to ``role`` in ``state`` in the order of the table, for buttons.

    With ``facts`` only those whose condition holds are returned.
    """
    found = (
        row.act
        for row in TABLE
        if row.source == State(state)
        and Role(role) in row.who
        and (row.live or not live_only)
        and (facts is None or HOLDS[row.condition](facts))
    )
    return tuple(dict.fromkeys(found))


def check(
    state: State | str | None,
    act: Act | str,
    role: Role | str,
    facts: Facts = NO_FACTS,
    given: Mapping[str, Any] | None = None,
    *,
    live_only: bool = True,
) -> Transition:
    """Return the transition that ``role`` sets off by ``act``, or raise.

    1. Denied when this role never does this act, or not in this state.
    2. Conflict when the act does not fit the state, its condition does not hold, or it is not carried out yet.
    3. Invalid, with the field, when something the act needs is missing from ``given`` (None: not asked).
    """
    candidates = rows_of(state, act)
    if Role(role) not in (ROLES_OF_ACT[Act(act)] if not candidates else _who(candidates)):
        raise Denied(_t("This is not yours to do."), code="complaint.not_yours")
    if not candidates:
        raise Conflict(_does_not_fit(state), code="complaint.does_not_fit")
    row = find(act, state, facts)
    if row is None:
        unmet = next((UNMET[row.condition] for row in candidates if row.condition in UNMET), None)
        raise Conflict(unmet or _does_not_fit(state), code="complaint.condition")
    if Role(role) not in row.who:
        raise Denied(_t("This is not yours to do."), code="complaint.not_yours")
    if live_only and not row.live:
        raise Conflict(_t("This cannot be done here yet."), code="complaint.not_live")
    if given is not None:
        _check_given(row, given)
    return row


def _who(rows: Iterable[Transition]) -> frozenset[Role]:
    return frozenset().union(*(row.who for row in rows))


def _does_not_fit(state: State | str | None) -> Lazy:
    if state is None:
        return _t("This complaint does not exist yet.")
    return _t("This does not fit the complaint as it is now: “{state}”.", state=INFO[State(state)].label)


NEEDED: dict[str, Lazy] = {
    "words": _t("Write what happened, in your own words."),
    "text": _t("Write a few words."),
    "handler": _t("Say who looks after it."),
    "first_step": _t("Say what the first step is."),
    "question": _t("Write the question."),
    "answer": _t("Write your answer."),
    "until": _t("Choose a date."),
    "new_date": _t("Choose the new date."),
    "reason": _t("Give the reason; the customer will read it."),
    "finding": _t("Say what you found."),
    "reasons": _t("Give the reasons of the answer."),
    "evidence": _t("Say what proves that it is done."),
    "received_at": _t("Say when it reached us."),
    "remedy_wanted": _t("Choose what would put it right."),
    "offer_hash": _t("Please look at the offer again before you decide."),
    "body": _t("Say which outside body it is."),
    "decision": _t("Write down what the body decided."),
    "partner": _t("Choose the partner."),
    "scope": _t("Choose what the partner may see."),
    "result": _t("Say what came of it."),
}


def _check_given(row: Transition, given: Mapping[str, Any]) -> None:
    for field in row.needs:
        value = given.get(field)
        if value is None or (isinstance(value, str) and not value.strip()):
            message = NEEDED.get(field, _t("Please fill this in."))
            raise Invalid(message, code="complaint.needed", field=field)


# ---------------------------------------------------------------------------------- single rules


def may_close_by_timer(state: State | str, reminders_delivered: int) -> bool:
    """Say whether a timer may end a complaint: only from three states, after two reminders that arrived."""
    ending = (State.OFFERED, State.REVIEW_OFFERED, State.TO_CONFIRM)
    return State(state) in ending and reminders_delivered >= REMINDERS


def require_open_case_is_complete(
    state: State | str, handler: object, next_step: str, due_at: datetime | None
) -> None:
    """Raise Invalid unless an open complaint names who looks after it, the next step and a date.

    A complaint that was just received is looked after by the queue and has not been given a step yet; while
    it waits for the customer the date is the customer's.
    """
    if not INFO[State(state)].open or State(state) is State.RECEIVED:
        return
    for field, value in (("handler", handler), ("first_step", next_step.strip()), ("until", due_at)):
        if not value:
            raise Invalid(NEEDED[field], code="complaint.needed", field=field)


def require_untouched(person: object, touched_by: Iterable[object]) -> None:
    """Raise Conflict when ``person`` has an earlier event on the complaint and so may not review it."""
    if person in set(touched_by):
        message = _t("A review is done by somebody who has had no part in this complaint.")
        raise Conflict(message, code="complaint.touched")


@dataclass(frozen=True, slots=True)
class Extension:
    """A legal extension: the row of law that allows it, why it is needed, and that the customer was told."""

    basis: str
    reason: str
    told: bool = True


def promise_move(
    shown: datetime | None, new: datetime, *, consent: bool = False, extension: Extension | None = None
) -> datetime:
    """Return the new date of a promise when it may become that, in UTC.

    A date may become earlier on its own; it becomes later only with the customer's consent or by a legal
    extension whose reason was told. Raises Conflict otherwise.
    """
    if shown is None or new <= shown or consent:
        return new.astimezone(UTC)
    if extension and extension.told and extension.basis.strip() and extension.reason.strip():
        return new.astimezone(UTC)
    message = _t("This date was promised. It can become later only if the customer agrees.")
    raise Conflict(message, code="complaint.promise", field="new_date")


def after_recalculation(shown: datetime | None, reckoned: datetime) -> datetime:
    """Return the date that holds after a calendar or policy was edited: the earlier one."""
    return reckoned if shown is None else min(shown, reckoned)
