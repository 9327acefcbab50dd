"""A partner's administrator lets a system in, sees its secret once, changes it and shuts it out; so do our staff."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.domain import clock
from tests.api.partner_calling import System, ask_token
from tests.client import AuditingClient
from tests.signing_in import sign_in_partner, sign_in_staff

SECRET = re.compile(r"reins_secret_[\w-]{43}")


@pytest.fixture
def astrid(app: Flask) -> AuditingClient:
    app.test_client_class = AuditingClient
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    sign_in_partner(browser, "astrid")
    return browser


def make(browser: AuditingClient, **changes: Any) -> TestResponse:
    """Post the form."""
    form = {
        "name": "Workshop", "scopes": ["tasks:work", "changes:read"],
        "until": (clock.now() + timedelta(days=30)).date().isoformat(),
    }  # fmt: skip
    return browser.post("/extranet/systems/new", data=form | changes)


def credentials(page: str) -> tuple[str, str]:
    """The client and the secret that a page shows."""
    secret, client = SECRET.search(page), re.search(r"<code>([0-9a-f-]{36})</code>", page)
    assert secret and client
    return client[1], secret[0]


def test_the_secret_is_shown_once_and_works(app: Flask, astrid: AuditingClient) -> None:
    assert "No system acts for you" in astrid.get("/extranet/systems").get_data(as_text=True)
    assert astrid.get("/extranet/systems/new").status_code == 200
    shown = make(astrid)
    client, secret = credentials(shown.get_data(as_text=True))
    assert shown.headers["Cache-Control"] == "no-store"
    listed = astrid.get("/extranet/systems").get_data(as_text=True)
    assert "Workshop" in listed and client in listed and not SECRET.search(listed)
    token = ask_token(app, client, secret).json["access_token"]
    assert System(app, token)("GET", "/tasks").status_code == 200
    other = astrid.post(f"/extranet/systems/{client}/secret")
    assert credentials(other.get_data(as_text=True))[1] != secret
    assert astrid.post(f"/extranet/systems/{client}/secret").status_code == 409
    assert astrid.post(f"/extranet/systems/{client}/end").status_code == 303
    assert System(app, token)("GET", "/tasks").status_code == 401
    assert "Shut out on" in astrid.get("/extranet/systems").get_data(as_text=True)


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"scopes": []}, {"scopes": ["x"]}, {"until": ""}, {"until": "2020-01-01"}]
)
def test_what_does_not_fit_stands_at_its_field_and_nothing_is_lost(
    astrid: AuditingClient, change: dict[str, Any]
) -> None:
    answer = make(astrid, **change)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "has-error" in page and not SECRET.search(page)
    assert "name" in change or "Workshop" in page


def test_who_only_works_there_manages_none(app: Flask) -> None:
    browser = app.test_client()
    sign_in_partner(browser, "nils")
    for path in ("/extranet/systems", "/extranet/systems/new"):
        assert browser.get(path).status_code == 403
    assert "/extranet/systems" not in browser.get("/extranet").get_data(as_text=True)


def test_our_staff_see_it_and_shut_it_out(app: Flask, astrid: AuditingClient) -> None:
    client, secret = credentials(make(astrid).get_data(as_text=True))
    staff = app.test_client()
    sign_in_staff(staff, "administrator")
    company = re.search(
        r'href="(/admin/partners/[0-9a-f-]{36})"', staff.get("/admin/partners").get_data(as_text=True)
    )
    assert company
    page = staff.get(company[1]).get_data(as_text=True)
    assert "Workshop" in page and not SECRET.search(page)
    assert staff.post(f"{company[1]}/systems/{client}/end").status_code == 303
    assert ask_token(app, client, secret).status_code == 401


def test_the_page_for_programmers_names_every_operation(app: Flask) -> None:
    from portal.api.operations import PARTNER_OPERATIONS

    page = app.test_client().get("/api/partner").get_data(as_text=True)
    assert all(f'id="{one.name}"' in page for one in PARTNER_OPERATIONS)
