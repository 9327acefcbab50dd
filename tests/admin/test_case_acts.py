"""The acts of a case through HTTP: what was typed is never lost, and nobody acts over what they have not seen."""

from __future__ import annotations

import io
import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal import db
from portal.domain import clock, complaints, errors
from portal.domain.accounts import Face, actor_of
from portal.domain.accounts.credentials import SignInSession
from portal.domain.actor import SYSTEM, Actor
from portal.domain.lookups.models import LookUp
from portal.domain.outbox import Message
from tests.browsing import browser_of, token_of
from tests.client import AuditingClient
from tests.customer.complaint_pages import at, case_of, photo, press, signed_in
from tests.signing_in import sign_in_staff


@pytest.fixture
def amina(app: Flask) -> Actor:
    return signed_in(app)[1]


@pytest.fixture
def sam(app: Flask) -> AuditingClient:
    browser = browser_of(app)
    sign_in_staff(browser, "handler")
    return browser


def page(found: uuid.UUID) -> str:
    return f"/admin/complaints/{found}"


def act(browser: AuditingClient, found: uuid.UUID, noun: str, status: int = 303, **given: Any) -> str:
    answer = press(browser, page(found), f"/{noun}", **given)
    text = answer.get_data(as_text=True)
    assert answer.status_code == status, text[:3000]
    if status == 303:
        assert answer.headers["Location"] == page(found)
    return text


def test_taking_it_names_the_person_and_the_first_step(amina: Actor, sam: AuditingClient) -> None:
    found = at(amina, "received")
    act(sam, found, "responsibility", take_step="I call the workshop today")
    case = case_of(amina, found)
    assert (case.state, case.handler_name, case.next) == (
        "in_hand",
        "Sam Carter",
        "I call the workshop today",
    )


def test_a_reply_reaches_the_thread_and_closes_nothing(app: Flask, sam: AuditingClient) -> None:
    browser, amina = signed_in(app)
    found = at(amina, "in_hand")
    act(sam, found, "replies", reply_text="Thank you, the part is ordered.")
    assert case_of(amina, found).state == "in_hand"
    assert "the part is ordered" in browser.get(f"/complaints/{found}").get_data(as_text=True)
    assert "on their way by e-mail" in sam.get(page(found)).get_data(as_text=True)


def test_a_customer_who_wants_letters_gets_a_printed_one(amina: Actor, sam: AuditingClient) -> None:
    found = at(amina, "in_hand", contact_channel="letter")
    assert "printed and posted" in sam.get(page(found)).get_data(as_text=True)
    act(sam, found, "replies", reply_text="Thank you, the part is ordered.")
    assert "wait under Letters" in sam.get(page(found)).get_data(as_text=True)
    with db.unit_of_work(write=False):
        channel = select(Message.channel).where(Message.name == "complaint_reply")
        assert db.session().scalars(channel).all() == ["letter"]


def test_one_question_is_asked_and_shown_as_open(amina: Actor, sam: AuditingClient) -> None:
    found = at(amina, "in_hand")
    act(sam, found, "questions", question_text="Which model is it?")
    assert case_of(amina, found).state == "needs_customer"
    text = sam.get(page(found)).get_data(as_text=True)
    assert "Our question is open" in text and "stands still" in text
    assert not re.search(r'action="[^"]+/questions"', text), "one question at a time"


def test_news_carry_the_next_step(amina: Actor, sam: AuditingClient) -> None:
    found = at(amina, "in_hand")
    act(sam, found, "news", news_text="The part has left the works.", news_step="I call you on Friday")
    assert case_of(amina, found).next == "I call you on Friday"


def answer_of(**more: str) -> dict[str, str]:
    return {
        "finding": "upheld", "reasons": "The pump was cracked.", "remedy_0_kind": "refund",
        "remedy_0_text": "The price of the pump", "remedy_0_amount": "149,90", "remedy_0_currency": "PLN",
        "remedy_1_kind": "apology", "remedy_1_text": "We are sorry", **more,
    }  # fmt: skip


