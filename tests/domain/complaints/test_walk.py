"""Random lives on the database: whatever everybody tries, at whatever time, the invariants of complaints.md hold."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal import db
from portal.domain import clock, complaints, errors, outbox
from portal.domain.actor import Actor
from portal.domain.complaints import ticking
from portal.domain.complaints.due import due_complaints
from portal.domain.complaints.models import Clock, Complaint, ComplaintEvent, Entry, Offer, Remedy
from portal.domain.complaints.states import INFO, K, State
from tests.domain.complaints import cases

STEPS = 2_000
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ENDED_BY_CUSTOMER = ("closed", "withdrawn")
ENDED_BY_TIME = ("lapsed", "closed_unconfirmed")
BOTH = {"send", "take", "offer", "accept", "confirm", "not_done", "take_review", "reopen"}
ONWARDS = BOTH | {"deliver", "offer_in_review"}
REACHED = BOTH | {"remedy_done", "review_offer", "lapse", "withdraw"}
MONEY = [{"kind": "refund", "amount": str(n), "currency": "PLN"} for n in (20, 50, 90)]
OTHERS = [cases.APOLOGY, {"kind": "repair", "text": "Repair at home", "days": 4}]


class Walk:
    """One firm, one customer with a colleague's eyes kept out, and everything they try."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.amina, self.ben = cases.amina(), cases.amina()
        self.staff = [
            cases.sam(),
            cases.sam("Sonja"),
            cases.maria(),
            cases.rita(),
            cases.rita("Radek"),
            cases.rita("Remi"),
        ]
        self.now = START
        self.cases: list[Complaint] = []
        self.words: dict[int, str] = {}
        self.legal: dict[int, datetime] = {}

    def step(self) -> None:
        """Let somebody try something, at a later instant; what it touched is held against the invariants."""
        days = 6 if self.chance.random() < 0.06 else 0
        self.now += timedelta(days=days, minutes=self.chance.choice([1, 7, 60, 60 * 9, 60 * 30]))
        with clock.at(self.now):
            if self.chance.random() < 0.2:
                rung = set(due_complaints(self.now, 100))
                complaints.run_due_clocks(self.now)
                self._deliver()
                for complaint in self.cases:
                    if complaint.id in rung:
                        self.check(complaint)
            if not self.cases or (len(self.cases) < 30 and self.chance.random() < 0.04):
                self.cases.append(self._new())
            complaint = self.chance.choice(self.cases[-6:])
            if self._try(complaint):
                self.check(complaint)

    def _new(self) -> Complaint:
        if self.chance.random() < 0.3:
            return complaints.enter(
                actor=self.staff[0], account=self.amina.account_id or 0, person=self.amina.person_id,
                channel="phone", received_at=self.now - timedelta(days=self.chance.randint(0, 9)), words="It fell",
            )  # fmt: skip
        return cases.draft(self.amina)

    def _try(self, complaint: Complaint) -> bool:
        stranger = self.chance.random() < 0.05
        who = self.ben if stranger else self.chance.choice([self.amina, self.amina, *self.staff])
        verbs = self._verbs(complaint, who)
        hidden = complaint.state in ("draft", "discarded") and who is not self.amina
        if not stranger and self.chance.random() < 0.7:  # mostly something that a page would offer
            may = complaints.case(who, complaint.uuid).may if hidden is False else ()
            open_now = sorted({one[0] for one in verbs} & set(may))
            onwards = [name for name in open_now if name in ONWARDS]
            wanted = self.chance.choice(open_now + 4 * onwards) if open_now else ""
            verbs = [one for one in verbs if one[0] == wanted] or verbs
        name, verb = self.chance.choice(verbs)
        before = complaint.version
        try:
            with db.session().begin_nested():
                verb()
        except errors.DomainError as refused:
            db.session().refresh(complaint)
            assert complaint.version == before
            assert not stranger or isinstance(refused, errors.NotFound)
            return False
        assert not stranger, f"a stranger could {name}"
        return True

    def _verbs(self, c: Complaint, who: Actor) -> list[tuple[str, Callable[[], Any]]]:
        newest = select(Offer).where(Offer.complaint_id == c.id).order_by(Offer.number.desc()).limit(1)
        offer = db.session().scalars(newest).first()
        owed = list(db.session().scalars(select(Remedy).where(Remedy.complaint_id == c.id)))
        one = self.chance.choice(owed) if owed else None
        parts = self.chance.sample(MONEY + OTHERS, self.chance.randint(0, 3))
        answer = {
            "finding": self.chance.choice(list(complaints.FINDINGS)),
            "reasons": "So it was.",
            "remedies": parts,
        }
        a: dict[str, Any] = {"actor": who}
        verbs: list[tuple[str, Callable[[], Any]]] = [
            ("save_draft", lambda: complaints.save_draft(c, words="Other words", **a)),
            ("send", lambda: complaints.send(c, **a)),
            ("take", lambda: complaints.take(c, next_step="I look at it", **a)),
            ("reply", lambda: complaints.reply(c, text="We look at it", **a)),
            ("news", lambda: complaints.news(c, text="The part is there", next_step="I fit it", **a)),
            ("ask", lambda: complaints.ask(c, question="Since when?", **a)),
            ("offer", lambda: complaints.offer(c, **answer, **a)),
            ("offer_in_review", lambda: complaints.offer_in_review(c, **answer, **a)),
            ("take_review", lambda: complaints.take_review(c, next_step="I read it", **a)),
            ("raise_harm", lambda: complaints.raise_harm(c, reason="It smokes", **a)),
            ("add_words", lambda: complaints.add_words(c, text="And it smells", **a)),
            ("answer", lambda: complaints.answer(c, text="Since May", **a)),
            ("decide_without_it", lambda: complaints.decide_without_it(c, **a)),
            ("say_irrelevant", lambda: complaints.say_irrelevant(c, **a)),
            ("extend", lambda: complaints.extend(c, until=self.now.date() + timedelta(days=30), **a)),
            ("not_enough", lambda: complaints.not_enough(c, text="No", **a)),
            ("escalate", lambda: complaints.escalate(c, **a)),
            ("change_remedy", lambda: complaints.change_remedy(c, remedy_wanted="refund", **a)),
            ("settle_by_law", lambda: complaints.settle_by_law(c, **a)),
            ("choose_other", lambda: complaints.choose_other(c, remedy_wanted="refund", **a)),
            ("go_outside", lambda: complaints.go_outside(c, other="The ombudsman", **a)),
            ("come_back", lambda: complaints.come_back(c, **a)),
            ("agree", lambda: complaints.agree(c, **a)),
            ("reply_to_body", lambda: complaints.reply_to_body(c, text="Our view of it", **a)),
            (
                "body_decides",
                lambda: complaints.body_decides(c, finding="partly", text="It decided", remedies=parts, **a),
            ),
            ("reopen", lambda: complaints.reopen(c, **a)),
            ("write_after_end", lambda: complaints.write_after_end(c, text="Thank you", **a)),
            ("just_saying", lambda: complaints.just_saying(c, **a)),
        ]
        if self.chance.random() < 0.15:
            verbs.append(("withdraw", lambda: complaints.withdraw(c, **a)))
            verbs.append(("discard", lambda: complaints.discard(c, **a)))
        if offer is not None:
            seen = {"number": offer.number, "content_hash": offer.content_hash}
            verbs += [("accept", lambda: complaints.accept(c, **seen, **a))] * 6
        if one is not None:
            verbs += [("deliver", lambda: complaints.deliver(one.uuid, evidence="Done, see letter", **a))] * 4
            verbs += [("confirm", lambda: complaints.confirm(one.uuid, **a))] * 3
            verbs += [("not_done", lambda: complaints.not_done(one.uuid, **a))]
        return verbs

    def _deliver(self) -> None:
        """Some mail arrives, some never does."""
        if self.chance.random() < 0.7:
            db.session().execute(
                update(outbox.Message)
                .where(outbox.Message.state == "queued")
                .values(state="sent", ended_at=self.now)
            )

    # -------------------------------------------------------------------------- what must hold

    def check(self, c: Complaint) -> None:
        """Hold one complaint against the invariants."""
        state, info = State(c.state), INFO[State(c.state)]
        log = select(ComplaintEvent).where(ComplaintEvent.complaint_id == c.id).order_by(ComplaintEvent.id)
        events = list(db.session().scalars(log))
        clocks = ticking.of(c)
        self._ends(c, events)
        self._clocks(c, info, clocks)
        self._dates(c, clocks)
        self._responsible(c, state)
        self._said(c)
        self._offers(c, state)
        self._reviewer(c, events)
        for event in events:
            if event.act in ("reply", "just_saying", "add"):
                assert event.from_state == event.to_state  # 9: a reply never closes, nor reopens
        assert events[-1].to_state == c.state

    def _ends(self, c: Complaint, events: list[ComplaintEvent]) -> None:
        for event in events:
            if event.from_state == event.to_state:
                continue
            if event.to_state in ENDED_BY_CUSTOMER:
                assert event.actor_kind == "customer"  # 1
            if event.to_state in ENDED_BY_TIME:
                assert event.actor_kind == "system"
                key = "K8" if event.to_state == "lapsed" else "K11"
                rounds = select(Clock).where(
                    Clock.complaint_id == c.id, Clock.k == key, Clock.ended_how == "ran_out"
                )
                last = [one for one in db.session().scalars(rounds) if one.ended_at == event.at]
                keys = select(outbox.Message.key).where(outbox.Message.key.in_(last[0].reminders))
                assert len(list(db.session().scalars(keys.where(outbox.Message.state == "sent")))) >= 2

    def _clocks(self, c: Complaint, info: Any, clocks: ticking.Clocks) -> None:
        running = {k for k, one in clocks.items() if ticking.status(one) == "running"}
        paused = {k for k, one in clocks.items() if ticking.status(one) == "paused"}
        without_law = set() if c.law_key else {K.LEGAL}
        assert info.running - without_law <= running | paused, (c.state, running)
        assert running <= info.running | info.may_run, (c.state, running)
        assert paused <= info.paused and K.LEGAL not in paused  # 3
        nearest = ticking.nearest(clocks.values())
        assert (c.due_at, c.due_clock) == ((nearest.due_at, nearest.k) if nearest else (None, ""))  # 2

    def _dates(self, c: Complaint, clocks: ticking.Clocks) -> None:
        legal = clocks.get(K.LEGAL)
        if legal is not None:
            assert self.legal.setdefault(c.id, legal.due_at) == legal.due_at  # 4: never later, never wiped
        for one in clocks.values():
            if one.due_at is not None:
                assert one.due_at == one.promised_at
                assert one.explanation["at"] == one.due_at.isoformat()  # it can be explained

    def _responsible(self, c: Complaint, state: State) -> None:
        if not INFO[state].open:
            return
        assert c.due_at is not None  # 5
        line = complaints.of(self.staff[0]).by_ids([c.id])[0]
        assert str(line.next).strip()
        if state not in (State.RECEIVED, State.IN_REVIEW):
            assert c.handler_id is not None or c.reviewer_id is not None

    def _said(self, c: Complaint) -> None:
        if c.state not in ("draft", "discarded"):
            assert self.words.setdefault(c.id, c.words) == c.words  # 6
        assert all(db.session().scalars(select(Entry.text).where(Entry.complaint_id == c.id)))

    def _offers(self, c: Complaint, state: State) -> None:
        offers = list(
            db.session().scalars(select(Offer).where(Offer.complaint_id == c.id).order_by(Offer.number))
        )
        assert [one.number for one in offers] == list(range(1, len(offers) + 1))
        pending = [one for one in offers if one.decision == ""]
        assert len(pending) == (1 if state in (State.OFFERED, State.REVIEW_OFFERED) else 0)  # 7
        if state in (State.REMEDY_DUE, State.TO_CONFIRM):
            assert any(one.decision in ("accepted", "lapsed", "by_law", "by_body") for one in offers)

    def _reviewer(self, c: Complaint, events: list[ComplaintEvent]) -> None:
        if c.reviewer_id is not None:
            mine = [event for event in events if event.actor_person_id == c.reviewer_id]
            assert mine[0].act == "take_review"  # 8


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_no_walk_of_2000_steps_breaks_an_invariant(uow: Any, seed: int) -> None:
    walk = Walk(seed)
    for _ in range(STEPS):
        walk.step()
    for complaint in walk.cases:
        walk.check(complaint)
    seen = set(db.session().scalars(select(ComplaintEvent.act).distinct()))
    assert seen >= REACHED, "the walk must have come this far"
