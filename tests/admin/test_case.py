"""One case through HTTP: the same clock as the customer, the look-up before it shows, the rules said beforehand."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, complaints, lookups
from portal.domain.accounts import Face, actor_of
from portal.domain.actor import Actor
from portal.domain.lookups.models import LookUp, LookUpItem
from tests.browsing import browser_of
from tests.client import AuditingClient
from tests.counting import counted
from tests.customer.complaint_pages import at, case_of, press, signed_in
from tests.domain.complaints import cases
from tests.signing_in import sign_in_staff


@pytest.fixture
def amina(app: Flask) -> Actor:
    return signed_in(app)[1]


@pytest.fixture
def sam(app: Flask) -> AuditingClient:
    return staff(app, "handler")[0]


def staff(app: Flask, role: str) -> tuple[AuditingClient, Actor]:
    browser = browser_of(app)
    person = sign_in_staff(browser, role)
    with db.unit_of_work(write=False):
        return browser, actor_of(person.id, face=Face.STAFF)


def text_of(browser: AuditingClient, found: uuid.UUID, status: int = 200) -> str:
    answer = browser.get(f"/admin/complaints/{found}")
    assert answer.status_code == status
    return answer.get_data(as_text=True)


STATES = (
    "received", "in_hand", "needs_customer", "offered", "in_review", "review_offered", "remedy_due", "to_confirm",
    "closed", "withdrawn",
)  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_page_with_the_words_and_the_next_act(
    amina: Actor, sam: AuditingClient, state: str
) -> None:
    text = text_of(sam, at(amina, state))
    assert "It stood in the hall for a week." in text
    assert "<dt>Next</dt>" in text and "Amina Nowak" in text


def test_the_clock_is_the_one_that_the_customer_sees(app: Flask, sam: AuditingClient) -> None:
    browser, amina = signed_in(app)
    found = at(amina, "in_hand")
    ours, theirs = text_of(sam, found), browser.get(f"/complaints/{found}").get_data(as_text=True)
    promise = case_of(amina, found).promise
    assert promise is not None and promise.due_at is not None
    for page in (ours, theirs):
        assert f'<time datetime="{promise.due_at.isoformat()}">' in page
        steps = re.findall(r'<ol class="explain[^"]*">(.*?)</ol>', page, re.DOTALL)
        assert any("closing time of business day 10" in step for step in steps)


def test_opening_it_is_a_look_up_for_this_case_that_the_customer_reads(
    amina: Actor, sam: AuditingClient
) -> None:
    found = at(amina, "in_hand")
    for _again in range(2):
        text_of(sam, found)
    with db.unit_of_work(write=False):
        (seen,) = lookups.of(amina).page()
        assert db.session().scalar(select(func.count()).select_from(LookUpItem)) == 1
    assert (seen.purpose, seen.about_key, seen.team) == ("case", str(found), "Complaints")
    assert [one.uuid for one in seen.opened] == [found]


def test_a_longer_case_asks_no_more_of_the_database(amina: Actor, sam: AuditingClient) -> None:
    short, long = at(amina, "in_hand"), at(amina, "offered")
    with db.unit_of_work():
        case = complaints.of(amina).get(long)
        for number in range(25):
            complaints.add_words(case, actor=amina, text=f"And one more thing, number {number}")
    counts = []
    for found in (short, long):
        text_of(sam, found)
        with counted() as statements:
            text_of(sam, found)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 7


def test_a_private_note_is_unmistakable_and_hidden_from_the_customer(app: Flask, sam: AuditingClient) -> None:
    browser, amina = signed_in(app)
    found = at(amina, "in_hand")
    page = f"/admin/complaints/{found}"
    form = re.search(r'<details class="act act-note".*?</details>', text_of(sam, found), re.DOTALL)
    assert form and "Not a reply" in form[0] and "never its words" in form[0]
    answer = press(
        sam, page, "private-notes", note_category="legal_advice", note_text="Our lawyer thinks she is right",
        note_review_on=(clock.now() + timedelta(days=30)).date().isoformat(),
    )  # fmt: skip
    assert answer.status_code == 303
    ours, theirs = text_of(sam, found), browser.get(f"/complaints/{found}").get_data(as_text=True)
    assert "Our lawyer thinks" in ours and "Staff only" in ours
    assert "Our lawyer thinks" not in theirs and "legal advice" in theirs.lower()


def test_who_worked_on_it_reads_beforehand_that_another_must_review(app: Flask, amina: Actor) -> None:
    browser, rita = staff(app, "reviewer")
    with db.unit_of_work():
        case = cases.received(amina)
        complaints.take(case, actor=rita, next_step="I read it")
        complaints.escalate(case, actor=amina)
        found = case.uuid
    text = text_of(browser, found)
    assert "You worked on this complaint, so another person must review it." in text
    assert "/review" not in re.findall(r'action="([^"]+)"', text)
    page = f"/admin/complaints/{found}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)[1]
    answer = browser.post(f"{page}/review", data={"csrf_token": token, "review_step": "I look again"})
    assert answer.status_code == 409
    assert "no part in this complaint" in answer.get_data(as_text=True)
    assert case_of(amina, found).reviewer_name == ""


def test_an_untouched_reviewer_is_offered_the_review(app: Flask, amina: Actor) -> None:
    browser, _rita = staff(app, "reviewer")
    found = at(amina, "in_review")
    answer = press(browser, f"/admin/complaints/{found}", "review", review_step="I read everything again")
    assert answer.status_code == 303
    assert case_of(amina, found).reviewer_name == "Rita Nowicka"


def test_who_may_only_read_sees_no_act(app: Flask, amina: Actor) -> None:
    browser, _kasia = staff(app, "agent")
    text = text_of(browser, at(amina, "in_hand"))
    assert "Acting on it is not part of your role." in text
    assert not re.search(r'action="/admin/complaints/', text)


def test_what_does_not_exist_and_what_was_never_sent_is_not_found(amina: Actor, sam: AuditingClient) -> None:
    for found in (uuid.uuid4(), at(amina, "draft")):
        text_of(sam, found, 404)
    with db.unit_of_work(write=False):
        assert db.session().scalar(select(func.count()).select_from(LookUp)) == 0


def test_who_may_not_read_complaints_is_refused_and_no_look_up_is_written(app: Flask, amina: Actor) -> None:
    browser, _mona = staff(app, "marketing")
    text_of(browser, at(amina, "in_hand"), 403)
    with db.unit_of_work(write=False):
        assert db.session().scalar(select(func.count()).select_from(LookUp)) == 0


def test_the_way_to_the_customer_page_carries_the_case(amina: Actor, sam: AuditingClient) -> None:
    found = at(amina, "in_hand")
    link = re.search(r'href="(/admin/customers/[^"?]+\?for=[^"]+)"', text_of(sam, found))
    assert link and str(found) in link[1]
    assert sam.get(link[1]).status_code == 200, "no second press: the case is the purpose"


def test_the_log_has_every_move_with_its_dates(amina: Actor, sam: AuditingClient) -> None:
    found = at(amina, "needs_customer")
    text = text_of(sam, found)
    assert "Sam Okoye asked a question" in text and f'href="/admin/complaints/{found}/log"' in text
    text = sam.get(f"/admin/complaints/{found}/log").get_data(as_text=True)
    assert "Sam Okoye asked a question" in text and "stands still" in text and "You get our answer" in text
    assert sam.get(f"/admin/complaints/{uuid.uuid4()}/log").status_code == 404
