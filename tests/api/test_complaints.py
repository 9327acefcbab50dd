"""Complaints for programs: filed once, acted on as the state table says, with files, in the person's own scope."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import db
from portal.app import create_app
from portal.config import Settings
from portal.domain import accounts, complaints
from portal.domain.accounts import Face
from portal.domain.complaints import Complaint
from tests.api.calling import Caller, actor_named, token_of
from tests.counting import counted
from tests.signing_in import seed_firm, sign_in_staff

FILED = {
    "words": "It leaks since Monday.",
    "remedy_wanted": "refund",
    "amount_wanted": "149.90",
    "currency": "PLN",
}
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xdc\xccY\xe7\x00\x00\x00\x00IEND\xaeB`\x82"
)
STREAM = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def call(app: Flask) -> Caller:
    with db.unit_of_work():
        seed_firm()
    return Caller(app, token_of(app, "amina"))


def filed(call: Caller, **changes: Any) -> str:
    """File a complaint and return its address."""
    answer = call("POST", "/complaints", FILED | changes)
    assert answer.status_code == 201, answer.text
    return f"/complaints/{answer.json['id']}"


def act(call: Caller, path: str, place: str, body: Any = None, *, method: str = "POST") -> Any:
    return call(method, f"{path}/{place}", body, match=call.etag(path))


def by_staff(call: Caller, path: str, verb: Callable[..., Any], **given: Any) -> None:
    """Let Sam do something."""
    person = sign_in_staff(call.app.test_client(), "handler")
    with db.unit_of_work() as session:
        actor = accounts.actor_of(person.id, face=Face.STAFF)
        found = session.scalars(
            select(Complaint).where(Complaint.uuid == uuid.UUID(path.split("/")[2]))
        ).one()
        verb(found, actor=actor, **given)


def offered(call: Caller) -> str:
    """A complaint that has been answered with an offer."""
    path = filed(call)
    by_staff(call, path, complaints.take, next_step="Look at the photos")
    by_staff(
        call, path, complaints.offer, finding="upheld", reasons="It leaked.",
        remedies=[{"kind": "refund", "amount": "149.90", "currency": "PLN", "days": 5}],
    )  # fmt: skip
    return path


def test_a_complaint_is_filed_in_one_call_with_its_number_and_dates(call: Caller) -> None:
    answer = call("POST", "/complaints", FILED)
    assert answer.status_code == 201
    found = answer.json
    assert found["state"] == "received" and len(found["number"]) == 10
    assert found["amount_wanted"] == "149.90"
    ours = [one for one in found["promises"] if one["ours"] and one["due_at"]]
    assert ours and all(one["explain"] and one["zone"] == "Europe/Warsaw" and not one["late"] for one in ours)
    assert call("GET", answer.headers["Location"].removeprefix("/api/v1")).json == found
    assert [one["id"] for one in call("GET", "/complaints?view=open").json["items"]] == [found["id"]]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"words": ""}, "/words"),
        ({"remedy_wanted": "revenge"}, "/remedy_wanted"),
        ({"amount_wanted": "a lot"}, "/amount_wanted"),
        ({"amount_wanted": 149.9}, "/amount_wanted"),
        ({"amount_wanted": "99999999.00"}, "/amount_wanted"),
        ({"currency": "zł"}, "/currency"),
        ({"happened_on": "2999-01-01"}, "/happened_on"),
        ({"happened_on": "2199-01-01"}, "/happened_on"),
        ({"language": "xx"}, "/language"),
        ({"state": "closed"}, "/state"),
        ({"person_id": 1}, "/person_id"),
        ({"words": "x" * 20_001}, "/words"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_filed(call: Caller, changes: Any, pointer: str) -> None:
    answer = call("POST", "/complaints", FILED | changes)
    assert (answer.status_code, [one["pointer"] for one in answer.json["errors"]]) == (422, [pointer])
    assert call("GET", "/complaints").json["items"] == []


def test_a_draft_is_begun_changed_and_sent(call: Caller) -> None:
    draft = call("POST", "/complaints/drafts", {"about": "Order 4711"})
    path = f"/complaints/{draft.json['id']}"
    assert draft.json["state"] == "draft" and "sending" in draft.json["can"]
    early = act(call, path, "sending")
    assert (early.status_code, early.json["errors"][0]["pointer"]) == (422, "/words")
    changed = call("PATCH", path, {"words": "It leaks.", "remedy_wanted": "repair"}, match=call.etag(path))
    assert changed.json["about"] == "Order 4711"
    sent = call("POST", f"{path}/sending", match=changed.headers["ETag"])
    assert sent.json["state"] == "received"
    assert call("PATCH", path, {"words": "Else"}, match=sent.headers["ETag"]).status_code == 409


def test_a_draft_thrown_away_is_gone(call: Caller) -> None:
    path = f"/complaints/{call('POST', '/complaints/drafts', {}).json['id']}"
    assert call("DELETE", path, match=call.etag(path)).status_code == 204
    assert call("GET", path).status_code == 404
    sent = filed(call)
    assert call("DELETE", sent, match=call.etag(sent)).status_code == 409


def test_filing_leaves_a_draft_of_the_page_alone(call: Caller) -> None:
    """A draft without words may already carry photographs: they belong to another matter."""
    draft = call("POST", "/complaints/drafts", {}).json["id"]
    assert filed(call) != f"/complaints/{draft}"


def test_the_acts_of_the_customer_go_by_the_state_table(call: Caller) -> None:
    path = offered(call)
    found = call("GET", path).json
    assert {"acceptance", "review", "withdrawal", "words"} <= set(found["can"])
    assert act(call, path, "answer", {"text": "Yes."}).status_code == 409
    offer = found["offers"][0]
    seen = {"number": offer["number"], "content_hash": offer["content_hash"]}
    assert act(call, path, "acceptance", seen | {"content_hash": "0" * 64}).status_code == 409
    taken = act(call, path, "acceptance", seen).json
    assert taken["state"] == "remedy_due"
    owed = taken["remedies"][0]
    assert owed["due_at"] and owed["explain"] and owed["amount"] == "149.90"
    remedy = f"remedies/{owed['id']}"
    assert act(call, path, f"{remedy}/confirmation").status_code == 409  # nobody has said that it is done
    by_staff(
        call,
        path,
        lambda _c, **more: complaints.deliver(uuid.UUID(owed["id"]), **more),
        evidence="Paid on Monday",
    )
    closed = act(call, path, f"{remedy}/confirmation").json
    assert closed["state"] == "closed"
    assert act(call, path, "words", {"text": "Thank you."}).json["state"] == "closed"
    assert act(call, path, "remark").status_code == 200
    assert act(call, path, "reopening", {}).json["state"] != "closed"


def test_another_person_can_be_asked_for(call: Caller) -> None:
    path = offered(call)
    assert act(call, path, "review", {"text": "It is not enough."}).json["state"] == "in_review"


def test_withdrawing_and_opening_again(call: Caller) -> None:
    path = filed(call)
    assert act(call, path, "withdrawal", {"text": "It stopped leaking."}).json["state"] == "withdrawn"
    assert act(call, path, "reopening").json["state"] == "received"


def test_a_question_is_answered_put_off_or_left(call: Caller) -> None:
    from datetime import timedelta

    from portal.domain import clock

    path = filed(call)
    by_staff(call, path, complaints.take, next_step="Look")
    by_staff(call, path, complaints.ask, question="Which model is it?")
    found = call("GET", path).json
    assert found["open_question"] and {"answer", "extension", "decision-without-it"} <= set(found["can"])
    later = (clock.now() + timedelta(days=60)).date().isoformat()
    assert act(call, path, "extension", {"until": later}).status_code == 200
    assert act(call, path, "extension", {"until": "2020-01-01"}).json["errors"][0]["pointer"] == "/until"
    assert act(call, path, "answer", {"text": "The blue one."}).json["state"] == "in_hand"


def test_the_wish_can_change_and_danger_can_be_told(call: Caller) -> None:
    path = filed(call)
    wish = act(call, path, "remedy-wanted", {"remedy_wanted": "replacement"}, method="PUT").json
    assert (wish["remedy_wanted"], wish["amount_wanted"]) == ("replacement", None)
    assert "harm" in wish["can"]
    assert "harm" not in act(call, path, "harm", {"reason": "It smells of gas."}).json["can"]


def test_what_somebody_else_did_meanwhile_is_not_overwritten(call: Caller) -> None:
    path = filed(call)
    seen = call.etag(path)
    by_staff(call, path, complaints.take, next_step="Look")
    answer = call("POST", f"{path}/withdrawal", {}, match=seen)
    assert (answer.status_code, answer.json["type"]) == (412, "/api#changed")
    assert call("POST", f"{path}/withdrawal", {}).status_code == 428


def test_words_need_no_state_because_they_overwrite_nothing(call: Caller) -> None:
    path = filed(call)
    found = call("POST", f"{path}/words", {"text": "And it is loud."}).json
    assert [one["text"] for one in found["thread"]][-1] == "And it is loud."


def test_files_come_and_go(call: Caller) -> None:
    path = f"/complaints/{call('POST', '/complaints/drafts', {}).json['id']}"
    kept = call("POST", f"{path}/files?name=Zdj%C4%99cie.png", data=PNG, headers=STREAM)
    assert kept.status_code == 201, kept.text
    assert (kept.json["name"], kept.json["media_type"]) == ("Zdjęcie.png", "image/png")
    got = call("GET", kept.headers["Location"].removeprefix("/api/v1"))
    assert got.mimetype == "image/png" and got.data.startswith(b"\x89PNG")
    assert "attachment" in got.headers["Content-Disposition"] and got.headers["ETag"]
    left = call("DELETE", f"{path}/files/{kept.json['id']}", match=call.etag(path))
    assert left.json["files"] == []
    assert call("GET", f"/files/{kept.json['id']}").status_code == 404


@pytest.mark.parametrize(
    ("data", "headers", "query", "status"),
    [
        (b"MZ\x90\x00" + b"\x00" * 60, STREAM, "?name=x.exe", 422),
        (b"", STREAM, "?name=x.png", 400),
        (PNG, {"Content-Type": "image/png"}, "?name=x.png", 415),
        (PNG, STREAM, "", 400),
        (PNG, STREAM, "?name=x.png&more=1", 400),
    ],
)
def test_files_that_do_not_fit(call: Caller, data: bytes, headers: Any, query: str, status: int) -> None:
    path = filed(call)
    answer = call("POST", f"{path}/files{query}", data=data, headers=headers)
    assert answer.status_code == status, answer.text


def test_a_file_that_is_too_large_is_refused_before_it_is_read(call: Caller) -> None:
    path = filed(call)
    settings = call.app.config["SETTINGS"]
    call.app.config["SETTINGS"] = settings.model_copy(update={"file_max_bytes": 100})
    assert call("POST", f"{path}/files?name=x.png", data=b"x" * 101, headers=STREAM).status_code == 413


def test_the_same_upload_sent_again_is_one_file(call: Caller) -> None:
    path = filed(call)
    first, second = (
        call("POST", f"{path}/files?name=x.png", data=PNG, headers=STREAM, key="k1") for _ in range(2)
    )
    assert first.json == second.json and second.headers["Idempotency-Replayed"] == "true"
    assert len(call("GET", path).json["files"]) == 1


def test_a_call_costs_few_statements(call: Caller) -> None:
    path = filed(call)
    with counted() as statements:
        call("GET", path)
    assert len([one for one in statements if not one.startswith("BEGIN")]) <= 5
    with counted() as statements:
        call("GET", "/complaints")
    assert len([one for one in statements if not one.startswith("BEGIN")]) <= 2


@pytest.fixture
def own(own_database: db.Database, settings: Settings) -> Flask:
    """The application with real commits, for requests at the same instant."""
    app = create_app(settings, own_database)
    app.config.update(TESTING=True)
    with db.unit_of_work():
        seed_firm()
    return app


def at_once(count: int, run: Callable[[int], Any]) -> list[Any]:
    found: list[Any] = []
    gate = threading.Barrier(count)

    def go(number: int) -> None:
        gate.wait()
        found.append(run(number))

    threads = [threading.Thread(target=go, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_one_key_at_the_same_instant_is_one_complaint(own: Flask) -> None:
    token = token_of(own, "amina")
    answers = at_once(6, lambda _n: Caller(own, token)("POST", "/complaints", FILED, key="one"))
    assert {one.status_code for one in answers} == {201}
    assert len({one.json["id"] for one in answers}) == 1
    assert sorted(one.headers.get("Idempotency-Replayed", "") for one in answers) == ["", *["true"] * 5]
    with db.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Complaint)) == 1


def test_one_state_at_the_same_instant_is_changed_once(own: Flask) -> None:
    token = token_of(own, "amina")
    etag = Caller(own, token).etag("/me")
    answers = at_once(4, lambda n: Caller(own, token)("PATCH", "/me", {"salutation": f"Ms {n}"}, match=etag))
    assert sorted(one.status_code for one in answers) == [200, 412, 412, 412]


def test_another_of_the_company_sees_only_what_she_may(call: Caller) -> None:
    path = filed(call)
    ben = Caller(call.app, token_of(call.app, "ben"))
    assert ben("GET", path).status_code == 404
    assert ben("GET", "/complaints").json["items"] == []
    assert actor_named("ben").account_id != actor_named("amina").account_id
