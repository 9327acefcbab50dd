"""Customers through HTTP: nothing is shown before the purpose is known, and the customer reads that we looked."""

from __future__ import annotations

import re
import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import db
from portal.domain import accounts, complaints, lookups, timeline
from portal.domain.accounts import Face
from portal.domain.actor import Actor
from portal.domain.lookups.models import LookUp, LookUpItem
from tests import records
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


def page_of(actor: Actor) -> str:
    with db.unit_of_work(write=False):
        return f"/admin/customers/{accounts.account_by_id(actor.account_id).uuid}"


def count(model: type) -> int:
    with db.unit_of_work(write=False):
        return db.session().scalar(select(func.count()).select_from(model)) or 0


def looks(actor: Actor) -> list[lookups.Seen]:
    with db.unit_of_work(write=False):
        return lookups.of(actor).page()


def filed(actor: Actor, subject: str = "The kettle leaks") -> tuple[str, str]:
    with db.unit_of_work():
        seed_firm()
        case = complaints.start_draft(actor=actor, subject=subject, words="It leaks since Monday.")
        complaints.save_draft(case, actor=actor, remedy_wanted="replacement", contact_channel="email")
        complaints.send(case, actor=actor)
        return str(case.uuid), case.number


def test_the_page_asks_why_before_it_shows_anything(sam: AuditingClient, amina: Actor) -> None:
    filed(amina)
    page = sam.get(page_of(amina)).get_data(as_text=True)
    assert "Why do you open this page?" in page
    assert "amina@" not in page and "kettle" not in page and "Timeline" not in page
    assert looks(amina) == []


def test_a_stated_purpose_opens_it_and_the_customer_reads_that(sam: AuditingClient, amina: Actor) -> None:
    answer = send(sam, page_of(amina), {"purpose": "letter", "reference": "L-17"})
    assert answer.headers["Location"] == page_of(amina)
    page = sam.get(page_of(amina)).get_data(as_text=True)
    assert "own terms" in page and "We write to you" in page
    [seen] = looks(amina)
    assert (seen.purpose, seen.about_label) == ("letter", "L-17")
    for _ in range(3):
        sam.get(page_of(amina))
    assert (count(LookUp), count(LookUpItem)) == (1, 1)


def test_one_press_from_the_case(sam: AuditingClient, amina: Actor) -> None:
    case, number = filed(amina)
    page = sam.get(f"{page_of(amina)}?for={case}").get_data(as_text=True)
    assert "The kettle leaks" in page
    [seen] = looks(amina)
    assert (seen.purpose, seen.about_key, seen.about_label) == ("case", case, number)


def test_a_case_of_another_customer_opens_nothing(sam: AuditingClient, amina: Actor, app: Flask) -> None:
    ben = sign_in_customer(browser_of(app), "ben")
    with db.unit_of_work(write=False):
        other = accounts.actor_of(ben.id, face=Face.CUSTOMER)
    case, _ = filed(other)
    for wanted in (case, str(uuid.uuid4()), "nonsense"):
        assert sam.get(f"{page_of(amina)}?for={wanted}").status_code == 404
    refused = send(sam, page_of(amina), {"purpose": "case", "complaint": case})
    assert refused.status_code == 404
    assert looks(amina) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Choose why you open this"),
        ({"purpose": "case"}, "Choose which complaint it is for."),
        ({"purpose": "task"}, "Say which complaint, call, task, letter or request it is for."),
        ({"purpose": "list", "reference": "x"}, "Not a valid choice"),
        ({"purpose": "letter", "reference": "x" * 100}, "64"),
    ],
)
def test_a_missing_purpose_names_its_mend(sam: AuditingClient, amina: Actor, typed: dict, words: str) -> None:
    answer = send(sam, page_of(amina), typed)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True).replace("&#39;", "'")
    assert looks(amina) == []


def test_a_customer_that_does_not_exist_is_not_found(sam: AuditingClient) -> None:
    assert sam.get(f"/admin/customers/{uuid.uuid4()}").status_code == 404
    assert sam.get(f"/admin/customers/{uuid.uuid4()}/contacts").status_code == 404


