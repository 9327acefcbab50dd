"""Writing down a permission through HTTP: the words stand there, a no is not asked again, the purpose comes first."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from portal import db
from portal.domain import accounts, clock, consent
from portal.domain.actor import Actor
from tests.browsing import browser_of
from tests.client import AuditingClient
from tests.customer.complaint_pages import at, signed_in
from tests.factories import make_purpose
from tests.signing_in import sign_in_staff

WORDS = "She said: yes, send me the offers."


@pytest.fixture
def amina(app: Flask) -> Actor:
    actor = signed_in(app)[1]
    with db.unit_of_work():
        make_purpose("offers", title="Offers for you")
        make_purpose("contract", basis="contract", marketing=False, title="Your contract")
    return actor


@pytest.fixture
def sam(app: Flask) -> AuditingClient:
    browser = browser_of(app)
    sign_in_staff(browser, "handler")
    return browser


def page_of(actor: Actor) -> str:
    with db.unit_of_work(write=False):
        uuid = accounts.account_by_id(actor.account_id).uuid
    return f"/admin/customers/{uuid}/permission-record?for={at(actor, 'in_hand')}"


def form_page(browser: AuditingClient, actor: Actor) -> str:
    text = browser.get(page_of(actor)).get_data(as_text=True)
    found = re.search(r'href="([^"]+purpose=[^"]+)"', text)
    assert found
    return found[1].replace("&amp;", "&")


def send(browser: AuditingClient, page: str, act: str = "permission-record", **given: str) -> tuple[int, str]:
    html = browser.get(page).get_data(as_text=True)
    action = next(one for one in re.findall(r'action="([^"]+)"', html) if act in one).replace("&amp;", "&")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)[1]
    answer = browser.post(action, data={"csrf_token": token, **given})
    return answer.status_code, answer.get_data(as_text=True)


def status(actor: Actor) -> str | None:
    with db.unit_of_work(write=False):
        view = next(one for one in consent.of(actor).permissions() if one.key == "offers")
        return view.general.status if view.general else None


def test_only_what_needs_a_yes_is_offered(amina: Actor, sam: AuditingClient) -> None:
    text = sam.get(page_of(amina)).get_data(as_text=True)
    assert "Offers for you" in text and "Your contract" not in text


def test_a_yes_is_written_down_with_the_words_that_were_read_out(amina: Actor, sam: AuditingClient) -> None:
    page = form_page(sam, amina)
    text = sam.get(page).get_data(as_text=True)
    assert "May we do this: Offers for you?" in text and "You may ask this question now" in text
    assert send(sam, page, answer="yes", method="phone", words=WORDS, asked="y")[0] == 303
    assert status(amina) == "given"
    with db.unit_of_work(write=False):
        (line,) = consent.of(amina).history()
    assert (line.method, line.method_detail, line.actor_kind) == ("phone", WORDS, "staff")


def test_after_a_no_we_do_not_ask_but_hear(amina: Actor, sam: AuditingClient) -> None:
    page = form_page(sam, amina)
    assert (
        send(sam, page, answer="no", method="phone", words="She said: no, never again.", asked="y")[0] == 303
    )
    text = sam.get(page).get_data(as_text=True)
    assert "Do not ask: the customer said no" in text and 'name="asked"' not in text
    code, text = send(sam, page, answer="yes", method="phone", words=WORDS, asked="y")
    assert code == 409 and "We may not ask this person" in text and WORDS in text
    assert status(amina) == "refused"
    assert send(sam, page, answer="yes", method="phone", words=WORDS)[0] == 303, "the customer brought it up"
    assert status(amina) == "given"


@pytest.mark.parametrize(
    ("wrong", "where"),
    [({"answer": ""}, "answer"), ({"method": "pigeon"}, "method"), ({"words": "yes"}, "words")],
)
def test_what_is_missing_is_named(
    amina: Actor, sam: AuditingClient, wrong: dict[str, str], where: str
) -> None:
    given = {"answer": "yes", "method": "phone", "words": WORDS, **wrong}
    code, text = send(sam, form_page(sam, amina), **given)
    assert code == 422 and f'href="#{where}"' in text
    assert status(amina) is None


def test_stopping_everything_holds_at_once(amina: Actor, sam: AuditingClient) -> None:
    with db.unit_of_work():
        consent.give("offers", actor=amina)
    page = page_of(amina)
    assert send(sam, page, "permission-stop", what="stop_all", method="letter", words="")[0] == 422
    letter = "Her letter of today: stop it all."
    assert send(sam, page, "permission-stop", what="stop_all", method="letter", words=letter)[0] == 303
    with db.unit_of_work(write=False):
        assert [row.kind for row in consent.of(amina).overrides(clock.now() + timedelta(1))] == ["stop_all"]


def test_nothing_is_shown_before_the_purpose_is_known(amina: Actor, sam: AuditingClient) -> None:
    page = page_of(amina).partition("?")[0]
    answer = sam.get(page)
    assert answer.status_code == 303 and answer.headers["Location"] == page.removesuffix("/permission-record")


def test_nonsense_is_not_found(amina: Actor, sam: AuditingClient) -> None:
    page = page_of(amina)
    for wrong in ("&purpose=nonsense", f"&purpose={'0' * 8}-0000-4000-8000-{'0' * 12}", "&person=nonsense"):
        assert sam.get(page + wrong).status_code == 404


def test_who_may_not_record_is_refused(app: Flask, amina: Actor) -> None:
    browser = browser_of(app)
    sign_in_staff(browser, "reviewer")
    assert browser.get(page_of(amina)).status_code == 403
