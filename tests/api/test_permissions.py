"""Permissions and preferences for programs: the same verbs, the same ledger, and the receipt of what changed."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import consent
from portal.domain.consent.models import ConsentEvent
from tests import records
from tests.api.calling import Caller, actor_named, token_of
from tests.factories import make_purpose


@pytest.fixture
def call(app: Flask) -> Caller:
    caller = Caller(app, token_of(app, "amina"))
    with db.unit_of_work():
        make_purpose("service", basis="contract", marketing=False)
        make_purpose("offers", position=1, channels=("email", "sms"))
    return caller


def permission_of(call: Caller, key: str) -> tuple[str, str]:
    """The address of a permission and its present ETag."""
    items = call("GET", "/permissions").json["items"]
    path = f"/permissions/{next(one['id'] for one in items if one['key'] == key)}"
    return path, call.etag(path)


def say(call: Caller, key: str, answer: str, **more: Any) -> Any:
    path, etag = permission_of(call, key)
    return call("POST", f"{path}/answer", {"answer": answer, **more}, match=etag)


def test_a_yes_stands_in_the_ledger_with_the_program_that_said_it(call: Caller) -> None:
    answer = say(call, "offers", "yes")
    assert answer.status_code == 201
    assert answer.json["kind"] == "given"
    assert call("GET", answer.headers["Location"].removeprefix("/api/v1")).json == answer.json
    with db.unit_of_work(write=False) as session:
        event = session.scalars(select(ConsentEvent)).one()
        assert (event.method, event.method_detail) == ("api", "Ledger sync")
    path, _ = permission_of(call, "offers")
    assert call("GET", path).json["state"] == "allowed"


def test_a_no_cancels_what_waits_and_the_receipt_names_it(call: Caller) -> None:
    say(call, "offers", "yes")
    with db.unit_of_work():
        actor = actor_named("amina")
        waiting = records.written(
            "offer",
            key="o1",
            account_id=actor.account_id,
            person_id=actor.person_id,
            purpose="offers",
            channel="email",
        ).uuid
    receipt = say(call, "offers", "no").json
    assert (receipt["kind"], receipt["cancelled"]) == ("withdrawn", 1)
    assert [one["id"] for one in receipt["messages"]] == [str(waiting)]
    assert call("GET", f"/messages/{waiting}").json["status"] == "withheld"


def test_one_channel_can_be_stopped_alone(call: Caller) -> None:
    say(call, "offers", "yes")
    assert say(call, "offers", "no", channel="sms").status_code == 201
    path, _ = permission_of(call, "offers")
    assert {one["channel"]: one["allowed"] for one in call("GET", path).json["channels"]} == {
        "email": True,
        "sms": False,
    }


@pytest.mark.parametrize(
    ("key", "body", "pointer"),
    [
        ("service", {"answer": "no"}, ""),
        ("offers", {"answer": "maybe"}, "/answer"),
        ("offers", {"answer": "yes", "channel": "phone"}, "/channel"),
        ("offers", {"answer": "yes", "until": "2027-01-01"}, "/until"),
    ],
)
def test_what_cannot_be_said_is_refused(call: Caller, key: str, body: dict[str, str], pointer: str) -> None:
    path, etag = permission_of(call, key)
    answer = call("POST", f"{path}/answer", body, match=etag)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]


def test_stopping_all_and_objecting_need_no_state(call: Caller) -> None:
    say(call, "offers", "yes")
    assert call("POST", "/permissions/stop-all").json["kind"] == "stop_all"
    assert call("POST", "/permissions/objection").json["kind"] == "objection"
    found = call("GET", "/permissions").json
    assert found["stopped_all_at"] and found["objected_at"]
    assert say(call, "offers", "yes").status_code == 409
    assert call("DELETE", "/permissions/objection").status_code == 204
    assert say(call, "offers", "yes").status_code == 201


def test_the_same_yes_twice_by_one_key_is_one_entry(call: Caller) -> None:
    path, etag = permission_of(call, "offers")
    answers = [call("POST", f"{path}/answer", {"answer": "yes"}, match=etag, key="k1") for _ in range(3)]
    assert {one.status_code for one in answers} == {201}
    assert len({one.text for one in answers}) == 1
    assert [one.headers.get("Idempotency-Replayed") for one in answers] == [None, "true", "true"]
    assert [one.headers["ETag"] for one in answers] == [answers[0].headers["ETag"]] * 3
    with db.unit_of_work(write=False):
        assert len(consent.of(actor_named("amina")).history()) == 1


def test_a_key_with_another_content_is_refused(call: Caller) -> None:
    path, etag = permission_of(call, "offers")
    call("POST", f"{path}/answer", {"answer": "yes"}, match=etag, key="k1")
    again = call("POST", f"{path}/answer", {"answer": "no"}, match=etag, key="k1")
    assert (again.status_code, again.json["type"]) == (422, "/api#key-reused")


def test_a_key_of_a_refused_request_may_be_used_again(call: Caller) -> None:
    path, etag = permission_of(call, "offers")
    assert call("POST", f"{path}/answer", {"answer": "yes"}, match='"old"', key="k1").status_code == 412
    assert call("POST", f"{path}/answer", {"answer": "yes"}, match=etag, key="k1").status_code == 201


@pytest.mark.parametrize("key", [None, "é", "x" * 101, "a b"])
def test_an_act_needs_a_key(call: Caller, key: str | None) -> None:
    headers = {"Idempotency-Key": key} if key is not None else {}
    answer = call("POST", "/permissions/stop-all", key=None, headers=headers)
    assert answer.status_code == 400
    assert answer.json["errors"][0]["header"] == "Idempotency-Key"


def test_a_key_belongs_to_one_program(app: Flask, call: Caller) -> None:
    other = Caller(app, token_of(app, "ben"))
    first = call("POST", "/permissions/stop-all", key="k1")
    second = other("POST", "/permissions/stop-all", key="k1")
    assert first.json["id"] != second.json["id"]


def test_preferences_change_what_is_named_and_say_so(call: Caller) -> None:
    etag = call.etag("/preferences")
    body = {
        "channels_off": ["phone"],
        "budget_count": 2,
        "budget_days": 7,
        "hours": {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "tue": []},
    }
    found = call("PATCH", "/preferences", body, match=etag).json
    assert found["channels_off"] == ["phone"]
    assert found["hours"]["mon"] == [["09:00", "12:00"], ["13:00", "17:00"]]
    assert "2" in found["sentence"]
    assert call("PATCH", "/preferences", {"budget_count": None}, match="*").json["budget_count"] is None
    assert call("PATCH", "/preferences", {"budget_count": 1}, match=etag).status_code == 412


@pytest.mark.parametrize(
    "body",
    [
        {"hours": {"mon": [["17:00", "09:00"]]}},
        {"hours": {"mon": [["9", "17:00"]]}},
        {"hours": {"someday": []}},
        {"channels_off": ["pigeon"]},
        {"topics_off": ["no such topic"]},
        {"budget_count": 0},
        {"language": "xx"},
    ],
)
def test_preferences_that_do_not_fit_are_named(call: Caller, body: dict[str, Any]) -> None:
    answer = call("PATCH", "/preferences", body, match="*")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"].startswith(f"/{next(iter(body))}")


def test_a_number_beyond_all_numbers_is_refused(call: Caller) -> None:
    for number in (2**31, 2**63, 2**70, 10**400):
        content = b'{"budget_count": %d}' % number
        headers = {"Content-Type": "application/json"}
        assert call("PATCH", "/preferences", match="*", data=content, headers=headers).status_code in (
            400,
            422,
        )


def test_a_pause_begins_and_ends(call: Caller) -> None:
    from datetime import timedelta

    from portal.domain import clock

    day = (clock.now() + timedelta(days=10)).date().isoformat()
    paused = call("PUT", "/preferences/pause", {"until": day}, match=call.etag("/preferences"))
    assert paused.json["paused_until"]
    assert call("DELETE", "/preferences/pause", match=paused.headers["ETag"]).json["paused_until"] is None
    assert call("PUT", "/preferences/pause", {"until": "2020-01-01"}, match="*").status_code == 422
    assert call("PUT", "/preferences/pause", {"until": "9999-12-31"}, match="*").status_code == 422


def test_addresses_are_added_chosen_and_removed(call: Caller) -> None:
    for number in ("+48 500 600 700", "+48 500 600 701"):
        found = call("POST", "/preferences/addresses", {"channel": "sms", "address": number}).json
    first, second = [one for one in found["addresses"] if one["channel"] == "sms"]
    path = f"/preferences/addresses/{second['id']}"
    chosen = call("POST", f"{path}/first", match=call.etag("/preferences")).json
    assert [one["id"] for one in chosen["addresses"] if one["first"] and one["channel"] == "sms"] == [
        second["id"]
    ]
    left = call("DELETE", path, match="*").json["addresses"]
    assert [one["id"] for one in left if one["channel"] == "sms"] == [first["id"]]
    assert call("DELETE", path, match="*").status_code == 404
    wrong = call("POST", "/preferences/addresses", {"channel": "sms", "address": "call me"})
    assert wrong.json["errors"][0]["pointer"] == "/address"