def test_an_answer_offers_several_remedies_and_can_only_get_better(amina: Actor, sam: AuditingClient) -> None:
    found = at(amina, "in_hand")
    act(sam, found, "offers", **answer_of())
    offer = case_of(amina, found).offer
    assert offer is not None and offer.finding == "upheld"
    assert [(one.kind, one.amount) for one in offer.remedies] == [
        ("refund", Decimal("149.90")),
        ("apology", None),
    ]
    text = act(
        sam, found, "offers", 422, **answer_of(remedy_0_amount="90", reasons="On second thoughts, less.")
    )
    assert "PLN\N{NO-BREAK SPACE}149.90 was offered; it cannot be less." in text
    assert "On second thoughts, less." in text and 'value="90"' in text, "nothing typed is lost"
    act(sam, found, "offers", **answer_of(remedy_0_amount="200", reasons="On second thoughts, more."))
    better = case_of(amina, found).offer
    assert better is not None and (better.number, better.remedies[0].amount) == (2, Decimal(200))


def test_the_form_of_an_answer_begins_with_what_was_asked_for(amina: Actor, sam: AuditingClient) -> None:
    found = at(amina, "in_hand", remedy_wanted="refund", amount_wanted="129.00", currency="PLN")
    text = sam.get(page(found)).get_data(as_text=True)
    assert '<option value="refund" selected>' in text and 'value="129.00"' in text


def test_money_above_the_limit_is_denied_and_the_words_stay(
    app: Flask, amina: Actor, sam: AuditingClient
) -> None:
    found = at(amina, "in_hand")
    assert "You can offer up to PLN\N{NO-BREAK SPACE}500.00 in money" in sam.get(page(found)).get_data(
        as_text=True
    )
    text = act(sam, found, "offers", 403, **answer_of(remedy_0_amount="900"))
    assert "Ask a supervisor" in text and "The pump was cracked." in text
    assert case_of(amina, found).offers == []
    manager = browser_of(app)
    sign_in_staff(manager, "manager")
    act(manager, found, "offers", **answer_of(remedy_0_amount="900"))
    assert case_of(amina, found).state == "offered"


def test_a_delivery_needs_its_proof_and_belongs_to_its_case(amina: Actor, sam: AuditingClient) -> None:
    found, other = at(amina, "remedy_due"), at(amina, "remedy_due")
    remedy = case_of(amina, found).remedies[0].uuid
    text = act(sam, found, "deliveries", 422, remedy=str(remedy), evidence="")
    assert f'href="#evidence-{remedy}"' in text
    act(sam, found, "deliveries", remedy=str(remedy), evidence="Transfer 4711 of today")
    assert case_of(amina, found).remedies[0].evidence == "Transfer 4711 of today"
    for wrong in (str(case_of(amina, other).remedies[0].uuid), str(uuid.uuid4()), "nonsense"):
        act(sam, found, "deliveries", 404, remedy=wrong, evidence="Transfer 4711 of today")


def test_handing_it_over_names_the_colleague(app: Flask, amina: Actor, sam: AuditingClient) -> None:
    sign_in_staff(browser_of(app), "handler", email="tomek@vistula.demo.example")
    found = at(amina, "in_hand")
    text = sam.get(page(found)).get_data(as_text=True)
    to = re.search(r'<option value="([0-9a-f-]{36})">Tomek', text)
    assert to
    assert "Choose a colleague" in act(sam, found, "hand-over", 422, hand_to="nonsense")
    act(sam, found, "hand-over", hand_to=to[1], hand_step="Tomek knows this model")
    assert case_of(amina, found).handler_name == "Tomek"


def test_danger_puts_it_on_top(amina: Actor, sam: AuditingClient) -> None:
    found = at(amina, "in_hand")
    act(sam, found, "harm", 422, harm_reason="")
    act(sam, found, "harm", harm_reason="The socket is hot")
    assert case_of(amina, found).complaint.harm == 0


