"""What people are told about their own sign-in, and “this was not me”."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.app import create_app
from portal.config import Settings
from portal.domain import accounts, clock
from portal.domain.accounts import Face
from portal.domain.accounts.credentials import KnownDevice, Passkey, RefusedSignIn
from tests.authenticator import Authenticator
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.customer.test_passkeys import add, enter
from tests.domain.accounts.people import PASSWORD, asked, customer, letters, link_of, member_of_staff

AMINA = {"email": "amina@example.org", "password": PASSWORD}
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def browser(app: Flask) -> AuditingClient:
    with db.unit_of_work():
        customer()
        customer("Ben Petrov", "ben@example.org")
    browser = browser_of(app)
    send(browser, "/sign-in", AMINA)
    return browser


def told(name: str) -> list[dict[str, object]]:
    with db.unit_of_work(write=False):
        return [dict(one.data) for one in letters(name)]


def alarm_link(name: str) -> str:
    """The address in the newest mail of that name."""
    with db.unit_of_work():
        message = letters(name)[-1]
        assert message.secret == "not_me"
        return f"/not-me/{link_of(message)}"


# Known browsers


def test_a_browser_is_known_again_by_its_cookie_and_by_nothing_else(
    app: Flask, browser: AuditingClient
) -> None:
    assert told("new_device") == []  # the very first sign-in is no news
    send(browser, "/sign-out", page="/security")
    send(browser, "/sign-in", AMINA)
    assert told("new_device") == []
    other = browser_of(app)  # the same kind of browser, the same network: another device all the same
    send(other, "/sign-in", AMINA)
    assert [one["device"] for one in told("new_device")] == ["Firefox, Windows"]
    send(other, "/sign-out", page="/security")
    send(other, "/sign-in", AMINA)
    assert len(told("new_device")) == 1


def test_a_browser_is_known_for_one_person_only_and_its_token_is_ours(
    app: Flask, browser: AuditingClient
) -> None:
    send(browser, "/sign-out", page="/security")
    ben = {"email": "ben@example.org", "password": PASSWORD}
    elsewhere = browser_of(app)
    send(elsewhere, "/sign-in", ben)
    send(browser, "/sign-in", ben)
    assert len(told("new_device")) == 1  # Amina's browser is new for Ben
    planted = browser_of(app)
    planted.set_cookie("reins-device-customer", "planted")
    send(planted, "/sign-in", ben)
    assert len(told("new_device")) == 2
    with db.unit_of_work(write=False) as session:
        assert "planted" not in "".join(session.scalars(select(KnownDevice.token_hash)))
    cookie = planted.get_cookie("reins-device-customer")
    assert cookie is not None and cookie.value != "planted" and cookie.http_only


def test_outside_the_demo_the_cookie_has_the_prefix(settings: Settings, database: db.Database) -> None:
    real = settings.model_copy(update={"demo": False, "base_url": "https://portal.example"})
    app = create_app(real, database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with db.unit_of_work():
        customer()
    answer = app.test_client().post("/sign-in", data=AMINA, base_url="https://portal.example")
    cookies = [one for one in answer.headers.getlist("Set-Cookie") if "device" in one]
    assert len(cookies) == 1
    assert cookies[0].startswith("__Host-reins-device-customer=")
    assert "Secure" in cookies[0] and "HttpOnly" in cookies[0] and "SameSite=Lax" in cookies[0]


# History


def test_the_history_shows_what_was_let_in_and_what_was_refused(app: Flask, browser: AuditingClient) -> None:
    stranger = browser_of(app, "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0")
    send(stranger, "/sign-in", {**AMINA, "password": "wrong"})
    page = browser.get("/security/history").get_data(as_text=True)
    assert "Refused: wrong password" in page and "Chrome, Linux" in page
    assert "with the password" in page
    ben = browser_of(app)
    send(ben, "/sign-in", {"email": "ben@example.org", "password": PASSWORD})
    assert "Refused" not in ben.get("/security/history").get_data(as_text=True)


def test_a_refusal_writes_the_same_for_known_and_unknown_addresses(
    app: Flask, browser: AuditingClient
) -> None:
    stranger = browser_of(app)
    for email in ("amina@example.org", "nobody@example.org"):
        send(stranger, "/sign-in", {"email": email, "password": "wrong"})
    with db.unit_of_work(write=False) as session:
        rows = session.execute(select(RefusedSignIn.bucket, RefusedSignIn.how)).all()
    assert [row.how for row in rows] == ["password", "password"]
    assert not [row for row in rows if "@" in row.bucket]


def test_a_wrong_code_stands_in_the_history_and_a_right_one_does_not(
    app: Flask, browser: AuditingClient
) -> None:
    with db.unit_of_work():
        accounts.enrol_known(accounts.person_called("Amina"), SECRET)
    other = browser_of(app)
    send(other, "/sign-in", AMINA)
    send(other, "/sign-in/code", {"code": "000000"})
    with db.unit_of_work(write=False):
        code = accounts.current_code(accounts.person_called("Amina").id)
    assert send(other, "/sign-in/code", {"code": code}).status_code == 303
    page = other.get("/security/history").get_data(as_text=True)
    assert page.count("Refused: wrong code") == 1


def test_the_history_pages_by_key_and_nothing_is_shown_twice(browser: AuditingClient) -> None:
    for _ in range(34):
        with db.unit_of_work():
            person = accounts.person_called("Amina")
            link, _face = accounts.demo_link(person, face=Face.CUSTOMER)
            accounts.enter_by_link(link, device="Firefox, Windows", network="192.0.2.1")
    first = browser.get("/security/history").get_data(as_text=True)
    onward = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(onward).get_data(as_text=True)
    assert (first.count('class="sign-in-mark'), second.count('class="sign-in-mark')) == (30, 5)
    assert browser.get("/security/history?after=nonsense").status_code == 200


# This was not me


def test_a_link_that_is_only_followed_changes_nothing(app: Flask, browser: AuditingClient) -> None:
    send(browser_of(app), "/sign-in", AMINA)
    link = alarm_link("new_device")
    for _ in range(2):
        assert browser_of(app).get(link).status_code == 200
    assert browser.get("/security").status_code == 200


def test_it_signs_everybody_out_voids_the_password_and_begins_a_reset(
    app: Flask, browser: AuditingClient
) -> None:
    thief = browser_of(app)
    send(thief, "/sign-in", AMINA)
    link = alarm_link("new_device")
    owner = browser_of(app)
    assert send(owner, link).status_code == 200
    assert [one.get("/security").status_code for one in (browser, thief)] == [303, 303]
    assert send(thief, "/sign-in", AMINA).status_code == 422
    assert owner.get(link).status_code == 404  # it works once
    with db.unit_of_work():
        assert accounts.handle_mailbox_requests() == 1
        message = letters("reset_password")[-1]
        assert message.address == "amina@example.org"
        token = link_of(message)
    assert send(owner, f"/reset/{token}", {"password": "four grey swans"}).status_code == 303
    assert owner.get("/security").status_code == 200


def test_an_address_that_was_changed_comes_back_within_three_days(
    app: Flask, browser: AuditingClient
) -> None:
    send(browser, "/profile/address", {"email": "thief@example.net"})
    with db.unit_of_work():
        token = link_of(letters("address_change")[-1])
    send(browser, f"/new-address/{token}")
    with db.unit_of_work(write=False):
        mails = {one.address: one.data for one in letters("address_changed") if one.data["done"]}
    assert set(mails) == {"amina@example.org", "thief@example.net"}
    assert mails["amina@example.org"]["undo"] and not mails["thief@example.net"]["undo"]
    assert "thief@" not in str(mails["amina@example.org"])
    with db.unit_of_work():
        old, new = (
            f"/not-me/{link_of(one)}"
            for address in mails
            for one in letters("address_changed")
            if one.data["done"] and one.address == address
        )
    page = browser_of(app).get(old).get_data(as_text=True)
    assert "Your address becomes amina@example.org again." in page
    assert "becomes" not in browser_of(app).get(new).get_data(as_text=True)
    with clock.at(clock.now() + timedelta(days=3, minutes=1)):
        assert "becomes" not in browser_of(app).get(old).get_data(as_text=True)
    send(browser_of(app), old)
    with db.unit_of_work():
        assert accounts.mailbox_of(accounts.person_called("Amina").id) == "amina@example.org"
        accounts.handle_mailbox_requests()
        assert letters("reset_password")[-1].address == "amina@example.org"


def test_a_passkey_that_a_thief_added_goes_and_the_others_stay(app: Flask, browser: AuditingClient) -> None:
    mine, thiefs = Authenticator(), Authenticator()
    add(browser, mine)
    add(browser, thiefs)
    send(browser_of(app), alarm_link("factor_changed"))
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(Passkey.credential_id)).all() == [mine.keys[0].id]
    assert enter(browser_of(app), thiefs).status_code == 400
    assert enter(browser_of(app), mine).status_code == 200


def test_of_staff_nothing_is_removed_from_a_mailbox(app: Flask) -> None:
    with db.unit_of_work():
        member_of_staff(secret=SECRET)
        code = accounts.current_code(accounts.person_called("Sam").id)
    sam = browser_of(app)
    send(sam, "/admin/sign-in", {"email": "sam@example.org", "password": PASSWORD})
    send(sam, "/admin/sign-in/code", {"code": code})
    add(sam, Authenticator(), face="/admin")
    send(browser_of(app), alarm_link("factor_changed"))
    assert sam.get("/admin/security").status_code == 303
    with db.unit_of_work(write=False) as session:
        assert len(session.scalars(select(Passkey)).all()) == 1
        assert accounts.has_totp(accounts.person_called("Sam").id)


def test_the_owner_of_a_locked_account_gets_in_after_it(app: Flask, browser: AuditingClient) -> None:
    send(browser_of(app), "/sign-in", AMINA)
    link, stranger = alarm_link("new_device"), browser_of(app)
    for _ in range(10):
        send(stranger, "/sign-in", {**AMINA, "password": "wrong"})
    owner = browser_of(app)
    assert send(owner, link).status_code == 200
    with db.unit_of_work():
        token = asked("reset", "amina@example.org")
    assert send(owner, f"/reset/{token}", {"password": "four grey swans"}).status_code == 303
    assert owner.get("/security").status_code == 200


def test_recovery_codes_are_told_when_made_and_when_used(app: Flask, browser: AuditingClient) -> None:
    with db.unit_of_work():
        accounts.enrol_known(accounts.person_called("Amina"), SECRET)
    page = send(browser, "/security/codes", page="/security").get_data(as_text=True)
    code = page.split('<code class="num">')[1].split("<")[0]
    other = browser_of(app)
    send(other, "/sign-in", AMINA)
    assert send(other, "/sign-in/code", {"code": code}).status_code == 303
    assert [(one["change"], one["count"]) for one in told("recovery_codes")] == [("made", 10), ("used", 9)]
