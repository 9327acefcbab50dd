"""Intake through HTTP: the true time of receipt, nothing typed lost, nothing written twice."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import db
from portal.domain import clock, complaints
from portal.domain.accounts import account_by_id
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor
from portal.domain.complaints import Complaint
from portal.domain.outbox import Message
from tests.browsing import browser_of
from tests.client import AuditingClient
from tests.customer.complaint_pages import case_of, photo, signed_in
from tests.signing_in import sign_in_staff

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.fixture
def amina(app: Flask) -> Actor:
    return signed_in(app)[1]


@pytest.fixture
def kasia(app: Flask) -> AuditingClient:
    browser = browser_of(app)
    sign_in_staff(browser, "agent")
    return browser


def of(actor: Actor) -> str:
    with db.unit_of_work(write=False):
        return str(account_by_id(actor.account_id).uuid)


def count(model: type) -> int:
    with db.unit_of_work(write=False):
        return db.session().scalar(select(func.count()).select_from(model)) or 0


def working_day(days_ago: int = 2) -> date:
    """A day of work that lies at least so far back."""
    day = clock.now().astimezone(WARSAW).date() - timedelta(days=days_ago)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day


def form_of(browser: AuditingClient, where: str) -> dict[str, object]:
    html = browser.get(f"/admin/intake?{where}").get_data(as_text=True)
    hidden = re.findall(r'<input id="[^"]*" name="(csrf_token|key)" type="hidden" value="([^"]+)"', html)
    assert dict(hidden).keys() == {"csrf_token", "key"}
    return dict(hidden) | ({"account": where.removeprefix("account=")} if where.startswith("account") else {})


def said(**more: object) -> dict[str, object]:
    return {
        "channel": "phone", "received_at": working_day().isoformat(), "received_time": "10:15",
        "words": "Your driver left the fridge at my neighbour’s.", "subject": "Fridge at the neighbour’s",
        "remedy_wanted": "repair", "contact_channel": "letter", "currency": "PLN", **more,
    }  # fmt: skip


def test_the_customer_is_found_by_name_and_chosen(amina: Actor, kasia: AuditingClient) -> None:
    text = kasia.get("/admin/intake?q=nowak").get_data(as_text=True)
    assert f"/admin/intake?account={of(amina)}" in text and "Amina Nowak" in text
    assert "Nobody found" in kasia.get("/admin/intake?q=zzzzzz").get_data(as_text=True)
    assert kasia.get("/admin/intake?account=nonsense").status_code == 404


def test_its_clocks_run_from_when_it_reached_us(amina: Actor, kasia: AuditingClient) -> None:
    answer = kasia.post("/admin/intake", data=form_of(kasia, f"account={of(amina)}") | said())
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    with db.unit_of_work(write=False):
        row = db.session().scalars(select(Complaint)).one()
        found = row.uuid
        assert row.received_at == datetime.combine(working_day(), time(10, 15), WARSAW)
    case = case_of(amina, found)
    assert case.complaint.channel == "phone" and case.complaint.contact_channel == "letter"
    assert case.entered_by_name == "Kasia Duda"
    assert all(one.started_at == case.complaint.received_at for one in case.promises)
    page = kasia.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Your driver left the fridge" in page and "by Kasia Duda, from: phone" in page


def test_the_dates_are_shown_with_what_is_used_and_nothing_is_kept(
    amina: Actor, kasia: AuditingClient
) -> None:
    before = {model: count(model) for model in (Complaint, Account, Message)}
    answer = kasia.post(
        "/admin/intake", data=form_of(kasia, f"account={of(amina)}") | said(words="", show="1")
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert (
        "used already" in text
        and "The law wants an answer" in text
        and "A named person writes to you" in text
    )
    assert {model: count(model) for model in before} == before
    assert "Fridge at the neighbour’s" in text


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"received_at": (clock.now() + timedelta(days=3)).date().isoformat()}, "received_at"),
        ({"received_at": (clock.now() - timedelta(days=800)).date().isoformat()}, "received_at"),
        ({"received_at": "31 June"}, "received_at"),
        ({"received_time": "25:99"}, "received_time"),
        ({"received_at": ""}, "received_at"),
        ({"words": ""}, "words"),
        ({"channel": "pigeon"}, "channel"),
        ({"amount_wanted": "a lot"}, "amount_wanted"),
        ({"remedy_wanted": "magic"}, "remedy_wanted"),
    ],
)
def test_what_cannot_be_taken_is_named_and_everything_stays(
    amina: Actor, kasia: AuditingClient, wrong: dict[str, str], where: str
) -> None:
    given = said(about="Order 4711", **wrong)
    answer = kasia.post("/admin/intake", data=form_of(kasia, f"account={of(amina)}") | given)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#{where}"' in text and "form-error" in text
    assert "Order 4711" in text and "Fridge at the neighbour’s" in text
    if given["words"]:
        assert "Your driver left the fridge" in text
    assert count(Complaint) == 0


def test_a_new_customer_is_opened_unclaimed(kasia: AuditingClient) -> None:
    where = {"name": "Zofia Malec", "email": "zofia@mail.example", "phone": "601 222 333", "language": "pl"}
    answer = kasia.post("/admin/intake", data=form_of(kasia, "new=1") | said(**where))
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    with db.unit_of_work(write=False):
        account = db.session().scalars(select(Account).where(Account.name == "Zofia Malec")).one()
        assert account.claimed_at is None and account.phone == "+48601222333"
        case = db.session().scalars(select(Complaint)).one()
        assert (case.account_id, case.language) == (account.id, "pl")


@pytest.mark.parametrize(
    ("wrong", "where"),
    [({"name": ""}, "name"), ({"email": "", "phone": ""}, "email"), ({"email": "no mail"}, "email"),
     ({"phone": "12"}, "phone"), ({"email": "amina@demo.example"}, "email")],
)  # fmt: skip
def test_a_new_customer_who_cannot_be_opened_leaves_nothing(
    amina: Actor, kasia: AuditingClient, wrong: dict[str, str], where: str
) -> None:
    before = count(Account)
    given = said(
        **{"name": "Zofia Malec", "email": "zofia@mail.example", "phone": "", "language": "pl", **wrong}
    )
    answer = kasia.post("/admin/intake", data=form_of(kasia, "new=1") | given)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and f'href="#{where}"' in text
    assert "Your driver left the fridge" in text
    assert (count(Account), count(Complaint)) == (before, 0)


@pytest.mark.parametrize("new", [False, True])
def test_a_form_that_comes_twice_is_written_once(amina: Actor, kasia: AuditingClient, new: bool) -> None:
    form = form_of(kasia, "new=1" if new else f"account={of(amina)}") | said(
        name="Zofia", phone="601 222 333"
    )
    first, second = kasia.post("/admin/intake", data=form), kasia.post("/admin/intake", data=form)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert count(Complaint) == 1 and count(Account) == (2 if new else 1)


@pytest.mark.parametrize("role", ["handler", "agent"])
def test_a_file_that_cannot_be_taken_does_not_stop_the_complaint(app: Flask, amina: Actor, role: str) -> None:
    sam = browser_of(app)
    sign_in_staff(sam, role)
    both = {"files": [(io.BytesIO(photo()), "letter.jpg"), (io.BytesIO(b"MZ\x90\x00"), "bad.exe")]}
    answer = sam.post("/admin/intake", data=form_of(sam, f"account={of(amina)}") | said() | both)
    assert answer.status_code == 303
    assert count(Complaint) == 1
    text = sam.get(answer.headers["Location"]).get_data(as_text=True)
    assert "One file was not taken." in text and "letter.jpg" in text


def test_who_may_not_take_complaints_in_is_refused(app: Flask, amina: Actor) -> None:
    for role in ("reviewer", "marketing"):
        browser = browser_of(app)
        sign_in_staff(browser, role)
        assert browser.get("/admin/intake").status_code == 403
        assert "Write down a complaint" not in browser.get("/admin/queue").get_data(as_text=True)
    with db.unit_of_work(write=False):
        assert complaints.of(amina).recent() == []
