"""Random histories through the verbs: decide equals audience equals the slow reading of the ledger."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import clock, consent, gate
from portal.domain.accounts.models import Membership
from portal.domain.actor import SOURCE, SYSTEM, Actor, ActorKind, Right
from portal.domain.consent.ledger import Entry, append, lift, lock, overrides, overrule, settle, states, terms
from portal.domain.consent.models import ConsentEvent, Purpose
from portal.domain.errors import DomainError
from portal.domain.gate.rules import Choice, Held, Terms, Use, read
from portal.domain.gate.rules import Entry as Read
from portal.domain.preferences.models import ContactPoint, Preference
from tests import records
from tests.factories import make_account, make_person, make_purpose

from .histories import ADDRESSES, CHANNELS, JUMPS, PURPOSES, START, TOPICS

WORLDS, STEPS = 40, 50


class World:
    """Two people who both act for two accounts, and everything that is said about and by them."""

    def __init__(self, chance: Random, now: datetime) -> None:
        self.chance, self.now = chance, now
        people = [make_person(name, zone="Europe/Warsaw") for name in ("Ola", "Piotr")]
        accounts = [make_account(name, kind="company") for name in ("Lipa", "Olcha")]
        self.actors = []
        for person in people:
            for account in accounts:
                member = Membership(
                    uuid=uuid.uuid4(), account_id=account.id, person_id=person.id, started_at=clock.now()
                )
                db.session().add(member)
                self.actors.append(
                    Actor(
                        ActorKind.CUSTOMER, person_id=person.id, account_id=account.id, name=person.name,
                        rights=frozenset({Right.PERMISSIONS.value}),
                    )
                )  # fmt: skip
        self.people, self.accounts = [row.id for row in people], [row.id for row in accounts]
        self.staff = records.staff()
        self.ledger: list[Read] = []
        self.keys = {row.id: row.key for row in db.session().scalars(select(Purpose))}
        self.held: list[tuple[Held, uuid.UUID]] = []
        self.choices: dict[tuple[int, int], tuple[set[str], set[str], set[tuple[str, str]]]] = {}
        db.session().flush()

    def pick(self, options: Any) -> Any:
        return self.chance.choice(list(options))

    def step(self) -> None:
        """Let one thing happen, at a new instant or at the same one."""
        self.now += self.pick(JUMPS)
        acts: list[Callable[[Actor], Any]] = [
            self.answer, self.answer, self.answer, self.answer, self.loud, self.loud, self.raw, self.by_staff,
            self.choose, self.hold, self.timer, self.publish,
        ]  # fmt: skip
        with clock.at(self.now), suppress(DomainError):  # where a rule refuses, nothing is written
            # One person speaks most of the time, mostly about one purpose, so that much is said about the same.
            self.pick(acts)(self.actors[0] if self.chance.random() < 0.6 else self.pick(self.actors))
        db.session().flush()
        self.learn()

    def scope(self) -> dict[str, str]:
        dice = self.chance.random()
        if dice < 0.3:
            return {}
        # Scopes that cannot be compared have to meet often: one topic against one channel, with no address.
        if dice < 0.5:
            return {"topic": TOPICS[1]}
        if dice < 0.7:
            return {"channel": CHANNELS[1]}
        return {"topic": self.pick(TOPICS), "channel": self.pick(CHANNELS), "address": self.pick(ADDRESSES)}

    def answer(self, actor: Actor) -> None:
        verb = self.pick([consent.give, consent.give, consent.refuse])
        verb("surveys" if self.chance.random() < 0.5 else self.pick(PURPOSES)[0], actor=actor, **self.scope())

    def loud(self, actor: Actor) -> None:
        until = self.now + self.pick(JUMPS) + timedelta(minutes=1)
        self.pick([
            lambda: consent.stop_all(actor=actor),
            lambda: consent.object_to_marketing(actor=actor),
            lambda: consent.lift_objection(actor=actor),
            lambda: consent.lift_objection(actor=actor),
            lambda: consent.pause(until, actor=actor),
            lambda: consent.resume(actor=actor),
        ])()  # fmt: skip

    def raw(self, actor: Actor) -> None:
        """What no verb here says yet: other kinds of states, restrictions and signals, and imports of older dates."""
        assert actor.person_id is not None and actor.account_id is not None
        entry = Entry(lock(actor.person_id), actor.account_id, SOURCE, "import")
        kinds = ["requested", "pending", "deferred", "revoked", "given", "restriction", "signal"]
        kind = consent.Kind(self.pick(kinds))
        self.write(kind, entry)

    def write(self, kind: consent.Kind, entry: Entry) -> None:
        assert entry.account_id is not None
        if kind in {"restriction", "signal"}:
            until = self.now + self.pick(JUMPS) if self.chance.random() < 0.7 else None
            event = append(kind, entry, expires_at=until)
            overrule(event, marketing_only=kind == "signal")
            return
        if self.chance.random() < 0.3:
            entry.at -= self.pick(JUMPS)
        purpose = db.session().scalars(select(Purpose).where(Purpose.key == self.pick(PURPOSES)[0])).one()
        scope = consent.Scope(**self.scope())
        event = append(kind, entry, purpose=purpose, terms=terms(purpose, "en"), scope=scope)
        settle(event, states(entry.person.id, entry.account_id, purpose).get(scope))

    def by_staff(self, actor: Actor) -> None:
        consent.record_by_staff(
            self.pick(PURPOSES)[0], actor=self.staff, person_id=actor.person_id or 0, account_id=actor.account_id or 0,
            answer=self.pick(["yes", "no"]), method="phone", words="The words that were read out.", **self.scope(),
        )  # fmt: skip

    def timer(self, _actor: Actor) -> None:
        consent.expire_due()

    def publish(self, _actor: Actor) -> None:
        if self.chance.random() < 0.3:
            key, basis, marketing = self.pick(PURPOSES)
            make_purpose(key, basis=basis, marketing=marketing, text=f"Words of {self.now}", asks_anew=True)

    def choose(self, actor: Actor) -> None:
        assert actor.person_id is not None and actor.account_id is not None
        whose = {"person_id": actor.person_id, "account_id": actor.account_id}
        off = self.choices.setdefault((actor.person_id, actor.account_id), (set(), set(), set()))
        off[0].symmetric_difference_update({self.pick(CHANNELS[1:])})
        off[1].symmetric_difference_update({self.pick(TOPICS[1:])})
        row = db.session().scalars(select(Preference).filter_by(**whose)).one_or_none()
        row = row or Preference(**whose)
        row.channels_off, row.topics_off, row.changed_at = sorted(off[0]), sorted(off[1]), self.now
        db.session().add(row)
        point = (self.pick(CHANNELS[1:]), self.pick(ADDRESSES[1:]))
        if point not in off[2]:
            off[2].add(point)
            db.session().add(
                ContactPoint(
                    uuid=uuid.uuid4(),
                    **whose,
                    channel=point[0],
                    address=point[1],
                    created_at=self.now,
                    removed_at=self.now,
                )
            )

    def hold(self, actor: Actor) -> None:
        assert actor.account_id is not None
        mine = [pair for pair in self.held if pair[0].account_id == actor.account_id]
        if mine:
            gate.release(account_id=actor.account_id, about_uuid=mine[0][1])
            self.held.remove(mine[0])
        else:
            purpose, about = self.pick(["", PURPOSES[0][0], PURPOSES[3][0]]), uuid.uuid4()
            gate.hold(account_id=actor.account_id, reason="complaint", about_uuid=about, purpose=purpose)
            self.held.append((Held(actor.account_id, purpose), about))

    def learn(self) -> None:
        """Read what the ledger gained, and what the purposes mean now."""
        self.terms = {
            row.key: Terms(row.key, row.basis, row.marketing, row.asks_from_version)
            for row in db.session().scalars(select(Purpose))
        }
        since = self.ledger[-1].id if self.ledger else 0
        rows = select(ConsentEvent).where(ConsentEvent.id > since, ConsentEvent.person_id.in_(self.people))
        for row in db.session().scalars(rows.order_by(ConsentEvent.id)):
            self.ledger.append(
                Read(
                    row.id, row.at, row.kind, row.person_id, row.account_id, self.keys.get(row.purpose_id or 0, ""),
                    row.purpose_version or 1, row.topic, row.channel, row.address, row.expires_at,
                )
            )  # fmt: skip

    def use(self) -> Use:
        actor = self.pick(self.actors)
        key = self.pick(["service", "nonsense"]) if self.chance.random() < 0.03 else self.pick(PURPOSES)[0]
        return Use(
            actor.account_id,
            actor.person_id,
            key,
            self.pick(TOPICS),
            self.pick(CHANNELS),
            self.pick(ADDRESSES),
        )

    def slow(self, use: Use) -> gate.Decision:
        choice = Choice(*self.choices.get((use.person_id or 0, use.account_id or 0), ((), (), ())))
        return read(
            use, self.now, self.terms.get(use.purpose), self.ledger, [held for held, _ in self.held], choice
        )

    def audience(self, key: str, topic: str, channel: str) -> list[tuple[int, int]]:
        selection = gate.audience(key, topic=topic, channel=channel, at=self.now).selection
        _, person = selection.selected_columns
        rows = db.session().execute(selection.where(person.in_(self.people)))
        return sorted((account, person) for account, person in rows)


def test_decide_audience_and_the_slow_reading_agree_over_two_thousand_steps(uow: object) -> None:
    now, allowed, asked = START, 0, 0
    for key, basis, marketing in PURPOSES:
        make_purpose(key, basis=basis, marketing=marketing, valid_months=1)
    for seed in range(WORLDS):
        world = World(Random(seed), now)
        for step in range(STEPS):
            world.step()
            uses = [world.use() for _ in range(4)]
            answers = [world.slow(use) for use in uses]
            where = (seed, step)
            assert gate.decide_many(uses, world.now) == answers, where
            assert gate.decide(uses[0], world.now) == answers[0], where
            allowed += sum(answer.allowed for answer in answers)
            asked += len(answers)
            if step % 4 == 0:
                key, topic, channel = uses[1].purpose, uses[1].topic, uses[1].channel
                if step % 8:
                    key, topic, channel = "surveys", TOPICS[1], CHANNELS[1]
                crowd = [
                    Use(actor.account_id, actor.person_id, key, topic, channel) for actor in world.actors
                ]
                if key in world.keys.values():
                    expected = sorted(
                        (use.account_id, use.person_id) for use in crowd if world.slow(use).allowed
                    )
                    assert world.audience(key, topic, channel) == expected, where
        now = world.now
    assert 0.15 < allowed / asked < 0.85


def test_an_audience_asks_both_of_two_states_that_cannot_be_compared(uow: object) -> None:
    make_purpose("surveys", marketing=False)
    make_purpose("safety", basis="legitimate_interest", marketing=False)
    agreed, split, whole = (records.customer(name) for name in ("Agreed", "Split", "Whole"))
    for key in ("surveys", "safety"):
        for actor in (agreed, split, whole):
            consent.give(key, actor=actor, topic="garden")
            consent.give(key, actor=actor, channel="email")
        consent.refuse(key, actor=split, channel="email")
        consent.refuse(key, actor=whole, channel="email")
        consent.give(key, actor=whole, topic="garden", channel="email")
        rows = db.session().execute(gate.audience(key, topic="garden", channel="email").selection).all()
        assert sorted(rows) == sorted((actor.account_id, actor.person_id) for actor in (agreed, whole))


def test_lifting_a_restriction_gives_the_older_yes_back(uow: object) -> None:
    make_purpose("surveys", marketing=False)
    actor = records.customer()
    consent.give("surveys", actor=actor)
    use = Use(actor.account_id, actor.person_id, "surveys", channel="email")
    entry = Entry(lock(actor.person_id or 0), actor.account_id, actor)
    overrule(append(consent.Kind.RESTRICTION, entry))
    assert gate.decide(use).reason is gate.Reason.RESTRICTION
    event = append(consent.Kind.RESTRICTION_LIFTED, Entry(entry.person, actor.account_id, actor))
    for row in overrides(entry.person.id, actor.account_id, clock.now()):
        lift(row, event)
    assert gate.decide(use).allowed


def test_streams_and_counts_are_the_same_set(uow: object) -> None:
    make_purpose("surveys", marketing=False)
    people = [records.customer(f"Person {number}") for number in range(7)]
    for actor in people:
        consent.give("surveys", actor=actor)
    consent.refuse("surveys", actor=people[3], channel="sms")
    selection = gate.audience("surveys", channel="sms")
    pages = list(gate.stream(selection, page=2))
    streamed = [pair for accounts, persons in pages for pair in zip(accounts, persons, strict=True)]
    expected = [(actor.account_id, actor.person_id) for actor in people if actor is not people[3]]
    assert streamed == sorted(expected) and [len(accounts) for accounts, _ in pages] == [2, 2, 2]
    assert gate.count(selection) == 6
    assert list(gate.stream(gate.audience("nonsense"))) == []


def test_a_decision_is_kept_with_its_reason_and_entry(uow: object) -> None:
    make_purpose("surveys", marketing=False)
    actor = records.customer()
    event = consent.give("surveys", actor=actor).event
    use = Use(actor.account_id, actor.person_id, "surveys", channel="email")
    row = gate.store(gate.decide(use), use, about_uuid=uuid.uuid4())
    assert (row.allowed, row.reason, row.event_id, row.use) == (True, "consent", event.id, "send")
    assert SYSTEM.name == "Reins" and datetime.now(UTC) >= row.at
