"""What strangers, customers and staff send that no page of ours would: 4xx, never 5xx, and no change."""

from __future__ import annotations

import socket
import uuid
from typing import Any

import pytest
from flask import Flask, request

from portal import db
from portal.app import create_app
from portal.config import Settings
from portal.domain import accounts
from portal.ui.browser import network
from portal.ui.gates import Kind
from tests.api.calling import token_of
from tests.hostile.asking import addresses, proof_on
from tests.serving import served
from tests.signing_in import sign_in_customer, sign_in_staff

HUGE = "9" * 40
QUERIES = (
    "after=!!!&view=%00&q=%ff", f"after={HUGE}&q={'x' * 3000}&page={HUGE}", "q=1&q=2&view=a&view=b&after=W10&for=x",
    "after=WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwgOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTldCg&month=9999-99&who=-1&show=__proto__",
    "month=0000-00&from=//%5b&next=//%5b&for=" + "0" * 36,
        "after=WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwgMV0&kind=%27--",
    "q=%ed%a0%80&month=%D9%A1%D9%A2%D9%A3%D9%A4-%D9%A0%D9%A1&day=31&as=x&person=" + str(uuid.UUID(int=1)),
)  # fmt: skip
BODIES: tuple[dict[str, Any], ...] = (
    {"data": {}},
    {"data": {"text": "\x00\u202e\ud7ff", "words": "\x00", "amount": "NaN", "amount_wanted": "1e999", "version": HUGE,
              "until": "9999-12-31", "day": "0000-00-00", "next": "//[", "page": "//[", "name": "\x00" * 9,
              "email": "a@b\r\nBcc: c@d", "language": "x" * 99, "hours": "99:99", "files": "no file",
              "handling": HUGE, "outcome": "-1", "rights": HUGE, "currency": "€€€", "answer": "\ud7ff"}},
    {"data": "a=1&a=2&=&&&%ff%fe=%00&version=1&version=2&text=%ed%a0%80",
        "content_type": "application/x-www-form-urlencoded"},
    {"data": b'{"a": NaN, "a": ' + b"[" * 3000, "content_type": "application/json"},
    {"data": b"--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"../../\x00.png\"\r\n\r\n\xff\r\n--x",
     "content_type": "multipart/form-data; boundary=x"},
    {"data": b"\xff\xfe", "content_type": "multipart/form-data"},
)  # fmt: skip
HEADERS = (
    {}, {"Referer": "http://["}, {"Accept-Language": "*;q=NaN, x" * 50}, {"User-Agent": "\x80" * 300},
    {"If-None-Match": '"' * 60, "If-Modified-Since": "yesterday"}, {"Range": "bytes=0-,9999999999999999999-"},
    {"Cookie": "reins-customer=" + "x" * 3000}, {"HX-Request": "true", "HX-Current-URL": "http://["},
)  # fmt: skip


def proof_of(browser: Any, page: str, known: dict[Any, str]) -> str:
    """Return the proof of a browser's forms, read anew whenever it holds other cookies."""
    held = tuple((one.path, one.key, one.value) for one in browser._cookies.values())
    if held not in known:
        known[held] = proof_on(browser, page)
    return known[held]


def sober(answer: Any, where: str) -> None:
    assert answer.status_code < 500, f"{where}: {answer.status_code}"


def visitors(app: Flask) -> list[tuple[str, Any, str, tuple[Kind, ...]]]:
    """Return a stranger, a customer and staff with the proof of their forms."""
    app.config["WTF_CSRF_ENABLED"] = True
    stranger, customer, staff = app.test_client(), app.test_client(), app.test_client()
    sign_in_customer(customer, "amina")
    sign_in_staff(staff, "manager")
    return [
        ("stranger", stranger, "/sign-in", (Kind.PUBLIC, Kind.LINK, Kind.ENROLLING)),
        ("customer", customer, "/security", (Kind.CUSTOMER, Kind.PUBLIC)),
        ("staff", staff, "/admin/security", (Kind.STAFF,)),
    ]


# A form that breaks off leaves its files to the collector of the test client.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
def test_nonsense_is_refused_and_never_breaks_anything(app: Flask) -> None:
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"doors_per_minute": 1_000_000})
    tried, proofs = 0, dict[Any, str]()
    for who, browser, page, kinds in visitors(app):
        for place, address in enumerate(addresses(app, *kinds, method="GET")):
            if "/pdf" in address or address == "/readyz":  # no worker is alive here, and it says so by a 503
                continue
            headers = {
                k: v for k, v in HEADERS[place % len(HEADERS)].items() if k != "Cookie" or who == "stranger"
            }
            sober(
                browser.get(f"{address}?{QUERIES[place % len(QUERIES)]}", headers=headers),
                f"{who} GET {address}",
            )
            tried += 1
        if browser.get(page).status_code != 200:
            continue
        for place, address in enumerate(addresses(app, *kinds, method="POST")):
            if address.endswith(("/sign-out", "/end-others", "/acting-for/leave")) or "stop" in address:
                continue
            for number in (place, place + 3):
                body = dict(BODIES[number % len(BODIES)])
                headers = {"X-CSRFToken": proof_of(browser, page, proofs), **HEADERS[(place + number) % 6]}
                sober(browser.post(f"{address}?{QUERIES[place % len(QUERIES)]}", headers=headers, **body),
                      f"{who} POST {address} {number % len(BODIES)}")  # fmt: skip
                tried += 1
    assert tried > 350


