"""What a partner's system does by the API: the rules of its people, each access a look-up, gone when called back."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.api.operations import PARTNER_OPERATIONS
from portal.domain import accounts, clients, complaints, lookups, sharing, tasks
from portal.domain.actor import Actor
from portal.domain.complaints.models import Entry
from tests.counting import counted
from tests.domain.complaints import cases
from tests.domain.sharing import giving
from tests.domain.tasks import scenes

from .partner_calling import System, system_of

NOWHERE = "3f0c6f0a-6f39-4c1e-9d1f-0a4b7a1c2d3e"


@dataclass
class World:
    """A customer, a handler, a partner with a system, and a task."""

    amina: Actor
    sam: Actor
    astrid: Actor
    case: uuid.UUID
    task: uuid.UUID
    call: System


@pytest.fixture
def world(app: Flask) -> World:
    with db.unit_of_work():
        amina, sam = scenes.amina(), cases.sam()
        company = scenes.company()
        astrid = scenes.nils(company, "Astrid Holm", role="administrator")
        complaint = scenes.in_hand(amina, sam)
        task = scenes.given(
            complaint, sam, company, "field:words", "field:phone", *scenes.files(complaint, sam)
        ).uuid
        case = complaint.uuid
    return World(amina, sam, astrid, case, task, system_of(app, astrid))


def narrow(world: World, *labels: str) -> None:
    """Let Amina take everything out but these."""
    with db.unit_of_work():
        complaint = complaints.of(world.amina).get(world.case)
        live = tasks.of_case(complaints.case(world.amina, world.case))[0].live
        keep = [one.uuid for one in live if str(one.label) in labels]
        tasks.limit(complaint, actor=world.amina, task=world.task, keep=keep)


def call_back(world: World) -> None:
    with db.unit_of_work():
        tasks.call_back(complaints.of(world.amina).get(world.case), actor=world.amina)


def opened(world: World) -> dict[str, set[str]]:
    """What the customer reads about who looked: by team."""
    with db.unit_of_work(write=False):
        found: dict[str, set[str]] = {}
        for look in lookups.of(world.amina).page():
            found.setdefault(look.team, set()).update(str(one.label) for one in look.opened)
        return found


def test_it_reads_exactly_what_was_chosen_and_the_customer_reads_that(world: World) -> None:
    (line,) = world.call("GET", "/tasks").json["items"]
    assert opened(world) == {}, "a list shows nothing of the matter"
    task = world.call("GET", f"/tasks/{line['id']}").json
    assert {one["key"] for one in task["fields"]} == {"words", "phone"}
    assert "601" in str(task) and "secret" not in str(task), "neither title nor what it is about were chosen"
    (file,) = task["files"]
    got = world.call("GET", f"/tasks/{line['id']}/files/{file['id']}")
    assert got.status_code == 200 and len(got.data) == int(got.headers["Content-Length"])
    assert b"Secretmaker" not in got.data, "pictures are drawn anew"
    assert opened(world) == {
        "Northwind Repairs, Workshop (API)": {"the words of the complaint", "phone number", "file kettle.jpg"}
    }


def test_it_writes_proposes_attaches_and_hands_in_under_its_own_name(world: World) -> None:
    at = f"/tasks/{world.task}"
    assert world.call("POST", f"{at}/words", {"text": "The seal is worn."}).status_code == 200
    refused = world.call("POST", f"{at}/words", {"text": "Hello", "to_customer": True})
    assert refused.status_code == 422 and refused.json["errors"][0]["pointer"] == "/to_customer"
    proposal = {"kind": "repair", "text": "A new seal.", "amount": "120.00", "currency": "PLN"}
    assert world.call("POST", f"{at}/proposal", proposal).status_code == 200
    made = world.call(
        "POST", f"{at}/files?name=seal.pdf", data=b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n",
        headers={"Content-Type": "application/octet-stream"},
    )  # fmt: skip
    assert made.status_code == 201 and made.json["own"] is True
    place = made.headers["Location"].removeprefix("/api/partner/v1")
    assert world.call("GET", place).data.startswith(b"%PDF")
    done = world.call("POST", f"{at}/result", {"text": "Sealed."})
    assert done.status_code == 200 and done.json["ended"] == "You handed in the result"
    assert world.call("GET", at).status_code == 404
    assert [one["id"] for one in world.call("GET", "/tasks/ended").json["items"]] == [str(world.task)]
    with db.unit_of_work(write=False) as session:
        names = set(session.scalars(select(Entry.author_name).where(Entry.author_kind == "partner")))
    assert names == {"Workshop (API), Northwind Repairs"}


def test_the_same_request_acts_once(world: World) -> None:
    at, words = f"/tasks/{world.task}/words", {"text": "Once."}
    first, again = (world.call("POST", at, words, key="k1") for _ in range(2))
    assert first.data == again.data and again.headers["Idempotency-Replayed"] == "true"
    assert world.call("POST", at, {"text": "Else."}, key="k1").json["type"] == "/api#key-reused"
    assert world.call("POST", at, words, key=None).status_code == 400
    task = world.call("GET", f"/tasks/{world.task}").json
    assert [one["text"] for one in task["said"]] == ["Once."]


def test_what_is_narrowed_and_called_back_is_gone_with_the_next_use_of_the_token(world: World) -> None:
    at = f"/tasks/{world.task}"
    task = world.call("GET", at)
    file = f"{at}/files/{task.json['files'][0]['id']}"
    assert world.call("GET", at, headers={"If-None-Match": task.headers["ETag"]}).status_code == 304
    narrow(world, "the words of the complaint")
    fresh = world.call("GET", at, headers={"If-None-Match": task.headers["ETag"]})
    assert (
        fresh.status_code == 200 and "601" not in fresh.get_data(as_text=True) and fresh.json["files"] == []
    )
    assert world.call("GET", file).status_code == 404
    call_back(world)
    for method, path, body in (
        ("GET", at, None), ("GET", file, None), ("POST", f"{at}/words", {"text": "Still there?"}),
        ("POST", f"{at}/result", {"text": "Done"}), ("POST", f"{at}/proposal", {"kind": "repair", "text": "x"}),
    ):  # fmt: skip
        assert world.call(method, path, body).status_code == 404, (method, path)
    assert world.call("GET", "/tasks").json["items"] == []


def test_a_download_ends_with_the_task_the_token_or_the_system(app: Flask, world: World) -> None:
    with db.unit_of_work():
        large = io.BytesIO(b"one;two;three\n" * 40_000)
        actor = clients.resume(world.call.token).actor  # type: ignore[union-attr]
        part = tasks.attach(world.task, actor=actor, name="readings.csv", stream=large).uuid
    for act in ("token", "system"):
        call = system_of(app, world.astrid, name=act)
        with db.unit_of_work():
            found = clients.resume(call.token)
            assert found is not None
            leaving = tasks.download(found.actor, world.task, part)
        assert 0 < len(next(leaving.chunks)) < leaving.size
        with db.unit_of_work():
            if act == "system":
                clients.revoke(found.uuid, actor=world.astrid)
            else:
                row = db.session().get_one(clients.PartnerClient, found.id)
                clients.revoke_token(row, call.token)
        assert list(leaving.chunks) == [], act


def test_it_reads_what_is_shared_and_confirms(world: World) -> None:
    with db.unit_of_work():
        grant = giving.grant(world.amina, world.astrid).uuid
    (line,) = world.call("GET", "/shares").json["items"]
    assert (line["id"], line["clusters"], line["purpose"]) == (str(grant), ["contact"], "service")
    assert opened(world) == {}
    data = world.call("GET", f"/shares/{grant}/data").json
    values = {one["key"]: one["value"] for one in data["clusters"][0]["groups"][0]}
    assert values == {"contact.name": "Amina Nowak", "contact.phone": "+48 601 224 518"}
    assert opened(world) == {"Northwind Repairs, Workshop (API)": {"who you are and where you live"}}
    (news,) = line["unconfirmed"]
    assert world.call("POST", f"/shares/news/{news['id']}/confirmation").status_code == 204
    assert world.call("GET", f"/shares/{grant}").json["unconfirmed"] == []
    with db.unit_of_work():
        sharing.erase(grant, actor=world.amina)
    assert world.call("GET", f"/shares/{grant}/data").status_code == 404
    ended = world.call("GET", f"/shares/{grant}").json
    assert ended["customer"] == "" and [one["kind"] for one in ended["unconfirmed"]] == ["erase_asked"]
    world.call("POST", f"/shares/news/{ended['unconfirmed'][0]['id']}/confirmation")
    with db.unit_of_work(write=False):
        (told,) = [one for one in sharing.of(world.amina).get(grant).history if one.kind == "erase_asked"]
        assert told.confirmed_by == "Workshop (API)"


def test_shares_are_paged_by_key(world: World) -> None:
    with db.unit_of_work():
        wanted = [
            giving.grant(world.amina, world.astrid, purpose=one).uuid
            for one in ("service", "quote", "advice")
        ]
        sharing.stop(wanted[1], actor=world.amina)
    found: list[str] = []
    page = world.call("GET", "/shares?limit=1")
    while True:
        found += [one["id"] for one in page.json["items"]]
        if page.json["next"] is None:
            break
        page = world.call("GET", f"/shares?limit=1&after={page.json['next']}")
    assert found == [str(wanted[2]), str(wanted[0]), str(wanted[1])]


def test_its_feed_keeps_it_in_step(world: World) -> None:
    begin = world.call("GET", "/changes").json
    assert begin["items"] == [] and begin["more"] is False
    with db.unit_of_work():
        grant = giving.grant(world.amina, world.astrid).uuid
    narrow(world, "the words of the complaint")
    page = world.call("GET", f"/changes?after={begin['next']}").json
    assert [(one["subject"], one["what"]) for one in page["items"]] == [
        ("share", "began"),
        ("task", "narrowed"),
    ]
    assert {one["subject_id"] for one in page["items"]} == {str(grant), str(world.task)}
    call_back(world)
    with db.unit_of_work():
        sharing.stop(grant, actor=world.amina)
    again = world.call("GET", f"/changes?after={begin['next']}")
    assert {one["what"] for one in again.json["items"]} == {"ended"}
    assert "601" not in again.get_data(as_text=True) and "Amina" not in again.get_data(as_text=True)
    on = world.call("GET", f"/changes?after={page['next']}").json
    assert [one["subject"] for one in on["items"]] == ["task", "share"]
    assert world.call("GET", f"/changes?after={on['next']}").json["items"] == []
    for wrong in ("x", "99-0", f"9{on['next']}"):
        assert world.call("GET", f"/changes?after={wrong}").status_code == 410
    assert world.call("GET", "/changes?limit=501").status_code == 400


def test_each_scope_opens_its_own_and_nothing_else(app: Flask, world: World) -> None:
    for scope in clients.Scope:
        call = system_of(app, world.astrid, (scope.value,), name=scope.value)
        for one in PARTNER_OPERATIONS:
            path = one.path.replace("<uuid:id>", NOWHERE).replace("<uuid:file>", NOWHERE)
            answer = call(
                one.method,
                path + ("?name=x" if one.upload else ""),
                headers={"Content-Type": "application/json"},
            )
            missing = answer.status_code == 403 and answer.json["type"] == "/api#scope-missing"
            assert missing is not clients.covers([scope.value], clients.Scope(one.scope.value)), (
                scope,
                one.name,
            )
            if missing:
                assert answer.json["scope"] == one.scope.value


def test_the_feed_leaves_out_what_the_scopes_do_not_reach(app: Flask, world: World) -> None:
    call = system_of(app, world.astrid, ("changes:read", "shares:read"), name="Ledger")
    begin = call("GET", "/changes").json["next"]
    call_back(world)
    page = call("GET", f"/changes?after={begin}").json
    assert page["items"] == [] and page["next"] != begin


def test_a_system_of_another_partner_finds_nothing(app: Flask, world: World) -> None:
    with db.unit_of_work():
        grant = giving.grant(world.amina, world.astrid).uuid
        south = scenes.nils(scenes.company("Southwind"), "Olga South", role="administrator")
    other = system_of(app, south)
    news = world.call("GET", f"/shares/{grant}").json["unconfirmed"][0]["id"]
    file = world.call("GET", f"/tasks/{world.task}").json["files"][0]["id"]
    for one in PARTNER_OPERATIONS:
        if "<uuid:" not in one.path:
            continue
        answers = []
        for mine in (True, False):
            public = str(news if "news" in one.path else grant if "shares" in one.path else world.task)
            path = one.path.replace("<uuid:id>", public if mine else NOWHERE).replace("<uuid:file>", file)
            more: dict[str, Any] = {
                "body": {"kind": "repair", "text": "x"} if "proposal" in path else {"text": "x"}
            }
            if one.upload:
                more = {"data": b"x", "headers": {"Content-Type": "application/octet-stream"}}
                path += "?name=x.pdf"
            if one.method == "GET" or (one.body is None and not one.upload):
                more = {}
            answer = other(one.method, path, more.pop("body", None), **more)
            answers.append((answer.status_code, answer.data))
        assert answers[0] == answers[1] and answers[0][0] == 404, one.name
    for path in ("/tasks", "/tasks/ended", "/shares"):
        assert other("GET", path).json["items"] == []


def test_neither_a_persons_token_nor_a_cookie_opens_it_nor_the_other_way_round(
    app: Flask, world: World
) -> None:
    from tests.api.calling import Caller, token_of

    theirs = System(app, token_of(app, "ben"))
    assert theirs("GET", "/tasks").status_code == 401
    assert Caller(app, world.call.token)("GET", "/me").status_code == 401
    assert System(app)("GET", "/tasks").status_code == 401
    assert accounts.Face.PARTNER


def test_a_list_costs_the_same_for_many(app: Flask, world: World) -> None:
    def cost() -> int:
        with counted() as queries:
            world.call("GET", "/shares")
        return len(queries)

    with db.unit_of_work():
        giving.grant(world.amina, world.astrid)
    world.call("GET", "/shares")
    first = cost()
    with db.unit_of_work():
        for purpose in ("quote", "advice", "warranty"):
            giving.grant(world.amina, world.astrid, purpose=purpose)
    assert cost() == first
