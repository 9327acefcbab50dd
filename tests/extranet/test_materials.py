"""Materials through the pages: published by staff, downloaded by a partner, refused when they count no more."""

from __future__ import annotations

import io
import re
import uuid
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, exchange
from portal.domain.actor import SYSTEM
from portal.domain.exchange.material_models import Taken
from portal.domain.partners import Audience
from tests.signing_in import sign_in_partner, sign_in_staff

from .test_leads import post

NEW = "/admin/exchange/materials/new"
PDF = b"%PDF-1.7\nprices\n%%EOF"


def upload(office: FlaskClient, page: str, content: bytes, **fields: str) -> tuple[int, str]:
    shown = office.get(page).get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)
    assert token
    day = clock.now().date().isoformat()
    data = {
        "language": "en",
        "valid_from": day,
        "expires_on": "",
        "changes": "",
        "csrf_token": token[1],
        **fields,
    }
    answer = office.post(
        f"{page}/versions", data={**data, "files": (io.BytesIO(content), "prices.pdf")}, follow_redirects=True
    )
    return answer.status_code, answer.get_data(as_text=True)


def test_a_material_is_published_downloaded_replaced_and_withdrawn(app: Flask) -> None:
    office, nils = app.test_client(), app.test_client()
    sign_in_staff(office, "administrator")
    sign_in_partner(nils, "nils")
    assert "Nothing published yet" in office.get("/admin/exchange/materials").get_data(as_text=True)
    assert "Nothing is published for you yet" in nils.get("/extranet/exchange/materials").get_data(
        as_text=True
    )
    status, page = post(office, NEW, NEW, name="Price list", kind="prices", about="For parts.", whom="nobody")
    assert status == 422 and "Say for whom it is." in page and "For parts." in page
    status, page = post(
        office, NEW, NEW, name="Price list", kind="prices", about="For parts.", whom="partner"
    )
    found = re.search(r"/admin/exchange/materials/[0-9a-f-]{36}", page)
    assert status == 200 and found
    status, page = upload(office, found[0], b"<html><script>alert(1)</script>")
    assert status == 422 and "of a kind that we cannot take" in page
    ends = (clock.now().date() + timedelta(days=9)).isoformat()
    status, page = upload(office, found[0], PDF, expires_on=ends)
    assert status == 200 and "expires within 30 days" in page
    assert "expires within 30 days" in office.get("/admin/exchange/materials").get_data(as_text=True)
    assert "Price list" in nils.get("/extranet/exchange").get_data(as_text=True)
    open_page = nils.get(found[0].replace("/admin", "/extranet")).get_data(as_text=True)
    file = re.search(r'href="(/extranet/exchange/materials/[0-9a-f-]{36}/versions/[0-9a-f-]{36})"', open_page)
    assert file and "valid until" in nils.get("/extranet/exchange/materials").get_data(as_text=True)
    answer = nils.get(file[1])
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="prices.pdf"'
    assert nils.head(file[1]).status_code == 200
    with db.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count(Taken.id))) == 1
    assert "Nils Berg" in office.get(found[0]).get_data(as_text=True)
    status, page = upload(office, found[0], PDF + b"\n2", changes="")
    assert status == 422 and "Say what is different from version 1" in page
    status, page = upload(office, found[0], PDF + b"\n2", changes="Pumps cost more.")
    assert status == 200 and "replaced" in page
    answer = nils.get(file[1])  # from the page that is open still
    text = answer.get_data(as_text=True)
    assert answer.status_code == 410 and "replaced by a newer one" in text and "Download version 2" in text
    assert "newer than yours" in nils.get("/extranet/exchange/materials").get_data(as_text=True)
    assert "Pumps cost more." in nils.get(found[0].replace("/admin", "/extranet")).get_data(as_text=True)
    status, page = post(office, f"{found[0]}/withdrawal", found[0], why="")
    assert status == 422 and "Please fill this in." in page
    status, page = post(office, f"{found[0]}/withdrawal", found[0], why="We sell it no more.")
    assert status == 200 and "Nobody sees it any more" in page
    assert nils.get(file[1]).status_code == 404


def test_one_version_is_withdrawn_with_a_reason(app: Flask) -> None:
    office, nils = app.test_client(), app.test_client()
    sign_in_staff(office, "administrator")
    sign_in_partner(nils, "nils")
    with db.unit_of_work():
        row = exchange.publish(actor=SYSTEM, name="Manual", kind="manual", about="", audience=Audience())
        one = exchange.add_edition(
            row.uuid, actor=SYSTEM, language="en", filename="a.pdf", stream=io.BytesIO(PDF),
            valid_from=clock.now().date(),
        )  # fmt: skip
        material, key = row.uuid, one.uuid
    page = f"/admin/exchange/materials/{material}"
    address = f"{page}/versions/{key}/withdrawal"
    status, text = post(office, address, page, **{f"{key}-why": " "})
    assert status == 422 and "Please fill this in." in text
    status, text = post(office, address, page, **{f"{key}-why": "Page 3 is wrong."})
    assert status == 200 and "Page 3 is wrong." in text
    answer = nils.get(f"/extranet/exchange/materials/{material}/versions/{key}")
    assert answer.status_code == 410 and "Page 3 is wrong." in answer.get_data(as_text=True)
    status, text = post(
        office,
        f"{page}/change",
        f"{page}/change",
        name="Manual 600",
        kind="manual",
        about="",
        whom="supplier",
    )
    assert status == 200 and "Manual 600" in text and "Suppliers" in text
    assert nils.get(f"/extranet/exchange/materials/{material}").status_code == 404


def test_what_is_for_others_answers_like_none(app: Flask) -> None:
    nils = app.test_client()
    sign_in_partner(nils, "nils")
    with db.unit_of_work():
        row = exchange.publish(
            actor=SYSTEM, name="For suppliers", kind="other", about="", audience=Audience("supplier")
        )
        one = exchange.add_edition(
            row.uuid, actor=SYSTEM, language="en", filename="a.pdf", stream=io.BytesIO(PDF),
            valid_from=clock.now().date(),
        )  # fmt: skip
        theirs, version = row.uuid, one.uuid
    pages = set()
    for material, edition in ((theirs, version), (uuid.uuid4(), uuid.uuid4()), (uuid.uuid4(), version)):
        for address in (f"{material}", f"{material}/versions/{edition}"):
            answer = nils.get(f"/extranet/exchange/materials/{address}")
            assert answer.status_code == 404
            pages.add(re.sub(r'csrf[^>]*"|[0-9a-f-]{36}(/versions/)?', "", answer.get_data(as_text=True)))
    assert len(pages) == 1
    assert "For suppliers" not in nils.get("/extranet/exchange/materials").get_data(as_text=True)


def test_who_sets_no_partners_up_publishes_nothing(app: Flask) -> None:
    browser = app.test_client()
    sign_in_staff(browser, "handler")
    for address in ("/admin/exchange/materials", NEW, f"/admin/exchange/materials/{uuid.uuid4()}"):
        assert browser.get(address).status_code == 403
