"""Programs of everybody: every operation with every id of somebody else, and with tokens that are worth nothing."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from limits import RateLimitItemPerMinute

from portal.api.operations import OPERATIONS, Operation
from tests.api.test_owners import body_of
from tests.architecture.test_owners import rows_of
from tests.told import told_url

from .walking import UUID, with_other_ids
from .world import CUSTOMERS, World, world

pytestmark = pytest.mark.slow
assert world and told_url  # fixtures
CHANGES = {"RateLimit", "Date", "Content-Length"}


def call(world: World, token: str, one: Operation, path: str, key: str) -> Any:
    """Call an operation as a program; return the status, headers and content that anybody could compare."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    more: dict[str, Any] = {}
    if one.method == "POST":
        headers["Idempotency-Key"] = key
    if one.conditional:
        headers["If-Match"] = "*"
    if one.upload:
        headers["Content-Type"], more["data"] = "application/octet-stream", b"x"
    elif (body := body_of(one)) is not None:
        headers["Content-Type"], more["data"] = "application/json", json.dumps(body)
    answer = world.app.test_client().open(f"/api/v1{path}", method=one.method, headers=headers, **more)
    return (
        answer.status_code,
        {name: value for name, value in answer.headers.items() if name not in CHANGES},
        answer.get_data(as_text=True),
    )


def everything_of(world: World, token: str) -> dict[str, set[str]]:
    """Return the ids that a program reads in lists and behind their ``id``, by the list they stand in."""
    found: dict[str, set[str]] = {}
    for one in OPERATIONS:
        if one.method == "GET" and "<uuid:" not in one.path:
            status, _headers, content = call(world, token, one, one.path, "")
            assert status < 500, one.name
            found[one.name] = set(UUID.findall(content))
    return found


@pytest.mark.sqlite  # the rule is one, and the walk is long
def test_no_program_reaches_what_another_one_reads(world: World) -> None:
    known = {name: everything_of(world, token) for name, token in world.tokens.items()}
    opened = {name: set().union(*lists.values()) for name, lists in known.items()}
    for name in CUSTOMERS:
        # What its person saw on pages belongs to the person too: drafts, files, sessions, colleagues.
        for address in world.walkers[name].opened | set(world.walkers[name].forms):
            opened[name] |= set(UUID.findall(address))
    before, tried, nothing = rows_of(), 0, {}
    for owner, other in itertools.permutations(CUSTOMERS, 2):
        foreign = sorted(opened[owner] - opened[other])[::5][:5]
        for one in OPERATIONS:
            if "<uuid:" not in one.path:
                continue
            for public in foreign:
                path = one.path
                for name in ("id", "file", "remedy"):
                    path = path.replace(f"<uuid:{name}>", public)
                path += "?name=x.png" if one.upload else ""
                if (other, one.name) not in nothing:
                    nothing[other, one.name] = call(
                        world, world.tokens[other], one, with_other_ids(path), "none"
                    )
                answer = call(world, world.tokens[other], one, path, f"try-{tried}")
                tried += 1
                assert answer == nothing[other, one.name], f"{other} calls {one.name} with an id of {owner}"
                assert answer[0] in (403, 404), f"{other} calls {one.name} with an id of {owner}: {answer[0]}"
    assert tried > 1000
    assert rows_of() == before


def test_without_a_good_token_every_address_answers_alike(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.api.entering.WRONG_TOKENS", RateLimitItemPerMinute(1_000_000))
    case = sorted(everything_of(world, world.tokens["Amina Nowak"])["complaint_list"])[0]
    good = world.tokens["Amina Nowak"]
    bad = ("", "x", good[:-1] + ("A" if good[-1] != "A" else "B"), good.upper(), good + "=", f"{good}.{good}")
    for one in OPERATIONS:
        for token in bad:
            answers = []
            for path in (one.path, with_other_ids(case)):
                real = one.path
                for name in ("id", "file", "remedy"):
                    real = real.replace(f"<uuid:{name}>", case if path == one.path else path)
                answers.append(call(world, token, one, real, "k"))
            assert answers[0] == answers[1], (one.name, token)
            assert answers[0][0] == 401, (one.name, token, answers[0])


def test_the_cookie_of_a_person_is_no_token(world: World) -> None:
    for name in ("Amina Nowak", "Max Brandt"):
        browser = world.walkers[name].browser
        for one in OPERATIONS:
            path = with_other_ids(one.path)
            for part in ("id", "file", "remedy"):
                path = path.replace(f"<uuid:{part}>", "00000000-0000-4000-8000-000000000000")
            answer = browser.open(f"/api/v1{path}", method=one.method, headers={"Idempotency-Key": "k"})
            assert answer.status_code == 401, one.name


def test_a_kept_answer_is_given_to_the_same_program_alone(world: World) -> None:
    """The key of a request of somebody else is a new key: nothing of the kept answer comes out."""
    new = next(one for one in OPERATIONS if one.name == "complaint_draft")
    mine = call(world, world.tokens["Amina Nowak"], new, new.path, "shared-key")
    other = call(world, world.tokens["Ben Petrov"], new, new.path, "shared-key")
    again = call(world, world.tokens["Amina Nowak"], new, new.path, "shared-key")
    assert mine[0] == again[0] == other[0] == 201
    assert json.loads(mine[2])["id"] == json.loads(again[2])["id"] != json.loads(other[2])["id"]
    assert "Idempotency-Replayed" not in other[1]
