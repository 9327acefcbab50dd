"""A system of a partner, calling: let in by its administrator, with a token from the token endpoint."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from portal import db
from portal.domain import calendars, clients, clock
from portal.domain.actor import Actor
from tests.api.calling import Caller

EVERYTHING = tuple(scope.value for scope in clients.Scope)


class System(Caller):
    """A system with one token; every answer is held against the document for partners."""

    place, audience = "/api/partner/v1", "partners"


def let_in(
    astrid: Actor, scopes: tuple[str, ...] = EVERYTHING, *, name: str = "Workshop", days: int = 30
) -> tuple[clients.PartnerClient, str]:
    """Let a system act for the partner of somebody who administers it; return it with its secret."""
    day = calendars.local_day(clock.now(), astrid.zone) + timedelta(days=days)
    return clients.make(name, scopes, day, actor=astrid)


def basic(client: Any, secret: str) -> dict[str, str]:
    """Return the header by which a client proves itself."""
    text = base64.b64encode(f"{client}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {text}"}


def ask_token(app: Flask, client: Any, secret: str, scope: str = "", **more: Any) -> TestResponse:
    """Ask the token endpoint, by the header."""
    form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
    return app.test_client().post("/oauth/token", data=form, headers=basic(client, secret), **more)


def system_of(
    app: Flask, astrid: Actor, scopes: tuple[str, ...] = EVERYTHING, *, name: str = "Workshop"
) -> System:
    """Let a system in, and return it with a token."""
    with db.unit_of_work():
        client, secret = let_in(astrid, scopes, name=name)
        uuid = client.uuid
    answer = ask_token(app, uuid, secret)
    assert answer.status_code == 200, answer.get_data()
    return System(app, answer.json["access_token"])
