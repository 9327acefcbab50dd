"""Files of a case at our desk: for who may read files, as a download, and the customer reads that it was opened."""

from __future__ import annotations

import io
import uuid

import pytest
from flask import Flask

from portal import db
from portal.domain import complaints, lookups
from portal.domain.actor import Actor
from tests.browsing import browser_of
from tests.customer.complaint_pages import at, photo, signed_in
from tests.signing_in import sign_in_staff


@pytest.fixture
def amina(app: Flask) -> Actor:
    return signed_in(app)[1]


def attached(actor: Actor) -> tuple[uuid.UUID, uuid.UUID]:
    found = at(actor, "in_hand")
    with db.unit_of_work():
        case = complaints.of(actor).get(found)
        file = complaints.attach(case, actor=actor, name="pralka.jpg", stream=io.BytesIO(photo()))
        return found, file.uuid


def test_a_file_is_a_download_and_its_opening_is_told(app: Flask, amina: Actor) -> None:
    browser = browser_of(app)
    sign_in_staff(browser, "handler")
    case, file = attached(amina)
    assert f'href="/admin/files/{file}"' in browser.get(f"/admin/complaints/{case}").get_data(as_text=True)
    answer = browser.get(f"/admin/files/{file}")
    assert answer.status_code == 200 and answer.data.startswith(b"\xff\xd8")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    answer.close()
    with db.unit_of_work(write=False):
        (seen,) = lookups.of(amina).page()
    assert {(one.kind, one.uuid) for one in seen.opened} == {("complaint", case), ("file", file)}


def test_without_the_right_to_files_only_the_name_is_seen(app: Flask, amina: Actor) -> None:
    browser = browser_of(app)
    sign_in_staff(browser, "agent")
    case, file = attached(amina)
    text = browser.get(f"/admin/complaints/{case}").get_data(as_text=True)
    assert "pralka.jpg" in text and f"/admin/files/{file}" not in text
    assert browser.get(f"/admin/files/{file}").status_code == 403


def test_no_file_is_not_found(app: Flask, amina: Actor) -> None:
    browser = browser_of(app)
    sign_in_staff(browser, "handler")
    assert browser.get(f"/admin/files/{uuid.uuid4()}").status_code == 404
    assert browser.get("/admin/files/nonsense").status_code == 404
