"""The one-click link of RFC 8058 over HTTP: no cookie, no token of a form, no redirect, the same answer to all."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import db, mail
from portal.domain import consent, delivery, outbox
from portal.domain.actor import Actor
from portal.domain.consent import ConsentEvent
from portal.domain.delivery import Parcel, Words
from tests import records
from tests.client import AuditingClient
from tests.factories import make_purpose

PRESS = {"List-Unsubscribe": "One-Click"}


class Listening(mail.Post):
    """Keeps the token that a mail program would find in the header."""

    token = ""

    def carry(self, parcel: Parcel, words: Words) -> None:
        self.token = parcel.stop_token
        assert f"/u/{self.token}" in words.text and f"/u/{self.token}" in words.html


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    app.test_client_class = AuditingClient
    return app.test_client()


@pytest.fixture
def amina(app: Flask) -> Actor:
    with db.unit_of_work():
        actor = records.customer()
        make_purpose("offers")
        consent.give("offers", actor=actor)
    return actor


@pytest.fixture
def token(app: Flask, amina: Actor) -> str:
    """The link in an offer that Amina got."""
    app.config["SETTINGS"]  # the transport reads them
    post = Listening(app, app.config["SETTINGS"])
    with db.unit_of_work():
        message = records.written(
            "known_mailbox", key="k", account_id=amina.account_id, person_id=amina.person_id, purpose="offers",
            address="amina@example.org", data={}, urgent=True,
        )  # fmt: skip
        delivery.deliver(message, transport=post)
        assert message.state == outbox.State.SENT, message.reason
        assert post.token not in message.body_text + message.body_html
    return post.token


def events() -> int:
    with db.unit_of_work(write=False) as session:
        return session.scalar(select(func.count()).select_from(ConsentEvent)) or 0


def last() -> ConsentEvent:
    with db.unit_of_work(write=False) as session:
        return session.scalars(select(ConsentEvent).order_by(ConsentEvent.id.desc()).limit(1)).one()


@pytest.mark.parametrize("shape", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_one_post_without_cookies_stops_it(browser: FlaskClient, token: str, shape: str) -> None:
    answer = browser.post(f"/u/{token}", data=PRESS, content_type=shape)
    assert answer.status_code == 200 and "Location" not in answer.headers
    event = last()
    assert (event.kind, event.method, event.channel) == ("withdrawn", "one_click", "email")


def test_the_form_token_is_not_asked_for(app: Flask, browser: FlaskClient, token: str) -> None:
    assert app.config.get("WTF_CSRF_ENABLED", True)
    assert browser.post(f"/u/{token}", data=PRESS).status_code == 200


def test_looking_changes_nothing(browser: FlaskClient, token: str) -> None:
    before = events()
    for method in ("GET", "HEAD"):
        assert browser.open(f"/u/{token}", method=method).status_code == 200
    assert events() == before
    assert "Stop these messages" in browser.get(f"/u/{token}").text


def test_a_second_press_is_answered_and_makes_no_second_event(browser: FlaskClient, token: str) -> None:
    browser.post(f"/u/{token}", data=PRESS)
    before = events()
    assert browser.post(f"/u/{token}", data=PRESS).status_code == 200
    assert events() == before


def without(text: str, *parts: str) -> str:
    """A page without what differs by nature: its token and the tokens of its forms."""
    import re

    for part in parts:
        text = text.replace(part, "")
    return re.sub(r'name="csrf_token" value="[^"]*"', "", text)


def test_an_unknown_link_looks_the_same_and_reveals_nothing(browser: FlaskClient, token: str) -> None:
    other = "A" * len(token)
    known, unknown = browser.get(f"/u/{token}"), browser.get(f"/u/{other}")
    assert unknown.status_code == 200 and without(known.text, token) == without(unknown.text, other)
    before = events()
    nothing = browser.post(f"/u/{other}", data=PRESS)
    assert events() == before
    something = browser.post(f"/u/{token}", data=PRESS)
    assert events() == before + 1
    assert nothing.status_code == something.status_code == 200
    assert without(nothing.text, other) == without(something.text, token)
    assert dict(nothing.headers).keys() == dict(something.headers).keys()


@pytest.mark.parametrize(
    "odd", ["%00", "%ff%fe", "..%2f..", "x" * 3000, "<script>", "'; DROP TABLE message; --"]
)
def test_odd_links_are_no_error_of_ours(browser: FlaskClient, odd: str) -> None:
    for method in ("GET", "POST"):
        assert browser.open(f"/u/{odd}", method=method).status_code < 500


def test_the_page_has_no_personal_data_and_is_not_kept(
    browser: FlaskClient, token: str, amina: Actor
) -> None:
    answer = browser.get(f"/u/{token}")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    for word in ("Amina", "amina@example.org", "Offers"):
        assert word not in answer.text
