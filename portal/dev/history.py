"""Eighteen months of the demo firm: some three hundred customers, what they allowed, what went wrong, what was said."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from portal import db
from portal.domain import (
    accounts,
    calendars,
    clock,
    complaints,
    consent,
    feedback,
    preferences,
    search,
    timeline,
)
from portal.domain.accounts import Face
from portal.domain.actor import SYSTEM, Actor, ActorKind, Right

from . import cases, cast, mailings, names, office, partnership, principals, stories
from .purposes import PURPOSES, TOPICS
from .replay import Replay

SEED = 20_260_501
CUSTOMERS = 300
MONTHS = 18


@dataclass(slots=True)
class Someone:
    """A made-up customer as the history needs it: keys only, since each act loads what it touches."""

    account_id: int
    person_id: int
    claimed: bool
    country: str
    language: str = "en"


class History:
    """Writes the whole history into a replay; the same every time, dated relative to its end."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.rng = random.Random(SEED)
        self.staff: dict[str, int] = {}
        self.people: list[Someone] = []
        self.cast: dict[str, Someone] = {}
        self.sign_ins: dict[tuple[str, date], Actor] = {}

    # ---------------------------------------------------------------------------------- the firm
    def firm(self) -> None:
        """Set the firm up: roles, staff, calendar, law, purposes, topics."""
        accounts.seed_roles()
        calendars.seed(country="PL", zone="Europe/Warsaw", actor=SYSTEM)
        complaints.seed_law(confirmed=True)
        complaints.seed_bodies(confirmed=True)
        for purpose in PURPOSES:
            consent.publish(purpose, actor=SYSTEM)
        consent.publish_topics(dict(TOPICS), actor=SYSTEM)
        for one in cast.STAFF:
            person = accounts.add_staff(
                actor=SYSTEM,
                name=one.name,
                email=one.email,
                team=one.team,
                roles=one.roles,
                language=one.language,
            )
            accounts.set_password(person, cast.PASSWORD)
            accounts.enrol_known(person, one.secret)
            self.staff[one.key] = person.id
        partnership.joins()

    def staff_actor(self, key: str) -> Actor:
        """Return a colleague as actor."""
        return accounts.actor_of(self.staff[key], face=Face.STAFF)

    def staff_in_session(self, key: str) -> Actor:
        """Return a colleague as signed in today: one sign-in a day, from the office."""
        today = (key, clock.now().date())
        if today not in self.sign_ins:
            token, _ = accounts.demo_link(accounts.person_by_id(self.staff[key]), face=Face.STAFF)
            step, _ = accounts.enter_by_link(token, device="Firefox on Linux", network="192.0.2.10")
            resumed = accounts.resume(step.token, face=Face.STAFF)
            assert resumed is not None
            self.sign_ins = {
                **{k: v for k, v in self.sign_ins.items() if k[1] == today[1]},
                today: resumed.actor,
            }
        return self.sign_ins[today]

    def customer_actor(self, someone: Someone) -> Actor:
        """Return a customer as actor."""
        return accounts.actor_of(someone.person_id, face=Face.CUSTOMER, account_id=someone.account_id)

    # --------------------------------------------------------------------------------- customers
    def crowd(self, many: int = CUSTOMERS) -> None:
        """Let some three hundred people and companies become customers over the months."""
        span = self.replay.end - self.replay.start
        for number in range(many):
            # Most were customers before the portal came; they joined it in its first months.
            share = self.rng.betavariate(1.1, 2.6)
            begun = self.office(self.replay.start + timedelta(days=1) + span * share * 0.9)
            self.replay.at(begun, partial(self._newcomer, number, begun))

    def _newcomer(self, number: int, begun: datetime) -> None:
        rng = random.Random(SEED * 1000 + number)
        company = number % 6 == 5
        country = "PL" if company or rng.random() < 0.8 else rng.choice([code for _, code in names.OTHERS])
        if country == "PL":
            pool = names.FEMALE_PL if number % 2 else names.MALE_PL
            one, two = pool[number // 2 % len(pool)], pool[(number * 7 + 3) % len(pool)]
            name = f"{one.split()[0]} {two.split()[1]}"
        else:
            name = rng.choice([called for called, code in names.OTHERS if code == country])
        town, postcode = rng.choice(names.TOWNS[country])
        claimed = rng.random() < 0.8
        fields: dict[str, Any] = {
            "kind": "company" if company else "person",
            "email": f"{_mailbox(name)}.{number}@mail.example",
            "language": names.LANGUAGES[country] if country in names.LANGUAGES and rng.random() < 0.8 else "en",
            "zone": names.ZONES[country],
            "phone": names.PHONES[country].format(rng.randrange(1, 10), rng.randrange(1000), rng.randrange(1000)),
            "street": f"{rng.choice(names.STREETS[country])} {rng.randrange(1, 90)}",
            "postcode": postcode, "city": town, "country": country,
        }  # fmt: skip
        if company:
            firm = f"{names.COMPANY_WORDS[number // 6 % len(names.COMPANY_WORDS)]} {rng.choice(names.COMPANY_ENDS)}"
            fields |= {"contact": name, "tax_number": f"PL{rng.randrange(10**9, 10**10)}"}
            name = f"{firm}" if number < 180 else f"{town} {firm}"
        if claimed:
            account, person = accounts.open_account(
                actor=Actor(ActorKind.CUSTOMER, name=fields.get("contact") or name),
                name=name,
                claimed=True,
                **fields,
            )
        else:
            _, account, person = accounts.import_customer(
                source="shop", source_key=f"VH-{10_000 + number}", name=name, **fields
            )
        someone = Someone(account.id, person.id, claimed, country, fields["language"])
        self.people.append(someone)
        if claimed:
            self._permissions(someone, begun, rng)
            self._preferences(someone, begun, rng)
        self._contacts(someone, begun, rng)
        if rng.random() < 0.55:
            cases.schedule(self, someone, begun, rng)

    def _permissions(self, someone: Someone, begun: datetime, rng: random.Random) -> None:
        def answer(key: str, yes: bool, **scope: str) -> None:
            verb = consent.give if yes else consent.refuse
            verb(key, actor=self.customer_actor(someone), **scope)

        later = begun + timedelta(minutes=rng.randrange(3, 40))
        for key, chance in (("offers", 0.62), ("tips", 0.48), ("partner_repairs", 0.4)):
            if rng.random() < 0.85:
                self.replay.at(later, partial(answer, key, rng.random() < chance))
        if rng.random() < 0.15:
            self.replay.at(later + timedelta(days=30), partial(answer, "offers", True, channel="sms"))
        if rng.random() < 0.22:
            stop = begun + timedelta(days=rng.randrange(20, 400))
            self.replay.at(stop, lambda: consent.withdraw("offers", actor=self.customer_actor(someone)))
            if rng.random() < 0.3:
                back = stop + timedelta(days=rng.randrange(20, 120))
                self.replay.at(back, partial(answer, "offers", True, channel="email"))
        roll = rng.random()
        if roll < 0.03:
            at = begun + timedelta(days=rng.randrange(60, 300))
            self.replay.at(at, lambda: consent.object_to_marketing(actor=self.customer_actor(someone)))
        elif roll < 0.06:
            at = begun + timedelta(days=rng.randrange(60, 300))
            self.replay.at(at, lambda: consent.stop_all(actor=self.customer_actor(someone)))

    def _preferences(self, someone: Someone, begun: datetime, rng: random.Random) -> None:
        if rng.random() < 0.45:
            changes = principals.preference_changes(rng)
            self.replay.at(
                begun + timedelta(hours=2),
                lambda: preferences.change(actor=self.customer_actor(someone), **changes),
            )
        if rng.random() < 0.06:
            at = self.replay.end - timedelta(days=rng.randrange(2, 15))
            until = (at + timedelta(days=rng.randrange(20, 60))).date()
            self.replay.at(at, lambda: preferences.pause(until, actor=self.customer_actor(someone)))

    def _contacts(self, someone: Someone, begun: datetime, rng: random.Random) -> None:
        def call(subject: str, outcome: str, direction: str) -> None:
            timeline.log_contact(
                actor=self.staff_actor("kasia"), account_id=someone.account_id, person_id=someone.person_id,
                channel="phone", direction=direction, outcome=outcome, subject=subject,
            )  # fmt: skip

        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            at = self.office(begun + (self.replay.end - begun) * rng.random())
            direction = rng.choice(("in", "in", "out"))
            outcome = "reached" if direction == "in" else rng.choice(("reached", "no_answer", "voicemail"))
            self.replay.at(at, partial(call, rng.choice(stories.SUBJECTS_OF_CALLS), outcome, direction))
        if someone.claimed and rng.random() < 0.14:
            self.replay.at(
                begun + (self.replay.end - begun) * rng.random(),
                partial(self._tells_us, someone, rng.random()),
            )

    def _tells_us(self, someone: Someone, roll: float) -> None:
        given = feedback.tell_us(
            actor=self.customer_actor(someone),
            text=stories.TELL_US[int(roll * 997) % len(stories.TELL_US)],
            page="/home",
        )
        now, uuid = clock.now(), given.uuid

        def reply() -> None:
            actor = self.staff_actor("sam")
            text = stories.REPLIES[int(roll * 89) % len(stories.REPLIES)]
            feedback.reply(feedback.of(actor).get(uuid), actor=actor, text=text)

        def close() -> None:
            actor = self.staff_actor("max")
            outcome = stories.OUTCOMES[int(roll * 71) % len(stories.OUTCOMES)]
            feedback.close(feedback.of(actor).get(uuid), actor=actor, came_of_it=outcome)

        if roll < 0.8:
            self.replay.at(self.office(now + timedelta(days=2)), reply)
        if roll < 0.5:
            self.replay.at(self.office(now + timedelta(days=20)), close)

    # --------------------------------------------------------------------------------------- cast
    def principals(self) -> None:
        """Open the accounts of the cast and let them live through the months."""
        for one in (cast.AMINA, cast.BEN, cast.VERA):
            self._principal(one)
        ola = cast.OLA
        account, person = accounts.open_account(
            actor=Actor(ActorKind.CUSTOMER, name=ola.name), name=cast.COMPANY, kind="company", contact=ola.name,
            email=ola.email, language=ola.language, zone=ola.zone, phone=ola.phone, street=ola.street,
            postcode=ola.postcode, city=ola.city, country="PL", tax_number="PL7250001122", claimed=True,
        )  # fmt: skip
        accounts.set_password(person, cast.PASSWORD)
        self.cast["ola"] = Someone(account.id, person.id, True, "PL", ola.language)
        piotr = accounts.add_member(
            account, name=cast.PIOTR.name, email=cast.PIOTR.email, language=cast.PIOTR.language,
            rights=(Right.COMPLAINTS_OWN,), actor=self.customer_actor(self.cast["ola"]),
        )  # fmt: skip
        accounts.set_password(piotr, cast.PASSWORD)
        self.cast["piotr"] = Someone(account.id, piotr.id, True, "PL", cast.PIOTR.language)
        principals.of_the_cast(self)

    def _principal(self, one: cast.Customer) -> None:
        account, person = accounts.open_account(
            actor=Actor(ActorKind.CUSTOMER, name=one.name), name=one.name, email=one.email, language=one.language,
            zone=one.zone, phone=one.phone, street=one.street, postcode=one.postcode, city=one.city,
            country=one.country, claimed=True,
        )  # fmt: skip
        accounts.set_password(person, cast.PASSWORD)
        person.salutation = one.salutation
        db.session().flush()
        self.cast[one.key] = Someone(account.id, person.id, True, one.country, one.language)

    # --------------------------------------------------------------------------------------- time
    def office(self, at: datetime) -> datetime:
        """Move an instant into the working hours of the firm."""
        local = at.astimezone(ZoneInfo("Europe/Warsaw"))
        local = local.replace(hour=8 + local.hour % 8, minute=(local.minute * 7) % 60)
        while local.weekday() > 4:
            local += timedelta(days=1)
        return local.astimezone(UTC)


def _mailbox(name: str) -> str:
    return ".".join(search.fold(name).split()) or "someone"


def tell(replay: Replay, progress: Callable[[float], None]) -> History:
    """Let the whole history happen."""
    history = History(replay)
    with clock.at(replay.start), db.unit_of_work():
        history.firm()
        office.lives(history)
        history.principals()
    history.crowd()
    mailings.plan(history)
    replay.run(progress)
    with clock.at(replay.end), db.unit_of_work():
        mailings.wait(history)
    return history
