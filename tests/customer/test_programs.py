"""Programs of a customer: made after a fresh proof, shown once, listed with their last use, stopped at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from portal import db
from portal.domain import accounts, calendars, clock, outbox, programs, timeline
from portal.domain.errors import Invalid, NotFound
from tests.api.calling import Caller, actor_named, token_of
from tests.client import AuditingClient
from tests.signing_in import sign_in_customer


@pytest.fixture
def browser(app: Flask) -> AuditingClient:
    app.test_client_class = AuditingClient
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    sign_in_customer(client, "amina")
    return client


def fill(browser: AuditingClient, **changes: str):
    page = browser.get("/programs/new").get_data(as_text=True)
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    nothing = dict.fromkeys(
        ("profile", "permissions", "preferences", "messages", "feedback", "look_ups", "timeline", "shares"),
        "",
    )
    data = {**nothing, "csrf_token": csrf[1], "name": "Home ledger", "complaints": "read", "until": day}
    return browser.post("/programs/new", data=data | changes)


def test_a_token_is_shown_once_and_works(app: Flask, browser: AuditingClient) -> None:
    answer = fill(browser)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    token = re.search(r"reins_[a-z0-9]{12}_[\w-]{43}", answer.get_data(as_text=True))[0]
    assert Caller(app, token)("GET", "/me").status_code == 403  # it may read complaints, and only that
    page = browser.get("/programs").get_data(as_text=True)
    assert "Home ledger" in page and token not in page
    assert "Read your complaints, our answers and the files" in page


def test_who_made_it_is_told_by_mail_and_on_the_timeline(app: Flask, browser: AuditingClient) -> None:
    fill(browser)
    with db.unit_of_work(write=False):
        actor = actor_named("amina")
        assert outbox.of(actor).page()[0].name == "program_made"
        said = [str(row.sentence) for row in timeline.of(actor).page()]
    assert any("lets the program “Home ledger” act until" in one for one in said)


def test_making_one_asks_for_a_fresh_proof(app: Flask, browser: AuditingClient) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=20), tick=True):
        assert "/confirm" in browser.get("/programs/new").headers["Location"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "fill this in"),
        ({"complaints": ""}, "Choose at least one thing"),
        ({"until": "2020-01-01"}, "at most a year away"),
        ({"until": "2999-01-01"}, "at most a year away"),
        ({"complaints": "everything"}, "Not a valid choice"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(
    browser: AuditingClient, changes: dict[str, str], said: str
) -> None:
    answer = fill(browser, **changes)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert said.lower() in page.lower()
    if "name" not in changes:
        assert "Home ledger" in page


def test_stopping_one_refuses_its_next_call(app: Flask, browser: AuditingClient) -> None:
    token = token_of(app, "amina")
    page = browser.get("/programs").get_data(as_text=True)
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    address = re.search(r'action="(/programs/[^"]+/end)"', page)[1]
    assert browser.post(address, data={"csrf_token": csrf}).status_code == 303
    assert Caller(app, token)("GET", "/me").status_code == 401
    assert "You stopped it on" in browser.get("/programs").get_data(as_text=True)


def test_nobody_stops_anothers_program(app: Flask, browser: AuditingClient) -> None:
    token = token_of(app, "ben")
    with db.unit_of_work():
        hers, his = actor_named("amina"), actor_named("ben")
        uuid = programs.of(his)[0].uuid
        with pytest.raises(NotFound):
            programs.stop(uuid, actor=hers)
    assert Caller(app, token)("GET", "/me").status_code == 200


def test_there_is_an_end_to_programs(
    app: Flask, browser: AuditingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.domain.programs.actions.MOST_PROGRAMS", 1)
    with db.unit_of_work():
        actor = accounts.actor_of(actor_named("amina").person_id)
        day = calendars.local_day(clock.now(), actor.zone)
        programs.make("One", ["profile:read"], day, actor=actor)
        with pytest.raises(Invalid, match="act for you already"):
            programs.make("Two", ["profile:read"], day, actor=actor)


def test_the_page_for_programs_is_a_page_for_everybody(app: Flask) -> None:
    app.test_client_class = AuditingClient
    page = app.test_client().get("/api")
    assert page.status_code == 200
    assert "/api/v1/me" in page.get_data(as_text=True)
