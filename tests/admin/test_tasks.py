"""Calls as staff work them: what to say, the number only when the gate allows it, and what came of it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import db, mail
from portal.domain import clock, consent, delivery, outbox
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor
from portal.domain.lookups.models import LookUp
from portal.domain.outbox import State
from portal.ui import formats
from tests import records
from tests.client import AuditingClient
from tests.counting import counted
from tests.factories import make_purpose
from tests.signing_in import sign_in_customer, sign_in_staff

NUMBER = "+48600100200"


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    app.test_client_class = AuditingClient
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    # The forms of the pages keep their token field, which is not what these tests are about.
    browser.audit = False  # type: ignore[attr-defined]
    sign_in_staff(browser, "agent")
    return browser


@pytest.fixture
def amina(app: Flask) -> Actor:
    with db.unit_of_work() as session:
        actor = records.customer()
        account = session.get_one(Account, actor.account_id)
        account.phone, account.street, account.postcode, account.city = (
            NUMBER,
            "ul. Polna 3",
            "00-001",
            "Łódź",
        )
        make_purpose("offers")
        consent.give("offers", actor=actor)
    return actor


def waiting(app: Flask, amina: Actor, channel: str, key: str = "one", **changes: Any) -> outbox.Message:
    """Bring one message to where staff find it, on a Tuesday morning."""
    with clock.at(datetime(2026, 3, 3, 10, tzinfo=UTC)), db.unit_of_work() as session:
        message = records.written(
            "known_mailbox", key=key, account_id=amina.account_id, person_id=amina.person_id, channel=channel,
            data={}, **({"purpose": "service", "urgent": True} | changes),
        )  # fmt: skip
        assert delivery.deliver(message, transport=mail.silent(app)) is State.WAITING, message.reason
        session.flush()
        session.expunge(message)
    return message


def look(message: outbox.Message) -> outbox.Message:
    with db.unit_of_work(write=False) as session:
        found = session.get_one(outbox.Message, message.id)
        session.expunge(found)
    return found


def test_the_list_shows_names_and_numbers_of_customers_only(
    app: Flask, browser: FlaskClient, amina: Actor
) -> None:
    message = waiting(app, amina, "phone")
    page = browser.get("/admin/tasks").text
    assert "Amina Nowak" in page and message.subject in page and NUMBER not in page
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(LookUp.purpose)).all() == ["list"]


def test_a_call_from_the_list_to_its_note(app: Flask, browser: FlaskClient, amina: Actor) -> None:
    message = waiting(app, amina, "phone")
    path = f"/admin/tasks/{message.uuid}"
    assert NUMBER not in browser.get(path).text
    assert browser.post(f"{path}/call").status_code == 303
    page = browser.get(path).text
    assert f"tel:{NUMBER}" in page and formats.phone(NUMBER) in page and "What came of the call?" in page
    empty = browser.post(f"{path}/outcome", data={"note": "kept words"})
    assert empty.status_code == 400 and "kept words" in empty.text
    assert "Choose what came of the call." in empty.text and look(message).state == State.WAITING
    done = browser.post(f"{path}/outcome", data={"outcome": "reached", "note": "Comes on Monday"})
    assert done.status_code == 303 and look(message).state == State.DONE
    assert message.subject in browser.get("/admin/tasks?view=done").text
    assert NUMBER not in browser.get(path).text


def test_opening_a_call_is_a_look_up_tied_to_it(app: Flask, browser: FlaskClient, amina: Actor) -> None:
    message = waiting(app, amina, "phone")
    browser.get(f"/admin/tasks/{message.uuid}")
    with db.unit_of_work(write=False) as session:
        row = session.scalars(select(LookUp).where(LookUp.account_id == amina.account_id)).one()
        assert (row.purpose, row.about_key) == ("task", str(message.uuid))


def test_a_call_that_is_no_longer_allowed_says_so_and_hides_the_number(
    app: Flask, browser: FlaskClient, amina: Actor
) -> None:
    message = waiting(app, amina, "phone", purpose="offers")
    with db.unit_of_work():
        make_purpose("offers", asks_anew=True, text="It means something else now.")
    answer = browser.post(f"/admin/tasks/{message.uuid}/call", follow_redirects=True)
    assert "Do not call" in answer.text and NUMBER not in answer.text
    assert look(message).state == State.WITHHELD


def test_the_list_costs_the_same_with_many_calls(app: Flask, browser: FlaskClient, amina: Actor) -> None:
    waiting(app, amina, "phone")
    browser.get("/admin/tasks")
    with counted() as few:
        browser.get("/admin/tasks")
    for n in range(30):
        waiting(app, amina, "phone", f"k{n}")
    with counted() as many:
        browser.get("/admin/tasks")
    assert len(few) == len(many)


@pytest.mark.parametrize("path", ["", "/call", "/outcome"])
def test_nonsense_and_other_channels_are_not_found(
    app: Flask, browser: FlaskClient, amina: Actor, path: str
) -> None:
    letter = waiting(app, amina, "letter")
    method = "POST" if path else "GET"
    for number in (uuid.uuid4(), letter.uuid):
        data = {"outcome": "reached"}
        assert browser.open(f"/admin/tasks/{number}{path}", method=method, data=data).status_code == 404


def test_the_pages_are_well_made(app: Flask, amina: Actor) -> None:
    app.test_client_class = AuditingClient
    auditing = app.test_client()
    sign_in_staff(auditing, "agent")
    auditing.get("/admin/tasks")
    message = waiting(app, amina, "phone")
    for path in ("/admin/tasks", "/admin/tasks?view=done", f"/admin/tasks/{message.uuid}"):
        assert auditing.get(path).status_code == 200


def test_a_customer_does_not_get_in(app: Flask) -> None:
    stranger = app.test_client()
    sign_in_customer(stranger, "ben")
    assert stranger.get("/admin/tasks").status_code == 303
