"""Letters as staff print and post them."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import db
from portal.domain.accounts import Person
from portal.domain.actor import Actor
from portal.domain.lookups.models import LookUp
from portal.domain.outbox import State
from portal.ui import pdf
from tests.admin.test_tasks import amina, browser, look, waiting
from tests.client import AuditingClient
from tests.factories import make_purpose
from tests.signing_in import sign_in_staff

__all__ = ["amina", "browser"]


def test_a_letter_is_seen_printed_and_posted(app: Flask, browser: FlaskClient, amina: Actor) -> None:
    letter = waiting(app, amina, "letter")
    assert letter.subject in browser.get("/admin/letters").text
    page = browser.get(f"/admin/letters/{letter.uuid}").text
    assert "ul. Polna 3" in page and "00-001 Łódź" in page and "Dear Amina" in page
    assert browser.post(f"/admin/letters/{letter.uuid}/posted").status_code == 303
    assert look(letter).state == State.DONE
    assert letter.subject not in browser.get("/admin/letters").text
    assert letter.subject in browser.get("/admin/letters?view=posted").text


def test_a_letter_that_comes_back_is_noted(app: Flask, browser: FlaskClient, amina: Actor) -> None:
    letter = waiting(app, amina, "letter")
    browser.post(f"/admin/letters/{letter.uuid}/posted")
    answer = browser.post(f"/admin/letters/{letter.uuid}/returned", follow_redirects=True)
    assert answer.status_code == 200 and look(letter).reason == "returned"
    assert browser.post(f"/admin/letters/{letter.uuid}/returned").status_code == 409


def test_the_gate_stops_a_letter_at_the_post_box(app: Flask, browser: FlaskClient, amina: Actor) -> None:
    letter = waiting(app, amina, "letter", purpose="offers")
    with db.unit_of_work():
        make_purpose("offers", asks_anew=True, text="It means something else now.")
    answer = browser.post(f"/admin/letters/{letter.uuid}/posted", follow_redirects=True)
    assert "Do not post this letter" in answer.text and look(letter).state == State.WITHHELD


def test_opening_a_letter_is_a_look_up_tied_to_it(app: Flask, browser: FlaskClient, amina: Actor) -> None:
    letter = waiting(app, amina, "letter")
    browser.get(f"/admin/letters/{letter.uuid}")
    with db.unit_of_work(write=False) as session:
        row = session.scalars(select(LookUp).where(LookUp.account_id == amina.account_id)).one()
        assert (row.purpose, row.about_key) == ("letter", str(letter.uuid))


def test_the_pdf_holds_address_and_words(
    app: Flask, browser: FlaskClient, amina: Actor, tmp_path: Path
) -> None:
    letter = waiting(app, amina, "letter")
    answer = browser.get(f"/admin/letters/{letter.uuid}/pdf")
    try:
        pdf._weasyprint()
    except pdf.NoPdf:
        assert answer.status_code == 303
        return
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF-")
    if shutil.which("pdftotext"):
        (tmp_path / "letter.pdf").write_bytes(answer.data)
        text = subprocess.run(
            ["pdftotext", str(tmp_path / "letter.pdf"), "-"], capture_output=True, check=True, text=True
        ).stdout
        assert "ul. Polna 3" in text and "Łódź" in text and letter.subject in text


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext (poppler)")
@pytest.mark.parametrize(
    ("language", "hello"),
    [("pl", "Dzień dobry, Amina"), ("bg", "Здравейте, Amina"), ("ru", "Здравствуйте, Amina")],
)
def test_a_letter_is_in_the_language_of_its_reader_and_can_be_read_back(
    app: Flask, browser: FlaskClient, amina: Actor, tmp_path: Path, language: str, hello: str
) -> None:
    with db.unit_of_work() as session:
        session.get_one(Person, amina.person_id).language = language
    letter = waiting(app, amina, "letter")
    answer = browser.get(f"/admin/letters/{letter.uuid}/pdf")
    if answer.status_code == 303:
        pytest.skip("no Pango here")
    (tmp_path / "letter.pdf").write_bytes(answer.data)
    text = subprocess.run(
        ["pdftotext", str(tmp_path / "letter.pdf"), "-"], capture_output=True, check=True, text=True
    ).stdout
    assert hello in text and letter.subject in " ".join(text.split())


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/x.css", "file:///etc/passwd", "ftp://example.org/x", "file://host/etc/passwd"],
)
def test_a_pdf_fetches_nothing_but_our_own_files(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        _, fetcher, _ = pdf._weasyprint()
    except pdf.NoPdf:
        return
    with pytest.raises(Exception):  # noqa: B017 - whichever way it is refused
        fetcher(allowed_protocols=("file",), allow_redirects=False).fetch(address)


def test_without_its_libraries_the_page_prints_the_same(
    app: Flask, browser: FlaskClient, amina: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = waiting(app, amina, "letter")

    def missing() -> None:
        raise pdf.NoPdf("libpango")

    monkeypatch.setattr(pdf, "_weasyprint", missing)
    answer = browser.get(f"/admin/letters/{letter.uuid}/pdf", follow_redirects=True)
    assert answer.status_code == 200 and "prints the same letter" in answer.text


@pytest.mark.parametrize("path", ["", "/pdf", "/posted", "/returned"])
def test_nonsense_and_other_channels_are_not_found(
    app: Flask, browser: FlaskClient, amina: Actor, path: str
) -> None:
    call = waiting(app, amina, "phone")
    method = "POST" if path in {"/posted", "/returned"} else "GET"
    for number in (uuid.uuid4(), call.uuid):
        assert browser.open(f"/admin/letters/{number}{path}", method=method).status_code == 404


def test_the_pages_are_well_made(app: Flask, amina: Actor) -> None:
    app.test_client_class = AuditingClient
    auditing = app.test_client()
    sign_in_staff(auditing, "agent")
    letter = waiting(app, amina, "letter")
    for path in ("/admin/letters", "/admin/letters?view=posted", f"/admin/letters/{letter.uuid}"):
        assert auditing.get(path).status_code == 200
