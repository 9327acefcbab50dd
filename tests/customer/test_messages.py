"""The Messages page: everything sent, waiting and held back, for the right person, with its why."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import db, mail
from portal.domain import clock, consent, delivery, outbox
from portal.domain.accounts import Person
from portal.domain.accounts.models import Membership
from portal.domain.actor import Actor, ActorKind
from tests import records
from tests.client import AuditingClient
from tests.counting import counted
from tests.factories import make_purpose
from tests.signing_in import sign_in_customer


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    app.test_client_class = AuditingClient
    return app.test_client()


def actor_of(person: Person) -> Actor:
    account_id = (
        db.session().scalars(select(Membership.account_id).where(Membership.person_id == person.id)).one()
    )
    return Actor(
        ActorKind.CUSTOMER, person_id=person.id, account_id=account_id, name=person.name,
        rights=frozenset({"administer"}),
    )  # fmt: skip


def write(person: Person, key: str, **changes: Any) -> uuid.UUID:
    values = {"purpose": "service", "channel": "inbox", "data": {}} | changes
    with db.unit_of_work():
        message = records.written(
            "known_mailbox", key=key, account_id=actor_of(person).account_id, person_id=person.id, **values
        )
        return message.uuid


def deliver(app: Flask, found: uuid.UUID) -> outbox.Message:
    with db.unit_of_work() as session:
        message = session.scalars(select(outbox.Message).where(outbox.Message.uuid == found)).one()
        delivery.deliver(message, transport=mail.silent(app))
        session.flush()
        session.expunge(message)
    return message


def test_an_empty_page_says_what_will_appear(browser: FlaskClient) -> None:
    sign_in_customer(browser, "amina")
    for view in outbox.Filter:
        assert browser.get(f"/messages?view={view.value}").status_code == 200
    assert "No messages yet" in browser.get("/messages").text


def test_what_was_sent_and_what_was_held_back_stand_side_by_side(app: Flask, browser: FlaskClient) -> None:
    amina = sign_in_customer(browser, "amina")
    with db.unit_of_work():
        make_purpose("offers")
    sent, held = write(amina, "a"), write(amina, "b", purpose="offers", channel="email")
    deliver(app, sent)
    deliver(app, held)
    page = browser.get("/messages").text
    assert "Sent" in page and "Withheld" in page and "Unread" in page and "Offers" in page
    assert str(held) in browser.get("/messages?view=not_sent").text
    assert str(sent) not in browser.get("/messages?view=not_sent").text
    assert str(sent) in browser.get("/messages?view=unread").text


def test_why_did_i_get_this_names_purpose_and_permission(app: Flask, browser: FlaskClient) -> None:
    amina = sign_in_customer(browser, "amina")
    with db.unit_of_work():
        make_purpose("offers")
        consent.give("offers", actor=actor_of(amina))
    message = deliver(app, write(amina, "a", purpose="offers"))
    page = browser.get(f"/messages/{message.uuid}").text
    assert "Why did I get this?" in page and "“Offers”" in page and "You allowed this on" in page
    assert message.subject in page


def test_why_not_names_the_reason(app: Flask, browser: FlaskClient) -> None:
    amina = sign_in_customer(browser, "amina")
    with db.unit_of_work():
        make_purpose("offers")
        consent.refuse("offers", actor=actor_of(amina))
    message = deliver(app, write(amina, "a", purpose="offers"))
    page = browser.get(f"/messages/{message.uuid}").text
    assert "Why did I not get this?" in page and "You said no." in page


def test_a_message_that_waits_says_until_when(browser: FlaskClient) -> None:
    amina = sign_in_customer(browser, "amina")
    found = write(amina, "a", due_at=clock.now() + timedelta(days=2))
    page = browser.get(f"/messages/{found}").text
    assert "waits to be sent" in page and "Why does this wait?" in page


def test_the_words_of_a_message_are_shown_as_words(app: Flask, browser: FlaskClient) -> None:
    amina = sign_in_customer(browser, "amina")
    message = deliver(app, write(amina, "a"))
    with db.unit_of_work() as session:
        row = session.get_one(outbox.Message, message.id)
        row.body_text = (
            "<script>alert(1)</script>\n\nSee https://portal.vistula.example/x\nnext line https://gone.test/u/•••\n\n"
            "-- \nthe footer of the mail\n"
        )
    page = browser.get(f"/messages/{message.uuid}").text
    assert "&lt;script&gt;" in page and '<a href="https://portal.vistula.example/x"' in page
    assert "the footer of the mail" not in page and "gone.test" not in page


def test_opening_is_noted_by_a_post_and_a_get_changes_nothing(app: Flask, browser: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    amina = sign_in_customer(browser, "amina")
    message = deliver(app, write(amina, "a"))
    browser.get(f"/messages/{message.uuid}")
    assert "Mark as read" in browser.get(f"/messages/{message.uuid}").text
    answer = browser.post(f"/messages/{message.uuid}/reading")
    assert answer.status_code == 303
    assert "Mark as read" not in browser.get(f"/messages/{message.uuid}").text
    assert (
        browser.post(f"/messages/{message.uuid}/reading", headers={"HX-Request": "true"}).status_code == 204
    )


def test_ben_gets_the_same_404_for_aminas_message_as_for_nonsense(app: Flask, browser: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    amina = sign_in_customer(browser, "amina")
    message = deliver(app, write(amina, "a"))
    ben = app.test_client()
    sign_in_customer(ben, "ben")
    for method, path in (("GET", "/messages/{}"), ("POST", "/messages/{}/reading")):
        foreign = ben.open(path.format(message.uuid), method=method)
        nonsense = ben.open(path.format(uuid.uuid4()), method=method)
        assert foreign.status_code == nonsense.status_code == 404
        assert foreign.data.replace(str(message.uuid).encode(), b"") != b""
    assert "Mark as read" in browser.get(f"/messages/{message.uuid}").text
    assert str(message.uuid) not in ben.get("/messages").text


def test_the_page_costs_the_same_with_many_messages(app: Flask, browser: FlaskClient) -> None:
    amina = sign_in_customer(browser, "amina")
    write(amina, "first")
    browser.get("/messages")
    with counted() as few:
        browser.get("/messages")
    for n in range(45):
        write(amina, f"k{n}", channel="email" if n % 2 else "inbox")
    with counted() as many:
        browser.get("/messages")
    assert len(few) == len(many)
    asked = [text for text in many if "FROM message" in text or "purpose" in text]
    assert len(asked) <= 4, asked


def test_pages_follow_each_other(browser: FlaskClient) -> None:
    amina = sign_in_customer(browser, "amina")
    everything = {str(write(amina, f"k{n}")) for n in range(45)}
    seen, path = set(), "/messages"
    for _ in range(5):
        page = browser.get(path).text
        now = {one for one in everything if f"/messages/{one}" in page}
        assert not now & seen
        seen |= now
        if 'rel="next"' not in page:
            break
        path = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert seen == everything


@pytest.mark.parametrize("after", ["x", "W10", "WyIyMDI2LTAxLTAxIiwxXQ", "WzEsMl0", "a" * 5000])
def test_a_nonsense_key_shows_the_first_page(browser: FlaskClient, after: str) -> None:
    sign_in_customer(browser, "amina")
    assert browser.get("/messages", query_string={"after": after, "view": "nonsense"}).status_code == 200


def test_a_stranger_is_led_to_the_sign_in(browser: FlaskClient) -> None:
    assert browser.get("/messages").status_code == 303
