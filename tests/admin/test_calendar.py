"""The page about opening hours and holidays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from portal import db
from portal.domain import calendars, clock
from portal.domain.firm import hours
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.counting import counted
from tests.signing_in import sign_in_staff

PAGE = "/admin/calendar"


@pytest.fixture
def ada(app: Flask) -> AuditingClient:
    browser = browser_of(app)
    sign_in_staff(browser, "administrator")
    return browser


def week(**changes: str) -> dict[str, object]:
    told: dict[str, object] = {"version": hours_now().version}
    for day in calendars.WEEKDAYS[:5]:
        told |= {f"{day}_on": "y", f"{day}_from": "09:00", f"{day}_to": "17:00"}
    return told | changes


def hours_now() -> calendars.WorkingCalendar:
    with db.unit_of_work(write=False):
        return hours.calendar()


def test_the_week_is_approved(ada: AuditingClient) -> None:
    assert send(
        ada, f"{PAGE}/week", week(mon_from="08:00", sat_on="y", sat_from="10:00", sat_to="00:00"), page=PAGE
    )
    now = hours_now()
    assert now.week[0] == (calendars.Span.parse("08:00", "17:00"),)
    assert now.week[5] == (calendars.Span.parse("10:00", "24:00"),)
    wrong = send(ada, f"{PAGE}/week", week(tue_from="18:00"), page=PAGE)
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422 and 'value="18:00"' in page and "tue_from-error" in page
    assert send(ada, f"{PAGE}/week", week(version="1"), page=PAGE).status_code == 409


def test_holidays_and_own_days(ada: AuditingClient) -> None:
    year = clock.now().year + 1
    with db.unit_of_work(write=False):
        offered = [one.day.isoformat() for one in hours.proposal(year)]
    told = {"year": year, "day": offered[1:], "version": hours_now().version}
    assert send(ada, f"{PAGE}/holidays", told, page=PAGE).status_code == 303
    assert offered[0] not in {one.day.isoformat() for one in hours_now().closures}
    day = (clock.now() + timedelta(days=40)).date()
    told = {"first": day.isoformat(), "last": day.isoformat(), "reason": "Stock <taking>"}
    assert send(ada, f"{PAGE}/closures", told, page=PAGE).status_code == 303
    assert "Stock &lt;taking&gt;" in ada.get(PAGE).get_data(as_text=True)
    assert send(ada, f"{PAGE}/closures", told | {"reason": ""}, page=PAGE).status_code == 422
    assert send(ada, f"{PAGE}/closures/{day.isoformat()}/removal", page=PAGE).status_code == 303
    assert send(ada, f"{PAGE}/closures/nonsense/removal", page=PAGE).status_code == 404
    assert "approved version" in ada.get("/admin/settings/record?kind=calendar").get_data(as_text=True)


@pytest.mark.parametrize("query", ["year=9999", "year=x", "region=../../etc", "year=²"])
def test_nonsense_in_the_address_is_the_present_year(ada: AuditingClient, query: str) -> None:
    assert ada.get(f"{PAGE}?{query}").status_code == 200


def test_it_costs_few_queries(ada: AuditingClient) -> None:
    ada.get(PAGE)
    with counted() as queries:
        ada.get(PAGE)
    assert len(queries) <= 4, queries
