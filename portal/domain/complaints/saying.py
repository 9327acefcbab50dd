"""Words for lists, pages and queue: what is next, why it is here, what a date is; one function for every reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain import calendars, clock, firm
from portal.text import Country, Lazy, _t

from . import law
from .clocks import DEFAULTS, Binds
from .models import Clock
from .states import K, State, Waits, info

_NAMES = {rule.key: rule.name for rule in DEFAULTS}
_BINDS = {rule.key: rule.binds for rule in DEFAULTS}

WHY: dict[K, Lazy] = {
    K.NAMED: _t("A person must be named"),
    K.ANSWER: _t("The promised answer is due"),
    K.LEGAL: _t("The answer is due by law"),
    K.SILENCE: _t("The customer must hear from us"),
    K.QUESTION: _t("Our question is open"),
    K.PARTNER: _t("A partner is at it"),
    K.DECISION: _t("The customer decides on our answer"),
    K.REVIEW: _t("The review is due"),
    K.REMEDY: _t("What was agreed is due"),
    K.CONFIRMATION: _t("The customer says whether it is done"),
    K.OUTSIDE: _t("The outside body must hear from us"),
    K.REOPENING: _t("It can be opened again"),
}
NEXT_FOR_US: dict[State, Lazy] = {
    State.RECEIVED: _t("Take it and say what the first step is"),
    State.IN_HAND: _t("Answer it, or ask"),
    State.NEEDS_CUSTOMER: _t("Wait for the customer's answer"),
    State.WITH_PARTNER: _t("Wait for the partner's result, or call the task back"),
    State.OFFERED: _t("Wait for the customer's decision"),
    State.IN_REVIEW: _t("Review it and answer"),
    State.NEEDS_CUSTOMER_R: _t("Wait for the customer's answer"),
    State.REVIEW_OFFERED: _t("Wait for the customer's decision"),
    State.LAW_UPHELD: _t("Wait until the customer has chosen, then carry out what the law gives"),
    State.REMEDY_DUE: _t("Carry out what was agreed, and prove it"),
    State.TO_CONFIRM: _t("Wait for the customer's word"),
    State.EXTERNAL: _t("Reply to the outside body, and write down what it decides"),
}
NEXT_FOR_YOU: dict[State, Lazy] = {
    State.DRAFT: _t("Finish it and send it"),
    State.RECEIVED: _t("We name a person who looks after it"),
    State.IN_HAND: _t("We look into it and answer"),
    State.NEEDS_CUSTOMER: _t("Answer our question, or let us decide without it"),
    State.WITH_PARTNER: _t("The partner does its task, then we answer"),
    State.OFFERED: _t("Decide on our answer"),
    State.IN_REVIEW: _t("Another person looks again and answers"),
    State.NEEDS_CUSTOMER_R: _t("Answer the reviewer's question, or let us decide without it"),
    State.REVIEW_OFFERED: _t("Decide on our last word"),
    State.LAW_UPHELD: _t("Take what you asked for, or choose something else"),
    State.REMEDY_DUE: _t("We carry out what was agreed"),
    State.TO_CONFIRM: _t("Say whether it is done"),
    State.EXTERNAL: _t("The outside body looks at it; we reply to it"),
}
THEIR_STEP = frozenset({State.IN_HAND, State.IN_REVIEW, State.REMEDY_DUE})  # a step that staff named is shown


def clock_label(k: K | str) -> Lazy:
    """Return what a clock promises, in the same words everywhere."""
    return _LABELS[k]


def ours(k: K | str) -> bool:
    """Say whether a clock binds us."""
    return _OURS[k]


def next_words(state: str, next_step: str, *, for_staff: bool, reviewer: bool = True) -> Lazy | str:
    """Return the next act in plain words, from the reader's side; the step that staff named goes first."""
    if for_staff and not reviewer and state == State.IN_REVIEW:
        return _TAKE_REVIEW
    if next_step and state in _THEIR_STEP:
        return next_step
    return (_NEXT_FOR_US if for_staff else _NEXT_FOR_YOU)[state]


def why_words(due_clock: str, *, late: bool, harm: bool, written: bool = False) -> Lazy:
    """Return why staff see it where it stands: the harm, the clock it goes by, and whether that is late."""
    if written:
        return _WRITTEN
    if not due_clock:
        return _NOTHING
    why = _WHY[due_clock]
    if late and _OURS[due_clock]:
        why = _t("Late: {why}", why=why)
    return _t("Danger. {why}", why=why) if harm else why


