"""A partner's feed says that shared data says something else now: never what, and never to who may not look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from portal import db
from portal.domain import accounts, clock, sharing
from portal.domain.actor import Actor
from portal.domain.changes import PartnerChange
from portal.domain.sharing import ShareGrant
from tests.counting import counted

from . import giving

pytestmark = pytest.mark.usefixtures("database")


def given(*fields: str, **changed: Any) -> tuple[Actor, Actor]:
    """Amina shares with Northwind."""
    with db.unit_of_work():
        amina, nils = giving.customer(), giving.partner()
        giving.grant(amina, nils, *fields, **changed)
        return amina, nils


def move(amina: Actor, **values: str) -> None:
    """Change Amina's details."""
    with db.unit_of_work():
        accounts.change_profile(amina, **values)


def told() -> list[str]:
    """What the feed has, oldest first."""
    with db.unit_of_work(write=False) as session:
        return list(session.scalars(select(PartnerChange.what).order_by(PartnerChange.id)))


def test_another_phone_number_is_told_once(database: db.Database) -> None:
    amina, _ = given("contact.phone")
    assert sharing.note_changed_data() == 0 and database
    move(amina, phone="+48 601 000 111")
    assert sharing.note_changed_data() == 1
    assert sharing.note_changed_data() == 0
    assert told() == ["began", "data"]
    with db.unit_of_work(write=False) as session:
        assert "601" not in str(session.scalars(select(ShareGrant.data_mark)).one())


def test_what_is_not_shared_is_not_told_of() -> None:
    amina, _ = given("contact.phone")
    move(amina, street="ul. Nowa 7", postcode="00-001", city="Warszawa")
    assert sharing.note_changed_data() == 0 and told() == ["began"]


def test_who_may_not_look_is_told_nothing() -> None:
    amina, _ = given("contact.phone")
    move(amina, phone="+48 601 000 111")
    with db.unit_of_work() as session:
        sharing.stop(session.scalars(select(ShareGrant.uuid)).one(), actor=amina)
    assert sharing.note_changed_data() == 0 and told() == ["began", "ended"]


def test_what_may_be_read_once_is_not_told_of_again() -> None:
    amina, nils = given("contact.phone", often="once")
    with db.unit_of_work() as session:
        session.scalars(select(ShareGrant)).one().uses = 1
    move(amina, phone="+48 601 000 111")
    assert sharing.note_changed_data() == 0 and nils.is_partner


def test_where_nothing_happened_nothing_is_read() -> None:
    given("contact.phone")
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        assert sharing.note_changed_data() == 0
        with counted() as queries:
            assert sharing.note_changed_data() == 0
    assert len(queries) == 1
