"""The list of complaints: what waits first, pages by key, and the same number of queries at any length."""

from __future__ import annotations

import re
import uuid

from flask import Flask
from sqlalchemy import insert, select

from portal import db
from portal.domain import clock, references
from portal.domain.actor import Actor
from portal.domain.complaints.models import Complaint, ComplaintEvent, Entry
from tests.counting import counted
from tests.customer.complaint_pages import at, signed_in

MOST_ON_THE_LIST, MOST_ON_THE_CASE = 4, 7


def many(actor: Actor, count: int) -> None:
    """Write complaints straight to the table: a list must not mind how many there are."""
    now = clock.now()
    rows = [
        {
            "uuid": uuid.uuid4(), "account_id": actor.account_id, "person_id": actor.person_id,
            "number": references.new_number(), "state": ("received", "offered", "closed")[n % 3], "version": 1,
            "subject": f"Number {n}", "words": "x", "zone": "Europe/Warsaw", "created_at": now, "received_at": now,
            "stage": 1, "harm": 1, "ended_at": now if n % 3 == 2 else None, "channel": "portal",
        }
        for n in range(count)
    ]  # fmt: skip
    with db.unit_of_work() as session:
        session.execute(insert(Complaint), rows)


def queries(browser: object, path: str) -> int:
    browser.get(path)  # type: ignore[attr-defined]
    with counted() as seen:
        assert browser.get(path).status_code == 200  # type: ignore[attr-defined]
    return len(seen)


def test_an_empty_list_says_how_to_begin(app: Flask) -> None:
    browser, _ = signed_in(app)
    for view, said in (("all", "No complaints so far"), ("open", "Nothing is open"), ("ended", "Nothing has ended"),
                       ("drafts", "No drafts"), ("nonsense", "No complaints so far")):  # fmt: skip
        assert said in browser.get(f"/complaints?view={view}").text


def test_what_waits_for_the_customer_stands_first(app: Flask) -> None:
    browser, amina = signed_in(app)
    offered, received, draft = at(amina, "offered"), at(amina, "received"), at(amina, "draft")
    closed = at(amina, "closed")
    page = browser.get("/complaints").text
    places = [page.index(str(one)) for one in (offered, closed, draft, received)]
    assert "Waiting for you" in page and places == sorted(places)
    assert page.count(f"/complaints/{offered}") == 1, "no complaint stands twice"
    assert str(draft) in browser.get("/complaints?view=drafts").text
    ended = browser.get("/complaints?view=ended").text
    assert str(closed) in ended and str(received) not in ended
    opened = browser.get("/complaints?view=open").text
    assert str(received) in opened and str(closed) not in opened and str(draft) not in opened


def test_pages_follow_a_key_and_meet_every_complaint_once(app: Flask) -> None:
    browser, amina = signed_in(app)
    many(amina, 45)
    seen: list[str] = []
    path = "/complaints?view=ended"
    for _ in range(5):
        page = browser.get(path).text
        seen += re.findall(r'class="cover" href="/complaints/([^"]+)"', page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        if more is None:
            break
        path = more[1].replace("&amp;", "&")
        assert "view=ended" in path
    assert len(seen) == len(set(seen)) == 15
    path = "/complaints"
    numbers: list[str] = []
    while path:
        page = browser.get(path).text
        numbers += re.findall(r"Number (\d+)<", page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert set(numbers) == {str(n) for n in range(45)}
    for nonsense in ("x", "W10", "WyJub25zZW5zZSJd", "e30"):
        assert browser.get(f"/complaints?after={nonsense}").status_code == 200


def test_the_list_asks_as_often_for_a_thousand_as_for_ten(app: Flask) -> None:
    browser, amina = signed_in(app)
    many(amina, 10)
    few = queries(browser, "/complaints")
    many(amina, 990)
    assert queries(browser, "/complaints") == few <= MOST_ON_THE_LIST


def test_a_case_asks_as_often_for_a_thousand_entries_as_for_ten(app: Flask) -> None:
    browser, amina = signed_in(app)
    found = at(amina, "offered")
    few = queries(browser, f"/complaints/{found}")
    with db.unit_of_work() as session:
        case = session.scalars(select(Complaint).where(Complaint.uuid == found)).one()
        both = {"complaint_id": case.id, "account_id": case.account_id, "at": clock.now()}
        session.execute(insert(Entry), [
            {**both, "uuid": uuid.uuid4(), "kind": "words", "author_kind": "customer", "author_name": "Amina Nowak",
             "text": f"More {n}", "channel": "portal"} for n in range(1000)
        ])  # fmt: skip
        session.execute(insert(ComplaintEvent), [
            {**both, "uuid": uuid.uuid4(), "act": "add", "from_state": "offered", "to_state": "offered",
             "actor_kind": "customer", "actor_name": "Amina Nowak", "reason": "", "data": {}} for _ in range(1000)
        ])  # fmt: skip
    assert queries(browser, f"/complaints/{found}") == few <= MOST_ON_THE_CASE
