from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal import db
from portal.domain import accounts, clock, retention
from portal.domain.accounts import Face
from portal.domain.accounts.credentials import HeldForm
from tests.domain.accounts.people import customer

TYPED = [("subject", "The drum is broken"), ("wants", "repair"), ("wants", "refund")]


def test_only_the_same_person_gets_back_what_was_typed(uow: object) -> None:
    amina, ben = customer(), customer("Ben Petrov", "ben@example.org")
    kept = accounts.hold(amina.id, face=Face.CUSTOMER, path="/complaints/new", values=TYPED)
    assert kept is not None
    assert accounts.held_path(kept, person_id=amina.id, face=Face.CUSTOMER) == "/complaints/new"
    assert accounts.held_path(kept, person_id=ben.id, face=Face.CUSTOMER) is None
    assert accounts.held_path(kept, person_id=amina.id, face=Face.STAFF) is None
    assert accounts.held_values(kept, person_id=amina.id, path="/complaints/new") == TYPED
    assert accounts.held_values(kept, person_id=amina.id, path="/profile") == []
    assert accounts.held_values(kept, person_id=ben.id, path="/complaints/new") == []
    accounts.forget_held(kept, person_id=ben.id)
    assert accounts.held_values(kept, person_id=amina.id, path="/complaints/new") == TYPED
    accounts.forget_held(kept, person_id=amina.id)
    assert accounts.held_values(kept, person_id=amina.id, path="/complaints/new") == []


def test_it_lies_encrypted_for_thirty_minutes(uow: object) -> None:
    amina = customer()
    kept = accounts.hold(amina.id, face=Face.CUSTOMER, path="/complaints/new", values=TYPED)
    assert kept is not None
    assert b"drum" not in db.session().scalars(select(HeldForm)).one().payload
    with clock.at(clock.now() + timedelta(minutes=29)):
        assert accounts.held_values(kept, person_id=amina.id, path="/complaints/new") == TYPED
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert accounts.held_values(kept, person_id=amina.id, path="/complaints/new") == []
        retention.run_due(only=("held_forms",))
    assert db.session().scalars(select(HeldForm)).all() == []


def test_nothing_and_too_much_are_not_held(uow: object) -> None:
    amina = customer()
    assert accounts.hold(amina.id, face=Face.CUSTOMER, path="/", values=[]) is None
    assert accounts.hold(amina.id, face=Face.CUSTOMER, path="/", values=[("text", "x" * 500_000)]) is None
