"""What every answer says about itself."""

from __future__ import annotations

import pytest
from flask import Flask

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", ["/plain", "/cookie", "/file", "/no-such-page"])
def test_every_answer_carries_the_guards(face: Flask, path: str):
    headers = face.test_client().get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Server" not in headers


@pytest.mark.parametrize("cookie", ["customer=1", "__Host-staff=1", "theme=dark; session=1", "\x80=broken"])
@pytest.mark.parametrize("path", ["/plain", "/file", "/no-such-page"])
def test_an_answer_to_somebody_is_stored_nowhere(face: Flask, path: str, cookie: str):
    client = face.test_client(use_cookies=False)
    headers = client.get(path, headers={"Cookie": cookie}).headers
    assert headers["Cache-Control"] == "no-store"


def test_an_answer_that_sets_a_cookie_is_stored_nowhere(face: Flask):
    assert face.test_client().get("/cookie").headers["Cache-Control"] == "no-store"


def test_an_answer_to_nobody_may_be_kept_by_the_browser_and_is_asked_again(face: Flask):
    client = face.test_client(use_cookies=False)
    for cookies in ({}, {"Cookie": "theme=dark"}):
        assert client.get("/plain", headers=cookies).headers["Cache-Control"] == "private, no-cache"