def status_of(
    state: str, due_at: datetime | None = None, due_clock: str = "", *, late: bool | None = None
) -> str:
    """Return the key of the badge: whose move it is, or that we are late."""
    found = _STATUS[state]
    if found != "waiting_us":
        return found
    if late is None:
        late = due_at is not None and due_at < clock.now()
    return "late" if late and (not due_clock or _OURS[due_clock]) else found


def _status(state: State) -> str:
    waits = info(state).waits_for
    if state is State.DRAFT:
        return "draft"
    if waits is Waits.CUSTOMER:
        return "waiting_you"
    if waits is Waits.NOBODY:
        return "done" if state is State.CLOSED else "neutral"
    return "waiting_us"


# By the plain word that the database keeps: lists look these up for every row.
_STATUS = {state.value: _status(state) for state in State}
_OURS = {k.value: binds is Binds.US for k, binds in _BINDS.items()}
_WHY = {k.value: WHY.get(k, name) for k, name in _NAMES.items()}
_LABELS = {k.value: name for k, name in _NAMES.items()}
_THEIR_STEP = {state.value for state in THEIR_STEP}
_NEXT_FOR_US = {state.value: NEXT_FOR_US.get(state, info(state).sees) for state in State}
_NEXT_FOR_YOU = {state.value: NEXT_FOR_YOU.get(state, info(state).sees) for state in State}
_TAKE_REVIEW, _WRITTEN, _NOTHING = (
    _t("Take the review"), _t("The customer wrote after the end"), _t("Nothing is due"),
)  # fmt: skip


@dataclass(slots=True)
class Promise:
    """One clock as every reader sees it; why it is due is worked out when somebody asks."""

    k: str
    label: Lazy
    due_at: datetime | None
    promised_at: datetime | None
    zone: str
    paused: bool
    started_at: datetime
    ended_at: datetime | None
    ended_how: str
    ours: bool
    late: bool
    row: Clock

    @property
    def explain(self) -> list[Lazy | str]:
        """The sentences behind the date."""
        return explain(self.row)


def promise_of(clock_row: Clock) -> Promise:
    """Return a stored clock as page, mail, queue and letter show it."""
    end = clock_row.ended_at or clock.now()
    binds_us = _OURS[clock_row.k]
    return Promise(
        k=clock_row.k,
        label=_LABELS[clock_row.k],
        due_at=clock_row.due_at,
        promised_at=clock_row.promised_at,
        zone=clock_row.zone,
        paused=clock_row.ended_at is None and clock_row.due_at is None,
        started_at=clock_row.started_at,
        ended_at=clock_row.ended_at,
        ended_how=clock_row.ended_how,
        ours=binds_us,
        late=binds_us and clock_row.due_at is not None and clock_row.due_at < end,
        row=clock_row,
    )


def explain(clock_row: Clock | Mapping[str, Any]) -> list[Lazy | str]:
    """Return the sentences behind a date: from when, how much, which days did not count, which calendar, which law.

    Takes a clock or a stored explanation (of a remedy).
    """
    data = clock_row if isinstance(clock_row, Mapping) else clock_row.explanation
    if not data:
        return []
    stored: Mapping[str, Any] = data
    sentences, left_out = calendars.told(stored)
    said: list[Lazy | str] = list(sentences)
    closed = [row for row in left_out if row.reason not in ("", calendars.CLOSED)]
    said += [_t("Closed on {day}: {reason}.", day=row.day, reason=row.reason) for row in closed[:6]]
    if "law" in stored:
        said += law_words(stored["law"])
    if not isinstance(clock_row, Mapping) and clock_row.ended_at is None and clock_row.due_at is None:
        said.append(_t("It stands still while our question is open, and goes on after it."))
    return said


def law_words(told: Mapping[str, Any]) -> list[Lazy | str]:
    """Return which rule of law sets a date, why it holds here, and what happens when we miss it."""
    source = told.get("source", "")
    said: list[Lazy | str] = [
        _t("The date comes from this rule: {source}.", source=law.NAMES.get(source, source))
    ]
    country, own = Country(told.get("jurisdiction", "")), told.get("own_country", True)
    if told.get("customer") == "consumer":
        if own:
            said.append(_t("It holds because you are a consumer in {country}.", country=country))
        else:
            said.append(_t("It holds because our seat is in {country}.", country=country))
    elif told.get("customer") == "company":
        words = (
            _t("It holds because you are a company in {country}.", country=country)
            if own
            else _t("It holds because our seat is in {country}.", country=country)
        )
        said.append(words)
    if told.get("sector"):
        said.append(
            _t("It is the rule for {sector}.", sector=firm.SECTORS.get(told["sector"], told["sector"]))
        )
    if told.get("effect"):
        said.append(law.EFFECT_TEXT[law.Effect(told["effect"])])
    return said
