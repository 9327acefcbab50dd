"""Home, timeline and who looked, through HTTP."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from flask import Flask

from portal import db
from portal.domain import accounts, audit, calendars, clock, complaints, lookups, timeline
from portal.domain.accounts import Face
from portal.domain.actor import SYSTEM, Actor
from portal.domain.audit import Tag
from portal.domain.references import spoken
from tests import records
from tests.browsing import browser_of
from tests.client import AuditingClient
from tests.counting import counted
from tests.signing_in import seed_firm, sign_in_customer


@pytest.fixture
def browser(app: Flask) -> AuditingClient:
    return browser_of(app)


@pytest.fixture
def other(app: Flask) -> AuditingClient:
    return browser_of(app)


def actor(person: accounts.Person) -> Actor:
    return accounts.actor_of(person.id, face=Face.CUSTOMER)


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def look(account_id: int, about: str = "", label: str = "") -> None:
    lookups.open(
        actor=records.staff("Sam Okoye"), account_id=account_id, purpose="case", about_key=about or str(uuid.uuid4()),
        about_label=label, item=("customer_page", None, ""),
    )  # fmt: skip


def filed(amina: Actor, subject: str = "The kettle leaks") -> complaints.Complaint:
    case = complaints.start_draft(actor=amina, subject=subject, words="It leaks since Monday.")
    complaints.save_draft(case, actor=amina, remedy_wanted="replacement", contact_channel="email")
    complaints.send(case, actor=amina)
    db.session().refresh(case)
    db.session().expunge(case)
    return case


def test_a_stranger_is_led_to_the_sign_in(browser: AuditingClient) -> None:
    for path in ("/home", "/timeline", "/who-looked"):
        answer = browser.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/sign-in?next=")


def test_the_landing_page_leads_a_signed_in_customer_home(browser: AuditingClient) -> None:
    sign_in_customer(browser, "amina")
    assert browser.get("/").headers["Location"] == "/home"


def test_an_empty_home_says_what_will_appear(browser: AuditingClient) -> None:
    sign_in_customer(browser, "amina")
    page = text(browser.get("/home"))
    for words in ("Nothing waits for you.", "We owe you nothing at the moment", "Nobody has looked"):
        assert words in page


def test_home_says_what_waits_who_looked_and_how_promises_were_kept(browser: AuditingClient) -> None:
    person = sign_in_customer(browser, "amina")
    with db.unit_of_work():
        seed_firm()
        amina = actor(person)
        case = filed(amina)
        look(amina.account_id, str(case.uuid), case.number)
    page = text(browser.get("/home"))
    assert "The kettle leaks" in page
    assert "Work on a complaint" in page and spoken(case.number) in page
    assert "Sam Okoye" not in page.split("Who looked last")[1].split("</section>")[0]


def test_home_costs_the_same_whatever_there_is(browser: AuditingClient) -> None:
    person = sign_in_customer(browser, "amina")
    costs = []
    for n in (1, 12):
        with db.unit_of_work():
            seed_firm()
            for _ in range(n):
                case = filed(actor(person))
                look(case.account_id, str(case.uuid))
        browser.get("/home")
        with counted() as queries:
            text(browser.get("/home"))
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= 9


def test_the_timeline_shows_each_row_once_in_pages(browser: AuditingClient) -> None:
    person = sign_in_customer(browser, "amina")
    with db.unit_of_work():
        amina = actor(person)
        for n in range(45):
            with clock.at(clock.now() - timedelta(hours=n)):
                audit.record(
                    Tag.COMPLAINT_FILED, actor=amina, account_id=amina.account_id,
                    subject=("complaint", uuid.uuid4()), number=f"no-{n:02}",
                )  # fmt: skip
    seen: list[str] = []
    path: str | None = "/timeline?kind=complaints"
    while path:
        page = text(browser.get(path))
        seen += re.findall(r"no-\d\d", page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        path = more[1].replace("&amp;", "&") if more else None
    assert seen == [f"no-{n:02}" for n in range(45)]


def test_the_timeline_can_be_narrowed_and_shows_words_of_contacts(browser: AuditingClient) -> None:
    person = sign_in_customer(browser, "amina")
    with db.unit_of_work():
        amina = actor(person)
        timeline.log_contact(
            actor=records.staff(), account_id=amina.account_id, channel="phone", direction="out", outcome="voicemail",
            subject="Repair date", text="Asked her to call back <soon>.",
        )  # fmt: skip
    assert "Asked her to call back &lt;soon&gt;." in text(browser.get("/timeline"))
    assert "Repair date" in text(browser.get("/timeline?kind=contacts"))
    assert "Repair date" not in text(browser.get("/timeline?kind=looks"))
    assert "Repair date" in text(browser.get("/timeline?kind=nonsense&after=nonsense"))


def by_itself(amina: Actor) -> None:
    audit.record(
        Tag.MESSAGE_SENT, actor=SYSTEM, account_id=amina.account_id, channel="email", title="News",
        purpose="service",
    )  # fmt: skip


def test_sign_ins_that_follow_each_other_on_a_day_are_one_row_with_each_behind_it(
    browser: AuditingClient,
) -> None:
    noon = clock.now().replace(hour=12, minute=0) - timedelta(days=2)
    with clock.at(noon):
        for _ in range(3):
            sign_in_customer(browser, "amina")
    person = sign_in_customer(browser, "amina")
    with db.unit_of_work():
        amina = actor(person)
        audit.record(
            Tag.MESSAGE_SENT,
            actor=SYSTEM,
            account_id=amina.account_id,
            channel="email",
            title="News",
            purpose="service",
        )
    sign_in_customer(browser, "amina")
    page = text(browser.get("/timeline"))
    assert page.count('timeline-title">Amina Nowak signed in 3 times') == 1
    assert page.count("Amina Nowak signed in from Firefox, Linux") == 5, "each of them can still be read"
    assert page.count("<summary>Show each") == 1, (
        "those of another day, or with another row between, stand apart"
    )


def test_what_runs_by_itself_is_signed_by_the_firm(browser: AuditingClient) -> None:
    person = sign_in_customer(browser, "amina")
    with db.unit_of_work():
        amina = actor(person)
        audit.record(
            Tag.MESSAGE_SENT,
            actor=SYSTEM,
            account_id=amina.account_id,
            channel="email",
            title="News",
            purpose="service",
        )
    row = text(browser.get("/timeline?kind=messages"))
    assert "<span>Vistula Home</span>" in row and "<span>Reins</span>" not in row


def test_who_looked_tells_team_purpose_and_what_was_opened(browser: AuditingClient) -> None:
    person = sign_in_customer(browser, "amina")
    with db.unit_of_work():
        seed_firm()
        case, zone = filed(actor(person)), actor(person).zone
        look(case.account_id, str(case.uuid), case.number)
    page = text(browser.get("/who-looked"))
    for words in (
        "Complaints",
        "Work on a complaint",
        spoken(case.number),
        "customer page",
        "Somebody worked on a complaint",
    ):
        assert words in page
    assert "Sam Okoye" not in page
    day = calendars.local_day(clock.now(), zone).isoformat()
    assert "Work on a complaint" in text(browser.get(f"/who-looked?day={day}"))
    assert "Nobody looked on this day" in text(browser.get("/who-looked?day=2020-01-01"))
    for odd in (
        "?month=9999-99",
        "?month=0001-01",
        "?day=x",
        "?day=9999-12-31",
        "?after=" + "A" * 500,
        "?month=2024-02",
    ):
        assert browser.get("/who-looked" + odd).status_code == 200


def test_who_looked_costs_the_same_for_one_and_many(browser: AuditingClient) -> None:
    person = sign_in_customer(browser, "amina")
    costs = []
    for n in (1, 20):
        with db.unit_of_work():
            for _ in range(n):
                look(actor(person).account_id)
        browser.get("/who-looked")
        with counted() as queries:
            text(browser.get("/who-looked"))
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 4


def test_ben_sees_nothing_of_aminas_record(browser: AuditingClient, other: AuditingClient) -> None:
    person = sign_in_customer(browser, "amina")
    sign_in_customer(other, "ben")
    with db.unit_of_work():
        seed_firm()
        case = filed(actor(person), "Aminas kettle")
        look(case.account_id, str(case.uuid), case.number)
    for path in ("/home", "/timeline", "/who-looked", "/feedback"):
        page = text(other.get(path))
        assert spoken(case.number) not in page and "Aminas kettle" not in page
