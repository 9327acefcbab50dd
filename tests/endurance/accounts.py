"""Who uses an installation under test: accounts with passwords and tokens, in a firm with purposes."""

from __future__ import annotations

from datetime import timedelta

from portal import db
from portal.domain import accounts, calendars, clock, programs
from portal.domain.accounts import passwords
from portal.domain.actor import Actor, ActorKind
from tests.factories import make_purpose
from tests.signing_in import seed_firm

from .visitors import Person, Program, Visitor

PASSWORD = "correct horse battery staple 7"


def people(count: int, ports: list[int], seed: int, *, programs_of_them: int) -> list[Visitor]:
    """Open accounts and return whom they belong to: the first ones act by programs, the others by hand."""
    with db.unit_of_work():
        seed_firm()
        purposes = [make_purpose(key, position=place) for place, key in enumerate(("offers", "news", "tips"))]
        named = [str(purpose.uuid) for purpose in purposes]
    hashed = passwords.hash_of(PASSWORD)
    found: list[Visitor] = []
    for number in range(count):
        name, email = f"visitor{number}", f"visitor{number}@example.org"
        with db.unit_of_work():
            who = Actor(ActorKind.CUSTOMER, name=name)
            _, person = accounts.open_account(actor=who, name=name, email=email, claimed=True)
            passwords.store(person.id, hashed)
            person_id = person.id
        purpose = named[number % len(named)]
        if number >= programs_of_them:
            found.append(Person(name, ports, seed, email, PASSWORD, purpose))
            continue
        with db.unit_of_work():
            actor = accounts.actor_of(person_id)
            day = calendars.local_day(clock.now(), actor.zone) + timedelta(days=30)
            _, token = programs.make("Ledger sync", [*programs.Scope], day, actor=actor)
        found.append(Program(name, ports, seed, token, purpose))
    return found
