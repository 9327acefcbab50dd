"""The nineteen states of a complaint: what the customer sees, who it waits for, and which clocks go with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.text import Lazy, _t


class State(StrEnum):
    """Where a complaint is; the values are what the database keeps."""

    DRAFT = "draft"
    RECEIVED = "received"
    IN_HAND = "in_hand"
    NEEDS_CUSTOMER = "needs_customer"
    WITH_PARTNER = "with_partner"
    OFFERED = "offered"
    IN_REVIEW = "in_review"
    NEEDS_CUSTOMER_R = "needs_customer_r"
    REVIEW_OFFERED = "review_offered"
    LAW_UPHELD = "law_upheld"
    REMEDY_DUE = "remedy_due"
    TO_CONFIRM = "to_confirm"
    EXTERNAL = "external"
    CLOSED = "closed"
    CLOSED_UNCONFIRMED = "closed_unconfirmed"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"
    DISCARDED = "discarded"


class Waits(StrEnum):
    """Whose move it is."""

    CUSTOMER = "customer"
    US = "us"
    PARTNER = "partner"
    BODY = "body"
    NOBODY = "nobody"


class K(StrEnum):
    """The clocks; what each is for, how long it is and what it does at its end stands in ``clocks``."""

    DRAFT_KEPT = "K0"
    ACKNOWLEDGED = "K1"
    NAMED = "K2"
    ANSWER = "K3"
    LEGAL = "K4"
    SILENCE = "K5"
    QUESTION = "K6"
    PARTNER = "K7"
    DECISION = "K8"
    REVIEW = "K9"
    REMEDY = "K10"
    CONFIRMATION = "K11"
    OUTSIDE = "K12"
    REOPENING = "K13"


_NO_CLOCKS: frozenset[K] = frozenset()


@dataclass(frozen=True, slots=True)
class StateInfo:
    """What is true of every complaint in one state."""

    label: Lazy
    sees: Lazy  # the sentence for the customer, true without a name or a date
    waits_for: Waits
    running: frozenset[K] = _NO_CLOCKS  # every complaint in this state has these
    paused: frozenset[K] = _NO_CLOCKS  # these stand still meanwhile
    may_run: frozenset[K] = _NO_CLOCKS  # these go on here if they were going
    finished: bool = False  # at an end, which the customer may undo
    final: bool = False  # at its very end: read, export, or file a successor

    @property
    def open(self) -> bool:
        """Whether somebody still owes something: sent, and not at an end."""
        return not (self.finished or self.final) and K.DRAFT_KEPT not in self.running


def _clocks(*keys: K) -> frozenset[K]:
    return frozenset(keys)


INFO: dict[State, StateInfo] = {
    State.DRAFT: StateInfo(
        _t("Draft"),
        _t("Not sent. It is saved in your account."),
        Waits.CUSTOMER,
        running=_clocks(K.DRAFT_KEPT),
    ),
    State.RECEIVED: StateInfo(
        _t("Received"),
        _t("We have it. A person will be named who looks after it."),
        Waits.US,
        running=_clocks(K.NAMED),
        may_run=_clocks(K.ACKNOWLEDGED, K.LEGAL),
    ),
    State.IN_HAND: StateInfo(
        _t("In hand"),
        _t("A named person is looking into it and has told you the next step."),
        Waits.US,
        running=_clocks(K.ANSWER, K.SILENCE),
        may_run=_clocks(K.ACKNOWLEDGED, K.LEGAL, K.REMEDY),
    ),
    State.NEEDS_CUSTOMER: StateInfo(
        _t("We need your answer"),
        _t("We need one thing from you. Our service clock waits for it, the legal one does not."),
        Waits.CUSTOMER,
        running=_clocks(K.QUESTION),
        paused=_clocks(K.ANSWER),
        may_run=_clocks(K.ACKNOWLEDGED, K.LEGAL, K.REMEDY),
    ),
    State.WITH_PARTNER: StateInfo(
        _t("With a partner"),
        _t("A partner is doing one task for us. You see which, until when, and what they saw."),
        Waits.PARTNER,
        running=_clocks(K.ANSWER, K.PARTNER),
        may_run=_clocks(K.ACKNOWLEDGED, K.LEGAL, K.REMEDY),
    ),
    State.OFFERED: StateInfo(
        _t("Answered"),
        _t("Our answer is there, with what we offer. The decision is yours."),
        Waits.CUSTOMER,
        running=_clocks(K.DECISION),
        may_run=_clocks(K.LEGAL, K.REMEDY, K.SILENCE),
    ),
    State.IN_REVIEW: StateInfo(
        _t("In review"),
        _t("Another person, who had no part in it, is looking again."),
        Waits.US,
        running=_clocks(K.REVIEW),
        may_run=_clocks(K.NAMED, K.LEGAL, K.REMEDY),
    ),
    State.NEEDS_CUSTOMER_R: StateInfo(
        _t("The reviewer needs your answer"),
        _t("The reviewer needs one thing from you. The review waits for it, the legal clock does not."),
        Waits.CUSTOMER,
        running=_clocks(K.QUESTION),
        paused=_clocks(K.REVIEW),
        may_run=_clocks(K.LEGAL, K.REMEDY),
    ),
    State.REVIEW_OFFERED: StateInfo(
        _t("Reviewed"),
        _t("This is our last word. The decision is yours, and the way outside is open."),
        Waits.CUSTOMER,
        running=_clocks(K.DECISION),
        may_run=_clocks(K.REMEDY),
    ),
    State.LAW_UPHELD: StateInfo(
        _t("Accepted by law"),
        _t("We did not answer by the legal date. The law treats your complaint as accepted."),
        Waits.US,
        running=_clocks(K.REMEDY),
    ),
    State.REMEDY_DUE: StateInfo(
        _t("Being put right"),
        _t("It is agreed. Each remedy has its date, and you see the proof when it is done."),
        Waits.US,
        running=_clocks(K.REMEDY),
    ),
    State.TO_CONFIRM: StateInfo(
        _t("Is it done?"),
        _t("We say it is done. Is it?"),
        Waits.CUSTOMER,
        running=_clocks(K.CONFIRMATION),
    ),
    State.EXTERNAL: StateInfo(
        _t("With an outside body"),
        _t("An outside body has it. Our reply to them has its own date."),
        Waits.BODY,
        running=_clocks(K.OUTSIDE),
        may_run=_clocks(K.LEGAL, K.REMEDY),
    ),
    State.CLOSED: StateInfo(
        _t("Closed by you"),
        _t("You said that it is settled."),
        Waits.NOBODY,
        running=_clocks(K.REOPENING),
        finished=True,
    ),
    State.CLOSED_UNCONFIRMED: StateInfo(
        _t("Closed without your word"),
        _t("It ended without your word. Money or goods that we owe you are still yours."),
        Waits.NOBODY,
        running=_clocks(K.REOPENING),
        may_run=_clocks(K.REMEDY),
        finished=True,
    ),
    State.LAPSED: StateInfo(
        _t("Ended without your decision"),
        _t("The time to decide is over. What we found to be your right is still carried out."),
        Waits.NOBODY,
        running=_clocks(K.REOPENING),
        may_run=_clocks(K.REMEDY),
        finished=True,
    ),
    State.WITHDRAWN: StateInfo(
        _t("Withdrawn"),
        _t("You withdrew it. You can open it again."),
        Waits.NOBODY,
        running=_clocks(K.REOPENING),
        finished=True,
    ),
    State.ARCHIVED: StateInfo(
        _t("Archived"),
        _t("It is kept for you to read. If it comes back, a new complaint can follow on from it."),
        Waits.NOBODY,
        final=True,
    ),
    State.DISCARDED: StateInfo(
        _t("Discarded"),
        _t("It was never sent."),
        Waits.NOBODY,
        final=True,
    ),
}

WITH_NAME: dict[State, Lazy] = {
    State.IN_HAND: _t("{name} is looking into it."),
    State.NEEDS_CUSTOMER: _t(
        "{name} needs one thing from you. Our service clock waits, the legal one does not."
    ),
    State.OFFERED: _t("{name} has answered. The decision is yours."),
    State.IN_REVIEW: _t("{name}, who had no part in it, is looking again."),
    State.NEEDS_CUSTOMER_R: _t("{name} needs one thing from you for the review."),
    State.REVIEW_OFFERED: _t("{name} has looked again. This is our last word, the decision is yours."),
    State.REMEDY_DUE: _t("{name} sees to it that what was agreed is done."),
    State.TO_CONFIRM: _t("{name} says it is done. Is it?"),
}

OPEN = frozenset(state for state, info in INFO.items() if info.open)
FINISHED = frozenset(state for state, info in INFO.items() if info.finished)
FINAL = frozenset(state for state, info in INFO.items() if info.final)


def info(state: State | str) -> StateInfo:
    """Return what is true of every complaint in ``state``; raises ValueError for a word that is no state."""
    return INFO[State(state)]


def sees(state: State | str, name: str | None = None) -> Lazy:
    """Return the sentence that the customer sees, with the responsible person's name where it fits."""
    named = WITH_NAME.get(State(state))
    return Lazy(named.message, {"name": name}) if named and name else info(state).sees
