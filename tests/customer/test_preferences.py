"""The preferences page: a sentence that says it all, forms that keep what was typed, and what they change."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import clock, consent, preferences
from portal.domain.accounts.models import Membership, Person
from portal.domain.actor import SYSTEM
from portal.domain.preferences.models import ContactPoint, Preference
from tests.client import AuditingClient
from tests.counting import counted
from tests.signing_in import sign_in_customer

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


@pytest.fixture
def amina(app: Flask) -> AuditingClient:
    app.test_client_class = AuditingClient
    browser = app.test_client()
    sign_in_customer(browser, "amina")
    with db.unit_of_work():
        consent.publish_topics({"garden": {"en": "Garden"}, "kitchen": {"en": "Kitchen"}}, actor=SYSTEM)
    return browser


def fields(browser: AuditingClient, **changes: Any) -> dict[str, Any]:
    """Return what the form would send as it stands, with ``changes``."""
    html = browser.get("/preferences").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    version = re.search(r'name="version"[^>]*value="(\d+)"', html)
    assert token and version
    every = (*WEEKDAYS, "sat", "sun")
    week = {f"{day}_from": "08:00" for day in every} | {f"{day}_to": "20:00" for day in every}
    days = {f"{day}_on": "y" for day in (*WEEKDAYS, "sat", "sun")}
    sent = {
        "csrf_token": token[1], "version": version[1], "language": "en", "first_channel": "email", "budget_count": "",
        "budget_days": "7", "channels": list(preferences.CHANNELS), "topics": ["garden", "kitchen"],
    }  # fmt: skip
    return {name: value for name, value in {**sent, **week, **days, **changes}.items() if value is not None}


def sentence(html: str) -> str:
    found = re.search(r'id="sentence"[^>]*>(.*?)</p>', html, re.S)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def own() -> dict[str, int]:
    with db.unit_of_work(write=False):
        row = db.session().execute(
            select(Person.id, Membership.account_id)
            .join(Membership, Membership.person_id == Person.id)
            .where(Person.name == "Amina Nowak")
        ).one()  # fmt: skip
        return {"person_id": row.id, "account_id": row.account_id}


OFFICE = {f"{day}_from": "09:00" for day in WEEKDAYS} | {f"{day}_to": "17:00" for day in WEEKDAYS}
OFFICE |= {"sat_on": None, "sun_on": None}


def test_without_settings_the_sentence_says_the_defaults(amina: AuditingClient) -> None:
    html = amina.get("/preferences").get_data(as_text=True)
    assert "every day 8:00–20:00, as often as there is something to say." in sentence(html)
    assert html.count("<h1") == 1


def test_keeping_the_form_changes_the_sentence_and_says_what_changed(amina: AuditingClient) -> None:
    sent = fields(amina, channels=["email"], budget_count="2", language="pl", topics=["garden"], **OFFICE)
    assert amina.post("/preferences", data=sent).status_code == 303
    with db.unit_of_work(write=False):
        found = preferences.get(**own())
        assert str(found.sentence(topics={"kitchen": "Kitchen"})) == (
            "We write to you in Polish, by e-mail, on weekdays 9:00–17:00, at most twice a week. Not about Kitchen."
        )
    assert 'lang="pl"' in amina.get("/preferences").get_data(as_text=True)


def test_the_live_sentence_keeps_nothing(amina: AuditingClient) -> None:
    sent = fields(
        amina, channels=["inbox"], first_channel="inbox", budget_count="1", budget_days="30", **OFFICE
    )
    answer = amina.post("/preferences/sentence", data=sent, headers={"HX-Request": "true"})
    assert sentence(answer.get_data(as_text=True)).startswith(
        "We write to you in English, in your inbox here, on weekdays 9:00–17:00, at most once a month."
    )
    with db.unit_of_work(write=False):
        assert db.session().scalars(select(Preference)).all() == []
    wrong = amina.post("/preferences/sentence", data=sent | {"mon_from": "19:00"})
    assert wrong.status_code == 204 and not wrong.data


def test_a_refused_week_names_the_day_and_loses_nothing(amina: AuditingClient) -> None:
    sent = fields(amina, mon_from="18:00", mon_to="09:00", channels=["email"], budget_count="3")
    answer = amina.post("/preferences", data=sent)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'href="#hours"' in html
    assert "the end after the start" in html and 'value="18:00"' in html
    assert re.search(r'value="3" selected|selected value="3"', html)
    none = amina.post(
        "/preferences", data=fields(amina, **{f"{day}_on": None for day in (*WEEKDAYS, "sat", "sun")})
    )
    assert none.status_code == 422 and "at least one hour" in none.get_data(as_text=True)


def test_two_windows_do_not_overwrite_each_other_unseen(amina: AuditingClient) -> None:
    first, second = fields(amina, topics=["garden"]), fields(amina, budget_count="1")
    assert amina.post("/preferences", data=first).status_code == 303
    answer = amina.post("/preferences", data=second)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "changed in another window" in html
    with db.unit_of_work(write=False):
        assert preferences.get(**own()).budget_count is None
    assert re.search(r'name="version"[^>]*value="1"', html)


def test_a_day_with_two_stretches_stays_when_its_row_is_not_touched(amina: AuditingClient) -> None:
    with db.unit_of_work():
        row = Preference(
            **own(), hours={"mon": [["07:00", "09:00"], ["18:00", "24:00"]]}, changed_at=clock.now()
        )
        db.session().add(row)
    off = {f"{day}_on": None for day in ("tue", "wed", "thu", "fri", "sat", "sun")}
    sent = fields(amina, mon_from="07:00", mon_to="00:00", budget_count="1", **off)
    assert amina.post("/preferences", data=sent).status_code == 303
    with db.unit_of_work(write=False):
        assert preferences.get(**own()).week["mon"] == [["07:00", "09:00"], ["18:00", "24:00"]]


def test_a_pause_with_its_end_and_writing_again(amina: AuditingClient) -> None:
    token = {"csrf_token": fields(amina)["csrf_token"]}
    for wrong in ("", "2020-01-01", "nonsense"):
        answer = amina.post("/preferences/pause", data=token | {"until": wrong})
        assert answer.status_code == 422 and 'href="#until"' in answer.get_data(as_text=True)
    day = (clock.now() + timedelta(days=20)).date().isoformat()
    assert amina.post("/preferences/pause", data=token | {"until": day}).status_code == 303
    html = amina.get("/preferences").get_data(as_text=True)
    assert sentence(html).startswith("Paused: until") and "Write to me again now" in html
    assert amina.post("/preferences/pause/end", data=token).status_code == 303
    assert sentence(amina.get("/preferences").get_data(as_text=True)).startswith("We write to you")


def test_addresses_are_added_made_first_and_removed(amina: AuditingClient) -> None:
    token = {"csrf_token": fields(amina)["csrf_token"]}
    wrong = amina.post("/preferences/addresses", data=token | {"channel": "sms", "address": "12"})
    html = wrong.get_data(as_text=True)
    assert wrong.status_code == 422 and 'href="#address"' in html and "12</textarea>" in html
    assert re.search(r'checked[^>]*value="email"', html)  # the other form shows what is kept
    for number in ("+48 500 600 700", "+48 501 600 700"):
        assert (
            amina.post(
                "/preferences/addresses", data=token | {"channel": "sms", "address": number}
            ).status_code
            == 303
        )
    with db.unit_of_work(write=False):
        points = {row.address: row.uuid for row in db.session().scalars(select(ContactPoint))}
    second = points["+48501600700"]
    assert amina.post(f"/preferences/addresses/{second}/first", data=token).status_code == 303
    html = amina.get("/preferences").get_data(as_text=True)
    assert "Use +48 500 600 700 first" in html and "Remove +48 501 600 700" in html
    assert amina.post(f"/preferences/addresses/{second}/removal", data=token).status_code == 303
    assert "501 600 700" not in amina.get("/preferences").get_data(as_text=True).split('id="addresses"')[1]


def test_somebody_else_s_address_answers_like_none(amina: AuditingClient, app: Flask) -> None:
    token = {"csrf_token": fields(amina)["csrf_token"]}
    amina.post("/preferences/addresses", data=token | {"channel": "sms", "address": "+48 500 600 700"})
    with db.unit_of_work(write=False):
        point = db.session().scalars(select(ContactPoint.uuid)).one()
    ben = app.test_client()
    sign_in_customer(ben, "ben")
    mine = {"csrf_token": fields(ben)["csrf_token"]}
    for act in ("removal", "first"):
        answers = [
            ben.post(f"/preferences/addresses/{one}/{act}", data=mine) for one in (point, uuid.uuid4())
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
    with db.unit_of_work(write=False):
        assert db.session().scalars(select(ContactPoint.removed_at)).all() == [None]
    assert "+48500600700" not in ben.get("/preferences").get_data(as_text=True)


def test_the_number_of_queries_does_not_grow(amina: AuditingClient) -> None:
    def queries() -> int:
        with counted() as statements:
            assert amina.get("/preferences").status_code == 200
        return len(statements)

    few = queries()
    with db.unit_of_work():
        topics = {f"t{number}": {"en": f"Topic {number}"} for number in range(40)}
        consent.publish_topics(topics, actor=SYSTEM)
    assert queries() == few <= 5
