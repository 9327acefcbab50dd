"""A new secret key signs nobody out, and nothing is left that needs the older one."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import select

from portal import config, db
from portal.app import create_app
from portal.config import Settings
from portal.domain.accounts import factors, keys
from portal.domain.accounts.credentials import TotpFactor
from portal.domain.outbox import Message
from tests.signing_in import sign_in_customer
from tests.worker.test_sending import amina, write

NEW, NEWEST = "N" + "ew-3kq9ZtP0xWvL7rB4sNdY6hJcF8gUaE1iOyTm", "n" + "ewest-8hJcF8gUaE1iOyT3kq9ZtP0xWvL7rB4sN"


def turned(settings: Settings, *keys_: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings with these keys, the newest first, in force."""
    given = [SecretStr(key) for key in keys_]
    found = settings.model_copy(update={"secret_key": given[0], "previous_secret_keys": tuple(given[1:])})
    monkeypatch.setattr(config, "load", lambda: found)
    return found


def proof(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def test_a_signed_in_person_and_an_open_form_live_through_a_change(
    app: Flask, database: db.Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = settings.secret_key.get_secret_value()
    browser = app.test_client()
    sign_in_customer(browser, "amina")
    token = proof(browser.get("/profile").get_data(as_text=True))
    cookie = browser.get_cookie("reins-customer")
    assert cookie

    def after(*keys_: str) -> Any:
        changed = create_app(turned(settings, *keys_, monkeypatch=monkeypatch), database)
        later = changed.test_client()
        later.set_cookie("reins-customer", cookie.value)
        return later

    later = after(NEW, old)
    assert later.get("/profile").status_code == 200
    assert later.post("/theme", data={"csrf_token": token, "theme": "dark"}).status_code == 303
    twice = after(NEWEST, NEW, old)
    assert twice.get("/profile").status_code == 200
    assert twice.post("/theme", data={"csrf_token": token, "theme": "dark"}).status_code == 303
    gone = after(NEWEST, NEW)
    assert gone.get("/profile").status_code == 303
    assert gone.post("/theme", data={"csrf_token": token, "theme": "dark"}).status_code == 400


def test_what_an_older_key_sealed_is_sealed_anew_and_the_older_one_can_go(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = settings.secret_key.get_secret_value()
    someone = amina()
    number = write(someone, purpose="security", name="password_changed")
    with db.unit_of_work() as session:
        factors.set_totp(someone.person_id or 0, sealed=keys.seal("totp", "JBSWY3DPEHPK3PXP"))
        session.get_one(Message, number).sealed = keys.seal("message-links", "{}")
    turned(settings, NEW, old, monkeypatch=monkeypatch)
    run = app.test_cli_runner().invoke
    assert ", 2 secret(s)" in run(args=["secrets", "status"]).output
    assert run(args=["secrets", "reseal"]).output == "2 sealed anew.\n"
    assert run(args=["secrets", "reseal"]).output == "0 sealed anew.\n"
    turned(settings, NEW, monkeypatch=monkeypatch)
    with db.unit_of_work(write=False) as session:
        sealed = session.scalar(select(TotpFactor.secret))
        assert sealed and keys.unseal("totp", sealed) == "JBSWY3DPEHPK3PXP"
        links = session.scalar(select(Message.sealed).where(Message.id == number))
        assert links and keys.unseal("message-links", links) == "{}"
    turned(settings, NEWEST, monkeypatch=monkeypatch)
    said = run(args=["secrets", "status"])
    assert said.exit_code == 1 and "2 open with no key" in said.output
