from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.domain import accounts, clock
from portal.domain.accounts import Face, Life
from portal.domain.accounts.credentials import SignInSession
from portal.domain.actor import SYSTEM, Permission
from portal.domain.errors import NotFound
from tests.counting import counted
from tests.domain.accounts.people import PASSWORD, customer, member_of_staff


def signed_in(email: str = "amina@example.org", device: str = "Firefox, Windows") -> str:
    return accounts.sign_in(
        email=email, password=PASSWORD, face=Face.CUSTOMER, device=device, network="192.0.2.1"
    ).token


def staff_in(person: accounts.Person) -> str:
    token, _face = accounts.demo_link(person)
    return accounts.enter_by_link(token, device="", network="")[0].token


def life(token: str, face: Face = Face.CUSTOMER) -> Life | None:
    resumed = accounts.resume(token, face=face)
    return resumed.life if resumed else None


def test_only_the_hash_of_a_token_is_stored(uow: object) -> None:
    customer()
    token = signed_in()
    row = db.session().scalars(select(SignInSession)).one()
    assert token not in (row.token_hash, str(row.uuid))
    assert len(row.token_hash) == 64


def test_a_sign_in_belongs_to_one_face(uow: object) -> None:
    customer()
    token = signed_in()
    assert life(token) is Life.LIVE
    assert accounts.resume(token, face=Face.STAFF) is None
    assert accounts.resume("nonsense", face=Face.CUSTOMER) is None


def test_a_request_needs_one_statement_to_know_who_acts(uow: object) -> None:
    customer()
    sam = member_of_staff(roles=("handler", "reviewer"))
    tokens = (signed_in(), Face.CUSTOMER), (staff_in(sam), Face.STAFF)
    for token, face in tokens:
        db.session().flush()
        with counted() as statements:
            resumed = accounts.resume(token, face=face)
        assert len(statements) == 1
        assert resumed is not None
    assert resumed.actor.may(Permission.COMPLAINTS_REVIEW)
    assert [str(role) for role in resumed.roles] == ["Complaint handler", "Reviewer"]


def test_rest_and_length_end_a_sign_in_sooner_for_staff(uow: object) -> None:
    customer()
    token, staff = signed_in(), staff_in(member_of_staff())
    start = clock.now()
    with clock.at(start + timedelta(minutes=31)):
        assert life(staff, Face.STAFF) is Life.IDLE
        assert life(token) is Life.LIVE
    with clock.at(start + timedelta(minutes=121)):
        assert life(token) is Life.IDLE
    for minutes in range(0, 12 * 60, 20):  # kept awake, it still ends
        with clock.at(start + timedelta(minutes=minutes)):
            resumed = accounts.resume(staff, face=Face.STAFF)
            assert resumed is not None and resumed.life is Life.LIVE
            accounts.touch(resumed.id)
    with clock.at(start + timedelta(hours=12)):
        assert life(staff, Face.STAFF) is Life.OVER


def test_a_touch_is_written_at_most_once_a_minute(uow: object) -> None:
    customer()
    token, start = signed_in(), clock.now()
    resumed = accounts.resume(token, face=Face.CUSTOMER)
    assert resumed is not None and not resumed.touch_due
    with clock.at(start + timedelta(seconds=61)):
        later = accounts.resume(token, face=Face.CUSTOMER)
        assert later is not None and later.touch_due
        accounts.touch(later.id)
        again = accounts.resume(token, face=Face.CUSTOMER)
        assert again is not None and not again.touch_due


def test_sign_out_and_the_list_end_a_sign_in_at_once(uow: object) -> None:
    customer()
    tokens = [signed_in(device=name) for name in ("Firefox, Windows", "Safari, iPhone", "Chrome, Android")]
    first = accounts.resume(tokens[0], face=Face.CUSTOMER)
    assert first is not None
    listed = accounts.sessions_of(first.actor)
    assert sorted((one.device, one.here) for one in listed) == [
        ("Chrome, Android", False), ("Firefox, Windows", True), ("Safari, iPhone", False),
    ]  # fmt: skip
    phone = next(one for one in listed if one.device == "Safari, iPhone")
    accounts.end_session(phone.uuid, actor=first.actor)
    assert [life(token) for token in tokens] == [Life.LIVE, Life.ENDED, Life.LIVE]
    assert accounts.end_others(first.actor) == 1
    assert [life(token) for token in tokens] == [Life.LIVE, Life.ENDED, Life.ENDED]
    accounts.sign_out(first.actor)
    assert life(tokens[0]) is Life.ENDED
    assert accounts.sessions_of(first.actor) == []


def test_nobody_ends_a_strangers_sign_in(uow: object) -> None:
    customer()
    customer("Ben Petrov", "ben@example.org")
    amina = accounts.resume(signed_in(), face=Face.CUSTOMER)
    ben = accounts.resume(signed_in("ben@example.org"), face=Face.CUSTOMER)
    assert amina is not None and ben is not None
    for wanted in (amina.uuid, uuid.uuid4()):
        with pytest.raises(NotFound):
            accounts.end_session(wanted, actor=ben.actor)


def test_a_demotion_counts_at_the_next_request(uow: object) -> None:
    sam = member_of_staff()
    token = staff_in(sam)
    accounts.set_roles(sam.id, ["marketing"], actor=SYSTEM)
    resumed = accounts.resume(token, face=Face.STAFF)
    assert resumed is not None
    assert not resumed.actor.may(Permission.COMPLAINTS_READ)
    accounts.set_roles(sam.id, [], actor=SYSTEM)
    resumed = accounts.resume(token, face=Face.STAFF)
    assert resumed is not None and resumed.actor.permissions == frozenset()


def test_the_end_of_an_employment_ends_its_sign_ins(uow: object) -> None:
    sam = member_of_staff()
    token = staff_in(sam)
    accounts.end_staff(sam.id, actor=SYSTEM)
    assert life(token, Face.STAFF) is Life.ENDED
    with pytest.raises(NotFound):
        accounts.actor_of(sam.id, face=Face.STAFF)


def test_the_end_of_a_membership_bars_its_sign_ins(uow: object) -> None:
    account, ola = accounts.open_account(
        actor=SYSTEM,
        name="Hurtownia Lipa",
        kind="company",
        contact="Ola Lipa",
        email="ola@lipa.example",
        claimed=True,
    )
    piotr = customer("Piotr Lis", "piotr@lipa.example")
    membership = accounts.join(
        account, piotr, actor=accounts.actor_of(ola.id, account_id=account.id), rights=()
    )
    token = signed_in("piotr@lipa.example")
    resumed = accounts.resume(token, face=Face.CUSTOMER)
    assert resumed is not None
    assert resumed.actor.account_id != account.id  # one's own account comes first
    accounts.take_in_hand(resumed.actor, account.uuid)
    resumed = accounts.resume(token, face=Face.CUSTOMER)
    assert resumed is not None and (resumed.actor.account_id, resumed.actor.rights) == (
        account.id,
        frozenset(),
    )
    accounts.end_membership(membership.uuid, actor=accounts.actor_of(ola.id))
    assert life(token) is Life.BARRED
    with pytest.raises(NotFound):
        accounts.take_in_hand(resumed.actor, account.uuid)
