"""The sharing dashboard: two presses to stop, what holds shown before it holds, the truth after each press."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import accounts, clock, partners, sharing
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor
from portal.domain.outbox import Message
from tests.client import AuditingClient
from tests.counting import counted
from tests.customer.complaint_pages import at
from tests.signing_in import sign_in_customer, sign_in_partner, sign_in_staff


@pytest.fixture
def browser(app: Flask) -> AuditingClient:
    app.test_client_class = AuditingClient
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def amina(browser: AuditingClient) -> Actor:
    person = sign_in_customer(browser, "amina")
    with db.unit_of_work(write=False):
        return accounts.actor_of(person.id)


@pytest.fixture
def partner(app: Flask) -> AuditingClient:
    browser = app.test_client()
    sign_in_partner(browser, "nils")
    return browser


def _northwind() -> str:
    with db.unit_of_work(write=False):
        return str(partners.active()[0].uuid)


def _filled(**changes: object) -> dict[str, object]:
    day = (clock.now() + timedelta(days=40)).date().isoformat()
    return {
        "partner": _northwind(), "purpose": "service", "words": "the kitchen door",
        "contact": ["contact.name", "contact.phone"],
        "often": "any", "until": day, "keep_days": "14", "data_since": "", "step": "check",
    } | changes  # fmt: skip


def _share(browser: AuditingClient, **changes: object) -> str:
    answer = browser.post("/sharing/new", data=_filled(**changes) | {"step": "share"})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"].split("?")[0]


def test_nothing_is_ticked_and_what_it_means_stands_before_the_last_press(
    browser: AuditingClient, amina: Actor, partner: AuditingClient
) -> None:
    page = browser.get("/sharing/new").get_data(as_text=True)
    assert not re.search(r'name="(contact|complaints|reach)"[^>]*checked', page)
    page = browser.post("/sharing/new", data=_filled()).get_data(as_text=True)
    assert "Northwind Repairs may see: name, phone number" in page and "Nothing is shared yet" in page
    with db.unit_of_work(write=False):
        assert sharing.of(amina).shares() == []
    assert "the kitchen door" in browser.post("/sharing/new", data=_filled(step="edit")).get_data(
        as_text=True
    )
    place = _share(browser)
    page = browser.get(place).get_data(as_text=True)
    assert "Not yet confirmed" in page and "Everything that happened" in page


def test_two_presses_stop_it(browser: AuditingClient, amina: Actor, partner: AuditingClient) -> None:
    place = _share(browser)
    assert partner.get(place.replace("/sharing/", "/extranet/shares/")).status_code == 200
    home = browser.get("/home").get_data(as_text=True)
    assert 'href="/sharing"' in home  # the first press
    page = browser.get("/sharing").get_data(as_text=True)
    assert f'action="{place}/end"' in page and "flow-line" in page  # the second
    after = browser.post(f"{place}/end")
    assert after.status_code == 303
    page = browser.get(after.headers["Location"]).get_data(as_text=True)
    assert "sees nothing of it from now on" in page and "Not yet confirmed" in page
    assert partner.get(place.replace("/sharing/", "/extranet/shares/")).status_code == 404
    page = browser.get(place).get_data(as_text=True)
    assert "They looked" in page and "They tried to look and were refused" in page
    assert "Northwind Repairs" in browser.get("/who-looked").get_data(as_text=True)


def test_a_change_marks_its_parts_and_an_old_tab_loses(
    browser: AuditingClient, amina: Actor, partner: AuditingClient
) -> None:
    place = _share(browser)
    form = browser.get(f"{place}/change").get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', form)
    assert version
    filled = _filled(version=version[1], often="once", words="")
    page = browser.post(f"{place}/change", data=filled).get_data(as_text=True)
    assert "<mark>a single time</mark>" in page
    assert browser.post(f"{place}/change", data=filled | {"step": "share"}).status_code == 303
    assert "<mark>" in browser.get(place).get_data(as_text=True)
    assert browser.post(f"{place}/change", data=filled | {"step": "share", "often": "any"}).status_code == 409


def test_bad_input_names_the_field_and_keeps_what_was_typed(
    browser: AuditingClient, amina: Actor, partner: AuditingClient
) -> None:
    for changes in (
        {"partner": str(uuid.uuid4())}, {"partner": "x"}, {"contact": []}, {"until": ""}, {"until": "yesterday"},
        {"until": "2019-01-01"}, {"keep_days": "many"}, {"often": "x"}, {"purpose": "x"},
        {"contact": ["contact.password"]},
    ):  # fmt: skip
        answer = browser.post("/sharing/new", data=_filled(**changes))
        assert answer.status_code == 422, changes
        assert "the kitchen door" in answer.get_data(as_text=True)


def _ask(partner: AuditingClient, amina: Actor, **changes: object) -> int:
    with db.unit_of_work(write=False):
        number = db.session().get_one(Account, amina.account_id).number
    return partner.post(
        "/extranet/shares/requests/new",
        data={
            "number": number, "purpose": "service", "words": "To bring the new door", "benefit": "A day earlier",
            "fields": ["contact.name", "contact.address"], "often": "any", "days": "30", "keep_days": "10",
        } | changes,
    ).status_code  # fmt: skip


def test_a_request_is_read_answered_by_less_and_its_answer_is_read(
    browser: AuditingClient, amina: Actor, partner: AuditingClient
) -> None:
    assert partner.get("/extranet/shares/requests/new").status_code == 200
    assert _ask(partner, amina) == 303
    assert _ask(partner, amina) == 409
    assert _ask(partner, amina, number="123") == 422
    page = browser.get("/sharing").get_data(as_text=True)
    place = re.search(r'href="(/sharing/requests/[0-9a-f-]+)"', page)
    assert place and "A day earlier" in page
    page = browser.get(place[1]).get_data(as_text=True)
    assert "To bring the new door" in page and "contact.phone" not in page
    given = _filled(contact=["contact.name"])
    assert (
        browser.post(place[1], data=given | {"contact": ["contact.phone"], "step": "share"}).status_code
        == 422
    )
    assert browser.post(place[1], data=given).status_code == 200
    assert browser.post(place[1], data=given | {"step": "share"}).status_code == 303
    assert "You said yes" in browser.get(place[1]).get_data(as_text=True)
    assert "the customer said yes" in partner.get("/extranet/shares").get_data(as_text=True)


def test_the_customer_says_who_may_get_it_from_a_partner(
    browser: AuditingClient, amina: Actor, partner: AuditingClient
) -> None:
    assert _ask(partner, amina, sub_recipients="Door Makers, Van Line") == 303
    home = browser.get("/home").get_data(as_text=True)
    assert "A partner asks to see something of you." in home and "One thing waits" in home
    place = re.search(
        r'href="(/sharing/requests/[0-9a-f-]+)"', browser.get("/sharing").get_data(as_text=True)
    )
    assert place
    page = browser.get(place[1]).get_data(as_text=True)
    assert len(re.findall(r'name="sub_recipients"', page)) == 2
    assert not re.search(r'name="sub_recipients"[^>]*checked', page)
    given = _filled(contact=["contact.name"], sub_recipients=["Door Makers"])
    wrong = browser.post(place[1], data=given | {"sub_recipients": ["Somebody"], "step": "share"})
    assert wrong.status_code == 422
    page = browser.post(place[1], data=given).get_data(as_text=True)
    assert "It may be passed on to Door Makers, and to nobody else." in page
    answer = browser.post(place[1], data=given | {"step": "share"})
    here = answer.headers["Location"].split("?")[0]
    assert "Van Line" not in browser.get(here).get_data(as_text=True)
    theirs = partner.get(here.replace("/sharing/", "/extranet/shares/")).get_data(as_text=True)
    assert "You may pass it on to Door Makers, and to nobody else." in theirs
    assert "1 customer said yes" in partner.get("/extranet").get_data(as_text=True)
    assert "A partner asks" not in browser.get("/home").get_data(as_text=True)
    form = browser.get(f"{here}/change").get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', form)
    assert version and re.search(r'value="Door Makers"[^>]*checked|checked[^>]*value="Door Makers"', form)
    fewer = given | {"sub_recipients": [], "version": version[1]}
    page = browser.post(f"{here}/change", data=fewer).get_data(as_text=True)
    assert "who else gets it" in page and "may not be passed on to anybody else" in page


def test_what_has_ended_is_taken_up_again_and_goes_on_for_longer(
    browser: AuditingClient, amina: Actor, partner: AuditingClient
) -> None:
    place = _share(browser)
    browser.post(f"{place}/end")
    assert "Share again" in browser.get(place).get_data(as_text=True)
    assert "waits for your confirmation" in partner.get("/extranet").get_data(as_text=True)
    version = re.search(
        r'name="version"[^>]*value="(\d+)"', browser.get(f"{place}/change").get_data(as_text=True)
    )
    assert version
    again = browser.post(f"{place}/change", data=_filled(version=version[1]) | {"step": "share"})
    assert again.status_code == 303
    page = browser.get(place).get_data(as_text=True)
    assert "You took it up again" in page and "They may look until" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version and browser.post(f"{place}/extension", data={"version": "1"}).status_code == 409
    assert browser.post(f"{place}/extension", data={"version": version[1]}).status_code == 303
    assert "You let it go on for longer" in browser.get(place).get_data(as_text=True)
    assert partner.get(place.replace("/sharing/", "/extranet/shares/")).status_code == 200
    assert "last looked" in browser.get("/sharing").get_data(as_text=True)
    with db.unit_of_work(write=False) as session:
        receipts = session.scalars(
            select(Message).where(Message.name == "share_receipt").order_by(Message.id)
        )
        kinds = [one.data["what"] for one in receipts]
    assert kinds == ["given", "stopped", "reestablished", "extended"]
    files = re.findall(rf'href="({place}/receipts/[0-9a-f-]+)"', browser.get(place).get_data(as_text=True))
    assert len(files) == 4
    kept = browser.get(files[-1])
    assert (
        kept.headers["Content-Disposition"].startswith("attachment")
        and kept.json["@type"] == "dpv:ConsentReceipt"
    )
    process = kept.json["dpv:hasRecordOfActivity"]["dpv:hasProcess"][0]
    assert process["dpv:hasRecipientThirdParty"] == "Northwind Repairs"
    assert {"skos:broader": "pd:Name", "@type": "dpv:PersonalData", "dct:title": "name"} in process[
        "dpv:hasPersonalData"
    ]
    assert browser.get(f"{place}/receipts/{uuid.uuid4()}").status_code == 404


def test_what_she_says_on_the_phone_stops_it_too(
    browser: AuditingClient, amina: Actor, partner: AuditingClient, app: Flask
) -> None:
    place = _share(browser)
    desk = app.test_client()
    sign_in_staff(desk, "handler")
    with db.unit_of_work(write=False) as session:
        account = session.get_one(Account, amina.account_id).uuid
    why = f"?for={at(amina, 'in_hand')}"
    page = desk.get(f"/admin/customers/{account}/permission-record{why}").get_data(as_text=True)
    assert "What Northwind Repairs sees" in page
    what = re.search(r'value="(share:[0-9a-f-]+)"', page)
    assert what
    data = {"what": what[1], "method": "phone", "words": "She called and wants Northwind to see nothing."}
    assert desk.post(f"/admin/customers/{account}/permission-stop{why}", data=data).status_code == 303
    assert partner.get(place.replace("/sharing/", "/extranet/shares/")).status_code == 404
    page = browser.get(place).get_data(as_text=True)
    assert "She called and wants Northwind to see nothing." in page and "What was written down" in page


def test_a_no_is_one_press(browser: AuditingClient, amina: Actor, partner: AuditingClient) -> None:
    assert _ask(partner, amina) == 303
    page = browser.get("/sharing").get_data(as_text=True)
    place = re.search(r'action="(/sharing/requests/[0-9a-f-]+/refusal)"', page)
    assert place and browser.post(place[1]).status_code == 303
    assert "do not ask again before" in partner.get("/extranet/shares").get_data(as_text=True)
    assert browser.post(place[1]).status_code == 409


def test_erasing_waits_for_somebodys_word(
    browser: AuditingClient, amina: Actor, partner: AuditingClient
) -> None:
    place = _share(browser)
    browser.post(f"{place}/erasure")
    page = partner.get("/extranet/shares").get_data(as_text=True)
    assert "Amina" not in page
    mark = re.search(r'action="(/extranet/shares/confirmations/[0-9a-f-]+)"[^§]*?We have erased it', page)
    assert mark
    for action in re.findall(r'action="(/extranet/shares/confirmations/[0-9a-f-]+)"', page):
        assert partner.post(action).status_code == 303
    assert "Confirmed by Nils Berg" in browser.get(place).get_data(as_text=True)
    assert "Please confirm" not in partner.get("/extranet/shares").get_data(as_text=True)


def test_the_link_of_a_mail_confirms_by_a_press_and_not_by_being_opened(
    browser: AuditingClient, app: Flask, amina: Actor, partner: AuditingClient
) -> None:
    place = _share(browser)
    with db.unit_of_work():
        event = sharing.of(amina).shares()[0].last
        assert event
        token = accounts.mint_link("shared", address="desk@example.org", data={"event": str(event.uuid)})
    stranger = app.test_client()
    for _ in range(2):
        assert "We know it" in stranger.get(f"/extranet/shares/confirm/{token}").get_data(as_text=True)
    assert "Not yet confirmed" in browser.get(place).get_data(as_text=True)
    assert "Thank you" in stranger.post(f"/extranet/shares/confirm/{token}").get_data(as_text=True)
    assert "Confirmed by Northwind Repairs" in browser.get(place).get_data(as_text=True)
    assert stranger.get("/extranet/shares/confirm/nonsense").status_code == 404


def test_the_lists_ask_the_same_number_of_questions_whatever_they_hold(
    browser: AuditingClient, amina: Actor, partner: AuditingClient
) -> None:
    pages = {"/sharing": browser, "/extranet/shares": partner}
    _share(browser)
    with counted() as first:
        for page, reader in pages.items():
            assert reader.get(page).status_code == 200
    for purpose in ("quote", "warranty", "advice"):
        _share(browser, purpose=purpose)
    with counted() as second:
        for page, reader in pages.items():
            assert reader.get(page).status_code == 200
    assert len(second) == len(first)