def test_a_huge_form_is_refused(app: Flask) -> None:
    browser = app.test_client()
    proof = proof_on(browser, "/sign-in")
    many = {"csrf_token": proof, **{f"field{n}": "x" for n in range(500)}}
    assert browser.post("/sign-in", data=many, content_type="multipart/form-data").status_code == 413
    wide = {"csrf_token": proof, "email": "x" * (3 * 1024 * 1024)}
    assert browser.post("/sign-in", data=wide).status_code == 413


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nContent-Length: 50\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 5, 5\r\n",
        b"Content-Length: 0x5\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
    ],
)
def test_unclear_lengths_smuggle_nothing(app: Flask, head: bytes) -> None:
    """Whatever length is believed, what comes behind is no second request."""
    asked = b"POST /reset HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n0\r\n\r\n"
    with served(app) as port, socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.settimeout(2)
        line.sendall(asked + b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n")
        got = b""
        try:
            while part := line.recv(65536):
                got += part
        except TimeoutError:
            pass
    first = int(got.split(b" ", 2)[1])
    assert first in (400, 411, 501), got[:200]
    assert got.count(b"HTTP/1.") == 1 or b" 404 " not in got, got[:200]


def test_a_forwarded_address_counts_only_behind_a_configured_proxy(
    app: Flask, settings: Settings, database: db.Database
) -> None:
    seen: list[tuple[str, str, str]] = []

    def note(of: Flask) -> Any:
        @of.before_request
        def _note() -> None:
            seen.append((network(), request.scheme, request.host))

        return of.test_client()

    forged = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Real-IP": "203.0.113.9",
        "Forwarded": "for=203.0.113.9",
              "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}  # fmt: skip
    note(app).get("/imprint", headers=forged)
    behind = create_app(settings.model_copy(update={"trusted_proxies": 1}), database)
    note(behind).get("/imprint", headers=forged)
    assert seen == [("127.0.0.1", "http", "localhost"), ("198.51.100.7", "https", "evil.example")]


def test_a_forged_address_passes_no_limit(app: Flask) -> None:
    browser, codes = app.test_client(), []
    for number in range(130):
        codes.append(browser.post("/reset", headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code)
    assert codes[-1] == 429


def test_the_name_in_a_request_reaches_no_link(app: Flask) -> None:
    """A forged Host leads nowhere: addresses that leave us begin with the configured one."""
    browser = app.test_client()
    for host in ("evil.example", "localhost:99999", "a b", "evil.example:80\u00e9", "[::1"):
        answer = browser.get("/security", headers={"Host": host})
        assert answer.status_code in (303, 400), host
        assert "evil" not in answer.headers.get("Location", "")
        answer = browser.get("/.well-known/security.txt", headers={"Host": host})
        assert answer.status_code == 400 or "evil" not in answer.get_data(as_text=True)


def test_strange_methods_are_refused(app: Flask) -> None:
    browser = app.test_client()
    for method in ("TRACE", "CONNECT", "TRACK", "PROPFIND", "DEBUG", "PUT", "DELETE"):
        for path in ("/", "/sign-in", "/admin/sign-in", "/api/v1/me"):
            answer = browser.open(path, method=method, headers={"X-Secret": "echo-me"})
            assert answer.status_code in (401, 405), (method, path)
            assert b"echo-me" not in answer.data


def test_the_api_redirects_nowhere(app: Flask) -> None:
    browser = app.test_client()
    for path in (
        "/api/v1/me/",
        "/api/v1//me",
        "/api/v1",
        "/api/v1/",
        "/api/v1/complaints/",
        "/api/v1/../admin/",
    ):
        assert browser.get(path).status_code in (401, 404), path


def test_nothing_of_the_tree_is_served(app: Flask) -> None:
    browser = app.test_client()
    for path in ("/.git/config", "/static/", "/static", "/static/../wsgi.py", "/static/%2e%2e/wsgi.py",
        "/instance/settings.env",
                 "/.env", "/wsgi.py", "/requirements/runtime.txt", "/files/", "/files", "/console",
                     "/static/..%2fwsgi.py",
                 "/logo/..%2f..%2fwsgi.png", "/server-status", "/metrics"):  # fmt: skip
        answer = browser.get(path)
        assert answer.status_code in (301, 303, 308, 404), path
        assert b"create_app" not in answer.data and b"SECRET" not in answer.data, path


HARD = (
    b'{"name": "Amina", "name": "Ben"}', b'{"name": NaN}', b'{"name": Infinity}', b"[" * 20_000,
        b'{"a":' * 5_000, b"9" * 5_000,
    b'{"name": "\\ud800"}', b'{"name": "a\\u0000b"}', b'{"__proto__": {"name": "x"}}', b'{"name": {"$gt": ""}}',
    b'\xef\xbb\xbf{"name": "x"}', b"null", b"[]", b'"name"', b"{} {}", b'{"person_id": 1, "account_id": 1}',
)  # fmt: skip


@pytest.mark.parametrize("raw", HARD, ids=range(len(HARD)))
def test_tricks_with_json_are_refused(app: Flask, raw: bytes) -> None:
    token = token_of(app, "amina")
    browser = app.test_client()
    for method, path in (("PATCH", "/me"), ("POST", "/complaints"), ("PATCH", "/preferences")):
        answer = browser.open(
            f"/api/v1{path}", method=method, data=raw, content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex, "If-Match": "*"},
        )  # fmt: skip
        assert answer.status_code in (400, 413, 422), (method, path, answer.status_code, answer.data[:200])
    with db.unit_of_work(write=False):
        assert accounts.person_called("Amina Nowak").name == "Amina Nowak"
