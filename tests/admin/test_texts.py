"""The pages about the words of messages."""

from __future__ import annotations

import os
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import config, db, mail
from portal.domain import outbox, wording
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.counting import counted
from tests.signing_in import sign_in_staff

PAGE = "/admin/texts/complaint_taken/en"


@pytest.fixture
def ada(app: Flask) -> AuditingClient:
    browser = browser_of(app)
    sign_in_staff(browser, "administrator")
    return browser


def fields(app: Flask, **changes: str) -> dict[str, str]:
    """The form as the page fills it in, with some parts written anew by their kind."""
    parts = mail.message_parts(app, "complaint_taken", "en").parts
    return {f"p-{part.key}": changes.get(part.kind, part.default) for part in parts}


def key_of(app: Flask, kind: str) -> str:
    parts = mail.message_parts(app, "complaint_taken", "en").parts
    return next(part.key for part in parts if part.kind == kind)


def test_every_message_is_told_and_nothing_else_is() -> None:
    folders = {path.name for path in (config.ROOT / "templates" / "messages").iterdir() if path.is_dir()}
    assert folders == set(mail.MESSAGES)
    assert {told.group for told in mail.MESSAGES.values()} == set(mail.GROUPS)


# The others run by `make soak`: what differs between languages is held by the tests of the messages themselves.
@pytest.mark.parametrize(
    "language", ["en", "pl", "bg", "ru"] if os.environ.get("REINS_SOAK") else ["en", "bg"]
)
def test_every_message_can_be_looked_at_in_each_language(app: Flask, language: str) -> None:
    composer = mail.post(app).composer
    for name in mail.MESSAGES:
        parts = mail.message_parts(app, name, language).parts
        marked = {part.key: "".join(f"{{{one}}}" for one in part.names) + "§" for part in parts}
        assert wording.problems(wording.Message(name, language, parts), marked) == [], name
        plain = composer.example(name, language, {}, "letter")
        own = composer.example(name, language, marked)
        for words in (plain, own):
            assert words.subject and not re.search(r"\{[a-z_]+\}|%\(|\{\{", words.text + words.html), name
        assert "§" in own.text and "§" in own.html and "§" not in plain.text, name


def test_words_are_written_looked_at_published_and_taken_back(app: Flask, ada: AuditingClient) -> None:
    kept = send(ada, PAGE, fields(app, subject="{handler} has {number} & more", own="Hello {person}"))
    assert kept.headers["Location"] == f"{PAGE}/preview"
    page = ada.get(f"{PAGE}/preview").get_data(as_text=True)
    assert "Sam Carter has 4827 713 095 &amp; more" in page and "<ins>" in page and "<iframe" in page
    for view in ("text", "letter"):
        assert "Hello Amina Nowak" in ada.get(f"{PAGE}/preview?view={view}").get_data(as_text=True)
    refused = send(ada, f"{PAGE}/publication", {"why": ""}, page=f"{PAGE}/preview")
    assert refused.status_code == 422 and 'id="why-error"' in refused.get_data(as_text=True)
    done = send(ada, f"{PAGE}/publication", {"why": "The firm says “has”"}, page=f"{PAGE}/preview")
    assert done.status_code == 303
    assert "own words" in ada.get("/admin/texts").get_data(as_text=True)
    versions = ada.get(f"{PAGE}/versions").get_data(as_text=True)
    assert "The firm says" in versions and "Back to the text that ships" in versions
    back = send(ada, f"{PAGE}/versions/0/way-back", page=f"{PAGE}/versions")
    assert back.status_code == 303 and "own words" not in ada.get("/admin/texts").get_data(as_text=True)
    compared = ada.get(f"{PAGE}/versions?from=1&to=2").get_data(as_text=True)
    assert "<del>" in compared
    record = ada.get("/admin/settings/record?kind=texts").get_data(as_text=True)
    assert "published version 2 of the message complaint_taken (en)" in record


def test_what_does_not_fit_is_named_at_its_field_and_stays_typed(app: Flask, ada: AuditingClient) -> None:
    answer = send(ada, PAGE, fields(app, subject="Yours {nobody}", own="<b>bold</b>"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Yours {nobody}" in page and "&lt;b&gt;bold&lt;/b&gt;" in page
    for kind in ("subject", "own"):
        assert f'id="p-{key_of(app, kind)}-error"' in page
    assert "Subject: There is no placeholder {nobody} here" in page
    with db.unit_of_work(write=False) as session:
        assert session.scalar(select(wording.models.WordingDraft.id)) is None


def test_who_was_not_the_first_keeps_what_was_typed_and_decides(app: Flask, ada: AuditingClient) -> None:
    assert send(ada, PAGE, fields(app, own="Of the first.") | {"seen": ""}).status_code == 303
    mine = fields(app, own="Of the second.")
    answer = send(ada, PAGE, mine | {"seen": ""})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "Of the second." in page and "kept other words" in page
    assert "Of the first." in ada.get(PAGE).get_data(as_text=True)
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert send(ada, PAGE, mine | {"seen": seen}).status_code == 303
    assert "Of the second." in ada.get(PAGE).get_data(as_text=True)


def test_the_mail_stands_in_a_frame_that_can_do_nothing(app: Flask, ada: AuditingClient) -> None:
    page = ada.get(f"{PAGE}/preview")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert re.search(
        r'<iframe[^>]* sandbox src="/admin/texts/complaint_taken/en/mail"', page.get_data(as_text=True)
    )
    frame = FlaskClient.open(ada, f"{PAGE}/mail")  # a mail brings its own styles, a page never does
    policy = frame.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox;") and "script-src" not in policy and "frame-ancestors 'self'" in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN" and frame.headers["Cache-Control"] == "no-store"


def test_a_test_mail_holds_the_draft_and_is_marked(app: Flask, ada: AuditingClient) -> None:
    send(ada, PAGE, fields(app, subject="Draft of {number}"))
    assert send(ada, f"{PAGE}/trial", page=f"{PAGE}/preview").status_code == 303
    from portal.domain import delivery

    with db.unit_of_work() as session:
        message = session.scalars(select(outbox.Message).where(outbox.Message.name == wording.TRIAL)).one()
        state = delivery.deliver(message, transport=mail.silent(app))
        assert state is outbox.State.SENT and message.subject == "Test: Draft of 4827 713 095"
        assert message.address.startswith("administrator@") and "<script" not in message.body_html


def test_what_is_not_there_is_not_found(ada: AuditingClient) -> None:
    for path in ("/admin/texts/nothing/en", "/admin/texts/complaint_taken/xx", "/admin/texts/_base/en",
                 f"{PAGE}/versions?to=77", f"{PAGE}/preview?version=9"):  # fmt: skip
        assert ada.get(path).status_code == 404
    for number in (77, 2**31, 10**30):
        assert send(ada, f"{PAGE}/versions/{number}/way-back", page=PAGE).status_code == 404


def test_the_list_costs_the_same_however_much_was_written(app: Flask, ada: AuditingClient) -> None:
    def cost() -> int:
        ada.get("/admin/texts")
        with counted() as queries:
            assert ada.get("/admin/texts").status_code == 200
        return len(queries)

    before = cost()
    from portal.domain.actor import SYSTEM

    with db.unit_of_work():
        for name in list(mail.MESSAGES)[:20]:
            found = mail.message_parts(app, name, "pl")
            wording.save(found, {"own": "Zdanie."}, actor=SYSTEM)
            wording.publish(found, actor=SYSTEM, why="x")
    assert cost() == before <= 5
