"""Other sites, other browsers, other people at the same browser: what a page gives away and what it accepts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from portal import db
from portal.domain import accounts, clock
from portal.domain.accounts import Face
from portal.ui.gates import Kind
from tests.domain.accounts.people import PASSWORD, customer
from tests.hostile.asking import addresses, proof_on
from tests.signing_in import sign_in_customer, sign_in_staff

EVIL = {"Origin": "https://evil.example", "Referer": "https://evil.example/", "Sec-Fetch-Site": "cross-site"}


def test_another_origin_gets_no_permission(app: Flask) -> None:
    browser = app.test_client()
    for path in ("/", "/sign-in", "/api/v1/me", "/api/v1/openapi.json", "/healthz", "/static/css/tokens.css"):
        for method in ("GET", "OPTIONS"):
            asked = {
                **EVIL,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization",
            }
            answer = browser.open(path, method=method, headers=asked)
            assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")], path


@pytest.mark.slow
def test_every_form_needs_the_proof_of_its_own_browser(app: Flask) -> None:
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"doors_per_minute": 1_000_000})
    mine, staff, other = app.test_client(), app.test_client(), app.test_client()
    sign_in_customer(mine, "amina")
    sign_in_staff(staff, "manager")
    sign_in_customer(other, "ben")
    foreign = proof_on(other, "/security")
    assert foreign
    for browser, kind in ((mine, Kind.CUSTOMER), (mine, Kind.PUBLIC), (staff, Kind.STAFF)):
        for address in addresses(app, kind, method="POST"):
            if "%" in address or len(address) > 300:
                continue
            for data in ({}, {"csrf_token": foreign}, {"csrf_token": "x"}, {"csrf_token": ["", foreign]}):
                # Who asks for a token proves itself by a secret of its own, and by no cookie.
                refused = {400, 401} if address.startswith("/oauth/") else {400, 404}
                assert browser.post(address, data=data, headers=EVIL).status_code in refused, (
                    address,
                    data,
                )


def test_every_answer_says_what_it_is(app: Flask) -> None:
    browser = app.test_client()
    for path in ("/", "/nowhere", "/robots.txt", "/.well-known/security.txt", "/api",
        "/api/v1/openapi.json", "/api/v1/me",
                 "/healthz", "/static/css/tokens.css"):  # fmt: skip
        answer = browser.get(path)
        kind = answer.headers.get("Content-Type", "")
        assert kind.startswith(("text/html; charset=utf-8", "text/plain; charset=utf-8", "text/css; charset=",
                                "application/json", "application/problem+json")), f"{path}: {kind}"  # fmt: skip
        answer.close()


def test_passwords_are_masked_and_managers_may_fill_them(app: Flask) -> None:
    browser = app.test_client()
    for path in ("/sign-in", "/admin/sign-in"):
        page = browser.get(path).get_data(as_text=True)
        assert 'type="password"' in page and "current-password" in page, path
        assert "onpaste" not in page and 'autocomplete="off"' not in page, path


def test_a_password_grows_old_and_stays_good(app: Flask) -> None:
    with db.unit_of_work():
        customer()
    with clock.at(clock.now() + timedelta(days=2000)), db.unit_of_work():
        step = accounts.sign_in(
            email="amina@example.org", password=PASSWORD, face=Face.CUSTOMER, device="", network="192.0.2.1"
        )
    assert step.next is accounts.Next.DONE


def test_every_page_of_somebody_offers_the_way_out(app: Flask) -> None:
    mine, staff = app.test_client(), app.test_client()
    sign_in_customer(mine, "amina")
    sign_in_staff(staff, "manager")
    for browser, way, paths in (
        (
            mine,
            'action="/sign-out"',
            ("/home", "/complaints", "/messages", "/security", "/profile", "/nowhere"),
        ),
        (
            staff,
            'action="/admin/sign-out"',
            ("/admin/", "/admin/queue", "/admin/security", "/admin/feedback"),
        ),
    ):
        for path in paths:
            assert way in browser.get(path).get_data(as_text=True), path


def test_a_cookie_that_was_changed_or_tossed_is_nobodys(app: Flask) -> None:
    browser = app.test_client()
    sign_in_customer(browser, "amina")
    found = browser.get_cookie("reins-customer")
    assert found is not None and browser.get("/security").status_code == 200
    good = found.value
    with app.test_request_context("/"):
        token = app.session_interface.get_signing_serializer(app).loads(good)["token"]
    other = Flask("other")
    other.secret_key = "another key, as long as it may be, but not ours at all"
    forged = SecureCookieSessionInterface().get_signing_serializer(other)
    assert forged is not None
    changed = good[:-2] + ("AA" if good[-2:] != "AA" else "BB")
    tries: list[Any] = [
        changed,
        forged.dumps({"token": token}),
        token,
        good + ".",
        "." * 9,
        good[: len(good) // 2],
        "",
    ]
    for value in tries:
        stranger = app.test_client(use_cookies=False)
        answer = stranger.get("/security", headers={"Cookie": f"reins-customer={value}"})
        assert answer.status_code == 303, value
    # A sign-in of one face is worth nothing under the name of the other.
    stranger = app.test_client(use_cookies=False)
    assert stranger.get("/admin/security", headers={"Cookie": f"reins-staff={good}"}).status_code == 303
