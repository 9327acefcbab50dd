"""The page about the terms for complaints."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from portal.domain import complaints
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.signing_in import sign_in_staff

PAGE = "/admin/complaint-terms"


@pytest.fixture
def ada(app: Flask) -> AuditingClient:
    browser = browser_of(app)
    sign_in_staff(browser, "administrator")
    return browser


def form(**changes: str) -> dict[str, str]:
    day = complaints.terms.today() + timedelta(days=7)
    return (
        {key: str(n) for key, n in complaints.terms.shipped().items()}
        | {"valid_from": day.isoformat()}
        | changes
    )


def test_terms_are_looked_at_set_and_taken_back(ada: AuditingClient) -> None:
    looked = send(ada, PAGE, form(K3="8"))
    page = looked.get_data(as_text=True)
    assert looked.status_code == 200 and "<del>10 business days</del>" in page and "keep their dates" in page
    assert complaints.terms.versions() == ()
    refused = send(ada, f"{PAGE}/versions", form(K3="8", version="0"), page=PAGE)
    assert refused.status_code == 422 and 'id="why-error"' in refused.get_data(as_text=True)
    done = send(ada, f"{PAGE}/versions", form(K3="8", version="0", why="Quicker"), page=PAGE)
    assert done.status_code == 303
    page = ada.get(PAGE).get_data(as_text=True)
    assert "Quicker" in page and "to come" in page and "Take version 1 back" in page
    assert send(ada, f"{PAGE}/versions/1/removal", page=PAGE).status_code == 303
    assert "taken back" in ada.get(PAGE).get_data(as_text=True)
    record = ada.get("/admin/settings/record?kind=terms").get_data(as_text=True)
    assert "set the terms for complaints" in record and "took back version 1" in record


def test_what_does_not_fit_stays_typed_and_is_named(ada: AuditingClient) -> None:
    answer = send(ada, PAGE, form(K3="99", K8="x", valid_from="2020-01-01"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'value="99"' in page
    for field in ("K3", "K8", "valid_from"):
        assert f'id="{field}-error"' in page
    assert "We answer: Write a whole number from 1 to 20." in page