def test_files_are_added_and_a_bad_one_is_named(app: Flask, sam: AuditingClient) -> None:
    browser, amina = signed_in(app)
    found = at(amina, "in_hand")
    act(sam, found, "files", 422)
    both = [(io.BytesIO(photo()), "note.jpg"), (io.BytesIO(b"MZ\x90\x00program"), "setup.exe")]
    act(sam, found, "files", files=both)
    assert "One file was not taken." in sam.get(page(found)).get_data(as_text=True)
    assert [one.name for one in case_of(amina, found).files] == ["note.jpg"]
    assert "note.jpg" in browser.get(f"/complaints/{found}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("state", "noun", "given", "where"),
    [
        ("received", "responsibility", {"take_step": " "}, "take_step"),
        ("in_hand", "replies", {"reply_text": ""}, "reply"),
        ("in_hand", "questions", {"question_text": ""}, "question_text"),
        ("in_hand", "offers", {"finding": "", "reasons": "Because", "remedy_0_kind": ""}, "finding"),
        ("in_hand", "offers", {"finding": "upheld", "reasons": "", "remedy_0_kind": ""}, "reasons"),
        ("in_hand", "offers", {"finding": "upheld", "reasons": "So", "remedy_0_kind": "refund"}, "remedies"),
        ("in_hand", "private-notes", {"note_category": "", "note_text": "x"}, "note_category"),
        ("in_hand", "private-notes", {"note_category": "safety", "note_text": "x", "note_review_on": "soon"},
         "note_review_on"),
        ("in_hand", "private-notes", {"note_category": "safety", "note_text": ""}, "note_text"),
    ],
)  # fmt: skip
def test_bad_input_names_the_field_in_a_summary_and_at_the_field(
    amina: Actor, sam: AuditingClient, state: str, noun: str, given: dict[str, str], where: str
) -> None:
    found = at(amina, state)
    text = act(sam, found, noun, 422, **given)
    assert f'href="#{where}"' in text and "error-summary" in text
    assert "form-error" in text
    assert case_of(amina, found).state == state


def test_an_act_on_what_has_moved_on_is_held_back_and_its_words_kept(
    amina: Actor, sam: AuditingClient
) -> None:
    found = at(amina, "in_hand")
    shown = sam.get(page(found)).get_data(as_text=True)
    mark = re.search(r'name="page" value="([^"]+)"', shown)[1]
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)[1]
    with db.unit_of_work():
        complaints.add_words(complaints.of(amina).get(found), actor=amina, text="Wait: it works again!")
    typed = {"csrf_token": token, "page": mark, "reply_text": "The technician comes on Monday."}
    answer = sam.post(f"{page(found)}/replies", data=typed)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Meanwhile this arrived" in text and "added to it" in text and "Wait: it works again!" in text
    assert "The technician comes on Monday." in text
    assert [item.kind for item in case_of(amina, found).thread] == ["words", "words"]
    fresh = re.search(r'name="page" value="([^"]+)"', text)[1]
    assert sam.post(f"{page(found)}/replies", data={**typed, "page": fresh}).status_code == 303


def test_words_for_an_act_that_is_over_are_still_shown(amina: Actor, sam: AuditingClient) -> None:
    found = at(amina, "in_hand")
    shown = sam.get(page(found)).get_data(as_text=True)
    mark = re.search(r'name="page" value="([^"]+)"', shown)[1]
    with db.unit_of_work():
        complaints.withdraw(complaints.of(amina).get(found), actor=amina)
    typed = {
        "csrf_token": token_of(sam.get("/admin/security")),
        "page": mark,
        "question_text": "Which model is it?",
    }
    answer = sam.post(f"{page(found)}/questions", data=typed)
    assert answer.status_code == 409
    assert "What you had typed" in (text := answer.get_data(as_text=True)) and "Which model is it?" in text


