"""Tokens of partners' systems: proved, short, hashed, given back, refused as the RFCs have it (6749, 7009, 8414)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import clients, clock, partners
from portal.domain.actor import SYSTEM, Actor
from portal.domain.clients import PartnerClient, PartnerClientToken
from tests.domain.tasks import scenes

from .partner_calling import System, ask_token, basic, let_in, system_of


@pytest.fixture
def astrid(app: Flask) -> Actor:
    """The administrator of a partner."""
    with db.unit_of_work():
        return scenes.nils(scenes.company(), "Astrid Holm", role="administrator")


@pytest.fixture
def made(astrid: Actor) -> tuple[uuid.UUID, str]:
    """A system and its secret."""
    with db.unit_of_work():
        client, secret = let_in(astrid)
        return client.uuid, secret


def test_credentials_become_a_short_token(app: Flask, made: tuple[uuid.UUID, str]) -> None:
    answer = ask_token(app, *made, scope="tasks:read changes:read")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers
    found = answer.json
    assert (found["token_type"], found["scope"]) == ("Bearer", "tasks:read changes:read")
    assert 0 < found["expires_in"] <= 900 and "refresh_token" not in found
    assert System(app, found["access_token"])("GET", "/tasks").status_code == 200
    by_form = app.test_client().post(
        "/oauth/token",
        data={"grant_type": "client_credentials", "client_id": str(made[0]), "client_secret": made[1]},
    )
    assert by_form.status_code == 200 and by_form.json["scope"].split() == [
        "tasks:work", "shares:read", "changes:read"
    ]  # fmt: skip


def test_neither_secret_nor_token_is_stored(app: Flask, made: tuple[uuid.UUID, str]) -> None:
    token = ask_token(app, *made).json["access_token"]
    with db.unit_of_work(write=False) as session:
        rows: list[Any] = [
            *session.scalars(select(PartnerClient)),
            *session.scalars(select(PartnerClientToken)),
        ]
        kept = " ".join(str(getattr(row, column.name)) for row in rows for column in row.__table__.columns)
    for text in (made[1], token):
        assert text not in kept and text.rpartition("_")[2] not in kept


@pytest.mark.parametrize(
    ("headers", "form", "status", "error"),
    [
        ({}, {"grant_type": "client_credentials"}, 401, "invalid_client"),
        ({"Authorization": "Basic !"}, {"grant_type": "client_credentials"}, 401, "invalid_client"),
        ({"Authorization": "Basic //79/w=="}, {"grant_type": "client_credentials"}, 401, "invalid_client"),
        (basic("é", "é"), {"grant_type": "client_credentials"}, 401, "invalid_client"),
        (basic("x%00", "%FF"), {"grant_type": "client_credentials"}, 401, "invalid_client"),
        (basic("x", "y"), {"grant_type": "client_credentials", "client_secret": "y"}, 400, "invalid_request"),
        (basic("x", "y"), {}, 400, "invalid_request"),
        (basic("x", "y"), {"grant_type": 'pass"wörd'}, 400, "unsupported_grant_type"),
    ],
)
def test_what_is_wrong_is_said_as_oauth_says_it(
    app: Flask, headers: dict[str, str], form: dict[str, str], status: int, error: str
) -> None:
    answer = app.test_client().post("/oauth/token", data=form, headers=headers)
    assert (answer.status_code, answer.json["error"]) == (status, error)
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in answer.headers) is (status == 401)


def test_who_is_unknown_and_who_is_wrong_answer_alike(app: Flask, made: tuple[uuid.UUID, str]) -> None:
    other = ask_token(app, uuid.uuid4(), made[1])
    wrong = ask_token(app, made[0], made[1][:-1] + "é")
    assert (other.status_code, other.data) == (wrong.status_code, wrong.data) == (401, other.data)


def test_nothing_of_it_stands_in_an_address(app: Flask, made: tuple[uuid.UUID, str]) -> None:
    form = {"grant_type": "client_credentials"}
    browser = app.test_client()
    assert browser.post(f"/oauth/token?client_secret={made[1]}", data=form).json["error"] == "invalid_request"
    assert browser.post("/oauth/token", json=form, headers=basic(*made)).json["error"] == "invalid_request"
    twice = browser.post(
        "/oauth/token", data={"grant_type": ["client_credentials"] * 2}, headers=basic(*made)
    )
    assert twice.json["error"] == "invalid_request"
    assert browser.get("/oauth/token").status_code == 405


def test_more_than_the_system_may_is_refused(app: Flask, astrid: Actor) -> None:
    with db.unit_of_work():
        client, secret = let_in(astrid, ("tasks:read",))
        one = client.uuid
    for scope in ("tasks:work", "shares:read", "everything", 'sc"ope'):
        answer = ask_token(app, one, secret, scope)
        assert (answer.status_code, answer.json["error"]) == (400, "invalid_scope")
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(PartnerClientToken)).all() == []


def test_a_token_ends_and_so_does_the_day_of_its_system(app: Flask, made: tuple[uuid.UUID, str]) -> None:
    call = System(app, ask_token(app, *made).json["access_token"])
    with time_machine.travel(clock.now() + timedelta(minutes=14), tick=False):
        assert call("GET", "/tasks").status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        answer = call("GET", "/tasks")
        assert answer.status_code == 401 and "token endpoint" in answer.json["detail"]
    with time_machine.travel(clock.now() + timedelta(days=32), tick=False):
        assert ask_token(app, *made).status_code == 401


def test_shut_out_means_at_once(app: Flask, astrid: Actor, made: tuple[uuid.UUID, str]) -> None:
    call = System(app, ask_token(app, *made).json["access_token"])
    assert call("GET", "/tasks").status_code == 200
    with db.unit_of_work():
        clients.revoke(made[0], actor=astrid)
    assert call("GET", "/tasks").status_code == 401
    assert ask_token(app, *made).json["error"] == "invalid_client"


def test_with_the_company_its_systems_are_out(app: Flask, astrid: Actor, made: tuple[uuid.UUID, str]) -> None:
    call = System(app, ask_token(app, *made).json["access_token"])
    with db.unit_of_work() as session:
        company = session.get_one(partners.PartnerCompany, astrid.partner_id)
        partners.deactivate(company.uuid, actor=SYSTEM)
    assert call("GET", "/tasks").status_code == 401
    assert ask_token(app, *made).status_code == 401


def test_a_token_is_given_back_by_its_own_system_alone(
    app: Flask, astrid: Actor, made: tuple[uuid.UUID, str]
) -> None:
    call, other = (
        System(app, ask_token(app, *made).json["access_token"]),
        system_of(app, astrid, name="Other"),
    )
    with db.unit_of_work():
        third, secret = let_in(astrid, name="Third")
        stranger = (third.uuid, secret)
    browser = app.test_client()
    for who, token, status in (
        (stranger, call.token, 200), (made, "nonsense", 200), (made, "", 400), ((made[0], "x"), call.token, 401),
    ):  # fmt: skip
        answer = browser.post("/oauth/revoke", data={"token": token}, headers=basic(*who))
        assert answer.status_code == status, (who, token)
        assert call("GET", "/tasks").status_code == 200
    assert browser.post("/oauth/revoke", data={"token": call.token}, headers=basic(*made)).status_code == 200
    assert call("GET", "/tasks").status_code == 401
    assert other("GET", "/tasks").status_code == 200


def test_another_secret_and_the_one_before_for_a_day(
    app: Flask, astrid: Actor, made: tuple[uuid.UUID, str]
) -> None:
    with db.unit_of_work():
        _, new = clients.rotate(made[0], actor=astrid)
    assert ask_token(app, made[0], new).status_code == ask_token(app, *made).status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        assert ask_token(app, made[0], new).status_code == 200
        assert ask_token(app, *made).status_code == 401


def test_who_guesses_on_waits_and_shuts_nobody_out(app: Flask, made: tuple[uuid.UUID, str]) -> None:
    for _ in range(30):
        assert ask_token(app, made[0], "wrong").status_code == 401
    answer = ask_token(app, made[0], "wrong")
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert ask_token(app, *made).status_code == 200


def test_the_address_of_tokens_is_found(app: Flask) -> None:
    found = app.test_client().get("/.well-known/oauth-authorization-server")
    assert found.json["token_endpoint"].endswith("/oauth/token")
    assert found.json["grant_types_supported"] == ["client_credentials"]
    assert set(found.json["scopes_supported"]) == {scope.value for scope in clients.Scope}


def test_neither_secret_nor_token_is_logged(
    app: Flask,
    made: tuple[uuid.UUID, str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level("DEBUG")
    token = ask_token(app, *made).json["access_token"]
    assert System(app, token)("GET", "/tasks").status_code == 200
    ask_token(app, made[0], made[1] + "x")
    app.test_client().post("/oauth/revoke", data={"token": token}, headers=basic(*made))
    assert System(app, token)("GET", "/tasks").status_code == 401
    written = caplog.text + "".join(capfd.readouterr())
    assert "client.refused" in written, "the refusal is there"
    for text in (made[1], token):
        assert text not in written and text.rpartition("_")[2] not in written
