"""My details, through HTTP."""

from __future__ import annotations

import pytest
from flask import Flask

from portal import db
from portal.domain import accounts
from portal.domain.actor import SYSTEM, Right
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.domain.accounts.people import PASSWORD, customer, letters, link_of

GIVEN = {
    "name": "Amina Nowak", "salutation": "Ms Nowak", "language": "en", "zone": "Europe/Warsaw",
    "phone": "22 555 01 00", "street": "ul. Piękna 1", "postcode": "00-001", "city": "Warszawa", "country": "PL",
}  # fmt: skip


@pytest.fixture
def browser(app: Flask) -> AuditingClient:
    with db.unit_of_work():
        customer()
    browser = browser_of(app)
    send(browser, "/sign-in", {"email": "amina@example.org", "password": PASSWORD})
    return browser


def test_a_change_says_what_changed(browser: AuditingClient) -> None:
    assert send(browser, "/profile", GIVEN).status_code == 303
    page = browser.get("/profile").get_data(as_text=True)
    assert "Changed: how we address you, the phone number, the postal address." in page
    assert 'value="+48225550100"' in page
    send(browser, "/profile", GIVEN)
    assert "Nothing was different" in browser.get("/profile").get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("phone", "call me", "Write the number with its country"), ("name", " ", "Please fill this in."),
     ("zone", "Europe/Atlantis", "Not a valid choice"), ("country", "XX", "Not a valid choice"),
     ("city", "x" * 101, "100")],
)  # fmt: skip
def test_a_wrong_value_is_named_and_the_rest_is_kept(
    browser: AuditingClient, field: str, value: str, said: str
) -> None:
    answer = send(browser, "/profile", {**GIVEN, field: value})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert f'href="#{field}"' in page
    assert 'value="ul. Piękna 1"' in page


def test_an_extra_field_changes_nothing(browser: AuditingClient) -> None:
    send(
        browser, "/profile", {**GIVEN, "number": "1", "claimed_at": "", "kind": "company", "account_id": "2"}
    )
    with db.unit_of_work(write=False):
        person = accounts.person_called("Amina")
        account = accounts.account_by_id(accounts.actor_of(person.id).account_id or 0)
        assert account.kind == "person"
        assert account.claimed_at is not None


def test_the_address_changes_when_the_new_mailbox_says_so(app: Flask, browser: AuditingClient) -> None:
    assert send(browser, "/profile/address", {"email": "amina@new.example.org"}).status_code == 303
    with db.unit_of_work():
        link = link_of(letters("address_change")[-1])
    stranger = browser_of(app)
    assert stranger.get(f"/new-address/{link}").status_code == 303
    assert "amina@new.example.org" in browser.get(f"/new-address/{link}").get_data(as_text=True)
    with db.unit_of_work(write=False):
        assert accounts.mailbox_of(accounts.person_called("Amina").id) == "amina@example.org"
    assert send(browser, f"/new-address/{link}").status_code == 303
    with db.unit_of_work(write=False):
        assert accounts.mailbox_of(accounts.person_called("Amina").id) == "amina@new.example.org"
    assert browser.get(f"/new-address/{link}").status_code == 404


def test_one_acts_for_ones_own_accounts_only(browser: AuditingClient) -> None:
    with db.unit_of_work():
        amina = accounts.person_called("Amina")
        lipa, _ = accounts.open_account(
            actor=SYSTEM, name="Hurtownia Lipa", kind="company", contact="Ola Lipa"
        )
        accounts.join(lipa, amina, actor=SYSTEM, rights=(Right.COMPLAINTS_OWN,))
        other, _ = accounts.open_account(actor=SYSTEM, name="Somebody Else")
        lipa_uuid, other_uuid = lipa.uuid, other.uuid
    assert "Hurtownia Lipa" in browser.get("/acting-for").get_data(as_text=True)
    for wanted in (str(other_uuid), "nonsense", ""):
        answer = send(browser, "/acting-for", {"account": wanted}, page="/acting-for")
        assert answer.status_code == 404
    send(browser, "/acting-for", {"account": str(lipa_uuid)}, page="/profile")
    page = browser.get("/profile").get_data(as_text=True)
    assert 'name="phone"' not in page  # without the right to administer, only what is one's own


def test_the_portal_speaks_the_persons_language(browser: AuditingClient) -> None:
    assert '<html lang="en"' in browser.get("/profile", headers={"Accept-Language": "pl"}).get_data(
        as_text=True
    )
    send(browser, "/profile", {**GIVEN, "language": "pl"})
    assert '<html lang="pl"' in browser.get("/profile", headers={"Accept-Language": "en"}).get_data(
        as_text=True
    )
