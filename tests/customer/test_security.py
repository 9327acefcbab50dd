"""The pages about one's own sign-in, and what was typed when a session had run out."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import accounts, clock
from portal.domain.accounts.credentials import HeldForm, SignInSession
from tests.browsing import TOKEN, browser_of, send, token_of
from tests.client import AuditingClient
from tests.domain.accounts.people import PASSWORD, customer, letters

AMINA = {"email": "amina@example.org", "password": PASSWORD}
BEN = {"email": "ben@example.org", "password": PASSWORD}


@pytest.fixture
def browser(app: Flask) -> AuditingClient:
    with db.unit_of_work():
        customer()
        customer("Ben Petrov", "ben@example.org")
    browser = browser_of(app)
    send(browser, "/sign-in", AMINA)
    return browser


def test_one_sees_and_ends_ones_own_sign_ins_only(app: Flask, browser: AuditingClient) -> None:
    phone = browser_of(app, "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Mobile Safari/604.1")
    send(phone, "/sign-in", AMINA)
    ben = browser_of(app)
    send(ben, "/sign-in", BEN)
    page = browser.get("/security").get_data(as_text=True)
    assert "Safari, iPhone" in page
    with db.unit_of_work(write=False) as session:
        found = dict(session.execute(select(SignInSession.device, SignInSession.uuid)).all())
    target = f"/security/sign-ins/{found['Safari, iPhone']}/end"
    theirs, nonsense = (
        send(ben, path, page="/security") for path in (target, f"/security/sign-ins/{uuid.uuid4()}/end")
    )
    assert (theirs.status_code, nonsense.status_code) == (404, 404)
    assert TOKEN.sub("", theirs.get_data(as_text=True)) == TOKEN.sub("", nonsense.get_data(as_text=True))
    assert phone.get("/security").status_code == 200
    assert send(browser, target, page="/security").status_code == 303
    assert phone.get("/security").status_code == 303


def test_signing_out_the_others_keeps_this_one(app: Flask, browser: AuditingClient) -> None:
    others = [browser_of(app) for _ in range(2)]
    for other in others:
        send(other, "/sign-in", AMINA)
    send(browser, "/security/sign-ins/end-others", page="/security")
    assert [one.get("/security").status_code for one in (browser, *others)] == [200, 303, 303]
    assert "2 other browsers are signed out." not in browser.get("/security").get_data(as_text=True)


def test_a_password_change_ends_the_others_and_keeps_this_one(app: Flask, browser: AuditingClient) -> None:
    other = browser_of(app)
    send(other, "/sign-in", AMINA)
    wrong = send(browser, "/security/password", {"current": "wrong", "password": "four grey swans"})
    assert wrong.status_code == 422
    assert 'href="#current"' in wrong.get_data(as_text=True)
    answer = send(browser, "/security/password", {"current": PASSWORD, "password": "four grey swans"})
    assert answer.status_code == 303
    assert [one.get("/security").status_code for one in (browser, other)] == [200, 303]
    with db.unit_of_work(write=False):
        assert letters("password_changed")[-1].address == "amina@example.org"


def test_a_sensitive_page_asks_for_a_fresh_proof_and_comes_back(browser: AuditingClient) -> None:
    later = clock.now() + timedelta(minutes=15)
    with clock.at(later):
        answer = browser.get("/security/password")
        assert answer.headers["Location"] == "/confirm-it-is-you?next=/security/password"
        refused = send(browser, "/confirm-it-is-you?next=/security/password", {"password": "wrong"})
        assert refused.status_code == 422
        answer = send(browser, "/confirm-it-is-you?next=/security/password", {"password": PASSWORD})
        assert answer.headers["Location"] == "/security/password"
        assert browser.get("/security/password").status_code == 200


def test_a_customer_sets_up_an_app_and_gets_recovery_codes_once(browser: AuditingClient) -> None:
    answer = send(browser, "/security/app/begin", page="/security")
    assert answer.headers["Location"] == "/security/app"
    with browser.session_transaction("/") as session:
        token = session["factor"]
    with db.unit_of_work(write=False):
        secret = accounts.enrolment(token).secret
    assert send(browser, "/security/app", {"code": "123"}).status_code == 422
    done = send(browser, "/security/app", {"code": pyotp.TOTP(secret).now()})
    assert done.status_code == 200
    assert done.get_data(as_text=True).count("<code") == 10
    page = browser.get("/security").get_data(as_text=True)
    assert "10 recovery codes are left" in page
    assert send(browser, "/security/app/remove", page="/security").status_code == 303


# What was typed survives an expired session.

TYPED = {"name": "Amina Nowak-Lis", "salutation": "Dr Nowak", "language": "en", "zone": "Europe/Sofia"}


def expired_post(browser: AuditingClient, path: str, data: dict[str, object], page: str = "") -> str:
    """Post a form that was opened in time and sent too late; return where it leads."""
    token = token_of(browser.get(page or path))
    with clock.at(clock.now() + timedelta(minutes=121)):
        answer = browser.post(
            path, data={"csrf_token": token, **data}, headers={"Referer": f"http://localhost{page or path}"}
        )
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_form_comes_back_filled_after_the_same_person_signs_in(browser: AuditingClient) -> None:
    where = expired_post(browser, "/profile", {**TYPED, "city": "Łódź", "password": "secret stuff"})
    assert where == "/sign-in?next=/profile"
    with clock.at(clock.now() + timedelta(minutes=125)):
        shown = browser.get(where).get_data(as_text=True)
        assert "What you typed is kept for 30 minutes" in shown
        answer = send(browser, where, AMINA)
        assert answer.headers["Location"] == "/profile"
        page = browser.get("/profile").get_data(as_text=True)
        assert 'value="Amina Nowak-Lis"' in page
        assert 'value="Łódź"' in page
        assert 'selected value="Europe/Sofia"' in page
        assert "Files and passwords are not kept" in page
        with db.unit_of_work(write=False):
            assert accounts.person_called("Amina").name == "Amina Nowak"  # held, not done
        assert 'value="Amina Nowak-Lis"' in browser.get("/profile").get_data(as_text=True)
        assert send(browser, "/profile", {**TYPED, "country": "PL"}).status_code == 303
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(HeldForm)).all() == []
        assert accounts.person_called("Amina").salutation == "Dr Nowak"


def test_secrets_are_never_held(browser: AuditingClient) -> None:
    expired_post(browser, "/security/password", {"current": PASSWORD, "password": "four grey swans"})
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(HeldForm)).all() == []


def test_somebody_else_gets_nothing_of_it(browser: AuditingClient) -> None:
    where = expired_post(browser, "/profile", TYPED)
    with clock.at(clock.now() + timedelta(minutes=125)):
        send(browser, where, BEN)
        page = browser.get("/profile").get_data(as_text=True)
        assert 'value="Ben Petrov"' in page
        assert "Amina" not in page
        assert "Dr Nowak" not in page
        send(browser, "/sign-out", page="/security")
        send(browser, "/sign-in", AMINA)
        # This browser has been another person's in between: what it held is forgotten.
        assert "Dr Nowak" not in browser.get("/profile").get_data(as_text=True)


def test_after_thirty_minutes_it_is_gone(browser: AuditingClient) -> None:
    where = expired_post(browser, "/profile", TYPED)
    with clock.at(clock.now() + timedelta(minutes=121 + 31)):
        assert send(browser, where, AMINA).headers["Location"] == "/profile"
        assert "Dr Nowak" not in browser.get("/profile").get_data(as_text=True)


def test_a_form_without_a_page_of_its_own_leads_back_to_where_it_stood(browser: AuditingClient) -> None:
    path = "/security/sign-ins/end-others"
    assert expired_post(browser, path, {}, page="/security") == "/sign-in?next=/security"


def test_a_fresh_proof_loses_nothing_either(browser: AuditingClient) -> None:
    token = token_of(browser.get("/profile/address"))
    with clock.at(clock.now() + timedelta(minutes=15)):
        answer = browser.post(
            "/profile/address", data={"csrf_token": token, "email": "amina@new.example.org"}
        )
        assert answer.headers["Location"] == "/confirm-it-is-you?next=/profile/address"
        send(browser, answer.headers["Location"], {"password": PASSWORD})
        assert 'value="amina@new.example.org"' in browser.get("/profile/address").get_data(as_text=True)


def test_a_post_of_a_stranger_holds_nothing(app: Flask) -> None:
    browser = browser_of(app)
    token = token_of(browser.get("/sign-in"))
    answer = browser.post("/profile", data={"csrf_token": token, **TYPED})
    assert answer.headers["Location"] == "/sign-in?next=/profile"
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(HeldForm)).all() == []
