"""A partner's administrator sets where events go, sees the secret once, and lets what was given up go again."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import update

from portal import db
from portal.domain import clock, webhooks
from tests.client import AuditingClient
from tests.signing_in import sign_in_partner, sign_in_staff


@pytest.fixture
def astrid(app: Flask) -> AuditingClient:
    app.test_client_class = AuditingClient
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    sign_in_partner(browser, "astrid")
    return browser


def test_the_secret_is_shown_once(astrid: AuditingClient) -> None:
    assert astrid.get("/extranet/events").status_code == 200
    page = astrid.post("/extranet/events", data={"url": "https://northwind.example/reins"})
    secret = re.search(r"whsec_[\w+/=]+", page.get_data(as_text=True))
    assert secret and page.headers["Cache-Control"] == "no-store"
    page = astrid.get("/extranet/events").get_data(as_text=True)
    assert "https://northwind.example/reins" in page and secret[0] not in page
    assert astrid.post("/extranet/events", data={"url": "https://northwind.example/reins"}).status_code == 303
    assert re.search(r"whsec_[\w+/=]+", astrid.post("/extranet/events/secret").get_data(as_text=True))
    assert astrid.post("/extranet/events/secret").status_code == 409


@pytest.mark.parametrize(
    "url", ["", "http://northwind.example/", "https://10.0.0.1/", "https://localhost/", "https://x@y.example/", "x"]
)  # fmt: skip
def test_an_address_we_do_not_call_is_refused_at_its_field(astrid: AuditingClient, url: str) -> None:
    answer = astrid.post("/extranet/events", data={"url": url})
    assert answer.status_code == 422
    assert 'class="form-row w-field-full has-error"' in answer.get_data(as_text=True)


def test_who_only_works_there_sets_nothing(app: Flask) -> None:
    browser = app.test_client()
    sign_in_partner(browser, "nils")
    assert browser.get("/extranet/events").status_code == 403


def test_what_was_given_up_is_seen_and_sent_again_by_both_sides(app: Flask, astrid: AuditingClient) -> None:
    astrid.post("/extranet/events", data={"url": "https://northwind.example/reins"})
    staff = app.test_client()
    sign_in_staff(staff, "administrator")
    for reader, place in ((astrid, "/extranet/events"), (staff, "/admin/partner-events")):
        astrid.post("/extranet/events/trial")
        with db.unit_of_work() as session:
            session.execute(
                update(webhooks.WebhookEvent).values(
                    state="gave_up", reason="connection", ended_at=clock.now()
                )
            )
        page = reader.get(place).get_data(as_text=True)
        assert "the receiver does not answer" in page
        again = re.search(r'action="([^"]+/again)"', page)
        assert again and reader.post(again[1]).status_code == 303
        assert reader.post(again[1]).status_code == 409
