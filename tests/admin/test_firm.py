"""The page about the firm, and where what it says arrives."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from portal import db, mail
from portal.domain import firm
from portal.mail.mime import build
from tests.browsing import browser_of, send, token_of
from tests.client import AuditingClient
from tests.domain.firm.test_firm import bomb, picture
from tests.signing_in import sign_in_staff
from tests.worker.test_smtp import parcel


@pytest.fixture
def ada(app: Flask) -> AuditingClient:
    browser = browser_of(app)
    sign_in_staff(browser, "administrator")
    return browser


def values(**changes: str) -> dict[str, object]:
    return {key: getattr(firm.now(), key) for key in firm.FIELDS} | {"version": firm.now().version} | changes


def upload(browser: AuditingClient, content: bytes) -> int:
    token = token_of(browser.get("/admin/firm"))
    answer = browser.post(
        "/admin/firm/logo", data={"csrf_token": token, "logo": (io.BytesIO(content), "logo.png")}
    )
    return answer.status_code


def test_pages_mails_and_the_imprint_say_it(app: Flask, ada: AuditingClient) -> None:
    told = values(
        name="Haus & Hof", legal_name="Haus & Hof AG", sender_name="Haus Team", reply_mail="r@haus.example"
    )
    assert send(ada, "/admin/firm", told).status_code == 303
    visitor = browser_of(app)
    assert "Haus &amp; Hof" in visitor.get("/sign-in").get_data(as_text=True)
    assert "Haus &amp; Hof AG" in visitor.get("/imprint").get_data(as_text=True)
    sample = parcel(name="password_changed", purpose="security", data={"at": "2026-11-22T10:00:00+00:00"})
    words = mail.post(app).composer.compose(sample)
    message = build(sample, words, app.config["SETTINGS"])
    assert "Haus & Hof" in words.text and "Haus &amp; Hof" in (words.html or "")
    assert message["From"].addresses[0].display_name == "Haus Team"
    assert message["Reply-To"].addresses[0].addr_spec == "r@haus.example"
    page = ada.get("/admin/firm").get_data(as_text=True)
    assert "Version 1" in page
    assert "changed what we say of the firm: name" in ada.get("/admin/settings/record").get_data(as_text=True)


def test_what_does_not_fit_stays_typed(ada: AuditingClient) -> None:
    answer = send(ada, "/admin/firm", values(name="Haus", mail="nonsense"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "name@example.org" in page and 'value="Haus"' in page
    assert firm.now().version == 0


def test_an_old_page_loses_politely(ada: AuditingClient) -> None:
    old = values(name="One")
    assert send(ada, "/admin/firm", old).status_code == 303
    assert send(ada, "/admin/firm", old | {"name": "Two"}).status_code == 409
    assert firm.now().name == "One"


def test_the_logo_is_served_hashed_and_for_good(app: Flask, ada: AuditingClient) -> None:
    assert upload(ada, picture()) == 303
    digest = firm.now().logo
    visitor = browser_of(app)
    assert f'src="/logo/{digest}.png"' in visitor.get("/imprint").get_data(as_text=True)
    answer = visitor.get(f"/logo/{digest}.png")
    assert answer.mimetype == "image/png" and "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert visitor.get(f"/logo/{'0' * 64}.png").status_code == 404
    assert send(ada, "/admin/firm/logo/removal", page="/admin/firm").status_code == 303
    assert digest not in visitor.get("/imprint").get_data(as_text=True)
    assert visitor.get(f"/logo/{digest}.png").status_code == 200  # what was sent may still show it


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", bomb(), b""])
def test_a_hostile_picture_is_refused_in_words(ada: AuditingClient, content: bytes) -> None:
    assert upload(ada, content) == 422
    assert firm.now().logo == ""


def test_it_takes_a_fresh_sign_in(app: Flask, ada: AuditingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.domain import accounts

    monkeypatch.setattr(accounts, "is_fresh", lambda _at: False)
    assert "/admin/confirm-it-is-you" in ada.get("/admin/firm").headers["Location"]
    with db.unit_of_work(write=False):
        assert firm.now().version == 0
