"""Files, prices and promises through the pages: sent, mended, read by both sides, and never by another company."""

from __future__ import annotations

import io
import re
import uuid

from flask import Flask
from flask.testing import FlaskClient

from portal import db
from portal.domain import accounts, drops, supply
from tests.domain.supply.scenes import LINES, day, published, supplier
from tests.signing_in import sign_in_partner, sign_in_staff

NEW = "/extranet/exchange/files/new/leads"
HEAD = "company,city,about,contact_name,contact_email,agreed,agreed_on,agreed_how\n"
BAD = HEAD + "Hotel Bryza,Sopot,Washing,Hanna Reszka,hanna@bryza.example,maybe,2026-02-30,=HYPERLINK(1)\n"


def send(browser: FlaskClient, address: str, content: str, **fields: str) -> tuple[int, str]:
    shown = browser.get(address).get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)
    assert token, address
    data = {**fields, "csrf_token": token[1], "file": (io.BytesIO(content.encode()), "leads.csv")}
    answer = browser.post(address, data=data, content_type="multipart/form-data", follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def post(browser: FlaskClient, page: str, address: str, **fields: str) -> tuple[int, str]:
    shown = browser.get(page).get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)
    assert token, page
    answer = browser.post(address, data={**fields, "csrf_token": token[1]}, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def addressed(page: str, pattern: str) -> str:
    found = re.search(pattern + r"/[0-9a-f-]{36}", page)
    assert found, pattern
    return found[0]


def test_a_file_is_sent_checked_and_mended(app: Flask) -> None:
    nils, office = app.test_client(), app.test_client()
    sign_in_partner(nils, "nils")
    sign_in_staff(office, "administrator")
    assert "No file yet" in nils.get("/extranet/exchange/files").get_data(as_text=True)
    status, page = send(nils, NEW, "")
    assert status == 422
    assert "Choose a file first" in page
    status, page = send(nils, NEW, BAD)
    assert status == 200
    assert "We check it" in page
    assert "Already received on" in send(nils, NEW, BAD)[1]
    drops.check_due(owner="test")
    listed = nils.get("/extranet/exchange/files").get_data(as_text=True)
    address = addressed(listed, "/extranet/exchange/files")
    page = nils.get(address).get_data(as_text=True)
    for words in (
        "Rejected",
        "Line 2",
        "Write yes or no",
        "is no date like 2026-05-31",
        "Send a mended file",
    ):
        assert words in page
    mend = nils.get(f"{address}/errors")
    assert mend.headers["Content-Disposition"].startswith("attachment")
    assert "agreed_on" in mend.get_data(as_text=True)
    with nils.get(f"{address}/content") as content:
        assert content.get_data(as_text=True) == BAD
    assert (
        nils.get("/extranet/exchange/files/example/leads").get_data(as_text=True).startswith("\ufeffcompany,")
    )
    ours = office.get("/admin/exchange/files").get_data(as_text=True)
    assert "Northwind Repairs" in ours
    page = office.get(addressed(ours, "/admin/exchange/files")).get_data(as_text=True)
    assert "What to mend" in page
    for one in (f"/extranet/exchange/files/{uuid.uuid4()}", "/extranet/exchange/files/new/price_list"):
        assert nils.get(one).status_code == 404


def test_staff_publish_prices_that_the_partner_reads(app: Flask) -> None:
    nils, office = app.test_client(), app.test_client()
    sign_in_partner(nils, "nils")
    sign_in_staff(office, "administrator")
    new = "/admin/exchange/files/new/price_list"
    rows = "number,name,price\nWASH-8,Washing machine,1890.125\n-FORMULA,'=1+1,2\n"
    status, page = send(office, new, rows, company="all", currency="PLN", starts=day(-1).isoformat())
    assert status == 422
    assert "This day is over" in page
    status, page = send(office, new, rows, company="", currency="PLN", starts=day(0).isoformat())
    assert status == 422
    assert "Choose a company" in page
    status, page = send(office, new, rows, company="all", currency="PLN", starts=day(0).isoformat())
    assert status == 200
    drops.check_due(owner="test")
    listed = nils.get("/extranet/exchange/prices").get_data(as_text=True)
    assert "valid now" in listed
    address = addressed(listed, "/extranet/exchange/prices")
    assert "1,890.125" in nils.get(address).get_data(as_text=True)
    assert "1890.125,1\r\n" in nils.get(f"{address}/file").get_data(as_text=True)
    assert "'-FORMULA,'=1+1" in nils.get(f"{address}/file").get_data(as_text=True)
    assert "Prices for all partners" in nils.get("/extranet/exchange").get_data(as_text=True)
    page = office.get(
        addressed(office.get("/admin/exchange/prices").get_data(as_text=True), "/admin/exchange/prices")
    )
    assert page.status_code == 200


def test_quarantine_is_decided_by_staff(app: Flask) -> None:
    office = app.test_client()
    sign_in_staff(office, "administrator")
    with db.unit_of_work():
        greta = supplier()
        said = drops.Said(currency="PLN", starts=day(0))
        for number in range(2):
            content = f"number;name;price\nA{number};Bolt;1.234\n".encode()
            drops.drop(content, name=f"list{number}.csv", kind="price_list", said=said, actor=greta)
    drops.check_due(owner="test")
    listed = office.get("/admin/exchange/files?view=waiting").get_data(as_text=True)
    first, second = dict.fromkeys(re.findall(r"/admin/exchange/files/[0-9a-f-]{36}", listed))
    status, page = post(office, first, f"{first}/rejection", reason="no")
    assert status == 422
    assert "Please say why" in page
    status, page = post(office, first, f"{first}/rejection", reason="Please write out the prices.")
    assert "Please write out the prices." in page
    status, page = post(office, second, f"{second}/release", decimal=",", encoding="", dates="")
    assert "It is checked again" in page
    drops.check_due(owner="test")
    assert "Every line was taken" in office.get(second).get_data(as_text=True)
    assert "Nothing is in quarantine" in office.get("/admin/exchange/files?view=waiting").get_data(
        as_text=True
    )


def test_a_supplier_moves_a_promise_and_staff_note_the_delivery(app: Flask) -> None:
    browser, nils, office = app.test_client(), app.test_client(), app.test_client()
    sign_in_partner(nils, "nils")
    sign_in_staff(office, "administrator")
    with db.unit_of_work():
        greta = supplier()
        given = supply.Promised("ZF-20", LINES[0].price, day(2), name="Heating element", unit="pcs")
        made = supply.promise(given, actor=greta).promise.uuid
        theirs = published(greta).list.uuid
        assert greta.person_id is not None
        token, _ = accounts.demo_link(accounts.person_by_id(greta.person_id))
    assert browser.get(f"/dev/link/{token}").status_code == 303
    address = f"/extranet/exchange/promises/{made}"
    assert "Heating element" in browser.get("/extranet/exchange/promises").get_data(as_text=True)
    status, page = post(browser, address, f"{address}/step", act="moved", by=day(9).isoformat(), reason="")
    assert status == 422
    assert "Please say why" in page
    status, page = post(
        browser, address, f"{address}/step", act="moved", by=day(9).isoformat(), reason="Late ship"
    )
    assert "Noted" in page
    assert "romised for" in page
    for one in (address, f"/extranet/exchange/prices/{theirs}"):
        assert nils.get(one).status_code == 404
    assert (
        post(nils, "/extranet/security", f"{address}/step", act="withdrawn", reason="It is mine now")[0]
        == 404
    )
    ours = f"/admin/exchange/promises/{made}"
    status, page = post(office, ours, f"{ours}/delivery", on=day(0).isoformat())
    assert "kept" in page
    for view in ("open", "late", "ended", "nonsense"):
        assert office.get(f"/admin/exchange/promises?view={view}").status_code == 200
        assert browser.get(f"/extranet/exchange/promises?view={view}").status_code == 200


def test_who_may_not_exchange_finds_no_page(app: Flask) -> None:
    browser = app.test_client()
    sign_in_staff(browser, "handler")
    for one in ("files", "prices", "promises"):
        assert browser.get(f"/admin/exchange/{one}").status_code == 403