def test_what_waited_for_a_refused_act_is_forgotten_though_the_look_up_is_kept(
    amina: Actor, sam: AuditingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, done = at(amina, "in_hand"), []

    def refuse(*_args: Any, **_more: Any) -> None:
        db.after_commit(lambda: done.append("done"))
        raise errors.Invalid(field="text")

    monkeypatch.setattr(complaints, "reply", refuse)
    act(sam, found, "replies", 422, reply_text="Thank you.")
    assert done == []


def test_a_refused_act_that_shows_the_case_is_a_look_up_too(
    app: Flask, amina: Actor, sam: AuditingClient
) -> None:
    found = at(amina, "in_hand")
    token = token_of(sam.get("/admin/security"))
    assert sam.post(f"{page(found)}/replies", data={"csrf_token": token, "reply_text": ""}).status_code == 422
    with db.unit_of_work(write=False):
        assert db.session().scalar(select(func.count()).select_from(LookUp)) == 1


NOUNS = (
    "responsibility", "hand-over", "replies", "news", "questions", "offers", "review", "deliveries", "private-notes",
    "harm", "files",
)  # fmt: skip


@pytest.mark.parametrize("noun", NOUNS)
def test_without_the_permission_the_page_and_the_verb_refuse(app: Flask, amina: Actor, noun: str) -> None:
    found = at(amina, "in_hand")
    for role in ("agent", "marketing"):
        browser = browser_of(app)
        person = sign_in_staff(browser, role)
        token = token_of(browser.get("/admin/security"))
        answer = browser.post(f"{page(found)}/{noun}", data={"csrf_token": token, "reply_text": "Hello"})
        assert answer.status_code == 403
        with db.unit_of_work(write=False):
            actor = actor_of(person.id, face=Face.STAFF)
        with pytest.raises(errors.Denied), db.unit_of_work():
            complaints.reply(complaints.of(SYSTEM).get(found), actor=actor, text="Hello")
    assert len(case_of(amina, found).thread) == 1


@pytest.mark.parametrize("noun", NOUNS)
def test_an_act_on_nothing_is_not_found(sam: AuditingClient, app: Flask, noun: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = sam.post(f"/admin/complaints/{uuid.uuid4()}/{noun}", data={"page": "nonsense"})
    assert answer.status_code in {403, 404}  # a handler has no right to take a review
    assert answer.status_code == 404 or noun == "review"


@pytest.mark.parametrize("mark", ["", "nonsense", "1", "9" * 400, "1.nan", "1.inf", "\x00.\x00", "-1.-1e300"])
def test_a_mark_that_is_not_ours_breaks_nothing(amina: Actor, sam: AuditingClient, mark: str) -> None:
    found = at(amina, "in_hand")
    token = token_of(sam.get("/admin/security"))
    data = {"csrf_token": token, "page": mark, "reply_text": "Hello, this is Sam."}
    assert sam.post(f"{page(found)}/replies", data=data).status_code in {303, 409}


def test_what_was_typed_when_the_sign_in_had_run_out_comes_back(amina: Actor, sam: AuditingClient) -> None:
    found = at(amina, "in_hand")
    shown = sam.get(page(found)).get_data(as_text=True)
    mark = re.search(r'name="page" value="([^"]+)"', shown)[1]
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)[1]
    with db.unit_of_work():
        db.session().execute(update(SignInSession).values(ended_at=clock.now()))
    typed = {"csrf_token": token, "page": mark, "reply_text": "The technician comes on Monday at nine."}
    answer = sam.post(
        f"{page(found)}/replies", data=typed, headers={"Referer": f"http://localhost{page(found)}"}
    )
    assert answer.status_code == 303 and "/admin/sign-in" in answer.headers["Location"]
    assert case_of(amina, found).thread[1:] == []
    sign_in_staff(sam, "handler")
    again = sam.get(page(found)).get_data(as_text=True)
    assert re.search(
        r'<textarea[^>]*id="reply"[^>]*>The technician comes on Monday at nine\.</textarea>', again
    )
    act(sam, found, "replies", reply_text="The technician comes on Monday at nine.")
    assert (
        "Monday at nine" not in sam.get(page(found)).get_data(as_text=True).partition('id="reply"')[2][:400]
    )
