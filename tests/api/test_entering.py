"""Who may call: a living token with the scope, of a person who may, and not too often."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.api.operations import OPERATIONS
from portal.domain import accounts, clock, programs
from portal.domain.accounts import memberships
from portal.domain.accounts.models import Membership, Person
from portal.domain.actor import SYSTEM
from portal.domain.programs import Program, Scope, covers
from tests.api.calling import EVERYTHING, Caller, actor_named, token_of
from tests.counting import counted
from tests.signing_in import sign_in_customer

NOWHERE = "3f0c6f0a-6f39-4c1e-9d1f-0a4b7a1c2d3e"


def test_a_token_opens_what_its_person_may_see(app: Flask) -> None:
    answer = Caller(app, token_of(app, "amina"))("GET", "/me")
    assert answer.status_code == 200
    assert answer.json["name"] == "Amina Nowak"
    assert answer.json["program"]["name"] == "Ledger sync"
    assert answer.headers["RateLimit"].startswith('"program";r=')


@pytest.mark.parametrize(
    "given", ["", "Basic YTpi", "Bearer", "Bearer x", "Bearer reins_abc_def", "Bearer a b", "é"]
)
def test_without_a_token_of_ours_nothing_opens(app: Flask, given: str) -> None:
    answer = Caller(app)("GET", "/me", headers={"Authorization": given} if given else {})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_right_prefix_with_a_wrong_secret_is_worth_nothing(app: Flask) -> None:
    token = token_of(app, "amina")
    wrong = token[:-5] + ("aaaaa" if token[-5:] != "aaaaa" else "bbbbb")
    assert Caller(app, wrong)("GET", "/me").status_code == 401
    assert Caller(app, token)("GET", "/me").status_code == 200


def test_a_cookie_speaks_for_nobody_here(app: Flask) -> None:
    browser = app.test_client()
    sign_in_customer(browser, "amina")
    assert browser.get("/api/v1/me").status_code == 401


def test_a_token_is_stored_as_nothing_that_opens(app: Flask) -> None:
    token = token_of(app, "amina")
    with db.unit_of_work(write=False) as session:
        row = session.scalars(select(Program)).one()
        kept = " ".join(str(getattr(row, column.name)) for column in Program.__table__.columns)
    assert token not in kept and token.rpartition("_")[2] not in kept


def test_a_stopped_program_is_refused_at_its_next_call(app: Flask) -> None:
    call = Caller(app, token_of(app, "amina"))
    assert call("GET", "/me").status_code == 200
    with db.unit_of_work():
        actor = accounts.actor_of(actor_named("amina").person_id)
        programs.stop(programs.of(actor)[0].uuid, actor=actor)
    answer = call("GET", "/me")
    assert answer.status_code == 401
    assert answer.json["type"] == "/api#token-invalid"


def test_a_token_ends_with_its_last_day(app: Flask) -> None:
    call = Caller(app, token_of(app, "amina", days=0))
    assert call("GET", "/me").status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        assert call("GET", "/me").status_code == 401


@pytest.mark.parametrize("end", ["membership", "person", "password", "alarm"])
def test_what_ends_the_person_here_ends_the_token(app: Flask, end: str) -> None:
    call = Caller(app, token_of(app, "amina"))
    assert call("GET", "/me").status_code == 200
    with db.unit_of_work() as session:
        person = session.get_one(Person, actor_named("amina").person_id)
        if end == "membership":
            membership = session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
            memberships.end(membership, actor=SYSTEM)
        elif end == "alarm":
            address = accounts.mailbox_of(person.id)
            accounts.not_me(accounts.mint_link("not_me", person_id=person.id, address=address))
        elif end == "person":
            person.deactivated_at = clock.now()
        else:
            accounts.set_password(person, "another-long-password-of-hers")
    assert call("GET", "/me").status_code == 401


def test_a_program_may_never_more_than_its_person(app: Flask) -> None:
    """Rights are those of the instant: taken away, they are gone at the next call."""
    call = Caller(app, token_of(app, "amina"))
    etag = call.etag("/account")
    assert call("PATCH", "/account", {"city": "Kraków"}, match=etag).status_code == 200
    with db.unit_of_work() as session:
        who = actor_named("amina")
        membership = session.scalars(select(Membership).where(Membership.person_id == who.person_id)).one()
        memberships.replace(membership, [], by_id=None)
    answer = call("PATCH", "/account", {"city": "Gdańsk"}, match="*")
    assert answer.status_code == 403
    assert answer.json["type"] == "/api#denied"


@pytest.mark.parametrize("held", EVERYTHING)
def test_each_scope_opens_its_own_operations_and_no_other(app: Flask, held: str) -> None:
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"api_calls_per_minute": 1000})
    call = Caller(app, token_of(app, "amina", (held,)))
    for one in OPERATIONS:
        path = one.address.removeprefix("/api/v1").replace("{id}", NOWHERE)
        for name in ("remedy", "file"):
            path = path.replace("{" + name + "}", NOWHERE)
        answer = call(one.method, path, {} if one.body else None, match="*" if one.conditional else "")
        if covers([held], Scope(one.scope)):
            assert answer.status_code != 403, (one.name, answer.text)
        else:
            assert answer.status_code == 403, (one.name, answer.text)
            assert answer.json["scope"] == one.scope.value
            assert one.scope.value in answer.headers["WWW-Authenticate"]


def test_calls_are_counted_for_each_token(app: Flask) -> None:
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"api_calls_per_minute": 3})
    call, other = Caller(app, token_of(app, "amina")), Caller(app, token_of(app, "ben"))
    assert [call("GET", "/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = call("GET", "/me")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "r=0" in refused.headers["RateLimit"]
    assert other("GET", "/me").status_code == 200


def test_guessing_tokens_ends_after_a_while(app: Flask) -> None:
    call = Caller(app, "reins_aaaaaaaaaaaa_" + "x" * 43)
    assert {call("GET", "/me").status_code for _ in range(60)} == {401}
    assert call("GET", "/me").status_code == 429


def test_a_call_finds_its_token_in_one_statement(app: Flask) -> None:
    call = Caller(app, token_of(app, "amina"))
    call("GET", "/me")  # the first one notes that the program was used
    with counted() as statements:
        assert call("GET", "/me").status_code == 200
    assert len([one for one in statements if not one.startswith("BEGIN")]) == 2, statements


def test_its_last_use_is_noted_at_most_once_a_minute(app: Flask) -> None:
    call = Caller(app, token_of(app, "amina"))
    call("GET", "/me")
    with db.unit_of_work(write=False):
        used = programs.of(actor_named("amina"))[0].last_used_at
    assert used is not None
    call("GET", "/me")
    with db.unit_of_work(write=False):
        assert programs.of(actor_named("amina"))[0].last_used_at == used
