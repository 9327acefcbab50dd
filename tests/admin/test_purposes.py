"""The pages about purposes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from portal import db
from portal.domain import consent
from tests import records
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.counting import counted
from tests.factories import make_purpose
from tests.signing_in import sign_in_staff

PAGE = "/admin/purposes/offers"


@pytest.fixture
def ada(app: Flask) -> AuditingClient:
    with db.unit_of_work():
        make_purpose()
        consent.give("offers", actor=records.customer("Amina Nowak"))
    browser = browser_of(app)
    sign_in_staff(browser, "administrator")
    return browser


def told(**changes: object) -> dict[str, object]:
    return {
        "en-title": "Offers", "en-question": "May we?", "en-text": "New words <b>here</b>.",
        "en-benefit": "Ten per cent",
        "channels": ["email"], "retention_months": "24", "valid_months": "24", "benefit_by_days": "7",
        "marketing": "y", "sends": "y", "dpv_purpose": "dpv:DirectMarketing",
    } | changes  # fmt: skip


def test_a_version_is_written_compared_and_published(ada: AuditingClient) -> None:
    answer = send(ada, PAGE, told())
    assert answer.headers["Location"] == f"{PAGE}/compare"
    page = ada.get(f"{PAGE}/compare").get_data(as_text=True)
    assert "<ins>" in page and "&lt;" in page and "1 person said yes" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    done = send(ada, f"{PAGE}/publication", {"seen": seen}, page=f"{PAGE}/compare")
    assert done.status_code == 303
    page = ada.get("/admin/purposes").get_data(as_text=True)
    assert "Version 2 is published" in page and "1 person is asked again" in page
    assert send(ada, f"{PAGE}/retirement", page=PAGE).status_code == 303
    assert "given up" in ada.get("/admin/purposes").get_data(as_text=True)
    record = ada.get("/admin/settings/record?kind=purposes").get_data(as_text=True)
    assert "published version 2 of the purpose offers" in record and "gave up the purpose offers" in record


def test_who_was_not_the_first_keeps_what_was_typed_and_decides(ada: AuditingClient) -> None:
    assert send(ada, PAGE, told() | {"seen": ""}).status_code == 303
    answer = send(ada, PAGE, told(**{"en-text": "Of the other window."}) | {"seen": ""})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "Of the other window." in page and "kept other words" in page
    assert "New words" in ada.get(PAGE).get_data(as_text=True)
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert send(ada, PAGE, told(**{"en-text": "Of the other window."}) | {"seen": seen}).status_code == 303


def test_what_does_not_fit_stays_typed(ada: AuditingClient) -> None:
    answer = send(ada, PAGE, told(**{"en-title": "x" * 121}))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "x" * 121 in page and 'id="en-title-error"' in page
    assert send(ada, PAGE, told(retention_months="many")).status_code == 422


def test_a_purpose_is_begun_and_what_is_missing_is_said(ada: AuditingClient) -> None:
    assert send(ada, "/admin/purposes/new", {"key": "No Key", "basis": "consent"}).status_code == 422
    assert send(ada, "/admin/purposes/new", {"key": "spare_parts", "basis": "consent"}).status_code == 303
    where = "/admin/purposes/spare_parts"
    assert send(ada, where, told(**{"en-benefit": ""})).status_code == 303
    refused = send(ada, f"{where}/publication", page=f"{where}/compare")
    assert refused.status_code == 422 and "names what the customer gets" in refused.get_data(as_text=True)
    assert send(ada, f"{where}/draft/removal", page=where).status_code == 303
    assert ada.get(where).status_code == 404


def test_the_list_costs_the_same_however_long(ada: AuditingClient) -> None:
    def cost() -> int:
        ada.get("/admin/purposes")
        with counted() as queries:
            assert ada.get("/admin/purposes").status_code == 200
        return len(queries)

    before = cost()
    with db.unit_of_work():
        for n in range(8):
            make_purpose(f"purpose_{n}")
    assert cost() == before <= 4


def test_the_privacy_officer_sets_a_day_and_takes_it_back(app: Flask, ada: AuditingClient) -> None:
    dana = browser_of(app)
    sign_in_staff(dana, "privacy_officer")
    assert "/admin/purposes" in dana.get("/admin/settings").get_data(as_text=True)
    assert dana.get("/admin/firm").status_code == 403
    assert send(dana, PAGE, told()).status_code == 303
    where = f"{PAGE}/compare"
    refused = send(dana, f"{PAGE}/plan", {"publish_on": "2020-01-01"}, page=where)
    assert refused.status_code == 422 and 'id="publish_on-error"' in refused.get_data(as_text=True)
    day = (consent.planning.today() + timedelta(days=3)).isoformat()
    assert send(dana, f"{PAGE}/plan", {"publish_on": day}, page=where).status_code == 303
    page = dana.get(where).get_data(as_text=True)
    assert "Take the day back" in page and "Publish version" not in page
    assert '<form method="post" class="form-panels"' not in dana.get(PAGE).get_data(as_text=True)
    assert "from " in dana.get("/admin/purposes").get_data(as_text=True)
    assert send(dana, f"{PAGE}/plan/removal", page=where).status_code == 303
    assert "Publish version 2" in dana.get(where).get_data(as_text=True)
