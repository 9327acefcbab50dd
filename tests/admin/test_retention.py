"""The page about retention: who may read it, what it says, and legal holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import clock, retention
from portal.domain.accounts.credentials import RefusedSignIn
from portal.domain.accounts.models import Account
from portal.domain.retention.models import LegalHold
from tests import records
from tests.browsing import browser_of, send, token_of
from tests.client import AuditingClient
from tests.signing_in import sign_in_staff

PAGE = "/admin/retention"


@pytest.fixture
def dana(app: Flask) -> AuditingClient:
    browser = browser_of(app)
    sign_in_staff(browser, "privacy_officer")
    return browser


def test_it_says_the_rules_and_what_went(dana: AuditingClient) -> None:
    with db.unit_of_work() as session:
        session.add(
            RefusedSignIn(bucket="b", at=clock.now() - timedelta(days=100), face="customer", how="password")
        )
    assert "due now: 1" in dana.get(PAGE).get_data(as_text=True)
    retention.run_due()
    page = dana.get(PAGE).get_data(as_text=True)
    assert "90 days" in page and "due now" not in page and "What went, by day" in page
    assert "Removed because their time was over" in dana.get("/admin/settings/record").get_data(as_text=True)
    assert dana.get(f"{PAGE}?after=nonsense").status_code == 200


def test_a_hold_is_set_shown_and_lifted(dana: AuditingClient) -> None:
    with db.unit_of_work() as session:
        actor = records.customer("Bela Nagy")
        number = session.scalar(select(Account.number).where(Account.id == actor.account_id))
    wrong = send(dana, f"{PAGE}/holds", {"number": "4711", "reason": "Court"}, page=PAGE)
    assert wrong.status_code == 422 and "no customer with this number" in wrong.get_data(as_text=True)
    assert 'value="4711"' in wrong.get_data(as_text=True)
    told = {"number": f"{number[:3]} {number[3:]}", "reason": "Court of Warsaw"}
    assert send(dana, f"{PAGE}/holds", told, page=PAGE).status_code == 303
    page = dana.get(PAGE).get_data(as_text=True)
    assert "Bela Nagy" in page and "Court of Warsaw" in page
    with db.unit_of_work(write=False) as session:
        uuid = session.scalars(select(LegalHold.uuid)).one()
    with clock.at(clock.now() + timedelta(minutes=15)):  # she signed in a while ago
        asked = send(dana, f"{PAGE}/holds/{uuid}/lifting", {}, page=PAGE)
        assert asked.status_code == 303 and "/confirm-it-is-you" in asked.headers["Location"]
        assert "Court of Warsaw" in dana.get(PAGE).get_data(as_text=True)
    assert send(dana, f"{PAGE}/holds/{uuid}/lifting", {}, page=PAGE).status_code == 303
    assert "Nothing is held back" in dana.get(PAGE).get_data(as_text=True)


def test_only_who_may_reads_and_holds(app: Flask) -> None:
    for role, read in (("administrator", 200), ("handler", 403), ("marketing", 403), ("manager", 403)):
        browser = browser_of(app)
        sign_in_staff(browser, role)
        assert browser.get(PAGE).status_code == read, role
    administrator = browser_of(app)
    sign_in_staff(administrator, "administrator")
    page = administrator.get(PAGE)
    assert "Hold back" not in page.get_data(as_text=True)
    answer = administrator.post(
        f"{PAGE}/holds", data={"csrf_token": token_of(page), "number": "1", "reason": "x"}
    )
    assert answer.status_code == 403


def test_the_privacy_notice_tells_the_same_periods(app: Flask) -> None:
    page = browser_of(app).get("/privacy").get_data(as_text=True)
    assert "How long we keep it" in page and "90 days" in page and "36 months" in page
