"""Feedback through HTTP: the box for anybody, two questions after an answer, and what came of it."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import db
from portal.domain import accounts, complaints, feedback, references
from portal.domain.accounts import Face
from portal.domain.feedback import Feedback
from tests import records
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.signing_in import seed_firm, sign_in_customer


@pytest.fixture
def browser(app: Flask) -> AuditingClient:
    return browser_of(app)


def told() -> int:
    with db.unit_of_work(write=False):
        return db.session().scalar(select(func.count()).select_from(Feedback)) or 0


def answered(person: accounts.Person) -> complaints.Complaint:
    """A complaint of ``person`` with an offer."""
    seed_firm()
    amina, sam = accounts.actor_of(person.id, face=Face.CUSTOMER), records.staff()
    case = complaints.start_draft(actor=amina, subject="The kettle leaks", words="It leaks since Monday.")
    complaints.save_draft(case, actor=amina, remedy_wanted="replacement", contact_channel="email")
    complaints.send(case, actor=amina)
    complaints.take(case, actor=sam, next_step="Ask the workshop")
    complaints.offer(
        case, actor=sam, finding="upheld", reasons="The seal was broken.",
        remedies=[{"kind": "replacement", "text": "A new kettle", "days": 5}],
    )  # fmt: skip
    db.session().refresh(case)
    db.session().expunge(case)
    return case


def test_a_customer_tells_us_and_reads_it_with_what_came_of_it(browser: AuditingClient) -> None:
    person = sign_in_customer(browser, "amina")
    answer = send(
        browser, "/feedback?from=/timeline", {"text": "The timeline is <long>", "page": "/timeline"}
    )
    assert answer.headers["Location"] == "/feedback"
    with db.unit_of_work():
        row = db.session().scalars(select(Feedback)).one()
        assert (row.page, row.person_id) == ("/timeline", person.id)
        feedback.close(row, actor=records.staff(), came_of_it="It can be narrowed now.")
    page = browser.get("/feedback").get_data(as_text=True)
    assert "The timeline is &lt;long&gt;" in page
    assert "It can be narrowed now." in page


def test_a_visitor_may_tell_us_and_leaves_no_trace(browser: AuditingClient) -> None:
    assert send(browser, "/feedback", {"text": "Hello"}).status_code == 303
    with db.unit_of_work(write=False):
        row = db.session().scalars(select(Feedback)).one()
        assert (row.account_id, row.person_id) == (None, None)
    assert "Hello</" not in browser.get("/feedback").get_data(as_text=True)


def test_nothing_typed_is_lost_and_the_error_names_the_mend(browser: AuditingClient) -> None:
    sign_in_customer(browser, "amina")
    answer = send(browser, "/feedback", {"text": "   "})
    assert answer.status_code == 422
    assert "Write what you want to tell us." in answer.get_data(as_text=True)
    answer = send(browser, "/feedback", {"text": "kept " * 1000})
    assert answer.status_code == 422
    assert "kept kept kept" in answer.get_data(as_text=True)
    assert told() == 0


def test_the_page_it_came_from_is_one_of_ours(browser: AuditingClient) -> None:
    sign_in_customer(browser, "amina")
    for elsewhere in ("https://evil.example/x", "//evil.example", "javascript:alert(1)"):
        page = browser.get("/feedback", query_string={"from": elsewhere}).get_data(as_text=True)
        assert "evil" not in page.split('<form method="post" class="panel')[1].split("</form>")[0]
        assert "alert(1)" not in page.split('<form method="post" class="panel')[1].split("</form>")[0]


def test_two_questions_are_asked_once_per_answer(browser: AuditingClient) -> None:
    person = sign_in_customer(browser, "amina")
    with db.unit_of_work():
        case = answered(person)
    path = f"/feedback/answers/{case.uuid}"
    missing = send(browser, path, {"handling": "4"})
    assert missing.status_code == 422
    assert "Choose one of the five answers." in missing.get_data(as_text=True)
    assert (
        send(browser, path, {"handling": "4", "outcome": "2", "text": "Slow"}).headers["Location"]
        == "/feedback"
    )
    assert browser.get(path).headers["Location"] == "/feedback"
    page = browser.get("/feedback").get_data(as_text=True)
    assert references.spoken(case.number) in page and "good" in page and "bad" in page
    assert told() == 1


def test_anothers_complaint_cannot_be_rated(browser: AuditingClient, app: Flask) -> None:
    other = browser_of(app)
    person = sign_in_customer(browser, "amina")
    sign_in_customer(other, "ben")
    with db.unit_of_work():
        case = answered(person)
    mine, nonsense = (
        other.get(f"/feedback/answers/{case.uuid}"),
        other.get(f"/feedback/answers/{uuid.uuid4()}"),
    )
    assert mine.status_code == nonsense.status_code == 404
    token = {"handling": "5", "outcome": "5"}
    answer = send(other, f"/feedback/answers/{case.uuid}", token, page="/feedback")
    assert answer.status_code == 404
    assert told() == 0


def test_a_complaint_without_an_answer_asks_nothing(browser: AuditingClient) -> None:
    person = sign_in_customer(browser, "amina")
    with db.unit_of_work():
        seed_firm()
        amina = accounts.actor_of(person.id, face=Face.CUSTOMER)
        uuid_ = complaints.start_draft(actor=amina, words="It leaks.").uuid
    assert browser.get(f"/feedback/answers/{uuid_}").status_code == 404
