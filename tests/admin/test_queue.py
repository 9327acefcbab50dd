"""The queue through HTTP: danger first, then what is due, each row with its reason and the next act."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, complaints
from portal.domain.actor import Actor
from portal.domain.lookups.models import LookUp
from tests.browsing import browser_of
from tests.client import AuditingClient
from tests.counting import counted
from tests.customer.complaint_pages import at, signed_in
from tests.domain.complaints import cases
from tests.signing_in import sign_in_staff

ROW = re.compile(r"<tr data-row.*?</tr>", re.DOTALL)
MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def amina(app: Flask) -> Actor:
    return signed_in(app)[1]


@pytest.fixture
def sam(app: Flask) -> AuditingClient:
    browser = browser_of(app)
    sign_in_staff(browser, "handler")
    return browser


def rows(browser: AuditingClient, path: str = "/admin/queue") -> list[str]:
    answer = browser.get(path)
    assert answer.status_code == 200
    return ROW.findall(answer.get_data(as_text=True))


def file_on(days: list[int], actor: Actor, **fields: str) -> None:
    for day in days:
        with clock.at(MONDAY + timedelta(days=day)), db.unit_of_work():
            cases.received(actor, subject=f"Day {day}", **fields)


def test_what_is_due_comes_first_and_danger_before_all(amina: Actor, sam: AuditingClient) -> None:
    file_on([2, 0, 1], amina)
    with db.unit_of_work():
        danger = cases.received(amina, subject="Smoke from the wall")
        complaints.raise_harm(danger, actor=amina, reason="It is hot")
    found = [re.search(r'<a href="[^"]+">([^<]+)</a>', row)[1] for row in rows(sam)]
    assert found == ["Smoke from the wall", "Day 0", "Day 1", "Day 2"]
    assert [
        re.search(r'<a href="[^"]+">([^<]+)</a>', row)[1] for row in rows(sam, "/admin/queue?harm=1")
    ] == found[:1]


def test_a_row_says_why_it_is_here_the_next_act_and_who(amina: Actor, sam: AuditingClient) -> None:
    at(amina, "in_hand", subject="The pump leaks")
    (row,) = rows(sam)
    assert "The pump leaks" in row and "Amina Nowak" in row and "Sam Okoye" in row
    assert "I call the workshop" in row, "the step that was named is the next act"
    assert "The promised answer is due" in row or "The customer must hear from us" in row
    assert "In hand" in row and re.search(r"\d+ days left", row)
    assert re.search(r'data-href="/admin/complaints/[0-9a-f-]{36}"', row)


def test_each_view_holds_what_it_says(amina: Actor, sam: AuditingClient) -> None:
    for state in ("received", "needs_customer", "in_review", "remedy_due", "closed"):
        at(amina, state, subject=state)
    held = {
        view: {
            re.search(r'<a href="[^"]+">([^<]+)</a>', row)[1]
            for row in rows(sam, f"/admin/queue?view={view}")
        }
        for view in (
            "due",
            "unassigned",
            "waiting_customer",
            "review",
            "remedies",
            "all_open",
            "ended",
            "mine",
        )
    }
    assert held["due"] == {"received", "in_review", "remedy_due"}
    assert held["unassigned"] == {"received", "in_review"}
    assert held["waiting_customer"] == {"needs_customer"}
    assert held["review"] == {"in_review"}
    assert held["remedies"] == {"remedy_due"}
    assert held["ended"] == {"closed"}
    assert held["all_open"] == {"received", "needs_customer", "in_review", "remedy_due"}
    assert held["mine"] == set()


def test_a_review_without_a_reviewer_is_in_nobodys_hands(amina: Actor, sam: AuditingClient) -> None:
    at(amina, "in_review")
    (row,) = rows(sam)
    assert "Nobody yet" in row and "Sam Okoye" not in row and "Take the review" in row


def test_tabs_count_in_one_statement_and_an_unknown_view_is_not_found(
    amina: Actor, sam: AuditingClient
) -> None:
    at(amina, "received")
    text = sam.get("/admin/queue").get_data(as_text=True)
    assert re.search(r'aria-current="page">Due <span class="count">1</span>', text)
    for path in ("/admin/queue?view=nonsense", "/admin/queue?view="):
        assert sam.get(path).status_code == 404
    assert sam.get("/admin/queue?after=nonsense").status_code == 200


def test_pages_follow_each_other_without_a_gap(amina: Actor, sam: AuditingClient) -> None:
    file_on(list(range(30)), amina)
    first = sam.get("/admin/queue").get_data(as_text=True)
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward
    seen = [re.search(r'<a href="([^"]+)">', row)[1] for row in ROW.findall(first)]
    more = [re.search(r'<a href="([^"]+)">', row)[1] for row in rows(sam, onward[1].replace("&amp;", "&"))]
    assert len(seen) == 25 and len(more) == 5 and not set(seen) & set(more)


@pytest.mark.parametrize("length", [10, 40])
def test_a_longer_queue_asks_no_more_of_the_database(amina: Actor, sam: AuditingClient, length: int) -> None:
    file_on(list(range(length)), amina)
    sam.get("/admin/queue")
    with counted() as statements:
        assert sam.get("/admin/queue").status_code == 200
    assert len(statements) <= 4, "\n".join(statements)


def test_seeing_the_queue_is_one_row_in_a_half_hour(amina: Actor, sam: AuditingClient) -> None:
    at(amina, "received")
    for path in ("/admin/queue", "/admin/queue?view=mine", "/admin/queue"):
        sam.get(path)
    with db.unit_of_work(write=False):
        assert db.session().scalar(select(func.count()).select_from(LookUp)) == 1
        assert db.session().scalar(select(LookUp.account_id)) is None


def test_who_may_not_read_complaints_is_refused(app: Flask) -> None:
    browser = browser_of(app)
    sign_in_staff(browser, "marketing")
    assert browser.get("/admin/queue").status_code == 403


def test_an_empty_view_says_what_will_appear(amina: Actor, sam: AuditingClient) -> None:
    text = sam.get("/admin/queue?view=review").get_data(as_text=True)
    assert "No reviews" in text and "asks for another person" in text
