"""Signing in to the staff area, through HTTP."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from flask import Flask

from portal import db
from portal.domain import accounts, clock
from portal.domain.actor import SYSTEM
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.domain.accounts.people import PASSWORD, customer, member_of_staff

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SAM = {"email": "sam@example.org", "password": PASSWORD}


@pytest.fixture
def browser(app: Flask) -> AuditingClient:
    return browser_of(app)


def enrolled(browser: AuditingClient) -> None:
    with db.unit_of_work():
        member_of_staff(secret=SECRET)
    send(browser, "/admin/sign-in?next=/admin/security", SAM)
    answer = send(browser, "/admin/sign-in/code?next=/admin/security", {"code": pyotp.TOTP(SECRET).now()})
    assert answer.headers["Location"] == "/admin/security"


def test_nobody_enters_with_a_password_alone(browser: AuditingClient) -> None:
    with db.unit_of_work():
        member_of_staff(secret=SECRET)
    assert send(browser, "/admin/sign-in", SAM).headers["Location"] == "/admin/sign-in/code"
    assert browser.get("/admin/security").status_code == 303
    assert browser.get("/admin/sign-in/enrol").status_code == 303


def test_the_first_sign_in_enrols_the_app(browser: AuditingClient) -> None:
    with db.unit_of_work():
        member_of_staff()
    assert send(browser, "/admin/sign-in", SAM).headers["Location"] == "/admin/sign-in/enrol"
    assert browser.get("/admin/security").status_code == 303
    with browser.session_transaction("/admin/") as session:
        step = session["step"]
    with db.unit_of_work(write=False):
        secret = accounts.enrolling(step).secret
    page = browser.get("/admin/sign-in/enrol").get_data(as_text=True)
    assert "<svg" in page
    assert " ".join(secret[at : at + 4] for at in range(0, 32, 4)) in page
    assert send(browser, "/admin/sign-in/enrol", {"code": "000000"}).status_code == 422
    done = send(browser, "/admin/sign-in/enrol", {"code": pyotp.TOTP(secret).now()})
    assert done.status_code == 200
    assert done.get_data(as_text=True).count("<code") == 10
    assert browser.get("/admin/security").status_code == 200
    assert browser.get("/admin/sign-in/enrol").status_code == 303


def test_enrolment_without_a_password_does_not_exist(browser: AuditingClient) -> None:
    assert browser.get("/admin/sign-in/enrol").headers["Location"] == "/admin/sign-in"


def test_a_customer_is_no_staff_and_staff_no_customer(browser: AuditingClient) -> None:
    with db.unit_of_work():
        customer()
        member_of_staff(secret=SECRET)
    refused = send(browser, "/admin/sign-in", {"email": "amina@example.org", "password": PASSWORD})
    assert refused.status_code == 422
    assert send(browser, "/sign-in", SAM).status_code == 422


def test_staff_rest_half_an_hour_and_no_more(browser: AuditingClient) -> None:
    enrolled(browser)
    start = clock.now()
    with clock.at(start + timedelta(minutes=29)):
        assert browser.get("/admin/security").status_code == 200
    with clock.at(start + timedelta(minutes=29 + 31)):
        assert browser.get("/admin/security").status_code == 303


def test_the_end_of_an_employment_counts_at_once(browser: AuditingClient) -> None:
    enrolled(browser)
    with db.unit_of_work():
        accounts.end_staff(accounts.person_called("Sam").id, actor=SYSTEM)
    assert browser.get("/admin/security").status_code == 303


def test_staff_can_replace_the_app_but_not_remove_it(browser: AuditingClient) -> None:
    enrolled(browser)
    page = browser.get("/admin/security").get_data(as_text=True)
    assert "Remove the app" not in page
    assert send(browser, "/admin/security/app/remove", page="/admin/security").status_code == 403
    assert send(browser, "/admin/security/app/begin", page="/admin/security").status_code == 303
    assert browser.get("/admin/security/app").status_code == 200
    with db.unit_of_work(write=False):
        assert accounts.has_totp(
            accounts.person_called("Sam").id
        )  # the old one counts until the new one is confirmed


def test_a_fresh_proof_of_staff_asks_for_the_code(browser: AuditingClient) -> None:
    enrolled(browser)
    later = clock.now() + timedelta(minutes=15)
    with clock.at(later):
        where = browser.get("/admin/security/password").headers["Location"]
        assert where == "/admin/confirm-it-is-you?next=/admin/security/password"
        assert send(browser, where, {"password": PASSWORD, "code": "000000"}).status_code == 422
        code = pyotp.TOTP(SECRET).at(later)
        assert (
            send(browser, where, {"password": PASSWORD, "code": code}).headers["Location"]
            == "/admin/security/password"
        )


def test_signing_out_of_one_face_leaves_the_other(browser: AuditingClient) -> None:
    with db.unit_of_work():
        customer()
    send(browser, "/sign-in", {"email": "amina@example.org", "password": PASSWORD})
    enrolled(browser)
    send(browser, "/admin/sign-out", page="/admin/security")
    assert browser.get("/admin/security").status_code == 303
    assert browser.get("/security").status_code == 200
