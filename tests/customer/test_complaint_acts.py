"""What a customer does with a complaint, button by button, through HTTP."""

from __future__ import annotations

import io
import re
import uuid
from datetime import timedelta

import pytest
from flask import Flask

from portal import db
from portal.domain import clock, complaints, feedback
from portal.domain.actor import Actor
from tests.browsing import send, token_of
from tests.client import AuditingClient
from tests.customer.complaint_pages import at, case_of, photo, press, signed_in
from tests.domain.complaints import cases


@pytest.fixture
def amina(app: Flask) -> tuple[AuditingClient, Actor]:
    return signed_in(app)


def meanwhile(actor: Actor, found: uuid.UUID, text: str = "The part has arrived") -> None:
    """Let the firm write while the customer's page is open."""
    with db.unit_of_work():
        sam = cases.sam("Ola Kowal")
        complaints.reply(complaints.of(sam).get(found), actor=sam, text=text)


def test_more_words_stand_in_the_thread_with_their_files(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    page = f"/complaints/{at(actor, 'in_hand')}"
    given = {"words": "The hose is new", "files": [(io.BytesIO(photo()), "hose.jpg")]}
    answer = press(browser, page, "/words", **given)
    assert answer.status_code == 303 and answer.headers["Location"] == page
    shown = browser.get(page).text
    assert "The hose is new" in shown and "hose.jpg" in shown and "We have it" in shown


def test_a_file_that_fails_never_takes_the_words_with_it(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "in_hand")
    given = {
        "words": "See the film",
        "files": [(io.BytesIO(b"\x00\x01\x02"), "film.bin"), (io.BytesIO(photo()), "a.jpg")],
    }
    assert press(browser, f"/complaints/{found}", "/words", **given).status_code == 303
    case = case_of(actor, found)
    assert case.thread[-1].text == "See the film"
    assert [one.name for one in case.thread[-1].files] == ["a.jpg"]
    assert "only this file is not" in browser.get(f"/complaints/{found}").text


def test_files_alone_are_taken_too(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "received")
    press(browser, f"/complaints/{found}", "/words", words="", files=[(io.BytesIO(photo()), "a.jpg")])
    assert [one.name for one in case_of(actor, found).files] == ["a.jpg"]


def test_empty_words_are_asked_for_at_their_field(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    answer = press(browser, f"/complaints/{at(actor, 'received')}", "/words", words=" ")
    assert answer.status_code == 422 and 'href="#words"' in answer.text


def test_what_arrived_meanwhile_is_shown_and_the_typed_text_is_kept(
    amina: tuple[AuditingClient, Actor],
) -> None:
    browser, actor = amina
    found = at(actor, "needs_customer")
    page = browser.get(f"/complaints/{found}")
    version = case_of(actor, found).version
    meanwhile(actor, found)
    data = {"csrf_token": token_of(page), "version": str(version), "answer": "It is the Bryza 7"}
    answer = browser.post(f"/complaints/{found}/answer", data=data)
    assert answer.status_code == 409
    assert "Meanwhile something arrived" in answer.text and "Ola Kowal wrote" in answer.text
    assert "It is the Bryza 7</textarea>" in answer.text.replace("\r\n", "")
    assert len(case_of(actor, found).thread) == 3, "nothing of the refused act is stored"
    data["version"] = str(case_of(actor, found).version)
    assert browser.post(f"/complaints/{found}/answer", data=data).status_code == 303


def test_an_answer_whose_question_is_gone_moves_to_the_form_for_more_words(
    amina: tuple[AuditingClient, Actor],
) -> None:
    browser, actor = amina
    found = at(actor, "needs_customer")
    data = {"csrf_token": token_of(browser.get(f"/complaints/{found}")), "answer": "It is the Bryza 7"}
    data["version"] = str(case_of(actor, found).version)
    with db.unit_of_work():
        complaints.decide_without_it(complaints.of(actor).get(found), actor=actor)
    answer = browser.post(f"/complaints/{found}/answer", data=data)
    assert answer.status_code == 409
    assert re.search(r'<textarea[^>]*name="words"[^>]*>\s*It is the Bryza 7</textarea>', answer.text)


def test_a_question_is_answered_with_a_photo(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "needs_customer")
    given = {"answer": "The Bryza 7, see the plate", "files": [(io.BytesIO(photo()), "plate.jpg")]}
    assert press(browser, f"/complaints/{found}", "/answer", **given).status_code == 303
    case = case_of(actor, found)
    assert case.state == "in_hand" and case.thread[-1].kind == "answer"
    assert [one.name for one in case.thread[-1].files] == ["plate.jpg"]


@pytest.mark.parametrize("act", ["/decision-without-it", "/irrelevance"])
def test_a_question_is_put_off_the_table(amina: tuple[AuditingClient, Actor], act: str) -> None:
    browser, actor = amina
    found = at(actor, "needs_customer")
    assert press(browser, f"/complaints/{found}", act).status_code == 303
    assert case_of(actor, found).state == "in_hand"


def test_more_time_is_taken_by_a_day_and_nonsense_is_named(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "needs_customer")
    page = f"/complaints/{found}"
    for typed, said in (
        ("", "Choose a date"),
        ("soon", "day.month.year"),
        ("2020-01-01", "after the present date"),
    ):
        answer = press(browser, page, "/extension", until=typed)
        assert answer.status_code == 422 and said in answer.text
    day = (clock.now() + timedelta(days=40)).date()
    assert press(browser, page, "/extension", until=day.isoformat()).status_code == 303
    promise = case_of(actor, found).promise
    assert promise is not None and promise.due_at is not None and promise.due_at.date() >= day


def test_an_offer_is_accepted_confirmed_and_closed_by_the_customer_alone(
    amina: tuple[AuditingClient, Actor],
) -> None:
    browser, actor = amina
    found = at(actor, "offered")
    page = f"/complaints/{found}"
    assert "We then owe you what stands above" in browser.get(page).text
    assert press(browser, page, "/acceptance").status_code == 303
    assert case_of(actor, found).state == "remedy_due"
    assert "We owe you this" in browser.get(page).text
    with db.unit_of_work():
        for one in cases.remedies(complaints.of(actor).get(found), actor):
            complaints.deliver(one.uuid, actor=cases.sam("Ola Kowal"), evidence="Transfer 118")
    first, last = case_of(actor, found).remedies
    assert "The others stay open" in browser.get(page).text
    assert press(browser, page, f"/remedies/{first.uuid}/confirmation").status_code == 303
    assert "This closes the complaint" in browser.get(page).text
    assert press(browser, page, f"/remedies/{last.uuid}/confirmation").status_code == 303
    assert case_of(actor, found).state == "closed"
    assert "you said so" in browser.get(page).text


def test_only_the_version_that_was_seen_is_accepted(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "offered")
    case = case_of(actor, found)
    assert case.offer is not None
    data = {
        "csrf_token": token_of(browser.get(f"/complaints/{found}")), "version": str(case.version),
        "number": str(case.offer.number), "content_hash": case.offer.content_hash,
    }  # fmt: skip
    with db.unit_of_work():
        sam = cases.sam("Ola Kowal")
        better = [{**cases.REFUND, "amount": "200"}, cases.APOLOGY]
        complaints.offer(
            complaints.of(sam).get(found),
            actor=sam,
            finding="upheld",
            reasons="More is right.",
            remedies=better,
        )
    answer = browser.post(f"/complaints/{found}/acceptance", data=data)
    assert answer.status_code == 409 and "version 2" in answer.text and "200.00" in answer.text
    assert case_of(actor, found).state == "offered"
    for nonsense in (
        {**data, "content_hash": "0" * 64},
        {**data, "number": "9" * 30},
        {**data, "number": "x"},
    ):
        assert browser.post(f"/complaints/{found}/acceptance", data=nonsense).status_code == 409


def test_not_enough_needs_no_reason_and_words_can_follow(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "offered")
    page = f"/complaints/{found}"
    assert press(browser, page, "/review").status_code == 303
    assert case_of(actor, found).state == "in_review"
    assert "had no part in it, looks at it now" in browser.get(page).text
    assert press(browser, page, "/words", words="What matters is the second visit").status_code == 303


def test_another_person_is_asked_for_while_it_is_in_hand(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "in_hand")
    assert press(browser, f"/complaints/{found}", "/review").status_code == 303
    assert case_of(actor, found).state == "in_review"


def test_after_the_last_word_something_new_is_needed(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "review_offered")
    page = f"/complaints/{found}"
    refused = press(browser, page, "/review", evidence="")
    assert refused.status_code == 422 and 'href="#evidence"' in refused.text
    assert press(browser, page, "/review", evidence="The film of the visit").status_code == 303
    assert case_of(actor, found).state == "in_review"


def test_something_that_is_not_done_is_said_with_words_or_without(
    amina: tuple[AuditingClient, Actor],
) -> None:
    browser, actor = amina
    found = at(actor, "to_confirm")
    one = case_of(actor, found).remedies[0]
    page = f"/complaints/{found}/remedies/{one.uuid}/objection"
    assert "Transfer of today" in browser.get(page).text
    assert send(browser, page, {"version": str(case_of(actor, found).version)}).status_code == 303
    assert case_of(actor, found).state == "remedy_due"
    assert "You said it is not done" in browser.get(f"/complaints/{found}").text


def test_a_remedy_of_another_complaint_is_not_found(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found, other = at(actor, "to_confirm"), at(actor, "to_confirm")
    token = token_of(browser.get(f"/complaints/{found}"))
    remedy = case_of(actor, other).remedies[0].uuid
    for act in ("confirmation", "objection"):
        answer = browser.post(f"/complaints/{found}/remedies/{remedy}/{act}", data={"csrf_token": token})
        assert answer.status_code == 404


def test_withdrawing_is_looked_at_first_and_can_be_undone(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "offered")
    page = f"/complaints/{found}"
    shown = browser.get(f"{page}/withdrawal").text
    assert "open offer is taken off the table" in shown
    assert case_of(actor, found).state == "offered", "looking changes nothing"
    answer = send(browser, f"{page}/withdrawal", {"version": str(case_of(actor, found).version)})
    assert answer.status_code == 303 and case_of(actor, found).state == "withdrawn"
    assert browser.get(f"{page}/withdrawal").status_code == 303, "nothing to withdraw any more"
    assert press(browser, page, "/withdrawal/reversal").status_code == 303
    assert case_of(actor, found).state == "in_hand"


def test_withdrawing_from_an_old_page_shows_what_arrived(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "in_hand")
    data = {"because": "It works again", "version": str(case_of(actor, found).version)}
    meanwhile(actor, found)
    answer = send(browser, f"/complaints/{found}/withdrawal", data)
    assert answer.status_code == 409
    assert "Ola Kowal wrote" in answer.text and "It works again</textarea>" in answer.text
    assert case_of(actor, found).state == "in_hand"


def test_words_after_the_end_are_kept_and_asked_about(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "closed")
    page = f"/complaints/{found}"
    assert press(browser, page, "/words", words="Thank you, Sam").status_code == 303
    assert case_of(actor, found).state == "closed"
    assert "What does it mean?" in browser.get(page).text
    assert press(browser, page, "/remark").status_code == 303
    assert "What does it mean?" not in browser.get(page).text
    press(browser, page, "/words", words="It leaks again")
    assert press(browser, page, "/reopening").status_code == 303
    assert case_of(actor, found).state == "in_hand"


def test_what_would_put_it_right_is_changed_until_the_answer(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "in_hand")
    page = f"/complaints/{found}/remedy-wanted"
    version = str(case_of(actor, found).version)
    wrong = {
        "remedy_wanted": "refund",
        "remedy_text": "To my card",
        "amount_wanted": "lots",
        "currency": "PLN",
    }
    answer = send(browser, page, {**wrong, "version": version})
    assert answer.status_code == 422 and "To my card" in answer.text and "in digits" in answer.text
    assert send(browser, page, {**wrong, "amount_wanted": "99,50", "version": version}).status_code == 303
    assert "My money back: PLN\N{NO-BREAK SPACE}99.50" in browser.get(f"/complaints/{found}").text
    assert browser.get(f"/complaints/{at(actor, 'offered')}/remedy-wanted").status_code == 303


def test_danger_puts_it_before_all_others(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "in_hand")
    page = f"/complaints/{found}/harm"
    assert send(browser, page, {"reason": "", "version": ""}).status_code == 422
    data = {"reason": "It smells of gas", "version": str(case_of(actor, found).version)}
    assert send(browser, page, data).status_code == 303
    assert case_of(actor, found).complaint.harm == 0
    assert browser.get(page).status_code == 303


def test_the_two_questions_are_asked_once_per_answer(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "offered")
    page = f"/complaints/{found}"
    half = press(browser, page, "/rating", handling="4", comment="Quick")
    assert half.status_code == 422 and "Quick" in half.text
    assert press(browser, page, "/rating", handling="4", outcome="2", comment="Quick").status_code == 303
    with db.unit_of_work(write=False):
        assert feedback.asked(actor, found, "1")
    assert "Two questions about our answer" not in browser.get(page).text
    token = token_of(browser.get(page))
    data = {"csrf_token": token, "answer": "7", "handling": "1", "outcome": "1"}
    assert browser.post(f"{page}/rating", data=data).status_code == 404


def test_an_act_that_does_not_fit_shows_the_page_and_changes_nothing(
    amina: tuple[AuditingClient, Actor],
) -> None:
    browser, actor = amina
    found = at(actor, "received")
    token = token_of(browser.get(f"/complaints/{found}"))
    before = case_of(actor, found)
    for act in ("acceptance", "answer", "decision-without-it", "irrelevance", "review", "reopening", "remark",
                "withdrawal/reversal"):  # fmt: skip
        data = {"csrf_token": token, "answer": "x", "version": str(before.version)}
        answer = browser.post(f"/complaints/{found}/{act}", data=data)
        assert answer.status_code in (303, 409, 422), f"{act}: {answer.status_code}"
    after = case_of(actor, found)
    assert (after.state, after.version, len(after.events)) == (
        before.state,
        before.version,
        len(before.events),
    )


def test_an_act_on_a_draft_leads_to_the_draft(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "draft")
    token = token_of(browser.get("/complaints/new"))
    answer = browser.post(f"/complaints/{found}/words", data={"csrf_token": token, "words": "x"})
    assert answer.status_code == 303


def test_the_same_form_sent_twice_says_it_once(amina: tuple[AuditingClient, Actor]) -> None:
    """A double press, or a reload after an answer that never came; other words from an old page still ask first."""
    browser, actor = amina
    found = at(actor, "in_hand")
    page = f"/complaints/{found}"
    version = str(case_of(actor, found).version)
    for _ in range(2):
        assert send(browser, f"{page}/words", {"words": "It drips", "version": version}).status_code == 303
    assert [one.text for one in case_of(actor, found).thread].count("It drips") == 1
    assert send(browser, f"{page}/words", {"words": "It pours", "version": version}).status_code == 409
    fresh = str(case_of(actor, found).version)
    assert send(browser, f"{page}/words", {"words": "It drips", "version": fresh}).status_code == 303
    assert [one.text for one in case_of(actor, found).thread].count("It drips") == 2


def test_an_answer_sent_twice_is_given_once(amina: tuple[AuditingClient, Actor]) -> None:
    browser, actor = amina
    found = at(actor, "needs_customer")
    version = str(case_of(actor, found).version)
    for _ in range(2):
        answer = send(browser, f"/complaints/{found}/answer", {"answer": "The Bryza 7", "version": version})
        assert answer.status_code == 303
    assert [one.text for one in case_of(actor, found).thread].count("The Bryza 7") == 1
