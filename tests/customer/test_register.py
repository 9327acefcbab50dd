"""Registering and choosing a password, through HTTP."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import db
from portal.domain import accounts, tables
from portal.domain.accounts.credentials import OneTimeLink
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.domain.accounts.people import PASSWORD, asked, customer, letters, link_of


@pytest.fixture
def browser(app: Flask) -> AuditingClient:
    return browser_of(app)


def rows() -> dict[str, int]:
    with db.unit_of_work(write=False) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables.ALL
        }


def test_a_newcomer_registers_and_is_in(browser: AuditingClient) -> None:
    answer = send(browser, "/register", {"name": "Nora New", "email": "nora@example.org", "language": "pl"})
    assert answer.headers["Location"] == "/register/sent"
    assert "nora@example.org" not in browser.get("/register/sent").get_data(as_text=True)
    with db.unit_of_work():
        accounts.handle_mailbox_requests()
        token = link_of(letters()[-1])
    before = rows()
    for _ in range(3):  # a program that follows links changes nothing
        assert browser.get(f"/proof/{token}").status_code == 200
    assert rows() == before
    weak = send(browser, f"/proof/{token}", {"password": "password1"})
    assert weak.status_code == 422
    assert "password1" not in weak.get_data(as_text=True)
    assert send(browser, f"/proof/{token}", {"password": PASSWORD}).status_code == 303
    page = browser.get("/profile").get_data(as_text=True)
    assert "Nora New" in page
    assert "nora@example.org" in page
    assert browser.get(f"/proof/{token}").status_code == 404


@pytest.mark.parametrize(
    ("path", "data"),
    [("/register", {"name": "Somebody", "language": "en"}), ("/reset", {})],
)
def test_known_or_not_answer_and_rows_are_the_same(
    browser: AuditingClient, path: str, data: dict[str, object]
) -> None:
    with db.unit_of_work():
        customer()
    seen = []
    for email in ("amina@example.org", "nobody@example.org"):
        before = rows()
        answer = send(browser, path, {**data, "email": email})
        after = rows()
        changed = {name: after[name] - before[name] for name in after if after[name] != before[name]}
        body = answer.get_data(as_text=True)
        seen.append((answer.status_code, answer.headers["Location"], body, changed))
    assert seen[0] == seen[1]
    assert seen[0][3] == {"mailbox_request": 1}


def test_a_bad_address_is_shown_at_its_field_and_nothing_is_lost(browser: AuditingClient) -> None:
    answer = send(browser, "/register", {"name": "Nora New", "email": "nora at example", "language": "pl"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#email"' in page
    assert "Write the address like name@example.org." in page
    assert 'value="Nora New"' in page
    assert '<option selected value="pl">' in page


def test_a_claimed_record_is_shown_to_its_person(browser: AuditingClient) -> None:
    with db.unit_of_work():
        accounts.import_customer(
            source="crm", source_key="17", name="Amina Nowak", email="amina@example.org", city="Warszawa"
        )
        token = asked("register", "amina@example.org", "A.")
    send(browser, f"/proof/{token}", {"password": PASSWORD})
    page = browser.get("/profile").get_data(as_text=True)
    assert "this is the record we have of you" in page
    assert 'value="Warszawa"' in page


def test_a_link_that_is_over_says_what_to_do(browser: AuditingClient) -> None:
    for path in ("/proof/nonsense", "/reset/nonsense"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "This link is over" in answer.get_data(as_text=True)


def test_a_reset_signs_out_every_browser(app: Flask, browser: AuditingClient) -> None:
    with db.unit_of_work():
        customer()
    send(browser, "/sign-in", {"email": "amina@example.org", "password": PASSWORD})
    with db.unit_of_work():
        token = asked("reset", "amina@example.org")
    other = browser_of(app)
    send(other, f"/reset/{token}", {"password": "four grey swans"})
    assert browser.get("/security").status_code == 303
    assert other.get("/security").status_code == 200


def test_a_token_is_stored_nowhere(browser: AuditingClient) -> None:
    with db.unit_of_work() as session:
        customer()
        token = asked("reset", "amina@example.org")
        assert token not in {row.token_hash for row in session.scalars(select(OneTimeLink))}


def test_strangers_posts_are_limited_per_network_before_anything_else(app: Flask) -> None:
    browser = browser_of(app)
    most = app.config["SETTINGS"].doors_per_minute
    answers = [browser.post("/reset", data={"email": "x"}).status_code for _ in range(most + 1)]
    assert set(answers[:-1]) == {400}  # refused for the missing proof, and counted all the same
    assert answers[-1] == 429
    assert browser.get("/reset").status_code == 200
    other = browser.post("/reset", data={"email": "x"}, environ_overrides={"REMOTE_ADDR": "198.51.100.9"})
    assert other.status_code == 400
