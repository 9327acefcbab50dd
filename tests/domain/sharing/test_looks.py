"""A partner sees exactly the slice, exactly while it lasts; each look and each refusal is kept for the customer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import accounts, clock, consent, lookups, sharing
from portal.domain.accounts.credentials import SignInSession
from portal.domain.actor import Actor
from portal.domain.errors import Denied, NotFound
from portal.domain.gate import GateDecision
from tests.domain.sharing.giving import customer, grant, partner

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def people() -> Iterator[tuple[Actor, Actor]]:
    """Amina, and Nils with a session."""
    with db.unit_of_work():
        amina, nils = customer(), partner()
        link, _ = accounts.demo_link(accounts.person_by_id(nils.person_id or 0), face=accounts.Face.PARTNER)
        step, _ = accounts.enter_by_link(link, device="Firefox, Linux", network="192.0.2.10")
        assert step.token
        nils = replace(nils, session_id=_session())
    yield amina, nils


def _session() -> int:
    return db.session().scalars(select(SignInSession.id).order_by(SignInSession.id.desc())).first() or 0


def _give(amina: Actor, nils: Actor, *fields: str, **changes: object) -> sharing.ShareGrant:
    with db.unit_of_work():
        made = grant(amina, nils, *fields, **changes)
        db.session().expunge(made)
    return made


def _look(made: sharing.ShareGrant, nils: Actor) -> sharing.Slice:
    with db.unit_of_work(write=False):
        return sharing.look(made.uuid, actor=nils)


def _decisions() -> list[tuple[bool, str]]:
    with db.unit_of_work(write=False) as session:
        return [tuple(row) for row in session.execute(
            select(GateDecision.allowed, GateDecision.reason).order_by(GateDecision.id)
        )]  # fmt: skip


def test_a_look_shows_the_slice_and_stands_in_who_looked(people: tuple[Actor, Actor]) -> None:
    amina, nils = people
    made = _give(amina, nils, "contact.name")
    found = _look(made, nils)
    assert [[value for _, value in group] for one in found.clusters for group in one.groups] == [
        ["Amina Nowak"]
    ]
    assert _decisions() == [(True, "shared")]
    with db.unit_of_work(write=False):
        (seen,) = lookups.of(amina).page()
        assert (seen.team, seen.purpose, seen.about_key) == ("Northwind Repairs", "share", str(made.uuid))
        assert [one.kind for one in seen.opened] == ["shared_contact"]
        detail = sharing.of(amina).get(made.uuid)
        assert [one.allowed for one in detail.looks] == [True] and detail.share.used_at


def test_after_the_press_nothing_is_shown_and_the_try_is_kept(people: tuple[Actor, Actor]) -> None:
    amina, nils = people
    made = _give(amina, nils)
    _look(made, nils)
    with db.unit_of_work():
        sharing.stop(made.uuid, actor=amina)
    with pytest.raises(NotFound):
        _look(made, nils)
    assert _decisions() == [(True, "shared"), (False, "share_ended")]
    with db.unit_of_work(write=False):
        assert [one.allowed for one in sharing.of(amina).get(made.uuid).looks] == [False, True]
        assert sharing.held(nils)[0].customer == ""


def test_it_ends_at_the_very_instant_of_its_day(people: tuple[Actor, Actor]) -> None:
    amina, nils = people
    made = _give(amina, nils)
    with clock.at(made.until - timedelta(seconds=1)):
        _look(made, nils)
    with clock.at(made.until), pytest.raises(NotFound):
        _look(made, nils)


def test_what_is_narrowed_is_gone_at_the_next_look(people: tuple[Actor, Actor]) -> None:
    amina, nils = people
    made = _give(amina, nils)
    with db.unit_of_work():
        wanted = replace(sharing.of(amina).get(made.uuid).share.terms, fields=("contact.name",))
        sharing.amend(made.uuid, wanted, version=1, actor=amina)
    assert [len(group) for one in _look(made, nils).clusters for group in one.groups] == [1]


def test_once_is_once_and_daily_is_daily(people: tuple[Actor, Actor]) -> None:
    amina, nils = people
    once, daily = _give(amina, nils, often="once"), _give(amina, nils, often="daily", purpose="quote")
    now = clock.now()
    for made in (once, daily):
        for minutes in (0, 10):  # opening it again is the same look
            with clock.at(now + timedelta(minutes=minutes)):
                _look(made, nils)
        with clock.at(now + timedelta(hours=2)), pytest.raises(NotFound):
            _look(made, nils)
    with clock.at(now + timedelta(hours=25)):
        _look(daily, nils)
        with pytest.raises(NotFound):
            _look(once, nils)


def test_stopping_everything_silences_a_share_until_it_is_said_again(people: tuple[Actor, Actor]) -> None:
    amina, nils = people
    made = _give(amina, nils)
    with clock.at(clock.now() + timedelta(minutes=1)):
        with db.unit_of_work():
            consent.stop_all(actor=amina)
        with pytest.raises(NotFound):
            _look(made, nils)
    assert _decisions()[-1] == (False, "stop_all")
    with clock.at(clock.now() + timedelta(minutes=2)):
        with db.unit_of_work():
            share = sharing.of(amina).get(made.uuid).share
            assert share.state == "silent"
            sharing.extend(made.uuid, made.until + timedelta(days=1), version=share.version, actor=amina)
        _look(made, nils)


def test_nobody_else_looks(people: tuple[Actor, Actor]) -> None:
    amina, nils = people
    made = _give(amina, nils)
    with db.unit_of_work():
        other = replace(partner("Eastwind Works"), session_id=nils.session_id)
    with pytest.raises(NotFound):
        _look(made, other)
    for actor in (amina, replace(nils, rights=frozenset())):
        with pytest.raises(Denied):
            _look(made, actor)
    assert _decisions() == []


def test_of_two_looks_at_once_a_single_one_counts(people: tuple[Actor, Actor]) -> None:
    amina, nils = people
    made = _give(amina, nils, often="once")
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        _look(made, nils)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(sharing.ShareGrant.uses)).one() == 1
