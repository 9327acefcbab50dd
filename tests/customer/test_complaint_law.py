"""What the law opens, through HTTP on both sides: upheld by silence, another wish, the way outside and back."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from portal import db
from portal.domain import clock, complaints
from tests.browsing import browser_of, send
from tests.customer.complaint_pages import at, case_of, press, signed_in
from tests.signing_in import sign_in_staff


def test_upheld_by_law_the_customer_chooses_and_takes(app: Flask) -> None:
    browser, amina = signed_in(app)
    with clock.at(clock.now() - timedelta(days=16)):
        found = at(amina, "in_hand")
    complaints.run_all_due(clock.now())
    page = f"/complaints/{found}"
    shown = browser.get(page).text
    assert "By law you are right" in shown and "Do what I asked for" in shown
    wish = f"{page}/other-remedy"
    assert "stays on the table" in browser.get(wish).text
    given = {"remedy_wanted": "refund", "amount_wanted": "50", "currency": "PLN"}
    assert send(browser, wish, given, page=wish).status_code == 303
    shown = browser.get(page).text
    assert "The law takes that as a yes" in shown and case_of(amina, found).state == "offered"
    desk = browser_of(app)
    sign_in_staff(desk, "handler")
    assert "The law takes that as a yes" in desk.get(f"/admin/complaints/{found}").text


def test_outside_and_back_on_both_sides(app: Flask) -> None:
    browser, amina = signed_in(app)
    desk = browser_of(app)
    sign_in_staff(desk, "manager")
    with db.unit_of_work():
        complaints.seed_bodies(confirmed=True)
    found = at(amina, "offered")
    page, desk_page = f"/complaints/{found}", f"/admin/complaints/{found}"
    assert "Inspekcji Handlowej" in browser.get(f"{page}/outside").text
    refused = send(browser, f"{page}/outside", {"body": "", "other": ""}, page=f"{page}/outside")
    assert refused.status_code == 422 and 'id="other-error"' in refused.text
    assert (
        send(browser, f"{page}/outside", {"body": "pl-inspection"}, page=f"{page}/outside").status_code == 303
    )
    assert "Bring it back to us" in browser.get(page).text
    shown = desk.get(desk_page).text
    assert "What we wrote to it" in shown and "Its decision, in its words" in shown
    assert press(desk, desk_page, "/body-reply", body_text="").status_code == 422
    assert press(desk, desk_page, "/body-reply", body_text="Our view of it").status_code == 303
    assert "Our view of it" in browser.get(page).text
    empty = press(desk, desk_page, "/body-decision", decision_text="", body_finding="upheld")
    assert empty.status_code == 422 and 'id="decision_text-error"' in empty.text
    done = press(desk, desk_page, "/body-decision", decision_text="No.", body_finding="not_upheld")
    assert done.status_code == 303
    assert "Yes, it is settled" in browser.get(page).text
    assert press(browser, page, "/agreement").status_code == 303
    assert case_of(amina, found).state == "closed"
