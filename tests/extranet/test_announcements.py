"""Announcements through the pages: written by staff, read and confirmed by a partner, hidden from all others."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from portal import db
from portal.domain import clock, exchange, partners
from portal.domain.actor import SYSTEM
from portal.domain.partners import Audience
from tests.signing_in import sign_in_partner, sign_in_staff

from .test_leads import post

NEW = "/admin/exchange/announcements/new"
TYPED = {
    "en-title": "New hours", "en-text": "From March we open at eight.", "pl-title": "Nowe godziny",
    "pl-text": "Od marca otwieramy o ósmej.", "whom": "partner", "asks": "y", "until_day": "",
}  # fmt: skip


def write(office: FlaskClient, **changes: str) -> str:
    fields = {**TYPED, "from_day": clock.now().date().isoformat(), **changes}
    status, page = post(office, NEW, NEW, **fields)
    assert status == 200 and "Written." in page
    found = re.search(r"/admin/exchange/announcements/([0-9a-f-]{36})", page)
    assert found
    return found[1]


def test_staff_write_one_and_see_who_confirmed_it(app: Flask) -> None:
    office, nils = app.test_client(), app.test_client()
    sign_in_staff(office, "administrator")
    sign_in_partner(nils, "nils")
    assert "Nothing announced yet" in office.get("/admin/exchange/announcements").get_data(as_text=True)
    assert "Nothing is announced now" in nils.get("/extranet/exchange/announcements").get_data(as_text=True)
    key = write(office)
    assert "1 announcement waits for you" in nils.get("/extranet").get_data(as_text=True)
    assert "New hours" in nils.get("/extranet/exchange").get_data(as_text=True)
    address = f"/extranet/exchange/announcements/{key}"
    assert "Please confirm" in nils.get(address).get_data(as_text=True)
    second_tab = nils.get(address).get_data(as_text=True)
    assert "From March we open at eight." in second_tab
    for _tab in range(2):
        status, page = post(nils, f"{address}/confirmation", "/extranet/security")
        assert status == 200 and "You confirmed on" in page
    assert "announcement waits" not in nils.get("/extranet").get_data(as_text=True)
    page = office.get(f"/admin/exchange/announcements/{key}").get_data(as_text=True)
    assert "Nils Berg" in page and "Northwind Repairs" in page and "Nowe godziny" in page
    status, page = post(office, f"/admin/exchange/announcements/{key}/withdrawal", NEW)
    assert status == 200 and "withdrew it on" in page
    assert nils.get(address).status_code == 404
    assert "New hours" not in nils.get("/extranet/exchange/announcements").get_data(as_text=True)


def test_what_is_missing_is_named_and_nothing_typed_is_lost(app: Flask) -> None:
    office = app.test_client()
    sign_in_staff(office, "administrator")
    status, page = post(office, NEW, NEW, **{**TYPED, "en-title": "", "from_day": "2020-01-01"})
    assert status == 422 and "Please fill this in." in page and 'href="#en-title"' in page
    for words in ("From March we open at eight.", "Nowe godziny", "Od marca otwieramy o ósmej."):
        assert words in page
    status, page = post(office, NEW, NEW, **{**TYPED, "from_day": "2020-01-01"})
    assert status == 422 and "Choose today or a later day." in page
    day = clock.now().date().isoformat()
    status, page = post(office, NEW, NEW, **{**TYPED, "from_day": day, "whom": "named", "companies": "x"})
    assert status == 422 and "Choose at least one company" in page


def test_what_is_for_others_or_to_come_answers_like_none(app: Flask) -> None:
    nils = app.test_client()
    sign_in_partner(nils, "nils")
    words = {"en": exchange.Words("Prices of 2031", "For suppliers alone.")}
    day = clock.now().date()
    with db.unit_of_work():
        for_suppliers = exchange.announce(words, actor=SYSTEM, audience=Audience("supplier"), from_day=day)
        to_come = exchange.announce(
            words, actor=SYSTEM, audience=Audience(), from_day=day + timedelta(days=9)
        )
        keys = [for_suppliers.uuid, to_come.uuid, uuid.uuid4()]
    pages = set()
    for key in keys:
        address = f"/extranet/exchange/announcements/{key}"
        answer = nils.get(address)
        pages.add(re.sub(r'csrf[^>]*"|[0-9a-f-]{36}', "", answer.get_data(as_text=True)))
        assert answer.status_code == 404
        status, text = post(nils, f"{address}/confirmation", "/extranet/security")
        assert status == 404 and "2031" not in text
    assert len(pages) == 1
    assert "2031" not in nils.get("/extranet/exchange/announcements").get_data(as_text=True)


def test_staff_give_a_partner_its_tier(app: Flask) -> None:
    office = app.test_client()
    sign_in_staff(office, "administrator")
    sign_in_partner(app.test_client(), "nils")
    with db.unit_of_work():
        key = next(one.uuid for one in partners.active())
    address = f"/admin/partners/{key}/change"
    status, page = post(
        office, address, address, name="Northwind Repairs", kind="partner", country="PL", signs_in_by="oidc",
        default_role="reader", tier="gold",
    )  # fmt: skip
    assert status == 200 and "Gold" in page
    assert "Gold" in office.get("/admin/partners").get_data(as_text=True)


def test_who_sets_no_partners_up_announces_nothing(app: Flask) -> None:
    browser = app.test_client()
    sign_in_staff(browser, "handler")
    assert browser.get("/admin/exchange/announcements").status_code == 403
    assert browser.get(NEW).status_code == 403


def test_staff_name_the_tiers(app: Flask) -> None:
    office = app.test_client()
    sign_in_staff(office, "administrator")
    page = "/admin/partner-tiers"
    status, text = post(office, page, page, **{"name-en": "Silver", "name-pl": "Nowy"})
    assert status == 422 and "There is a tier with this name already." in text and 'value="Nowy"' in text
    status, text = post(office, page, page, **{"name-en": "Platinum"})
    assert status == 200 and "Platinum" in text
    with db.unit_of_work(write=False):
        key = partners.tiers()[-1].uuid
    status, text = post(office, f"{page}/{key}", page, **{"name-en": "Diamond"})
    assert status == 200 and "Diamond" in text and "Platinum" not in text
