"""Filing a complaint step by step, through HTTP."""

from __future__ import annotations

import io
import re
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal import db
from portal.domain import clock, complaints
from portal.domain.actor import Actor
from tests.browsing import browser_of, send, token_of
from tests.client import AuditingClient
from tests.customer.complaint_pages import actor_of, at, case_of, photo, signed_in
from tests.domain.accounts.people import PASSWORD, customer
from tests.signing_in import seed_firm

WORDS = "The drum moved and the seal tore.\n\nNobody came to the second visit."


@pytest.fixture
def amina(app: Flask) -> tuple[AuditingClient, Actor]:
    return signed_in(app)


def begin(browser: AuditingClient, **given: str) -> str:
    """Answer the first question and return the base address of the draft."""
    answer = send(browser, "/complaints/new", {"remedy_wanted": "repair", "go": "on", **given})
    assert answer.status_code == 303, answer.text
    return re.sub(r"/new/\w+$", "", answer.headers["Location"])


def id_of(base: str) -> uuid.UUID:
    return uuid.UUID(base.rsplit("/", 1)[1])


def upload(browser: AuditingClient, base: str, *files: tuple[bytes, str], go: str = "on") -> TestResponse:
    page = f"{base}/new/files"
    data = {"csrf_token": token_of(browser.get(page)), "go": go, "then": "",
            "files": [(io.BytesIO(content), name) for content, name in files]}  # fmt: skip
    return browser.post(page, data=data, content_type="multipart/form-data")


def test_a_complaint_is_filed_one_question_at_a_time_and_sent_once(
    amina: tuple[AuditingClient, Actor],
) -> None:
    browser, actor = amina
    base = begin(browser, remedy_wanted="refund", remedy_text="To the same card")
    answers: list[tuple[str, dict[str, object], str]] = [
        ("amount", {"amount_wanted": "1 149,90", "currency": "PLN"}, "words"),
        ("words", {"words": WORDS}, "about"),
        ("about", {"about": "Washing machine Bryza 7", "happened_on": "14.03.2026"}, "files"),
    ]
    for step, given, onward in answers:
        answer = send(browser, f"{base}/new/{step}", {**given, "go": "on"})
        assert answer.headers["Location"].endswith(f"/new/{onward}"), answer.text
    answer = upload(browser, base, (photo(), "IMG 2041.jpg"))
    assert answer.headers["Location"].endswith("/new/contact")
    answer = send(browser, f"{base}/new/contact", {"contact_channel": "email", "language": "pl", "go": "on"})
    assert answer.headers["Location"].endswith("/new/check")
    check = browser.get(f"{base}/new/check").text
    for said in (
        "My money back",
        "To the same card",
        "1,149.90",
        "The drum moved",
        "Bryza 7",
        "14 Mar 2026",
        "IMG 2041.jpg",
        "Polski",
    ):
        assert said in check, said
    answer = send(browser, f"{base}/new/check")
    assert answer.headers["Location"] == f"{base}/sent"
    sent = browser.get(f"{base}/sent").text
    case = case_of(actor, id_of(base))
    assert case.state == "received" and case.complaint.words == WORDS
    assert f"{case.number[:3]} {case.number[3:6]} {case.number[6:]}" in sent
    assert "A named person writes to you" in sent and "Explain this date" in sent
    token = token_of(browser.get(base))
    again = browser.post(f"{base}/new/check", data={"csrf_token": token})
    assert again.status_code == 303 and len(case_of(actor, id_of(base)).events) == len(case.events)


def test_looking_at_the_first_question_stores_nothing(amina: tuple[AuditingClient, Actor]) -> None:
    browser, _ = amina
    assert "About: Order VH-20881" in browser.get("/complaints/new?about=Order VH-20881").text
    assert "No drafts" in browser.get("/complaints?view=drafts").text


