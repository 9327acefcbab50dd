"""The dashboard and the work on feedback, through HTTP."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import accounts, clock, complaints, feedback, lookups
from portal.domain.accounts import Face
from portal.domain.accounts.models import StaffMember
from portal.domain.actor import ANONYMOUS, Actor
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.counting import counted
from tests.signing_in import seed_firm, sign_in_customer, sign_in_staff


@pytest.fixture
def sam(app: Flask) -> AuditingClient:
    browser = browser_of(app)
    sign_in_staff(browser, "handler")
    return browser


@pytest.fixture
def amina(app: Flask) -> Actor:
    person = sign_in_customer(browser_of(app), "amina")
    with db.unit_of_work(write=False):
        return accounts.actor_of(person.id, face=Face.CUSTOMER)


def filed(actor: Actor, *, days_ago: int = 0) -> None:
    with db.unit_of_work(), clock.at(clock.now() - timedelta(days=days_ago)):
        seed_firm()
        case = complaints.start_draft(actor=actor, words="It leaks since Monday.")
        complaints.save_draft(case, actor=actor, remedy_wanted="replacement", contact_channel="email")
        complaints.send(case, actor=actor)


def told(actor: Actor, *, handling: int = 2, outcome: int = 1) -> str:
    with db.unit_of_work():
        return str(
            feedback.answer_questions(
                actor=actor, about_uuid=uuid.uuid4(), about_label="4827713094", handling=handling, outcome=outcome,
                text="Took too long",
            ).uuid
        )  # fmt: skip


def test_the_dashboard_says_what_is_late_and_what_waits(sam: AuditingClient, amina: Actor) -> None:
    assert sam.get("/admin/").status_code == 200
    filed(amina)
    filed(amina, days_ago=30)
    with db.unit_of_work(write=False):
        late = complaints.pressing(staff_actor())
    assert (late.late, late.unassigned, late.waits_for_us, late.waits_for_customer) == (1, 2, 2, 0)
    page = sam.get("/admin/").get_data(as_text=True)
    for words in ("Late", "Without a name", "Promises kept", "My next cases"):
        assert words in page


def staff_actor() -> Actor:
    person_id = db.session().scalars(select(StaffMember.person_id)).first()
    assert person_id
    return accounts.actor_of(person_id, face=Face.STAFF)


def test_the_dashboard_costs_the_same_whatever_there_is(sam: AuditingClient, amina: Actor) -> None:
    costs = []
    for n in (1, 10):
        for _ in range(n):
            filed(amina)
        sam.get("/admin/")
        with counted() as queries:
            assert sam.get("/admin/").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 10


def test_a_counted_figure_stops_at_its_cap(sam: AuditingClient, amina: Actor) -> None:
    for _ in range(3):
        filed(amina)
    with db.unit_of_work(write=False):
        assert complaints.pressing(staff_actor(), cap=2).unassigned == 2


def test_marketing_sees_figures_and_no_cases(app: Flask, amina: Actor) -> None:
    filed(amina)
    mona = browser_of(app)
    sign_in_staff(mona, "marketing")
    page = mona.get("/admin/").get_data(as_text=True)
    assert "Promises kept" in page and "My next cases" not in page and "Amina" not in page.split("<main")[1]


def test_feedback_is_opened_replied_to_and_ended(sam: AuditingClient, amina: Actor) -> None:
    one = told(amina)
    page = sam.get("/admin/feedback").get_data(as_text=True)
    assert "482 771 3094" in page and "Took too long" not in page
    path = f"/admin/feedback/{one}"
    assert "Took too long" in sam.get(path).get_data(as_text=True)
    with db.unit_of_work(write=False):
        [seen] = lookups.of(amina).page()
    assert (seen.purpose, seen.opened[0].kind) == ("task", "feedback")
    empty = send(sam, path + "/reply", {"text": ""}, page=path)
    assert empty.status_code == 422
    assert "Write what you want to say." in empty.get_data(as_text=True)
    assert send(sam, path + "/reply", {"text": "We are sorry."}, page=path).headers["Location"] == path
    again = send(sam, path + "/reply", {"text": "Once more."}, page=path)
    assert again.status_code == 409
    done = send(sam, path + "/outcome", {"came_of_it": "Two more people answer."}, page=path)
    assert done.headers["Location"] == "/admin/feedback"
    with db.unit_of_work(write=False):
        [line] = feedback.of(amina).page()
    assert (line.reply, line.came_of_it) == ("We are sorry.", "Two more people answer.")
    assert "Nothing new" in sam.get("/admin/feedback").get_data(as_text=True)
    assert "482 771 3094" in sam.get("/admin/feedback?state=done").get_data(as_text=True)
    assert sam.get("/admin/feedback?state=nonsense&after=xx").status_code == 200


def test_a_visitors_words_can_only_be_ended(sam: AuditingClient) -> None:
    with db.unit_of_work():
        one = feedback.tell_us(actor=ANONYMOUS, text="Hello").uuid
    page = sam.get(f"/admin/feedback/{one}").get_data(as_text=True)
    assert "nobody would read a reply" in page


def test_who_may_only_read_cannot_reply(app: Flask, amina: Actor, sam: AuditingClient) -> None:
    one = told(amina)
    kasia = browser_of(app)
    sign_in_staff(kasia, "agent")
    path = f"/admin/feedback/{one}"
    page = kasia.get(path)
    assert page.status_code == 200
    assert "Send the reply" not in page.get_data(as_text=True)
    assert send(kasia, path + "/reply", {"text": "Hello"}, page=path).status_code == 403
    assert send(kasia, path + "/outcome", {"came_of_it": "Hello"}, page=path).status_code == 403
    assert kasia.get(f"/admin/feedback/{uuid.uuid4()}").status_code == 404


def test_who_does_not_handle_cases_is_offered_none_and_reads_how_we_are_doing(app: Flask) -> None:
    browser = browser_of(app)
    sign_in_staff(browser, "marketing")
    page = browser.get("/admin/").get_data(as_text=True)
    assert "How we are doing" in page and "What is due" not in page
    sign_in_staff(browser, "privacy_officer")
    page = browser.get("/admin/").get_data(as_text=True)
    assert "What is due" in page and "My next cases" not in page
