"""The demo's own mail server and the page that shows what it got."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import mail
from portal.dev.mail import start_sink
from portal.domain.delivery import Words
from tests.client import AuditingClient
from tests.worker.test_smtp import parcel, sending_to

NASTY = "<script>alert(1)</script>"


@pytest.fixture
def shown(app: Flask, tmp_path: Path) -> tuple[FlaskClient, mail.Post]:
    """A browser on the demo, and a transport to its mail server."""
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"instance_dir": tmp_path})
    sink = start_sink(tmp_path / "mail")
    app.test_client_class = AuditingClient
    yield app.test_client(), sending_to(app, sink.port, mail_timeout=3.0)
    sink.stop()


def test_a_mail_that_was_sent_can_be_read(shown: tuple[FlaskClient, mail.Post]) -> None:
    browser, post = shown
    assert "No mail yet" in browser.get("/dev/mail").text
    with post:
        post.carry(
            parcel(),
            Words(f"Zażółć {NASTY}", f"See https://x.example/a?b=1&c=2\n{NASTY}\n", f"<p>{NASTY}ł</p>"),
        )
    listed = browser.get("/dev/mail").text
    assert "Zażółć" in listed and "amina@example.org" in listed and NASTY not in listed
    path = listed.split('href="/dev/mail/')[1].split('"')[0]
    page = browser.get(f"/dev/mail/{path}").text
    assert 'href="https://x.example/a?b=1&amp;c=2"' in page and NASTY not in page
    assert "Message-ID" in page and "Auto-Submitted" in page
    assert b"Message-ID" in browser.get(f"/dev/mail/{path}/source").data


def test_the_html_of_a_mail_stands_in_a_sandbox(shown: tuple[FlaskClient, mail.Post]) -> None:
    browser, post = shown
    with post:
        post.carry(parcel(), Words("Hello", "Text\n", f"<p>{NASTY}</p>"))
    path = browser.get("/dev/mail").text.split('href="/dev/mail/')[1].split('"')[0]
    browser.audit = False  # type: ignore[attr-defined]
    answer = browser.get(f"/dev/mail/{path}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox") and "allow-scripts" not in policy and "default-src 'none'" in policy
    assert answer.headers.get_all("Content-Security-Policy") == [policy]


@pytest.mark.parametrize("name", ["x", "..", "..%2f..%2fsettings.env", "20260101T000000000000-00000000"])
def test_no_other_file_is_shown(shown: tuple[FlaskClient, mail.Post], name: str) -> None:
    browser, _ = shown
    for end in ("", "/html", "/source"):
        assert browser.get(f"/dev/mail/{name}{end}").status_code == 404
