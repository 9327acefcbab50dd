"""The second step of customers: as a wish, as a duty, and lost."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from flask import Flask

from portal import config, db
from portal.domain import accounts, clock
from portal.domain.actor import SYSTEM
from tests.authenticator import Authenticator
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.customer.test_passkeys import add, enter
from tests.domain.accounts.people import PASSWORD, customer, letters, link_of, member_of_staff

AMINA = {"email": "amina@example.org", "password": PASSWORD}
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DAYS = timedelta(hours=72)


@pytest.fixture
def browser(app: Flask) -> AuditingClient:
    with db.unit_of_work():
        customer()
    browser = browser_of(app)
    send(browser, "/sign-in", AMINA)
    return browser


@pytest.fixture
def duty(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = config.load().model_copy(update={"customers_need_second_step": True})
    monkeypatch.setattr(config, "load", lambda: settings)


# As a wish


def test_with_passkeys_one_may_ask_for_two_steps_and_take_it_back(
    app: Flask, browser: AuditingClient
) -> None:
    device, other = Authenticator(), browser_of(app)
    add(browser, device)
    assert send(other, "/sign-in", AMINA).headers["Location"] == "/home"
    page = send(browser, "/security/two-steps", {"wanted": "1"}, page="/security")
    codes = [part.split("<")[0] for part in page.get_data(as_text=True).split('<code class="num">')[1:]]
    assert len(codes) == 10
    other = browser_of(app)
    assert send(other, "/sign-in", AMINA).headers["Location"] == "/sign-in/code"
    assert send(other, "/sign-in/code", {"code": codes[0]}).status_code == 303
    other = browser_of(app)
    send(other, "/sign-in", AMINA)
    assert enter(other, device, step=True).status_code == 200
    send(browser, "/security/two-steps", {"wanted": "0"}, page="/security")
    assert send(browser_of(app), "/sign-in", AMINA).headers["Location"] == "/home"
    with db.unit_of_work(write=False):
        told = [one.data["change"] for one in letters("factor_changed")]
    assert told == ["added", "two_steps", "one_step"]


def test_without_anything_to_ask_for_the_wish_is_refused(browser: AuditingClient) -> None:
    assert send(browser, "/security/two-steps", {"wanted": "1"}, page="/security").status_code == 403
    assert send(browser, "/sign-out", page="/security").status_code == 303
    assert send(browser, "/sign-in", AMINA).headers["Location"] == "/home"


def test_with_the_last_passkey_the_wish_goes_too(app: Flask, browser: AuditingClient) -> None:
    named = add(browser, Authenticator())
    send(browser, "/security/two-steps", {"wanted": "1"}, page="/security")
    assert send(browser, f"{named}/remove", page=named).status_code == 303
    assert send(browser_of(app), "/sign-in", AMINA).headers["Location"] == "/home"


# As a duty (ASVS 6.3.3)


def test_where_the_firm_wants_it_everybody_sets_up_a_second_step(
    app: Flask, browser: AuditingClient, duty: None
) -> None:
    other = browser_of(app)
    answer = send(other, "/sign-in?next=/permissions", AMINA)
    assert answer.headers["Location"] == "/sign-in/enrol?next=/permissions"
    assert other.get("/home").status_code == 303
    with other.session_transaction("/") as session:
        token = session["step"]
    with db.unit_of_work(write=False):
        secret = accounts.enrolling(token, face=accounts.Face.CUSTOMER).secret
    assert send(other, "/sign-in/enrol", {"code": "000000"}).status_code == 422
    done = send(other, "/sign-in/enrol", {"code": pyotp.TOTP(secret).now()})
    assert done.status_code == 200 and done.get_data(as_text=True).count("<code") == 10
    assert other.get("/home").status_code == 200
    refused = send(other, "/security/app/remove", page="/security")
    assert refused.status_code == 403


def test_where_the_firm_wants_it_a_passkey_alone_is_both_steps(
    app: Flask, browser: AuditingClient, duty: None
) -> None:
    device = Authenticator()
    named = add(browser, device)
    other = browser_of(app)
    assert enter(other, device).status_code == 200
    assert send(other, f"{named}/remove", page=named).status_code == 403
    third = browser_of(app)
    assert send(third, "/sign-in", AMINA).headers["Location"] == "/sign-in/code"


# Lost


def lost(app: Flask) -> tuple[AuditingClient, str]:
    """A browser behind the right password that has reported the second step lost, and the link in the mail."""
    with db.unit_of_work():
        accounts.enrol_known(accounts.person_called("Amina"), SECRET)
    browser = browser_of(app)
    send(browser, "/sign-in", AMINA)
    assert send(browser, "/sign-in/lost").status_code == 200
    with db.unit_of_work():
        return browser, f"/second-step/{link_of(letters('second_step_asked')[-1])}"


def ready(after: timedelta) -> int:
    with clock.at(clock.now() + after), db.unit_of_work():
        return accounts.tell_ready()


def test_a_lost_second_step_comes_off_after_three_days_of_notices(
    app: Flask, browser: AuditingClient
) -> None:
    owner, link = lost(app)
    assert owner.get(link).status_code == 200
    assert ready(DAYS * 2) == 0  # nothing waits before the mailbox has confirmed
    assert send(owner, link).status_code == 200
    assert owner.get(link).status_code == 404
    assert "Keep my second step" in browser.get("/security").get_data(as_text=True)
    with db.unit_of_work(write=False):
        notice = letters("second_step_waiting")[-1]
        assert (notice.address, notice.secret) == ("amina@example.org", "not_me")
    assert ready(DAYS - timedelta(minutes=1)) == 0
    assert ready(DAYS + timedelta(minutes=1)) == 1
    assert ready(DAYS + timedelta(minutes=2)) == 0
    with db.unit_of_work():
        last = f"/second-step/{link_of(letters('second_step_ready')[-1])}/removal"
    assert owner.get(last).status_code == 200
    with db.unit_of_work(write=False):
        assert accounts.has_totp(
            accounts.person_called("Amina").id
        )  # a link that is followed changes nothing
    assert send(owner, last).headers["Location"] == "/sign-in"
    assert browser.get("/security").status_code == 303  # every sign-in has ended
    assert send(owner, "/sign-in", AMINA).headers["Location"] == "/home"
    with db.unit_of_work(write=False):
        assert letters("factor_changed")[-1].data["change"] == "reset"


def test_without_the_password_nothing_can_be_reported(app: Flask, browser: AuditingClient) -> None:
    stranger = browser_of(app)
    assert stranger.get("/sign-in/lost").headers["Location"] == "/sign-in"
    for path in ("/second-step/nonsense", "/second-step/nonsense/removal"):
        assert stranger.get(path).status_code == 404


def test_asking_again_writes_no_second_mail(app: Flask, browser: AuditingClient) -> None:
    owner, link = lost(app)
    send(owner, "/sign-in/lost")
    send(owner, link)
    with clock.at(clock.now() + timedelta(hours=5)):
        send(owner, "/sign-in", AMINA)
        send(owner, "/sign-in/lost")
    with db.unit_of_work(write=False):
        assert len(letters("second_step_asked")) == 1


@pytest.mark.parametrize("how", ["page", "mail", "code", "passkey"])
def test_the_owner_stops_it_in_every_way(app: Flask, browser: AuditingClient, how: str) -> None:
    device = Authenticator()
    add(browser, device)
    thief, link = lost(app)
    send(thief, link)
    if how == "page":
        send(browser, "/security/second-step/keep", page="/security")
    elif how == "mail":
        with db.unit_of_work():
            alarm = f"/not-me/{link_of(letters('second_step_waiting')[-1])}"
        send(browser_of(app), alarm)
    elif how == "code":
        owner = browser_of(app)
        send(owner, "/sign-in", AMINA)
        assert send(owner, "/sign-in/code", {"code": pyotp.TOTP(SECRET).now()}).status_code == 303
    else:
        assert enter(browser_of(app), device).status_code == 200
    assert ready(DAYS + timedelta(minutes=1)) == 0
    with db.unit_of_work(write=False):
        assert accounts.has_totp(accounts.person_called("Amina").id)


def test_stopped_after_the_last_link_was_written_it_is_stopped_all_the_same(
    app: Flask, browser: AuditingClient
) -> None:
    thief, link = lost(app)
    send(thief, link)
    assert ready(DAYS + timedelta(minutes=1)) == 1
    with db.unit_of_work():
        last = f"/second-step/{link_of(letters('second_step_ready')[-1])}/removal"
    send(browser, "/security/second-step/keep", page="/security")
    assert send(thief, last, page="/sign-in").status_code == 404
    with db.unit_of_work(write=False):
        assert accounts.has_totp(accounts.person_called("Amina").id)


def test_of_staff_no_mailbox_is_enough(app: Flask) -> None:
    with db.unit_of_work():
        member_of_staff(secret=SECRET)
    sam = browser_of(app)
    send(sam, "/admin/sign-in", {"email": "sam@example.org", "password": PASSWORD})
    with sam.session_transaction("/admin/") as session:
        step = session["step"]
    with sam.session_transaction("/") as session:
        session["step"] = step
    assert sam.get("/sign-in/lost").headers["Location"] == "/sign-in"


# An administrator


def test_an_administrator_removes_the_second_step_of_a_colleague_and_not_their_own(app: Flask) -> None:
    with db.unit_of_work():
        sam = member_of_staff(secret=SECRET).uuid
        ada = member_of_staff("Ada Lind", "ada@example.org", roles=("administrator",), secret=SECRET).uuid
    browser, theirs = browser_of(app), browser_of(app)
    for one, email in ((browser, "ada@example.org"), (theirs, "sam@example.org")):
        send(one, "/admin/sign-in", {"email": email, "password": PASSWORD})
        send(one, "/admin/sign-in/code", {"code": pyotp.TOTP(SECRET).now()})
    assert theirs.get("/admin/security").status_code == 200
    page = f"/admin/staff/{sam}"
    assert send(browser, f"/admin/staff/{ada}/second-step", page=page).status_code == 403
    assert send(browser, f"{page}/second-step", page=page).status_code == 303
    assert theirs.get("/admin/security").status_code == 303
    again = send(theirs, "/admin/sign-in", {"email": "sam@example.org", "password": PASSWORD})
    assert again.headers["Location"] == "/admin/sign-in/enrol"
    with db.unit_of_work(write=False):
        assert [one.address for one in letters("factor_changed")] == ["sam@example.org"]
        acts = browser.get(page).get_data(as_text=True)
        assert "removed the second step of Sam Reed" in acts
    assert SYSTEM.person_id is None
