"""The pages about how complaints are sorted, and where that is used."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import complaints
from portal.domain.complaints import categories
from portal.domain.complaints.categories import Sort
from portal.domain.complaints.models import ComplaintCategory
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.domain.complaints import cases
from tests.signing_in import sign_in_staff

PAGE = "/admin/complaint-categories"


@pytest.fixture
def ada(app: Flask) -> AuditingClient:
    browser = browser_of(app)
    sign_in_staff(browser, "administrator")
    return browser


def row(key: str) -> str:
    with db.unit_of_work(write=False) as session:
        return str(session.scalar(select(ComplaintCategory.uuid).where(ComplaintCategory.key == key)))


def test_a_row_is_added_renamed_moved_and_offered_no_more(ada: AuditingClient) -> None:
    answer = send(ada, f"{PAGE}/subject", {"name-en": "Kitchen", "name-pl": "Kuchnia"}, page=PAGE)
    assert answer.headers["Location"].endswith("#subject")
    assert "Kuchnia" in ada.get(PAGE).get_data(as_text=True)
    where = f"{PAGE}/rows/{row('kitchen')}"
    assert send(ada, where, {"name-en": "Kitchen things"}).status_code == 303
    assert send(ada, f"{PAGE}/rows/{row('delivery')}/place", {"to": "down"}, page=PAGE).status_code == 303
    assert [key for key, _name in categories.choices(Sort.KIND, "en")][:2] == ["fault", "delivery"]
    for words, there in (("Offer again", True), ("Offer again", False)):
        assert send(ada, f"{where}/retirement", page=PAGE).status_code == 303
        assert (words in ada.get(PAGE).get_data(as_text=True)) is there
    record = ada.get("/admin/settings/record?kind=sorting").get_data(as_text=True)
    assert "renamed “Kitchen”" in record and "offers “Kitchen things” no more" in record


def test_what_does_not_fit_stays_typed_and_is_named(ada: AuditingClient) -> None:
    answer = send(ada, f"{PAGE}/subject", {"name-en": "", "name-pl": "Kuchnia"}, page=PAGE)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'value="Kuchnia"' in page
    assert 'id="subject-name-en-error"' in page and 'href="#subject-name-en"' in page
    renamed = send(ada, f"{PAGE}/rows/{row('fault')}", {"name-en": "Delivery"})
    assert renamed.status_code == 422 and 'id="name-en-error"' in renamed.get_data(as_text=True)
    assert send(ada, f"{PAGE}/gold", {"name-en": "x"}, page=PAGE).status_code == 404


def test_a_case_is_sorted_found_by_it_and_counted(app: Flask) -> None:
    browser = browser_of(app)
    sign_in_staff(browser, "manager")
    with db.unit_of_work():
        amina, sam = cases.amina(), cases.sam()
        one, two = cases.in_hand(amina, sam), cases.in_hand(amina, sam)
        complaints.raise_harm(two, actor=amina, reason="It burns")
        case, other = one.uuid, two.uuid
    page = browser.get(f"/admin/complaints/{case}").get_data(as_text=True)
    assert "Not sorted yet" in page and "Broken or does not work" in page
    where = f"/admin/complaints/{case}/sorting"
    assert send(browser, where, {"kind_key": "fault"}, page=f"/admin/complaints/{case}").status_code == 303
    refused = send(browser, where, {"kind_key": "gold"}, page=f"/admin/complaints/{case}")
    assert refused.status_code == 400  # the page offers nothing of that name
    queue = browser.get("/admin/queue?view=all_open&kind=fault").get_data(as_text=True)
    assert str(case) in queue and str(other) not in queue
    assert re.search(r'<option value="fault" selected>', queue)
    for nonsense in ("kind=gold", "kind=%00", "subject=fault"):
        assert str(other) in browser.get(f"/admin/queue?view=all_open&{nonsense}").get_data(as_text=True)
    assert browser.get("/admin/queue?view=ended&kind=fault").status_code == 200
    assert "Broken or does not work" in browser.get("/admin/").get_data(as_text=True)
