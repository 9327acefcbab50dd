"""The permission page: one row per purpose, one press, and the page says what it really changed."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import db
from portal.domain import accounts, clock, consent, outbox
from portal.domain.accounts.models import Membership, Person
from portal.domain.actor import Actor, ActorKind, Right
from portal.domain.consent.models import ConsentEvent
from tests import records
from tests.client import AuditingClient
from tests.counting import counted
from tests.factories import make_purpose
from tests.signing_in import sign_in_customer


@pytest.fixture
def amina(app: Flask) -> AuditingClient:
    app.test_client_class = AuditingClient
    browser = app.test_client()
    sign_in_customer(browser, "amina")
    with db.unit_of_work():
        make_purpose("service", basis="contract", marketing=False, title="Your orders")
        make_purpose("offers", position=1)
        make_purpose("tips", basis="legitimate_interest", marketing=True, position=2)
    return browser


def actor_of(name: str = "Amina Nowak") -> Actor:
    row = db.session().execute(
        select(Person.id, Membership.account_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.name == name)
    ).one()  # fmt: skip
    rights = frozenset({Right.PERMISSIONS.value})
    return Actor(ActorKind.CUSTOMER, person_id=row.id, account_id=row.account_id, name=name, rights=rights)


def uuid_of(key: str) -> uuid.UUID:
    with db.unit_of_work(write=False):
        return db.session().scalars(select(consent.Purpose.uuid).where(consent.Purpose.key == key)).one()


def press(browser: AuditingClient, path: str, **fields: str) -> str:
    """Send a form of the permission page and return the page that follows."""
    token = re.search(
        r'name="csrf_token" value="([^"]+)"', browser.get("/permissions").get_data(as_text=True)
    )
    assert token
    answer = browser.post(path, data={"csrf_token": token[1], **fields})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return browser.get(answer.headers["Location"]).get_data(as_text=True)


def row(html: str, key: str) -> str:
    found = re.search(
        rf'id="purpose-{key}">.*?(?=<li class="permission-row|<section class="panel")', html, re.S
    )
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_every_purpose_has_a_row_and_nothing_is_chosen_before(amina: AuditingClient) -> None:
    html = amina.get("/permissions").get_data(as_text=True)
    assert "Part of the service" in row(html, "service") and "Not allowed yet" in row(html, "offers")
    assert "Ten per cent off your next order" in row(html, "offers") and "not used yet" in row(html, "offers")
    assert "Allowed" in row(html, "tips") and "checked" not in html
    assert html.count("<h1") == 1


def test_one_press_allows_and_the_page_says_what_it_means(amina: AuditingClient) -> None:
    html = press(amina, f"/permissions/{uuid_of('offers')}/answer", answer="yes")
    assert "Allowed: Offers" in html and "It ends by itself on" in html and "What you get:" in html
    assert "Allowed" in row(html, "offers") and "since" in row(html, "offers")
    assert "The words shown to you (version 1)" in html


def test_one_press_stops_and_the_receipt_lists_what_was_cancelled(amina: AuditingClient) -> None:
    path = f"/permissions/{uuid_of('offers')}"
    press(amina, f"{path}/answer", answer="yes")
    with db.unit_of_work():
        who = actor_of()
        message = records.written(
            "offer", key="m1", account_id=who.account_id, person_id=who.person_id, purpose="offers",
            data={"headline": "Ten per cent off kettles"},
        )  # fmt: skip
        wanted, number = message.uuid, message.id
    html = press(amina, f"{path}/withdrawal")
    assert (
        "Stopped: Offers" in html
        and "Waiting messages cancelled: 1" in html
        and f"/messages/{wanted}" in html
    )
    assert "“Ten per cent off kettles”, Offers (e-mail), was to leave on" in html, "named by its subject"
    assert "We will not ask you again before" in html and "Stopped" in row(html, "offers")
    with db.unit_of_work(write=False):
        assert db.session().get_one(outbox.Message, number).state == "cancelled"


def test_a_no_is_remembered_with_its_dates(amina: AuditingClient) -> None:
    html = press(amina, f"/permissions/{uuid_of('offers')}/answer", answer="no")
    assert "You said no: Offers" in html
    assert "We have asked you once" in row(html, "offers") and "not ask again before" in row(html, "offers")
    assert "No, and do not ask me" not in row(html, "offers")


def test_the_same_press_in_two_tabs_writes_one_entry(amina: AuditingClient) -> None:
    path = f"/permissions/{uuid_of('offers')}/answer"
    first, second = press(amina, path, answer="yes"), press(amina, path, answer="yes")
    assert "Allowed: Offers" in first and "Allowed: Offers" in second
    with db.unit_of_work(write=False):
        assert db.session().scalar(select(func.count()).select_from(ConsentEvent)) == 1


def test_a_channel_is_stopped_and_allowed_by_itself(amina: AuditingClient) -> None:
    path = f"/permissions/{uuid_of('offers')}"
    press(amina, f"{path}/answer", answer="yes")
    html = press(amina, f"{path}/withdrawal", channel="sms", **{"from": "one"})
    assert "Stopped: Offers (SMS)" in html and "Allow SMS" in html and "Stop e-mail" in html
    assert "Not by SMS" in row(amina.get("/permissions").get_data(as_text=True), "offers")


def test_stop_all_and_objection_stand_on_the_same_page(amina: AuditingClient) -> None:
    path = f"/permissions/{uuid_of('offers')}/answer"
    press(amina, path, answer="yes")
    html = press(amina, "/permissions/stop-all")
    assert "Everything that is not needed for service has ended" in html
    assert "Stopped" in row(html, "offers") and "Stopped" in row(html, "tips")
    html = press(amina, path, answer="yes")
    assert (
        "Allowed again: Offers" in html
        and "Allowed" in row(html, "offers")
        and "Stopped" in row(html, "tips")
    )
    html = press(amina, "/permissions/objection")
    assert (
        "Your objection to direct marketing covers this" in row(html, "offers")
        and "Allow</button" not in html
    )
    html = press(amina, "/permissions/objection/withdrawal")
    assert "What you had allowed counts again" in html and "Allowed" in row(html, "offers")
    assert amina.get("/permissions").status_code == 200


def test_an_objection_turns_a_yes_away(amina: AuditingClient) -> None:
    press(amina, "/permissions/objection")
    token = re.search(r'name="csrf_token" value="([^"]+)"', amina.get("/permissions").get_data(as_text=True))
    assert token
    data = {"csrf_token": token[1], "answer": "yes"}
    assert amina.post(f"/permissions/{uuid_of('offers')}/answer", data=data).status_code == 409


def test_the_page_of_a_purpose_shows_its_history_and_the_words_of_then(amina: AuditingClient) -> None:
    path = f"/permissions/{uuid_of('offers')}"
    press(amina, f"{path}/answer", answer="yes")
    with db.unit_of_work():
        make_purpose("offers", position=1, text="Quite other words.", asks_anew=True)
    html = amina.get(path).get_data(as_text=True)
    assert "Quite other words." in html and "You allowed it" in html and "needs a new yes" in html
    then = re.search(rf'href="({path}/notices/[0-9a-f]{{64}})"', html)
    assert then
    words = amina.get(then[1]).get_data(as_text=True)
    assert "We write to you about offers that fit what you own." in words and "Version 1" in words


def test_a_pause_shows_as_sleep_and_not_as_a_stop(amina: AuditingClient) -> None:
    press(amina, f"/permissions/{uuid_of('offers')}/answer", answer="yes")
    with db.unit_of_work():
        consent.pause(clock.now() + timedelta(days=9), actor=actor_of())
    html = amina.get("/permissions").get_data(as_text=True)
    assert "It sleeps until your pause ends" in row(html, "offers") and "Stop" in row(html, "offers")


def test_nonsense_and_other_people_s_entries(amina: AuditingClient, app: Flask) -> None:
    path = f"/permissions/{uuid_of('offers')}"
    press(amina, f"{path}/answer", answer="yes")
    with db.unit_of_work(write=False):
        entry = db.session().scalars(select(ConsentEvent.uuid)).one()
    ben = app.test_client()
    sign_in_customer(ben, "ben")
    assert "Allowed: Offers" not in ben.get(f"/permissions?receipt={entry}").get_data(as_text=True)
    assert "You allowed it" not in ben.get(path).get_data(as_text=True)
    for wrong in (f"/permissions/{uuid.uuid4()}", f"{path}/notices/{'0' * 64}"):
        assert ben.get(wrong).status_code == 404
    assert ben.get("/permissions?receipt=nonsense").status_code == 200
    token = re.search(r'name="csrf_token" value="([^"]+)"', ben.get("/permissions").get_data(as_text=True))
    assert token
    data = {"csrf_token": token[1]}
    assert ben.post(f"/permissions/{uuid.uuid4()}/withdrawal", data=data).status_code == 404
    assert ben.post(f"{path}/answer", data=data | {"answer": "maybe"}).status_code == 400
    assert ben.post(f"{path}/answer", data=data | {"answer": "yes", "channel": "pigeon"}).status_code == 400


def test_a_colleague_without_the_right_stays_outside_but_may_stop_everything(
    app: Flask, amina: AuditingClient
) -> None:
    with db.unit_of_work():
        company = records.account("Hurtownia Lipa", kind="company")
        piotr = records.customer("Piotr Lis", Right.ORDERS, of=company)
        person = db.session().get_one(Person, piotr.person_id)
        link, _ = accounts.demo_link(person, face=accounts.Face.CUSTOMER)
        step, _ = accounts.enter_by_link(link, device="Firefox, Linux", network="192.0.2.10")
    browser = app.test_client()
    with browser.session_transaction("/") as session:
        session["token"] = step.token
    assert browser.get("/permissions").status_code == 403
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/messages").get_data(as_text=True))
    assert token
    assert browser.post("/permissions/stop-all", data={"csrf_token": token[1]}).status_code == 303
    with db.unit_of_work(write=False):
        assert db.session().scalars(select(ConsentEvent.kind)).all() == ["stop_all"]


def test_the_number_of_queries_does_not_grow(amina: AuditingClient) -> None:
    def queries() -> int:
        with counted() as statements:
            assert amina.get("/permissions").status_code == 200
        return len(statements)

    few = queries()
    with db.unit_of_work():
        for number in range(20):
            make_purpose(f"more{number}", position=9 + number)
            consent.give(f"more{number}", actor=actor_of())
            consent.refuse(f"more{number}", actor=actor_of(), channel="sms")
    # The gate adds one on the driver's own cursor, which this does not count, for any number of purposes.
    assert queries() == few <= 4
