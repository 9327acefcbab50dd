"""Every answer has one line in the log, every refusal another, and no person is in either."""

from __future__ import annotations

import logging
import time
import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from portal import config
from portal.domain import accounts, complaints
from portal.ui.watch import Watch
from tests.logged import Lines
from tests.signing_in import sign_in_customer, sign_in_staff

TOLD = ("Amina", "amina", "Nowak", "example.org", "600 100", "kettle", "Secret-")


def proof(browser: Any, path: str) -> str:
    page = browser.get(path).get_data(as_text=True)
    return str(page.split('name="csrf_token" value="')[1].split('"')[0])


def test_an_answer_is_one_line_with_the_name_of_its_endpoint(app: Flask, lines: Lines) -> None:
    app.test_client().get(f"/complaints/{uuid.uuid4()}?who=amina@example.org")
    (line,) = lines()
    assert (line["event"], line["endpoint"], line["method"]) == ("request", "customer.complaint", "GET")
    assert line["status"] == 303 and line["ms"] > 0 and len(line["request"]) == 16
    assert set(line) == {"event", "level", "at", "request", "endpoint", "method", "status", "ms"}


def test_an_address_that_does_not_exist_is_not_repeated(app: Flask, lines: Lines) -> None:
    app.test_client().get("/amina@example.org/%0a{}", headers={"User-Agent": "amina"})
    (line,) = lines()
    assert (line["endpoint"], line["status"]) == ("none", 404)
    assert "amina" not in str(line)


def test_a_method_that_somebody_made_up_is_not_repeated(app: Flask, lines: Lines) -> None:
    app.test_client().open("/", method="AMINA")
    assert lines()[-1]["method"] == "other"


def test_a_request_id_is_taken_from_a_proxy_alone(
    app: Flask, database: Any, settings: config.Settings, lines: Lines
) -> None:
    from portal.app import create_app

    given = {"X-Request-ID": "abcdef0123456789"}
    app.test_client().get("/", headers=given)
    assert lines()[-1]["request"] != given["X-Request-ID"]
    behind = create_app(settings.model_copy(update={"trusted_proxies": 1}), database)
    behind.test_client().get("/", headers=given)
    assert lines()[-1]["request"] == given["X-Request-ID"]
    behind.test_client().get("/", headers=given, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert lines()[-1]["request"] != given["X-Request-ID"], "it came past the proxy"
    behind.test_client().get("/", headers={"X-Request-ID": "amina@example.org"})
    assert "amina" not in str(lines())


def test_sign_ins_and_refusals_say_who_and_when(app: Flask, lines: Lines) -> None:
    browser = app.test_client()
    token = proof(browser, "/sign-in")
    form = {"csrf_token": token, "email": "amina@example.org", "password": "Secret-words-1"}
    browser.post("/sign-in", data=form)
    refused = next(line for line in lines() if line["event"] == "sign_in.refused")
    assert refused["face"] == "customer" and refused["network"] == "127.0.0.1"
    assert refused["mailbox"] == accounts.trace("Amina@EXAMPLE.org") != accounts.trace("ben@example.org")
    assert refused["at"].endswith("Z") and refused["level"] == "warning"
    member = sign_in_staff(browser, "handler")
    browser.get("/admin/staff")
    denied = next(line for line in lines() if line["event"] == "access.denied")
    assert denied["person"] == member.id and denied["endpoint"].startswith("admin.")
    browser.post("/sign-out", data={"csrf_token": "forged"})
    assert any(line["event"] == "access.form_not_proved" for line in lines())
    told = str([line for line in lines() if line["event"] != "x"])
    assert not [word for word in TOLD if word in told]


def test_what_fails_says_nothing_of_whom_it_failed(
    app: Flask, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Personal data in the words of errors, in variables, forms, addresses, headers and libraries; none in the log."""
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    browser = app.test_client()
    sign_in_customer(browser, "amina")
    said = "Amina Nowak, amina@example.org, +48 600 100 200, a kettle that burns"

    def burst(*_args: Any, **_more: Any) -> Any:
        typed = said
        logging.getLogger("driver").error("Key (email)=(%s) already exists", typed)
        raise IntegrityError(f"INSERT … {typed}", {"email": typed}, ValueError(typed))

    token = proof(browser, "/complaints/new")
    monkeypatch.setattr(complaints, "case", burst)
    answer = browser.get(
        f"/complaints/{uuid.uuid4()}?email=amina@example.org", headers={"Referer": said[:11]}
    )
    assert answer.status_code == 500
    number = answer.headers["X-Request-ID"]
    browser.post("/sign-out", data={"csrf_token": token, "email": said, "password": "Secret-words-1"})
    found = [line for line in lines() if line["event"] == "request.failed"]
    assert [line["request"] for line in found] == [number]
    assert found[0]["kind"].startswith("IntegrityError")
    assert any(line["event"] == "library" for line in lines())
    assert not [word for word in TOLD if word in str(lines())], lines()


def test_a_fault_below_every_error_page_is_a_calm_answer_with_the_guards(app: Flask, lines: Lines) -> None:
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    @app.teardown_request
    def _burst(_error: object) -> None:
        raise RuntimeError("amina@example.org")

    answer = app.test_client().get("/healthz")
    assert answer.status_code == 500
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert [line["event"] for line in lines()][-2:] == ["request.broken", "request"]
    assert "amina" not in str(lines()) + answer.get_data(as_text=True)


def test_the_line_of_a_request_costs_next_to_nothing(app: Flask, lines: Lines) -> None:
    def bare(_environ: Any, start: Any) -> list[bytes]:
        start("200 OK", [])
        return [b""]

    watch = Watch(app)
    watch.application = bare
    environ = {"REQUEST_METHOD": "GET", "reins.endpoint": "customer.home"}
    best = float("inf")
    for _ in range(5):
        began = time.thread_time()
        for _ in range(200):
            watch(dict(environ), lambda *_: None)
        best = min(best, (time.thread_time() - began) / 200)
    assert best < 200e-6  # of processor time, 10 on its own; other work on the machine stretches even that
