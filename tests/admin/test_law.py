"""Rows of law and outside bodies at the desk: confirmed, switched on from a day, in versions that move no date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import complaints
from portal.domain.calendars.models import LawRow
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.signing_in import sign_in_staff

PAGE = "/admin/law"


@pytest.fixture
def ada(app: Flask) -> AuditingClient:
    browser = browser_of(app)
    sign_in_staff(browser, "administrator")
    with db.unit_of_work():
        complaints.seed_law(confirmed=False)
        complaints.seed_bodies()
    return browser


def rows(key: str) -> list[LawRow]:
    with db.unit_of_work(write=False) as session:
        found = list(session.scalars(select(LawRow).where(LawRow.key == key).order_by(LawRow.valid_from)))
        session.expunge_all()
    return found


def test_every_row_of_law_stands_in_a_table_with_its_source(ada: AuditingClient) -> None:
    page = ada.get(PAGE).get_data(as_text=True)
    for one in complaints.LAW_SEED:
        if one.valid_to is None:
            assert one.source.replace("'", "&#39;") in page
    assert "to be confirmed" in page and "Financial Ombudsman Service" in page


def test_a_row_is_confirmed_then_switched_on_from_a_day_and_off(ada: AuditingClient) -> None:
    here = f"{PAGE}/uk-finance"
    since = rows("uk-finance")[0].valid_from.isoformat()
    today = complaints.terms.today()
    early = send(ada, f"{here}/{since}/switch", {"day": today.isoformat()}, page=here)
    assert early.status_code == 409 and not rows("uk-finance")[0].live
    assert send(ada, f"{here}/{since}/confirmation", page=here).status_code == 303
    past = send(ada, f"{here}/{since}/switch", {"day": (today - timedelta(days=1)).isoformat()}, page=here)
    assert past.status_code == 422 and 'id="day-error"' in past.get_data(as_text=True)
    assert send(ada, f"{here}/{since}/switch", {"day": today.isoformat()}, page=here).status_code == 303
    row = rows("uk-finance")[0]
    assert (row.live, row.live_from) == (True, today) and row.confirmed_by
    assert send(ada, f"{here}/{since}/switch", {"to": "off"}, page=here).status_code == 303
    assert not rows("uk-finance")[0].live
    record = ada.get("/admin/settings/record?kind=law").get_data(as_text=True)
    assert "confirmed the rule of law" in record and "off: FCA DISP 1.6" in record


def test_a_new_version_ends_the_one_before_on_its_day(ada: AuditingClient) -> None:
    here, day = f"{PAGE}/pl-consumer", complaints.terms.today() + timedelta(days=30)
    form = {
        "valid_from": day.isoformat(),
        "length": "10",
        "unit": "calendar_days",
        "effect": "upheld",
        "source": "Act",
    }
    wrong = send(ada, here, form | {"length": "0"}, page=here)
    assert wrong.status_code == 422 and 'id="length-error"' in wrong.get_data(as_text=True)
    assert send(ada, here, form | {"valid_from": "2020-01-01"}, page=here).status_code == 422
    assert send(ada, here, form, page=here).status_code == 303
    _old, now, new = rows("pl-consumer")
    assert (now.length, now.valid_to) == (14, day)
    assert (new.length, new.valid_from, new.live) == (10, day, True)


def test_a_body_is_confirmed_and_moves_house_in_a_version(ada: AuditingClient) -> None:
    here = "/admin/outside-bodies/gb-ombudsman"
    same = {"name": "Financial Ombudsman Service", "address": "Exchange Tower, London E14 9SR",
            "web": "https://www.financial-ombudsman.org.uk"}  # fmt: skip
    assert send(ada, here, same | {"web": "nowhere"}, page=here).status_code == 422
    assert send(ada, here, same, page=here).status_code == 303
    day = complaints.terms.today() + timedelta(days=3)
    assert (
        send(
            ada, here, same | {"address": "New Street 1", "valid_from": day.isoformat()}, page=here
        ).status_code
        == 303
    )
    assert "New Street 1" in ada.get(here).get_data(as_text=True)


def test_what_is_no_row_is_not_found(ada: AuditingClient) -> None:
    assert ada.get(f"{PAGE}/none").status_code == 404
    assert ada.get("/admin/outside-bodies/none").status_code == 404
    assert send(ada, f"{PAGE}/uk-finance/never/confirmation", page=PAGE).status_code == 404
    assert send(ada, f"{PAGE}/uk-finance/{date(1990, 1, 1)}/confirmation", page=PAGE).status_code == 404
