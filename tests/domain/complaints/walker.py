"""A complaint on paper: moved by the real rules, clocks and calendars, and watched by the invariants."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from portal.domain.calendars import OFFICE_WEEK, Pause, WorkingCalendar, closures_for, working_between
from portal.domain.complaints import clocks as clock_rules
from portal.domain.complaints.acts import STAFF, THE_CUSTOMER, Act, Facts, Role
from portal.domain.complaints.clock_changes import GOING, Status, changes
from portal.domain.complaints.lengths import Length, Unit
from portal.domain.complaints.offer_rules import (
    Finding,
    OfferTerms,
    is_worse,
    terms_hash,
)
from portal.domain.complaints.rows import Transition
from portal.domain.complaints.rules import check, may_close_by_timer, promise_move
from portal.domain.complaints.states import FINISHED, INFO, OPEN, K, State
from portal.domain.errors import Conflict, DomainError
from tests.domain.complaints.made_up import Round, some_offer

CAL = WorkingCalendar("firm", 1, "Europe/Warsaw", OFFICE_WEEK, closures_for("PL", range(2027, 2035)))
ZONES = clock_rules.Zones("Europe/Warsaw", "Europe/Sofia")
LEGAL = Length(14, Unit.CALENDAR_DAYS)
CASE_BY_CASE = {K.LEGAL: LEGAL, K.PARTNER: Length(3, Unit.BUSINESS_DAYS)}
CONSENT = {Act.EXTEND, Act.AGREE_DATE}
MINUTE = timedelta(minutes=1)


@dataclass
class Paper:
    """One complaint and its log."""

    now: datetime
    state: State | None = None
    handler: int | None = None
    step: str = ""
    words: tuple[str, ...] = ()
    offers: list[OfferTerms] = field(default_factory=list)
    seen_hash: str = ""
    clocks: dict[K, Round] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    reviewers: set[int] = field(default_factory=set)
    named: bool = False
    reviewed: bool = False
    remedies_open: int = 0
    reminders: int = 0
    asked: bool = False
    log: list[tuple[State | None, Act, Role, int, State]] = field(default_factory=list)

    # ------------------------------------------------------------------ one step

    def facts(self, act: Act, person: int, chance: Random) -> Facts:
        """Return the facts as they would be when the act is done."""
        naming = self.clocks.get(K.NAMED)
        overdue = naming is not None and naming.status in GOING and naming.due_at < self.now
        remedies = self.remedies_open
        if act is Act.ACCEPT:
            remedies = len(self.offers[-1].remedies) if self.offers else 0
        elif act is Act.LAPSE:
            upheld = bool(self.offers) and self.offers[-1].finding is not Finding.NOT_UPHELD
            remedies = len(self.offers[-1].remedies) if upheld else 0
        elif act is Act.REMEDY_DONE:
            remedies = max(0, remedies - 1)
        return Facts(
            named=self.named,
            reviewed=self.reviewed,
            nobody_in_time=overdue and self.handler is None,
            remedies_open=remedies,
            reminders_delivered=self.reminders,
            answer_complete=chance.random() < 0.8,
            asked_before=self.asked,
            silence_upholds=True,
            outside_open=chance.random() < 0.5,
            untouched=person not in self.touched - self.reviewers,
            tasks_left=chance.randrange(2),
        )

    def attempt(self, act: Act, role: Role, person: int, chance: Random) -> bool:
        """Try one act; return whether it was done. A refusal changes nothing."""
        facts = self.facts(act, person, chance)
        before = self._picture()
        try:
            row = check(self.state, act, role, facts, live_only=False)
            offer = self._offer_for(row, chance)
        except DomainError:
            assert self._picture() == before, "a refused act changed something"
            return False
        source, ending_reminders = self.state, self.reminders
        self._turn_clocks(row)
        self._follow(row, role, person, facts, offer)
        self.state = row.target
        self.log.append((source, act, role, person, row.target))
        self._watch(row, role, person, ending_reminders)
        return True

    def _picture(self) -> tuple[object, ...]:
        return self.state, self.handler, self.words, len(self.offers), len(self.log), self.remedies_open

    def _offer_for(self, row: Transition, chance: Random) -> OfferTerms | None:
        if row.act in (Act.OFFER, Act.REVIEW_OFFER, Act.CHOOSE_OTHER):
            return some_offer(chance)
        if row.act is Act.IMPROVE:
            new = some_offer(chance)
            if not self.offers or is_worse(self.offers[-1], new):
                raise Conflict
            return new
        if row.act is Act.ACCEPT:
            stale = chance.random() < 0.1
            if not self.offers or (stale and self.seen_hash != terms_hash(self.offers[-1])):
                raise Conflict
        return None

    # ------------------------------------------------------------------ what follows

    def _turn_clocks(self, row: Transition) -> None:
        change = changes(row, {k: one.status for k, one in self.clocks.items()})
        for k in change.meet | change.stop:
            one = self.clocks[k]
            one.status, one.ended = (Status.MET if k in change.meet else Status.STOPPED), self.now
            if one.pauses and one.pauses[-1].end is None:
                one.pauses[-1] = Pause(one.pauses[-1].start, self.now)
        for k in change.pause:
            self.clocks[k].status = Status.PAUSED
            self.clocks[k].pauses.append(Pause(self.now))
        for k in change.resume:
            self.clocks[k].status = Status.RUNNING
            self.clocks[k].pauses[-1] = Pause(self.clocks[k].pauses[-1].start, self.now)
        for k in change.take_up:
            one = self.clocks[k]
            one.pauses.append(Pause(one.ended, self.now))
            one.status, one.ended = Status.RUNNING, None
        for k in change.reinstate:
            self.clocks[k].status, self.clocks[k].ended = Status.RUNNING, None
        for k in change.start:
            due = clock_rules.start(k, self.now, CAL, ZONES, length=CASE_BY_CASE.get(k))
            self.clocks[k] = Round(k, self.now, due, due)
        for k in change.pause | change.resume | change.take_up:
            self._reckon(self.clocks[k])
        if row.act in CONSENT:
            k = (
                K.QUESTION
                if row.act is Act.EXTEND
                else next(k for k in _DATED if k in INFO[row.target].running)
            )
            one = self.clocks[k]
            if one.due is not None:
                new = promise_move(one.due_at, one.due_at + timedelta(days=2), consent=True)
                one.moved += new - one.due_at

    def _reckon(self, one: Round) -> None:
        length = CASE_BY_CASE.get(one.k)
        one.due = clock_rules.start(one.k, one.started, CAL, ZONES, one.pauses, length)

    def _follow(
        self, row: Transition, role: Role, person: int, facts: Facts, offer: OfferTerms | None
    ) -> None:
        self.touched.add(person)
        if role in THE_CUSTOMER and row.act in (Act.ADD, Act.SEND, Act.REPLY, Act.ANSWER):
            self.words += (f"words {len(self.words)}",)
        if row.act in (Act.TAKE, Act.TAKE_REVIEW) or (row.act is Act.ASSIGN and role is Role.REVIEWER):
            self.handler, self.step, self.named = person, "first step", True
        if row.act is Act.TAKE_REVIEW or (row.act is Act.ASSIGN and role is Role.REVIEWER):
            self.reviewers.add(person)
        if row.target is State.IN_REVIEW and row.source not in (State.IN_REVIEW, State.NEEDS_CUSTOMER_R):
            self.reviewed = True
            if not self.reviewers:
                self.handler, self.step = 30, "name a reviewer"  # the owner of the queue, until then
        if row.act is Act.ASK_OTHER_PERSON:
            self.asked = True
        if offer is not None:
            self.seen_hash = terms_hash(self.offers[-1]) if self.offers else ""
            self.offers.append(offer)
        if row.act in (Act.ACCEPT, Act.LAPSE, Act.REMEDY_DONE):
            self.remedies_open = facts.remedies_open
        elif row.act is Act.NOT_DONE or row.act in (Act.SETTLE_BY_LAW, Act.ACCEPT_PART):
            self.remedies_open = max(1, self.remedies_open)
        elif row.act in (Act.OFFER, Act.REVIEW_OFFER):
            self.remedies_open = 0
        if row.target in OPEN and self.handler is None and row.target is not State.RECEIVED:
            self.handler, self.step = 30, "say who looks after it"
        if K.DECISION in row.starts | row.restarts or K.CONFIRMATION in row.starts | row.restarts:
            self.reminders = 0

    # ------------------------------------------------------------------ the invariants

    def _watch(self, row: Transition, role: Role, person: int, reminders: int) -> None:
        source, target = row.source, row.target
        # 1 Only the customer ends it; a timer only from three states, after two reminders that arrived.
        if target in (State.CLOSED, State.WITHDRAWN) and not row.stays:
            assert role in THE_CUSTOMER
        if role is Role.TIMER and target in (State.LAPSED, State.CLOSED_UNCONFIRMED) and not row.stays:
            assert may_close_by_timer(source, reminders)
        if role in STAFF and not row.stays:
            assert target not in FINISHED
        # 3 The legal clock never pauses; the service clock only while the customer is asked.
        for k, one in self.clocks.items():
            if one.status is Status.PAUSED:
                assert (k, target) in PAUSES_ALLOWED
            if k is K.LEGAL:
                assert one.pauses == []
                assert one.due == one.base
        # 4 A date that was shown moves later only by consent, or by exactly the open time of a pause.
        for one in self.clocks.values():
            self._watch_promise(one, row)
        # 5 Everything open has a person, a step and a date.
        if target in OPEN and target is not State.RECEIVED:
            assert self.handler is not None
            assert self.step
        if target in OPEN:
            assert any(one.status is Status.RUNNING and one.due_at for one in self.clocks.values())
        going = {k for k, one in self.clocks.items() if one.status in GOING}
        info = INFO[target]
        assert info.running <= going <= info.running | info.paused | info.may_run
        # 7 Offers are only replaced by better ones.
        if row.act is Act.IMPROVE:
            assert not is_worse(self.offers[-2], self.offers[-1])
        # 8 Whoever reviews had no part in it before.
        if row.act is Act.TAKE_REVIEW:
            others = [
                entry for entry in self.log[:-1] if entry[3] == person and entry[2] is not Role.REVIEWER
            ]
            assert not others
        # 9 A reply never closes or opens.
        if row.act in (Act.REPLY, Act.JUST_SAYING):
            assert source is target

    def _watch_promise(self, one: Round, row: Transition) -> None:
        if one.due_at is None:
            return
        if one.shown is not None and one.due_at > one.shown and row.act not in CONSENT:
            rested = sum((working_between(CAL, p.start, p.end) for p in one.pauses), timedelta())
            assert rested > timedelta() or one.k is K.DECISION
            if one.base.calendar:
                assert working_between(CAL, one.base.at, one.due.at) <= rested
        one.shown = one.due_at

    # ------------------------------------------------------------------ time

    def next_alarm(self) -> tuple[datetime, Act] | None:
        """Return the next date of a running clock, with the act of the clock runner."""
        running = [
            one for one in self.clocks.values() if one.status is Status.RUNNING and one.due_at is not None
        ]
        if not running:
            return None
        one = min(running, key=lambda one: (one.due_at, one.k))
        day = self.now.date()
        act = clock_rules.act_at_end(one.k, self.reminders, day)
        rule = clock_rules.rule_for(one.k, day)
        if rule.after_grace and one.due_at < self.now:
            act = rule.after_grace
        return one.due_at, act


PAUSES_ALLOWED = {
    (K.ANSWER, State.NEEDS_CUSTOMER),
    (K.REVIEW, State.NEEDS_CUSTOMER_R),
    (K.DECISION, State.OFFERED),  # while the customer waits for an explanation
}
_DATED = (K.ANSWER, K.REVIEW, K.REMEDY)


def beginning(chance: Random) -> Paper:
    """Return a complaint that does not exist yet, somewhere in 2027."""
    return Paper(datetime(2027, 1, 4, 8, tzinfo=UTC) + chance.randrange(500_000) * MINUTE)
