"""A program of a person of the cast, calling: what it gets is held against the document each time."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import db
from portal.api.document import document
from portal.domain import accounts, calendars, clock, programs
from portal.domain.accounts.models import EmailAddress, Person
from portal.domain.programs import Scope
from tests.signing_in import sign_in_customer

EVERYTHING = tuple(scope.value for scope in Scope)


def person_id_of(app: Flask, key: str) -> int:
    """Open the account of one of the cast, if there is none yet, and return whose it is."""
    return sign_in_customer(app.test_client(), key).id


def token_of(
    app: Flask, key: str, scopes: tuple[str, ...] = EVERYTHING, *, days: int = 30, name: str = "Ledger sync"
) -> str:
    """Make a program of a person of the cast and return its token."""
    person_id = person_id_of(app, key)
    with db.unit_of_work():
        actor = accounts.actor_of(person_id)
        day = calendars.local_day(clock.now(), actor.zone) + timedelta(days=days)
        _, token = programs.make(name, scopes, day, actor=actor)
    return token


def actor_named(key: str) -> Any:
    """Return a person of the cast as an actor."""
    with db.unit_of_work(write=False) as session:
        person = session.scalars(
            select(Person)
            .join(EmailAddress, EmailAddress.person_id == Person.id)
            .where(EmailAddress.address_key.startswith(f"{key}@"))
        ).one()
        return accounts.actor_of(person.id)


class Caller:
    """A foreign program with one token; every answer is held against the document."""

    place, audience = "/api/v1", "customers"

    def __init__(self, app: Flask, token: str = "") -> None:
        self.app, self.token, self.client = app, token, app.test_client()

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = "",
        match: str = "",
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> TestResponse:
        """Call an address below /api/v1; a POST carries a new key unless one is given, or None for none."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if method == "POST" and key is not None:
            sent["Idempotency-Key"] = key or str(uuid.uuid4())
        if match:
            sent["If-Match"] = match
        if body is not None:
            more["json"] = body
        answer = self.client.open(
            f"{self.place}{path}", method=method, headers=sent | (headers or {}), buffered=True, **more
        )
        hold_against_document(answer, self.audience)
        return answer

    def etag(self, path: str) -> str:
        """Return the present ETag of a resource."""
        return self("GET", path).headers["ETag"]


def hold_against_document(answer: TestResponse, audience: str = "customers") -> None:
    """Fail unless the document says that this operation may answer so."""
    path, method = answer.request.path, answer.request.method.lower()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    known = operation_at(path, method, audience)
    content = answer.get_data()
    if answer.status_code >= 400:
        assert answer.mimetype == "application/problem+json", (path, answer.status_code, content)
        validator("Problem", audience).validate(json.loads(content))
        assert json.loads(content)["status"] == answer.status_code
        if known is None or answer.status_code == 405:
            return
    assert known is not None, f"{method} {path} is not in the document"
    assert str(answer.status_code) in known["responses"], (method, path, answer.status_code, content)
    shape = known["responses"][str(answer.status_code)].get("content", {}).get("application/json")
    if shape is not None and answer.status_code < 300:
        validator(shape["schema"]["$ref"].rpartition("/")[2], audience).validate(json.loads(content))


@cache
def validator(name: str, audience: str = "customers") -> Draft202012Validator:
    """Return what holds a value against a shape of the document."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document(audience)["components"]}
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def operation_at(path: str, method: str, audience: str) -> dict[str, Any] | None:
    """Return what the document says about an address."""
    for known, methods in document(audience)["paths"].items():
        if method in methods and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), path):
            return dict(methods[method])
    return None
