"""Messages, look-ups and the timeline for programs: the rows of the pages, page by page."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from portal import db
from portal.domain import lookups, outbox
from tests import records
from tests.api.calling import Caller, actor_named, token_of
from tests.counting import counted


@pytest.fixture
def call(app: Flask) -> Caller:
    return Caller(app, token_of(app, "amina"))


def write(count: int) -> None:
    with db.unit_of_work():
        actor = actor_named("amina")
        for number in range(count):
            outbox.write(
                "known_mailbox",
                key=f"m{number}",
                account_id=actor.account_id,
                person_id=actor.person_id,
                channel="inbox",
            )


def look(count: int) -> None:
    with db.unit_of_work():
        for _ in range(count):
            lookups.open(
                actor=records.staff(f"Sam {uuid.uuid4()}"), account_id=actor_named("amina").account_id, purpose="case",
                about_key=str(uuid.uuid4()), about_label="", item=("customer_page", None, ""),
            )  # fmt: skip


@pytest.mark.parametrize(("path", "fill"), [("/messages", write), ("/look-ups", look), ("/timeline", look)])
def test_a_list_is_read_to_its_end_by_its_links(call: Caller, path: str, fill) -> None:
    fill(7)
    seen: list[str] = []
    address: str | None = f"{path}?limit=3"
    while address:
        answer = call("GET", address)
        seen += [one["id"] for one in answer.json["items"]]
        link = answer.headers.get("Link", "")
        address = link.split(">")[0].removeprefix("</api/v1") if link else None
        assert bool(link) == bool(answer.json["next"])
    assert len(seen) == len(set(seen)) >= 7
    whole = call("GET", f"{path}?limit=100").json["items"]
    assert seen == [one["id"] for one in whole]


def test_a_page_costs_the_same_however_long_it_is(call: Caller) -> None:
    write(2)
    call("GET", "/messages")  # the first call notes that the program was used
    counts = []
    for size in (2, 9):
        write(size)
        with counted() as statements:
            call("GET", "/messages")
        counts.append(len([one for one in statements if not one.startswith("BEGIN")]))
    assert counts[0] == counts[1] <= 3


def test_a_message_says_why_it_came_and_reading_it_here_marks_nothing(call: Caller) -> None:
    write(1)
    line = call("GET", "/messages?view=waiting").json["items"][0]
    whole = call("GET", f"/messages/{line['id']}").json
    assert whole["subject"] == line["subject"] and whole["status"] == "waiting"
    assert whole["read_at"] is None


def test_who_looked_is_what_the_page_says(call: Caller) -> None:
    look(1)
    found = call("GET", "/look-ups").json["items"][0]
    assert found["team"] == "Complaints" and found["purpose"] == "case" and found["why"]
    for day in ("2001-01-01", "0001-01-01", "9999-12-31"):
        assert call("GET", f"/look-ups?day={day}").json["items"] == []
    for day in ("1", "2001-1-1", "1767225600", "2026-02-30"):
        assert call("GET", f"/look-ups?day={day}").status_code == 400


def test_the_timeline_can_be_narrowed(call: Caller) -> None:
    kinds = {one["kind"] for one in call("GET", "/timeline?kind=account").json["items"]}
    assert kinds
    assert call("GET", "/timeline?kind=feedback").json["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=99999999999999999999",
        "limit=1.0",
        "limit=%2B1",
        "limit=%D9%A1",
        "after=urn:uuid:3f0c6f0a-6f39-4c1e-9d1f-0a4b7a1c2d3e",
        "after=x",
        "after=",
        "view=loud",
        "limit=1&limit=2",
    ],
)
def test_a_nonsense_page_is_refused(call: Caller, query: str) -> None:
    assert call("GET", f"/messages?{query}").status_code == 400


def test_a_foreign_row_is_no_place_to_go_on_from(app: Flask, call: Caller) -> None:
    """Whoever asks for the page after another's row gets what follows a row that does not exist: nothing."""
    write(3)
    hers = call("GET", "/messages").json["items"][0]["id"]
    other = Caller(app, token_of(app, "ben"))
    assert (
        other("GET", f"/messages?after={hers}").json == other("GET", f"/messages?after={uuid.uuid4()}").json
    )
