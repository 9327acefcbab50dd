"""Another's object answers a program like a missing one, to the byte, and nothing of another ever changes."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal import db
from portal.api.document import document
from portal.api.operations import OPERATIONS, Operation
from portal.api.reading_aid import sample
from portal.domain import accounts, calendars, clock, programs
from tests.api.calling import EVERYTHING, Caller
from tests.architecture.test_owners import belongings, rows_of
from tests.told import told, told_url

pytestmark = pytest.mark.slow
assert told and told_url  # fixtures: the application with a history of the cast
FITTING = {"content_hash": "0" * 64, "text": "Mine", "reason": "Mine", "words": "Mine"}


def body_of(one: Operation) -> dict[str, Any] | None:
    """A body that fits, so that only the address can be refused."""
    if one.body is None:
        return None
    shape = document()["components"]["schemas"][one.body.__name__]
    return {name: FITTING.get(name, sample(shape["properties"][name])) for name in shape.get("required", ())}


def test_nothing_of_amina_answers_to_a_program_of_ben(told: Flask) -> None:
    told.config["SETTINGS"] = told.config["SETTINGS"].model_copy(update={"api_calls_per_minute": 100_000})
    with db.unit_of_work():
        ben = accounts.actor_of(accounts.person_called("Ben Petrov").id)
        last = calendars.local_day(clock.now(), ben.zone) + timedelta(days=1)
        _, token = programs.make("Curious", EVERYTHING, last, actor=ben)
    call = Caller(told, token)
    hers = {kind: ids for kind, ids in belongings("Amina Nowak").items() if ids}
    assert {"complaint", "message", "complaint_remedy", "complaint_file"} & set(hers)
    before = rows_of()
    tried = 0
    for one in OPERATIONS:
        if "<uuid:" not in one.path:
            continue
        more: dict[str, Any] = {}
        if one.upload:
            more = {"data": b"x", "headers": {"Content-Type": "application/octet-stream"}}

        def answer(public: uuid.UUID, one: Operation = one, more: dict[str, Any] = more) -> tuple[Any, ...]:
            path = re.sub("<uuid:(id|file|remedy)>", str(public), one.path) + (
                "?name=x.png" if one.upload else ""
            )
            got = call(one.method, path, body_of(one), match="*" if one.conditional else "", **more)
            return got.status_code, got.data, dict(got.headers) | {"RateLimit": ""}

        none = answer(uuid.uuid4())
        for kind, ids in hers.items():
            for public in ids:
                reached = answer(public)
                tried += 1
                # A purpose is everybody's, the state behind it is one's own.
                if kind != "purpose":
                    assert reached == none, (one.name, kind)
                    assert reached[0] == 404, (one.name, kind, reached[0])
    assert tried > 100
    assert rows_of() == before


def test_lists_of_ben_hold_nothing_of_amina(told: Flask) -> None:
    with db.unit_of_work():
        ben = accounts.actor_of(accounts.person_called("Ben Petrov").id)
        last = calendars.local_day(clock.now(), ben.zone) + timedelta(days=1)
        _, token = programs.make("Curious", EVERYTHING, last, actor=ben)
    call = Caller(told, token)
    foreign = [str(public) for ids in belongings("Amina Nowak").values() for public in ids]
    for one in OPERATIONS:
        if one.method == "GET" and "<uuid:" not in one.path:
            text = call("GET", one.path).get_data(as_text=True)
            assert "Amina" not in text and not [public for public in foreign if public in text], one.name
