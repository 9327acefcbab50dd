"""Files are served as downloads to who may see the case, and to nobody else."""

from __future__ import annotations

import io
import uuid

import pytest
from flask import Flask

from portal import config, db
from portal.domain import complaints
from portal.domain.actor import Actor
from portal.domain.errors import Invalid
from tests.browsing import browser_of
from tests.customer.complaint_pages import at, photo, signed_in
from tests.signing_in import sign_in_customer


def attach(actor: Actor, name: str, content: bytes) -> uuid.UUID:
    found = at(actor, "in_hand")
    with db.unit_of_work():
        case = complaints.of(actor).get(found)
        return complaints.attach(case, actor=actor, name=name, stream=io.BytesIO(content)).uuid


def test_a_file_comes_as_a_download_that_runs_nothing(app: Flask) -> None:
    browser, amina = signed_in(app)
    found = attach(amina, "Zdjęcie pralki „z boku”.jpg", photo())
    answer = browser.get(f"/files/{found}", buffered=True)
    assert answer.status_code == 200 and answer.mimetype == "image/jpeg"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;") and "filename*=UTF-8''Zdj%C4%99cie%20pralki" in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert answer.data.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    "name", ['a"; filename="evil.html.txt', "a\r\nSet-Cookie: x=1.txt", "..\\..\\x.txt", "x" * 400 + ".txt"]
)
def test_a_name_never_breaks_the_header(app: Flask, name: str) -> None:
    browser, amina = signed_in(app)
    answer = browser.get(f"/files/{attach(amina, name, b'plain words')}", buffered=True)
    assert answer.status_code == 200 and answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert 'evil.html"' not in answer.headers["Content-Disposition"]
    assert "x=1" not in answer.headers.get("Set-Cookie", "")


def test_a_page_in_disguise_is_not_taken(app: Flask) -> None:
    _, amina = signed_in(app)
    with pytest.raises(Invalid):
        attach(amina, "photo.jpg", b"<html><script>alert(1)</script></html>")


def test_anothers_file_and_no_file_answer_the_same(app: Flask) -> None:
    _, amina = signed_in(app)
    found = attach(amina, "a.txt", b"plain words")
    browser = browser_of(app)
    sign_in_customer(browser, "ben")
    theirs, nothing = browser.get(f"/files/{found}"), browser.get(f"/files/{uuid.uuid4()}")
    assert theirs.status_code == nothing.status_code == 404
    assert len(theirs.data) == len(nothing.data)


def test_a_stranger_is_led_to_the_sign_in(app: Flask) -> None:
    _, amina = signed_in(app)
    answer = browser_of(app).get(f"/files/{attach(amina, 'a.txt', b'plain words')}")
    assert answer.status_code == 303 and "/sign-in" in answer.headers["Location"]


def test_a_row_whose_bytes_are_lost_is_not_found(app: Flask) -> None:
    browser, amina = signed_in(app)
    found = attach(amina, "a.txt", b"plain words")
    with db.unit_of_work(write=False):
        complaints.open_file(amina, found).path.unlink()
    assert browser.get(f"/files/{found}").status_code == 404


def test_no_folder_of_files_is_public(app: Flask) -> None:
    browser, amina = signed_in(app)
    found = attach(amina, "a.txt", b"plain words")
    with db.unit_of_work(write=False):
        stored = complaints.open_file(amina, found).path
    inside = stored.relative_to(config.load().files_dir.parent)
    for path in (f"/{inside}", f"/static/{inside}", f"/files/{stored.name}", f"/files/..%2f{stored.name}"):
        assert browser.get(path).status_code == 404
