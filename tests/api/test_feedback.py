"""Feedback for programs: said once, rated once for each answer in two numbers, and messages marked as read."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import accounts, complaints, feedback, outbox
from portal.domain.accounts import Face
from portal.domain.outbox.models import Message
from tests.api.calling import Caller, actor_named, token_of
from tests.api.test_complaints import act, by_staff, filed, offered
from tests.signing_in import seed_firm, sign_in_staff

RATED = {"handling": 4, "outcome": 2, "text": "Kind, but late."}


@pytest.fixture
def call(app: Flask) -> Caller:
    with db.unit_of_work():
        seed_firm()
    return Caller(app, token_of(app, "amina"))


def test_what_is_told_is_one_act_and_shows_what_came_of_it(call: Caller) -> None:
    first = call("POST", "/feedback", {"text": "The dates help me."}, key="one")
    again = call("POST", "/feedback", {"text": "The dates help me."}, key="one")
    assert first.status_code == again.status_code == 201
    assert again.headers["Idempotency-Replayed"] == "true" and again.json == first.json
    sam = sign_in_staff(call.app.test_client(), "handler")
    with db.unit_of_work():
        staff = accounts.actor_of(sam.id, face=Face.STAFF)
        found = feedback.of(staff).get(uuid.UUID(first.json["id"]))
        feedback.reply(found, actor=staff, text="Thank you.")
    (line,) = call("GET", "/feedback").json["items"]
    assert (line["state"], line["reply"], line["kind"], line["about"]) == (
        "replied",
        "Thank you.",
        "tell_us",
        None,
    )
    place = first.headers["Location"].removeprefix("/api/v1")
    assert call("GET", place).json == line


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001, "a\x00b"])
def test_nothing_to_say_and_too_much_are_refused_at_the_field(call: Caller, text: str) -> None:
    answer = call("POST", "/feedback", {"text": text})
    assert (answer.status_code, [one["pointer"] for one in answer.json["errors"]]) == (422, ["/text"])
    assert call("GET", "/feedback").json["items"] == []


def test_an_answer_is_rated_once_in_two_numbers_and_nothing_else_changes(call: Caller) -> None:
    path = offered(call)
    before = call("GET", path)
    rated = act(call, path, "rating", RATED)
    assert rated.status_code == 201
    assert {name: rated.json[name] for name in RATED} == RATED
    assert rated.json["about"] == {"kind": "complaint", "id": path.split("/")[2]}
    assert call("GET", path).json == before.json
    again = act(call, path, "rating", RATED | {"outcome": 5})
    assert again.status_code == 409
    assert [one["outcome"] for one in call("GET", "/feedback").json["items"]] == [2]


def test_a_new_answer_can_be_rated_anew(call: Caller) -> None:
    path = offered(call)
    act(call, path, "rating", RATED)
    act(call, path, "review", {})
    rita = sign_in_staff(call.app.test_client(), "reviewer")
    with db.unit_of_work():
        actor = accounts.actor_of(rita.id, face=Face.STAFF)
        found = complaints.of(actor).get(uuid.UUID(path.split("/")[2]))
        complaints.take_review(found, actor=actor, next_step="Read it all")
        complaints.offer_in_review(
            found, actor=actor, finding="upheld", reasons="It did leak.",
            remedies=[{"kind": "refund", "amount": "200.00", "currency": "PLN", "days": 5}],
        )  # fmt: skip
    assert act(call, path, "rating", RATED | {"outcome": 5}).status_code == 201
    assert len(call("GET", "/feedback").json["items"]) == 2


def test_without_an_answer_there_is_nothing_to_rate(call: Caller) -> None:
    path = filed(call)
    assert act(call, path, "rating", RATED).status_code == 409
    by_staff(call, path, complaints.take, next_step="Look at the photos")
    assert act(call, path, "rating", RATED).status_code == 409


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"handling": 4}, "/outcome"),
        ({"handling": 0, "outcome": 3}, "/handling"),
        ({"handling": 3, "outcome": 6}, "/outcome"),
        ({"handling": True, "outcome": 3}, "/handling"),
        ({"handling": 3, "outcome": 3, "score": 9}, "/score"),
    ],
)
def test_a_rating_has_both_numbers_of_the_scale_and_nothing_more(call: Caller, body, pointer) -> None:
    answer = act(call, offered(call), "rating", body)
    assert (answer.status_code, [one["pointer"] for one in answer.json["errors"]]) == (422, [pointer])


def test_an_answer_that_was_not_read_is_not_rated(call: Caller) -> None:
    path = offered(call)
    seen = call.etag(path)
    call("POST", f"{path}/words", {"text": "One thing more."})
    assert call("POST", f"{path}/rating", RATED, match=seen).status_code == 412
    assert call("POST", f"{path}/rating", RATED).status_code == 428


def test_nobody_rates_or_reads_for_somebody_else(call: Caller) -> None:
    path, told = offered(call), call("POST", "/feedback", {"text": "Mine."}).json["id"]
    ben = Caller(call.app, token_of(call.app, "ben"))
    assert ben("POST", f"{path}/rating", RATED, match="*").status_code == 404
    assert ben("GET", f"/feedback/{told}").status_code == 404
    assert ben("GET", "/feedback").json["items"] == []


def test_a_message_of_the_inbox_is_marked_as_read_once(call: Caller) -> None:
    amina = actor_named("amina")
    with db.unit_of_work() as session:
        for channel in ("inbox", "email"):
            outbox.write(
                "known_mailbox",
                key=channel,
                account_id=amina.account_id,
                person_id=amina.person_id,
                channel=channel,
            )
        for row in session.scalars(select(Message).where(Message.key.in_(["inbox", "email"]))):
            row.state = outbox.State.SENT.value
    unread = call("GET", "/messages?view=unread").json["items"]
    (line,) = [one for one in unread if one["channel"] == "inbox"]
    read = call("POST", f"/messages/{line['id']}/reading")
    assert read.status_code == 200 and read.json["read_at"]
    again = call("POST", f"/messages/{line['id']}/reading")
    assert again.json["read_at"] == read.json["read_at"]
    assert line["id"] not in [one["id"] for one in call("GET", "/messages?view=unread").json["items"]]
    (mail,) = [
        one for one in call("GET", "/messages").json["items"]
        if one["channel"] == "email" and one["state"] == "sent"
    ]  # fmt: skip
    assert call("POST", f"/messages/{mail['id']}/reading").json["read_at"] is None
    ben = Caller(call.app, token_of(call.app, "ben"))
    assert ben("POST", f"/messages/{line['id']}/reading").status_code == 404
