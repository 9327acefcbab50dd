"""Signing in to the customer portal, through HTTP."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import db
from portal.app import create_app
from portal.config import Settings
from portal.domain import accounts, clock
from portal.domain.accounts.credentials import SignInSession
from portal.domain.actor import SYSTEM
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.domain.accounts.people import PASSWORD, asked, customer

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
AMINA = {"email": "amina@example.org", "password": PASSWORD}


@pytest.fixture
def browser(app: Flask) -> AuditingClient:
    with db.unit_of_work():
        customer()
        customer("Ben Petrov", "ben@example.org")
    return browser_of(app)


def signed_in(browser: AuditingClient) -> bool:
    return browser.get("/security").status_code == 200


def test_the_right_password_opens_the_portal_and_sign_out_shuts_it(browser: AuditingClient) -> None:
    assert browser.get("/security").headers["Location"] == "/sign-in?next=/security"
    answer = send(browser, "/sign-in?next=/security", AMINA)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/security")
    assert "Amina Nowak" in browser.get("/security").get_data(as_text=True)
    assert send(browser, "/sign-out", page="/security").status_code == 303
    assert not signed_in(browser)


@pytest.mark.parametrize("email", ["amina@example.org", "nobody@example.org"])
def test_a_refusal_keeps_the_address_and_says_the_same(browser: AuditingClient, email: str) -> None:
    answer = send(browser, "/sign-in", {"email": email, "password": "wrong, quite wrong"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "The address or the password is not right." in page
    assert f'value="{email}"' in page
    assert "quite wrong" not in page


def test_the_eleventh_wrong_try_is_told_how_to_go_on(browser: AuditingClient) -> None:
    for _ in range(10):
        assert send(browser, "/sign-in", {**AMINA, "password": "wrong"}).status_code == 422
    answer = send(browser, "/sign-in", AMINA)
    assert answer.status_code == 429
    assert "choose a new password by e-mail" in answer.get_data(as_text=True)


def test_the_session_is_a_new_one_at_sign_in(app: Flask, browser: AuditingClient) -> None:
    """Session fixation (ASVS 7.2.4): nothing a stranger planted in the browser survives the sign-in."""
    browser.get("/sign-in")
    with browser.session_transaction("/") as planted:
        planted["token"], planted["csrf_token"], planted["trap"] = "planted", "f" * 40, "x"
    send(browser, "/sign-in", AMINA)
    with browser.session_transaction("/") as after:
        assert after["token"] != "planted"
        assert after.get("csrf_token") != "f" * 40
        assert "trap" not in after
        first = after["token"]
    send(browser, "/sign-in", AMINA)
    with browser.session_transaction("/") as again:
        assert again["token"] != first
    with db.unit_of_work(write=False):
        old = accounts.resume(first, face=accounts.Face.CUSTOMER)
        assert old is not None and old.life is accounts.Life.ENDED


def test_a_copied_cookie_is_worth_nothing_after_sign_out(app: Flask, browser: AuditingClient) -> None:
    send(browser, "/sign-in", AMINA)
    with browser.session_transaction("/") as mine:
        token = mine["token"]
    send(browser, "/sign-out", page="/security")
    thief = browser_of(app)
    with thief.session_transaction("/") as stolen:
        stolen["token"] = token
    assert not signed_in(thief)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/sign-out", "/nowhere",
     "\\\\evil.example", "/%0d%0aSet-Cookie:x=1", "http:/evil.example", "///evil.example/security"],
)  # fmt: skip
def test_next_never_leads_off_the_site(browser: AuditingClient, target: str) -> None:
    browser.get("/sign-in")
    answer = send(browser, "/sign-in", {**AMINA, "next": target}, page="/sign-in")
    assert answer.status_code == 303
    assert answer.headers["Location"] in {"/", "/home"}


def test_a_second_step_is_asked_of_who_has_one(browser: AuditingClient) -> None:
    with db.unit_of_work():
        person = accounts.person_called("Amina")
        accounts.enrol_known(person, SECRET)
    answer = send(browser, "/sign-in?next=/security", AMINA)
    assert answer.headers["Location"] == "/sign-in/code?next=/security"
    assert not signed_in(browser)
    wrong = send(browser, "/sign-in/code?next=/security", {"code": "000000"})
    assert wrong.status_code == 422
    right = send(browser, "/sign-in/code?next=/security", {"code": pyotp.TOTP(SECRET).now()})
    assert right.headers["Location"] == "/security"
    assert signed_in(browser)


def test_the_code_page_without_a_first_step_leads_to_it(browser: AuditingClient) -> None:
    assert browser.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_a_rested_session_ends_and_a_used_one_goes_on(browser: AuditingClient) -> None:
    send(browser, "/sign-in", AMINA)
    start = clock.now()
    for minutes in (100, 200, 300):
        with clock.at(start + timedelta(minutes=minutes)):
            assert signed_in(browser)
    with clock.at(start + timedelta(minutes=300 + 121)):
        assert not signed_in(browser)


def test_deactivation_counts_at_the_next_request(browser: AuditingClient) -> None:
    send(browser, "/sign-in", AMINA)
    assert signed_in(browser)
    with db.unit_of_work():
        accounts.deactivate(accounts.person_called("Amina").id, actor=SYSTEM)
    assert not signed_in(browser)


def test_the_owner_gets_in_by_a_reset_while_a_stranger_keeps_the_lock(browser: AuditingClient) -> None:
    for _ in range(10):
        send(browser, "/sign-in", {**AMINA, "password": "wrong"})
    assert send(browser, "/sign-in", AMINA).status_code == 429
    with db.unit_of_work():
        token = asked("reset", "amina@example.org")
    answer = send(browser, f"/reset/{token}", {"password": "four grey swans"})
    assert answer.status_code == 303
    assert signed_in(browser)


def test_a_demo_link_opens_the_right_face_beside_the_other(app: Flask, browser: AuditingClient) -> None:
    from tests.domain.accounts.people import member_of_staff

    send(browser, "/sign-in", AMINA)
    with db.unit_of_work():
        token, face = accounts.demo_link(member_of_staff(roles=("handler",)))
    assert face is accounts.Face.STAFF
    answer = browser.get(f"/dev/link/{token}")
    assert answer.headers["Location"].startswith("/admin")
    assert browser.get("/admin/security").status_code == 200
    assert signed_in(browser)  # both faces side by side in one browser
    assert browser.get(f"/dev/link/{token}").status_code == 404


def test_outside_the_demo_cookies_are_locked_to_the_host(database: db.Database, settings: Settings) -> None:
    real = settings.model_copy(update={"demo": False})
    browser = browser_of(create_app(real, database))
    for page, name in (("/sign-in", "__Host-reins-customer"), ("/admin/sign-in", "__Host-reins-staff")):
        cookie = browser.get(page, base_url="https://localhost").headers["Set-Cookie"]
        assert cookie.startswith(f"{name}=")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {
            part.strip() for part in cookie.split(";")
        }
        assert "Domain" not in cookie
    assert browser.get("/dev/link/x", base_url="https://localhost").status_code == 404


def test_a_page_costs_one_statement_for_knowing_who_reads(browser: AuditingClient) -> None:
    send(browser, "/sign-in", AMINA)
    from tests.counting import counted

    with counted() as statements:
        browser.get("/profile/address")
    assert len([one for one in statements if "sign_in_session" in one]) == 1


def test_signing_in_over_a_real_connection_never_waits_for_itself(
    own_database: db.Database, settings: Settings
) -> None:
    """On SQLite a counted try that is committed apart would wait for a write which its own request has begun."""
    with db.unit_of_work():
        person = customer()
        accounts.enrol_known(person, SECRET)
    app = create_app(settings, own_database)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True)
    browser = browser_of(app)
    assert send(browser, "/sign-in", {**AMINA, "password": "wrong"}).status_code == 422
    send(browser, "/sign-in", AMINA)
    code = pyotp.TOTP(SECRET)
    send(browser, "/sign-in/code", {"code": code.now()})
    assert signed_in(browser)
    later = clock.now() + timedelta(minutes=20)
    with clock.at(later):
        assert (
            send(browser, "/confirm-it-is-you?next=/security", {"password": "wrong", "code": "1"}).status_code
            == 422
        )
        answer = send(
            browser, "/confirm-it-is-you?next=/security", {"password": PASSWORD, "code": code.at(later)}
        )
        assert answer.headers["Location"] == "/security"
        changed = send(browser, "/security/password", {"current": PASSWORD, "password": "four grey swans"})
        assert changed.status_code == 303
        assert signed_in(browser)
    with db.unit_of_work(write=False):
        assert db.session().scalar(select(func.count(SignInSession.id))) == 1
