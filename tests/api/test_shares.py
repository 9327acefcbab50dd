"""What partners see, by a customer's program: given, changed, stopped, erased, and requests answered."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal import db
from portal.domain import calendars, clock, sharing
from portal.domain.actor import Actor
from tests.api.calling import Caller, actor_named, token_of
from tests.domain.sharing import giving


@pytest.fixture
def nils(app: Flask) -> Actor:
    """Somebody of a partner."""
    with db.unit_of_work():
        return giving.partner()


@pytest.fixture
def call(app: Flask) -> Caller:
    return Caller(app, token_of(app, "amina"))


def day(days: int) -> str:
    """A day from now."""
    return (calendars.local_day(clock.now(), "Europe/Warsaw") + timedelta(days=days)).isoformat()


def given(call: Caller, **changes: Any) -> dict[str, Any]:
    """Share with the one partner there is."""
    (partner,) = call("GET", "/partners").json["items"]
    body = {"partner": partner["id"], "purpose": "service", "fields": ["contact.name"], "until": day(30)}
    answer = call("POST", "/shares", body | changes)
    assert answer.status_code == 201, answer.get_data()
    return dict(answer.json)


def test_a_share_is_given_and_the_partner_sees_it(call: Caller, nils: Actor) -> None:
    made = given(call, fields=["contact.phone", "contact.name"])
    assert made["state"] == "on" and made["terms"]["fields"] == ["contact.name", "contact.phone"]
    assert made["history"][0]["kind"] == "given" and "Northwind" in made["history"][0]["notice"]
    with db.unit_of_work():
        sharing.look(uuid.UUID(made["id"]), actor=_signed_in(nils))
    seen = call("GET", f"/shares/{made['id']}").json
    assert [(one["allowed"], one["clusters"]) for one in seen["looks"]] == [(True, ["contact"])]
    assert [one["id"] for one in call("GET", "/shares").json["items"]] == [made["id"]]


def _signed_in(nils: Actor) -> Actor:
    from dataclasses import replace

    from portal.domain.accounts.credentials import SignInSession

    now = clock.now()
    row = SignInSession(
        uuid=uuid.uuid4(), token_hash=uuid.uuid4().hex, face="partner", person_id=nils.person_id, created_at=now,
        last_seen_at=now, proved_at=now, factor="totp",
    )  # fmt: skip
    db.session().add(row)
    db.session().flush()
    return replace(nils, session_id=row.id)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"partner": str(uuid.UUID(int=7))}, "/partner"), ({"fields": []}, "/fields"), ({"fields": ["x"]}, "/fields/0"),
        ({"until": "2020-01-01"}, "/until"), ({"purpose": "other"}, "/words"), ({"keep_days": 400}, "/keep_days"),
        ({"fit": 1}, "/fit"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(call: Caller, nils: Actor, change: dict[str, Any], pointer: str) -> None:
    (partner,) = call("GET", "/partners").json["items"]
    body = {"partner": partner["id"], "purpose": "service", "fields": ["contact.name"], "until": day(30)}
    answer = call("POST", "/shares", body | change)
    assert answer.status_code == 422 and answer.json["errors"][0]["pointer"] == pointer
    assert nils.is_partner


def test_only_what_is_named_changes_and_nothing_is_overwritten(call: Caller, nils: Actor) -> None:
    one = f"/shares/{given(call, keep_days=7)['id']}"
    seen = call.etag(one)
    assert call("PATCH", one, {"often": "once"}).status_code == 428
    changed = call("PATCH", one, {"often": "once", "until": day(60)}, match=seen)
    assert changed.status_code == 200 and changed.json["history"][0]["changed"] == ["often", "until"]
    assert changed.json["terms"]["keep_days"] == 7
    assert call("PATCH", one, {"often": "any"}, match=seen).status_code == 412
    assert call("POST", f"{one}/end").json["state"] == "over"
    again = call("PATCH", one, {"until": day(90)}, match=call.etag(one))
    assert again.json["state"] == "on" and again.json["history"][0]["kind"] == "reestablished"
    assert nils.is_partner


def test_stopping_and_erasing_take_no_state(call: Caller, nils: Actor) -> None:
    one = f"/shares/{given(call)['id']}"
    assert call("POST", f"{one}/end").json["ended_how"] == "stopped"
    assert call("POST", f"{one}/end").status_code == 200
    erased = call("POST", f"{one}/erasure").json
    assert erased["erase_asked_at"] and erased["history"][0]["confirmed_at"] is None
    assert nils.is_partner


def test_a_request_is_answered_with_less_or_with_no(app: Flask, call: Caller, nils: Actor) -> None:
    with db.unit_of_work():
        number = call("GET", "/account").json["number"]
        asked = giving.terms("contact.name", "contact.phone", words="To come by", keep_days=5)
        sharing.ask(number, asked, benefit="A day earlier", days=20, actor=nils)
    (request,) = call("GET", "/share-requests").json["items"]
    assert request["waits"] and request["benefit"] == "A day earlier"
    place = f"/share-requests/{request['id']}"
    more = call("POST", f"{place}/agreement", {"fields": ["contact.email"]})
    assert more.status_code == 422
    made = call("POST", f"{place}/agreement", {"fields": ["contact.phone"]})
    assert made.status_code == 201 and made.json["terms"]["fields"] == ["contact.phone"]
    assert made.json["terms"]["keep_days"] == 5
    assert call("POST", f"{place}/refusal").status_code == 409
    with db.unit_of_work():
        other = giving.partner("Southwind Services")
        sharing.ask(number, asked, benefit="Nothing", days=20, actor=other)
    second = next(one for one in call("GET", "/share-requests").json["items"] if one["waits"])
    assert call("POST", f"/share-requests/{second['id']}/refusal").json["answer"] == "refused"


def test_pages_follow_one_another(call: Caller, nils: Actor) -> None:
    wanted = [given(call, purpose=one)["id"] for one in ("service", "quote", "advice")]
    found, page = [], call("GET", "/shares?limit=1")
    while True:
        found += [one["id"] for one in page.json["items"]]
        if page.json["next"] is None:
            break
        page = call("GET", f"/shares?limit=1&after={page.json['next']}")
    assert found == wanted[::-1] and nils.is_partner


def test_without_the_right_or_the_scope_nothing_opens(app: Flask, nils: Actor) -> None:
    reads = Caller(app, token_of(app, "amina", ("shares:read",), name="Reads"))
    assert reads("GET", "/shares").status_code == 200
    body = {"partner": str(uuid.uuid4()), "purpose": "service", "fields": ["contact.name"], "until": day(3)}
    assert reads("POST", "/shares", body).json["scope"] == "shares:write"
    ben = Caller(app, token_of(app, "ben"))
    one = f"/shares/{given(Caller(app, token_of(app, 'amina', name='Gives')))['id']}"
    for method, path in (("GET", one), ("POST", f"{one}/end"), ("POST", f"{one}/erasure")):
        assert ben(method, path).status_code == 404
    assert actor_named("amina").is_customer and nils.is_partner
