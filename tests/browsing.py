"""Fills in and sends forms as a browser does: fetch the page, keep its hidden fields, post."""

from __future__ import annotations

import re

from flask import Flask
from werkzeug.test import TestResponse

from tests.client import AuditingClient

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def browser_of(app: Flask, agent: str = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0") -> AuditingClient:
    """Return a browser that audits every page."""
    app.test_client_class = AuditingClient
    browser = app.test_client()
    assert isinstance(browser, AuditingClient)
    browser.environ_base["HTTP_USER_AGENT"] = agent
    return browser


def token_of(answer: TestResponse) -> str:
    """Return the proof that the forms of a page carry."""
    found = TOKEN.search(answer.get_data(as_text=True))
    assert found, f"{answer.request.path}: no form"
    return found[1]


def send(
    browser: AuditingClient, path: str, data: dict[str, object] | None = None, *, page: str = ""
) -> TestResponse:
    """Fetch ``page`` (or ``path`` itself) and post ``data`` to ``path`` with its proof."""
    shown = browser.get(page or path)
    referrer = f"http://localhost{page or path}"
    return browser.post(
        path, data={"csrf_token": token_of(shown), **(data or {})}, headers={"Referer": referrer}
    )
