"""Every refusal is a problem that says what to do, also where the framework refuses before us."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from portal.api.document import AUDIENCES
from portal.ui.problems import KINDS
from tests.api.calling import Caller, token_of

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def call(app: Flask) -> Caller:
    return Caller(app, token_of(app, "amina"))


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/complaints/../../etc", 404, "not-found"),
        ("GET", "/complaints/9223372036854775808", 404, "not-found"),
        ("GET", "/complaints/%ff%fe", 404, "not-found"),
        ("DELETE", "/me", 405, "method"),
        ("OPTIONS", "/me", 405, "method"),
        ("TRACE", "/me", 405, "method"),
        ("GET", "/me?x=1", 400, "malformed"),
        ("GET", "/me?%ff=1", 400, "malformed"),
    ],
)
def test_addresses_that_do_not_fit(call: Caller, method: str, path: str, status: int, kind: str) -> None:
    answer = call(method, path)
    assert (answer.status_code, answer.json["type"]) == (status, f"/api#{kind}")
    if status == 405:
        assert "PATCH" in answer.headers["Allow"] and "OPTIONS" not in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", {"Content-Type": "text/plain"}, 415),
        (b"name=x", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (b"{}", {"Content-Type": "application/json; charset=latin-1"}, 415),
        (b"{}", {}, 415),
        (b"{", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b'{"name": "\\ud800"}', JSON, 400),
        (b'{"name": NaN}', JSON, 422),
        (b"[" * 100_000, JSON, 400),
        (b"[]", JSON, 422),
        (b'{"name": 7}', JSON, 422),
        (b'{"name": null}', JSON, 422),
        (b'{"name": "\\u0000"}', JSON, 422),
        (b'{"nom": "x"}', JSON, 422),
        (b'{"zone": "Europe/Nowhere"}', JSON, 422),
        (b'{"name": "%s"}' % (b"x" * 121), JSON, 422),
        (b'{"name": "%s"}' % (b"x" * 300_000), JSON, 413),
    ],
)  # fmt: skip
def test_contents_that_do_not_fit(call: Caller, content: bytes, headers: dict[str, str], status: int) -> None:
    answer = call("PATCH", "/me", match="*", data=content, headers=headers)
    assert answer.status_code == status, answer.text


def test_a_problem_names_the_field_and_the_mend(call: Caller) -> None:
    answer = call("PATCH", "/me", {"nom": "x", "name": 7}, match="*")
    assert {one["pointer"] for one in answer.json["errors"]} == {"/nom", "/name"}
    assert all(one["detail"] for one in answer.json["errors"])
    rule = call("PATCH", "/me", {"zone": "Europe/Nowhere"}, match="*")
    assert rule.json["errors"] == [{"pointer": "/zone", "detail": "Choose a time zone from the list."}]


def test_a_parameter_stands_once(call: Caller) -> None:
    answer = call("GET", "/me?a=1&a=2")
    assert answer.status_code == 400
    assert answer.json["errors"][0]["parameter"] == "a"


def test_what_we_cannot_give_is_not_given(call: Caller) -> None:
    assert call("GET", "/me", headers={"Accept": "text/html"}).status_code == 406
    assert call("GET", "/me", headers={"Accept": "application/*;q=0.5"}).status_code == 200


def test_a_fault_of_ours_is_a_problem_too(app: Flask, call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    monkeypatch.setattr("portal.domain.accounts.profile_of", lambda _actor: 1 / 0)
    answer = call("GET", "/me")
    assert (answer.status_code, answer.json["type"]) == (500, "/api#fault")
    assert "division" not in answer.text


def test_a_problem_is_told_in_the_language_of_the_person(call: Caller) -> None:
    assert call("PATCH", "/me", {"language": "pl"}, match=call.etag("/me")).status_code == 200
    assert call("GET", "/me").headers["Content-Language"] == "pl"


def test_every_kind_of_problem_stands_on_the_page(app: Flask) -> None:
    for address, audience in (("/api", "customers"), ("/api/partner", "partners")):
        page = app.test_client().get(address).get_data(as_text=True)
        for kind in AUDIENCES[audience].problems:
            assert f'id="{kind}"' in page
    assert set(AUDIENCES["partners"].problems) == set(KINDS)


@pytest.mark.parametrize("place", ["/api/v1", "/api/partner/v1"])
def test_the_document_is_one_and_names_every_operation(app: Flask, place: str) -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator

    found = app.test_client().get(f"{place}/openapi.json")
    assert found.headers["Cache-Control"] == "no-store"
    OpenAPIV31SpecValidator(found.json).validate()
    rules = {
        (method.lower(), rule.rule.replace("<uuid:", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{place}/") and not rule.endpoint.endswith("openapi")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    named = {(method, path) for path, methods in found.json["paths"].items() for method in methods}
    assert rules == named


def test_what_changes_needs_the_state_that_was_seen(call: Caller) -> None:
    assert call("PATCH", "/me", {"salutation": "Ms Nowak"}).status_code == 428
    stale = call.etag("/me")
    assert call("PATCH", "/me", {"salutation": "Ms Nowak"}, match=stale).status_code == 200
    again = call("PATCH", "/me", {"salutation": "Mrs Nowak"}, match=stale)
    assert again.status_code == 412
    assert again.headers["ETag"] == call.etag("/me")
    assert (
        call("PATCH", "/me", {"salutation": "x"}, match=again.headers["ETag"].strip('"')).status_code == 400
    )
    assert call("PATCH", "/me", {"salutation": "x"}, match=f"W/{again.headers['ETag']}").status_code == 412
    assert call("PATCH", "/me", {"salutation": "x"}, match=f'"{uuid.uuid4().hex}"').status_code == 412


def test_what_has_not_changed_is_not_sent_again(call: Caller) -> None:
    answer = call("GET", "/me", headers={"If-None-Match": call.etag("/me")})
    assert (answer.status_code, answer.data) == (304, b"")