def test_another_page_can_begin_with_what_it_is_about(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    answer = send(browser, "/complaints", {"about": "Order VH-20881"}, page="/complaints/new")
    assert answer.headers["Location"].endswith("/new/remedy")
    base = begin(browser, about="Invoice 12")
    assert case_of(actor, id_of(base)).complaint.about in ("Order VH-20881", "Invoice 12")


def test_leaving_and_coming_back_goes_on_where_it_was_left(amina: tuple[AuditingClient, Actor]) -> None:
    browser, _ = amina
    base = begin(browser)
    assert browser.get(base).headers["Location"].endswith("/new/words")
    answer = send(browser, f"{base}/new/words", {"words": "Half a sen", "go": "later"})
    assert answer.headers["Location"] == "/complaints"
    assert "not sent yet" in browser.get("/complaints").text
    assert browser.get(base).headers["Location"].endswith("/new/words")
    assert "Half a sen" in browser.get(f"{base}/new/words").text


def test_going_back_loses_nothing(amina: tuple[AuditingClient, Actor]) -> None:
    browser, _ = amina
    base = begin(browser)
    answer = send(browser, f"{base}/new/words", {"words": WORDS, "go": "back"})
    assert answer.headers["Location"].endswith("/new/remedy")
    assert "The drum moved" in browser.get(f"{base}/new/words").text


def test_what_is_typed_is_saved_as_it_is_typed(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    base = begin(browser, remedy_wanted="refund")
    page = browser.get(f"{base}/new/words")
    assert f'data-autosave="{base}/draft/words"' in page.text
    given = {"csrf_token": token_of(page), "words": "The machine l"}
    saved = browser.post(f"{base}/draft/words", data=given, headers={"X-Autosave": "1"})
    assert saved.status_code == 204 and not saved.data
    assert case_of(actor, id_of(base)).complaint.words == "The machine l"
    half = browser.post(f"{base}/draft/amount", data={**given, "amount_wanted": "12x", "currency": "PLN"})
    assert half.status_code == 422
    assert browser.post(f"{base}/draft/nonsense", data=given).status_code == 404


@pytest.mark.parametrize(
    ("step", "given", "said", "kept"),
    [
        ("words", {"words": "  "}, "Write what happened", ""),
        ("words", {"words": "x" * 20_001}, "too long", "x" * 20_001),
        ("amount", {"amount_wanted": "a lot", "currency": "PLN"}, "Write the amount in digits", "a lot"),
        ("about", {"about": "The fridge", "happened_on": "32.13.2026"}, "day.month.year", "The fridge"),
        ("about", {"about": "The fridge", "happened_on": "2099-01-01"}, "lies in the future", "The fridge"),
        ("contact", {"contact_channel": "pigeon", "language": "en"}, "choose one of the answers", ""),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_typed_is_lost(
    amina: tuple[AuditingClient, Actor], step: str, given: dict[str, object], said: str, kept: str
) -> None:
    browser, _ = amina
    base = begin(browser, remedy_wanted="refund")
    answer = send(browser, f"{base}/new/{step}", {**given, "go": "on"})
    assert answer.status_code == 422
    assert answer.text.count(said) >= 2, "in the summary and at the field"
    assert kept in answer.text


def test_the_first_question_needs_an_answer_to_go_on(amina: tuple[AuditingClient, Actor]) -> None:
    browser, _ = amina
    answer = send(browser, "/complaints/new", {"remedy_text": "As you see fit", "go": "on"})
    assert answer.status_code == 422 and "As you see fit" in answer.text
    assert "No drafts" in browser.get("/complaints?view=drafts").text


def test_an_unfinished_draft_is_not_sent_and_says_what_is_missing(
    amina: tuple[AuditingClient, Actor],
) -> None:
    browser, actor = amina
    base = begin(browser)
    assert "Write what happened" in browser.get(f"{base}/new/check").text
    answer = send(browser, f"{base}/new/check")
    assert answer.status_code == 422
    assert f"{base}/new/words?then=check" in answer.text
    assert case_of(actor, id_of(base)).state == "draft"


def test_a_change_from_the_last_look_leads_back_to_it(amina: tuple[AuditingClient, Actor]) -> None:
    browser, _ = amina
    base = begin(browser)
    page = f"{base}/new/words?then=check"
    assert "Back to your answers" in browser.get(page).text
    answer = send(browser, f"{base}/new/words", {"words": WORDS, "go": "on", "then": "check"}, page=page)
    assert answer.headers["Location"].endswith("/new/check")


def test_a_file_that_cannot_be_taken_stops_neither_the_others_nor_the_case(
    amina: tuple[AuditingClient, Actor],
) -> None:
    browser, actor = amina
    base = begin(browser)
    answer = upload(
        browser, base, (photo(), "ok.jpg"), (b"MZ\x90\x00program", "tool.exe"), (b"", "empty.pdf")
    )
    assert answer.status_code == 422
    assert "tool.exe" in answer.text and "empty.pdf" in answer.text
    assert [one.name for one in case_of(actor, id_of(base)).files] == ["ok.jpg"]
    assert upload(browser, base).headers["Location"].endswith("/new/contact")
    more = upload(browser, base, (photo("blue"), "two.jpg"), go="more")
    assert more.headers["Location"].endswith("/new/files")


def test_a_file_of_a_draft_is_removed(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    base = begin(browser)
    upload(browser, base, (photo(), "ok.jpg"))
    page = browser.get(f"{base}/new/files")
    found = re.search(rf'formaction="({base}/files/[^"]+/removal)"', page.text)
    assert found
    assert browser.post(found[1], data={"csrf_token": token_of(page)}).status_code == 303
    assert case_of(actor, id_of(base)).files == []
    assert browser.post(found[1], data={"csrf_token": token_of(page)}).status_code == 404


def test_a_draft_is_thrown_away_after_one_look(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    base = begin(browser)
    assert send(browser, f"{base}/discarding").headers["Location"] == "/complaints"
    assert case_of(actor, id_of(base)).state == "discarded"
    assert browser.get(base).status_code == 303
    assert browser.get(f"{base}/sent").status_code == 404


def test_words_typed_into_an_old_page_of_a_sent_complaint_are_kept(
    amina: tuple[AuditingClient, Actor],
) -> None:
    browser, actor = amina
    found = at(actor, "received")
    token = token_of(browser.get("/complaints/new"))
    data = {"csrf_token": token, "words": "And one thing more", "go": "on"}
    answer = browser.post(f"/complaints/{found}/new/words", data=data)
    assert answer.status_code == 409
    assert "sent already" in answer.text and "And one thing more" in answer.text
    assert browser.get(f"/complaints/{found}/new/words").headers["Location"] == f"/complaints/{found}"


def test_a_step_that_does_not_exist_is_not_found(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    assert browser.get(f"/complaints/{at(actor, 'draft')}/new/nonsense").status_code == 404


def test_what_was_typed_survives_an_expired_session(app: Flask) -> None:
    """Wizard step and form of the case alike: held for the same person, given back after the sign-in."""
    with db.unit_of_work():
        seed_firm()
        actor = actor_of(customer())
    browser = browser_of(app)
    start = clock.now()
    send(browser, "/sign-in", {"email": "amina@example.org", "password": PASSWORD})
    base = begin(browser)
    found = at(actor, "in_hand")
    for page, path, given, field in (
        (
            f"{base}/new/words",
            f"{base}/new/words",
            {"words": "Half a sentence", "go": "on", "then": ""},
            "words",
        ),
        (
            f"/complaints/{found}",
            f"/complaints/{found}/words",
            {"words": "The hose is new", "version": "3"},
            "words",
        ),
    ):
        token = token_of(browser.get(page))
        with clock.at(start + timedelta(minutes=121)):
            over = browser.post(
                path, data={"csrf_token": token, **given}, headers={"Referer": f"http://localhost{page}"}
            )
            assert over.status_code == 303 and "/sign-in" in over.headers["Location"]
            back = send(
                browser, "/sign-in", {"email": "amina@example.org", "password": PASSWORD, "next": page},
                page=over.headers["Location"],
            )  # fmt: skip
            assert back.headers["Location"] == page
            assert re.search(rf'name="{field}"[^>]*>\s*{given["words"]}</textarea>', browser.get(page).text)
        start += timedelta(minutes=121)


def test_the_link_of_a_reminder_leads_to_where_the_draft_was_left_also_through_the_sign_in(
    app: Flask,
) -> None:
    with db.unit_of_work():
        seed_firm()
        actor = actor_of(customer())
    found = at(actor, "draft")
    with db.unit_of_work():
        complaints.save_draft(complaints.of(actor).get(found), actor=actor, draft_step="about")
    browser, link = browser_of(app), f"/complaints/{found}"
    asked = browser.get(link)
    assert asked.status_code == 303
    entered = send(
        browser, "/sign-in", {"email": "amina@example.org", "password": PASSWORD, "next": link},
        page=asked.headers["Location"],
    )  # fmt: skip
    assert entered.headers["Location"] == link
    assert browser.get(link).headers["Location"] == f"{link}/new/about"
    with db.unit_of_work():
        complaints.discard(complaints.of(actor).get(found), actor=actor)
    assert browser.get(link).headers["Location"] == "/complaints"


def test_the_first_answer_sent_twice_begins_one_complaint(amina: tuple[AuditingClient, Actor]) -> None:
    """As after a page that never came back: the browser sends the same form again."""
    browser, _ = amina
    page = browser.get("/complaints/new")
    key = re.search(r'name="key"[^>]*value="([^"]+)"', page.text)
    assert key
    form = {
        "csrf_token": token_of(page),
        "key": key[1],
        "remedy_wanted": "repair",
        "about": "A lamp",
        "go": "on",
    }
    first, again = (browser.post("/complaints/new", data=form) for _ in range(2))
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    base = re.sub(r"/new/\w+$", "", first.headers["Location"])
    send(browser, f"{base}/new/words", {"words": WORDS, "go": "on"})
    assert send(browser, f"{base}/new/check", {}).status_code == 303
    late = browser.post("/complaints/new", data=form)
    assert late.status_code == 303 and late.headers["Location"].endswith(base)
    assert key[1] not in browser.get("/complaints/new").text


def test_a_key_of_another_person_leads_nowhere(amina: tuple[AuditingClient, Actor], app: Flask) -> None:
    browser, _ = amina
    ben, _ = signed_in(app, "ben")
    key = str(uuid.uuid4())
    mine, theirs = begin(browser, key=key), begin(ben, key=key)
    assert mine != theirs and ben.get(f"{mine}/new/words").status_code == 404
