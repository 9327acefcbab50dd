"""Leads through the pages: what was typed stays, another's answers like what is not there, staff see both sides."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from portal import db
from portal.domain import clock, exchange, partners
from tests.domain.exchange.prospects import prospect, trader
from tests.signing_in import sign_in_partner, sign_in_staff

TYPED = {
    "company": "Hotel Bryza", "number": "", "country": "PL", "city": "Sopot", "about": "Washing machines",
    "contact_name": "Hanna Reszka", "contact_email": "hanna@bryza.example", "contact_phone": "", "agreed": "y",
    "agreed_on": clock.now().date().isoformat(), "agreed_how": "On the telephone",
}  # fmt: skip


def post(browser: FlaskClient, address: str, page: str, **fields: str) -> tuple[int, str]:
    shown = browser.get(page).get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)
    assert token, page
    answer = browser.post(address, data={**fields, "csrf_token": token[1]}, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def test_a_company_is_registered_worked_on_and_won(app: Flask) -> None:
    nils = app.test_client()
    sign_in_partner(nils, "nils")
    assert "No company yet" in nils.get("/extranet/exchange/leads").get_data(as_text=True)
    new = "/extranet/exchange/leads/new"
    status, page = post(nils, new, new, **TYPED)
    assert status == 200 and "It is yours" in page and "Hanna Reszka" in page
    status, page = post(nils, new, new, **TYPED)
    assert "has this one in hand already" in page
    listed = nils.get("/extranet/exchange").get_data(as_text=True)
    assert "Hotel Bryza" in listed and "Hanna" not in listed
    address = re.search(r"/extranet/exchange/leads/[0-9a-f-]{36}", listed)
    assert address
    status, page = post(nils, f"{address[0]}/renewal", address[0], activity="short")
    assert status == 422 and "Say what you have done since" in page and "short</textarea>" in page
    status, page = post(nils, f"{address[0]}/renewal", address[0], activity="Visited the hotel.")
    assert "Protected for longer" in page
    post(nils, f"{address[0]}/step", address[0], act="begun")
    status, page = post(nils, f"{address[0]}/step", address[0], act="lost", reason="no")
    assert status == 422 and "Please say why" in page
    status, page = post(nils, f"{address[0]}/step", address[0], act="won")
    assert "This lead has ended" in page


def test_what_is_missing_is_named_and_nothing_typed_is_lost(app: Flask) -> None:
    nils = app.test_client()
    sign_in_partner(nils, "nils")
    new = "/extranet/exchange/leads/new"
    status, page = post(nils, new, new, **{**TYPED, "number": "123", "agreed": "", "city": ""})
    assert status == 422
    for words in ("This is no number for VAT", "Ask the person first", "Write the place where the company is",
                  "Hotel Bryza",
                  "hanna@bryza.example", "On the telephone", 'value="123"'):  # fmt: skip
        assert words in page
    assert "No company yet" in nils.get("/extranet/exchange/leads").get_data(as_text=True)


def test_anothers_lead_answers_like_none(app: Flask) -> None:
    nils = app.test_client()
    sign_in_partner(nils, "nils")
    with db.unit_of_work():
        theirs = exchange.register(prospect("Dom Jutrzenka"), actor=trader("Sudety Service", "Eliza Mazur"))
        address = f"/extranet/exchange/leads/{theirs.lead.uuid}"
    nowhere = f"/extranet/exchange/leads/{uuid.uuid4()}"
    assert [nils.get(one).status_code for one in (address, nowhere)] == [404, 404]
    page = "/extranet/exchange/leads/new"
    for act in ("step", "renewal", "claim"):
        for one in (address, nowhere):
            status, text = post(nils, f"{one}/{act}", page, act="begun", activity="Something was done.")
            assert status == 404 and "Jutrzenka" not in text
    assert "Jutrzenka" not in nils.get("/extranet/exchange").get_data(as_text=True)


def test_staff_hand_one_over_and_read_who_came_second(app: Flask) -> None:
    office, nils = app.test_client(), app.test_client()
    sign_in_staff(office, "administrator")
    sign_in_partner(nils, "nils")
    assert "No lead is going on" in office.get("/admin/exchange").get_data(as_text=True)
    with db.unit_of_work():
        to = next(str(one.uuid) for one in partners.active())
    new = "/admin/exchange/leads/new"
    status, page = post(office, new, new, **TYPED, partner=to, accept_by="")
    assert status == 422 and "Choose a day from tomorrow on" in page and "hanna@bryza.example" in page
    day = (clock.now() + timedelta(days=9)).date().isoformat()
    status, page = post(office, new, new, **TYPED, partner=to, accept_by=day)
    assert status == 200 and "Northwind Repairs" in page and "Hanna Reszka" in page
    assert "1 company is handed to you" in nils.get("/extranet").get_data(as_text=True)
    with db.unit_of_work():
        exchange.register(
            prospect(contact_email="x@bryza.example"), actor=trader("Sudety Service", "Eliza Mazur")
        )
    listed = office.get("/admin/exchange?view=contested").get_data(as_text=True)
    assert "Sudety Service" in listed and "Northwind Repairs" in listed
    address = re.search(
        r"/extranet/exchange/leads/[0-9a-f-]{36}", nils.get("/extranet/exchange").get_data(as_text=True)
    )
    assert address
    page = nils.get(address[0]).get_data(as_text=True)
    assert "Sudety" not in page and "Your decision" in page
    status, page = post(
        nils, f"{address[0]}/step", address[0], act="declined", reason="Too far away from us."
    )
    assert status == 200 and "Hanna" not in page
    assert office.get("/admin/exchange?view=nonsense&after=x").status_code == 200


def test_who_only_reads_has_no_exchange(app: Flask) -> None:
    browser = app.test_client()
    sign_in_staff(browser, "handler")
    assert browser.get("/admin/exchange").status_code == 403