def test_staff_without_the_right_are_refused(app: Flask, amina: Actor) -> None:
    mona = browser_of(app)
    sign_in_staff(mona, "marketing")
    for path in (page_of(amina), page_of(amina) + "/contacts", "/admin/customers", "/admin/search?q=amina"):
        assert mona.get(path).status_code == 403, path
    assert looks(amina) == []


def test_the_page_costs_the_same_whatever_there_is(sam: AuditingClient, amina: Actor) -> None:
    costs = []
    for n in (1, 15):
        with db.unit_of_work():
            worker = records.staff("Rita")
            for i in range(n):
                timeline.log_contact(
                    actor=worker, account_id=amina.account_id, channel="phone", direction="in", outcome="reached",
                    subject=f"Call {i}",
                )  # fmt: skip
        for _ in range(n):
            case, _ = filed(amina)
        sam.get(f"{page_of(amina)}?for={case}")
        path = page_of(amina)
        sam.get(path)
        with counted() as queries:
            assert sam.get(path).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= 9


def test_a_contact_is_written_down_and_read_by_the_customer(sam: AuditingClient, amina: Actor) -> None:
    path = page_of(amina)
    assert sam.get(path + "/contacts").headers["Location"] == path
    send(sam, path, {"purpose": "call"})
    form = sam.get(path + "/contacts").get_data(as_text=True)
    assert 'type="datetime-local"' in form
    typed = {
        "channel": "phone",
        "direction": "out",
        "outcome": "no_answer",
        "subject": "Repair date",
        "text": "Later.",
    }
    answer = send(sam, path + "/contacts", typed)
    assert answer.headers["Location"].startswith(path)
    with db.unit_of_work(write=False):
        [row] = timeline.of(amina).page(kinds=["contacts"])
    assert row.text == "Later."
    wrong = send(sam, path + "/contacts", typed | {"outcome": "returned", "subject": ""})
    assert wrong.status_code == 422
    assert "Later." in wrong.get_data(as_text=True)
    late = send(sam, path + "/contacts", typed | {"at": "2999-01-01T10:00"})
    assert late.status_code == 422


def test_customers_are_listed_by_name_in_pages_and_the_list_is_logged(sam: AuditingClient) -> None:
    with db.unit_of_work():
        for n in range(120):
            records.account(f"Żaneta {n:03}")
    seen: list[str] = []
    path: str | None = "/admin/customers"
    while path:
        page = sam.get(path).get_data(as_text=True)
        seen += re.findall(r">(Żaneta \d{3})</a>", page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        path = more[1].replace("&amp;", "&") if more else None
    assert seen == [f"Żaneta {n:03}" for n in range(120)]
    with db.unit_of_work(write=False):
        rows = db.session().scalars(select(LookUp)).all()
        assert [row.account_id for row in rows] == [None]


def test_search_finds_customers_and_complaints_and_shows_no_more_than_names(
    sam: AuditingClient, amina: Actor
) -> None:
    _, number = filed(amina, "Broken seal in Łódź")
    for query in (
        "nowak",
        "NOWAK ami",
        "amina@",
        number,
        f"{number[:3]} {number[3:6]} {number[6:]}",
        "lodz seal",
    ):
        page = sam.get("/admin/search", query_string={"q": query}).get_data(as_text=True)
        assert "Amina Nowak" in page, query
    page = sam.get("/admin/search?q=lodz").get_data(as_text=True)
    assert "amina@" not in page.split("<main")[1]
    assert "No customer has all of these words." in page
    for odd in ("", "%", "x", "%" * 5000, "\x00", "'\"<script>"):
        answer = sam.get("/admin/search", query_string={"q": odd})
        assert answer.status_code == 200
        assert "<script>" not in answer.get_data(as_text=True).split("<main")[1]
    assert "Amina Nowak" in sam.get("/admin/customers?q=nowak").get_data(as_text=True)


def test_search_costs_the_same_for_few_and_many(sam: AuditingClient) -> None:
    costs = []
    for n in (3, 40):
        with db.unit_of_work():
            for i in range(n):
                records.account(f"Kowalska {n} {i}")
        sam.get("/admin/search?q=kowalska")
        with counted() as queries:
            assert "Kowalska" in sam.get("/admin/search?q=kowalska").get_data(as_text=True)
        costs.append(len(queries))
    assert costs[0] == costs[1]
