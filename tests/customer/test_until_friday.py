"""Ola gives Piotr "own complaints up to 500 euro until Friday": what he sees at each moment, on every way in."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.domain import accounts, calendars, clock, complaints, delivery, programs
from portal.domain.accounts.models import Account
from portal.domain.outbox import Message
from tests.api.calling import EVERYTHING, Caller
from tests.browsing import browser_of, send
from tests.client import AuditingClient
from tests.domain.accounts.company import lipa
from tests.domain.accounts.people import PASSWORD
from tests.domain.complaints import cases
from tests.domain.delivery.carrying import Carrier
from tests.signing_in import seed_firm

ASKED = {"words": "The pump leaks.", "remedy_wanted": "refund", "currency": "EUR"}
SECOND = timedelta(seconds=1)


@dataclass
class Week:
    """When the right is given, until which day, and the instant at which that day is over where the company is."""

    given: datetime
    until: date
    over: datetime
    zone: str = "Europe/Warsaw"


WEEKS = {
    "a Friday in June": Week(
        datetime(2026, 6, 15, 8, tzinfo=UTC), date(2026, 6, 19), datetime(2026, 6, 19, 22, tzinfo=UTC)
    ),
    "given in summer time, over in winter time": Week(
        datetime(2026, 10, 23, 8, tzinfo=UTC), date(2026, 10, 30), datetime(2026, 10, 30, 23, tzinfo=UTC)
    ),
    "the clocks jump over that very midnight": Week(
        datetime(2026, 4, 20, 8, tzinfo=UTC), date(2026, 4, 23), datetime(2026, 4, 23, 22, tzinfo=UTC), "Africa/Cairo"
    ),
}  # fmt: skip


class Lipa:
    """The company, both people with browsers, and Piotr's programs."""

    def __init__(self, app: Flask, zone: str) -> None:
        self.app = app
        with db.unit_of_work():
            seed_firm()
            made = lipa()
            made.account.zone = zone
            self.account_id, self.ola_id, self.piotr_id = made.account.id, made.ola.id, made.piotr.id
            self.seat = made.seat(made.piotr)

    def browser(self, email: str) -> AuditingClient:
        browser = browser_of(self.app)
        assert send(browser, "/sign-in", {"email": email, "password": PASSWORD}).status_code == 303
        return browser

    def program(self, name: str) -> Caller:
        with db.unit_of_work():
            actor = accounts.actor_of(self.piotr_id, account_id=self.account_id)
            day = calendars.local_day(clock.now(), actor.zone) + timedelta(days=60)
            return Caller(self.app, programs.make(name, EVERYTHING, day, actor=actor)[1])

    def hers(self) -> uuid.UUID:
        with db.unit_of_work():
            return cases.received(accounts.actor_of(self.ola_id, account_id=self.account_id)).uuid

    def in_hand_and_answered(self, found: uuid.UUID) -> None:
        """Let staff write, so that mails about it wait."""
        with db.unit_of_work():
            sam = cases.sam()
            complaint = complaints.take(complaints.of(sam).get(found), actor=sam, next_step="I look")
            complaints.reply(complaint, actor=sam, text="Soon.")

    def deliver(self, about: uuid.UUID) -> list[str]:
        """Let everything leave that waits about a complaint, and return to whom."""
        carrier = Carrier()
        for waiting in (Message.key.not_like("passed-on:%"), Message.key.like("passed-on:%")):
            with db.unit_of_work() as session:
                found = select(Message).where(
                    waiting, Message.state == "queued", Message.about_uuid == str(about)
                )
                for message in session.scalars(found.order_by(Message.id)).all():
                    delivery.deliver(message, at=clock.now(), transport=carrier)
        return sorted({parcel.address for parcel, _ in carrier.carried})


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def nothing_by_api(call: Caller, path: str, *numbers: uuid.UUID) -> None:
    """He reaches no complaint, not one he filed, by no operation; what is his own goes on."""
    for method, where, body in (
        ("GET", "/complaints", None), ("GET", path, None), ("POST", "/complaints", ASKED | {"amount_wanted": "10"}),
        ("POST", f"{path}/words", {"text": "And now?"}), ("POST", "/complaints/drafts", {}),
    ):  # fmt: skip
        assert call(method, where, body).status_code == 403, (method, where)
    for where in ("/me", "/messages"):
        answer = call("GET", where)
        assert answer.status_code == 200 and not [one for one in numbers if str(one) in answer.text], where


@pytest.mark.parametrize("week", WEEKS.values(), ids=WEEKS.keys())
def test_own_complaints_up_to_500_euro_until_friday_on_every_way_in(app: Flask, week: Week) -> None:
    with clock.at(week.given):
        stage = Lipa(app, week.zone)
        hers = stage.hers()
        before = stage.program("Made before")  # there is a token before there is a right
        assert before("GET", "/complaints").status_code == 403
        assert stage.browser("piotr@lipa.example").get("/complaints").status_code == 403

        ola = stage.browser("ola@lipa.example")
        given = {
            "complaints_own": "y", "amount_complaints_own": "500", "currency_complaints_own": "EUR",
            "until_complaints_own": week.until.isoformat(),
        }  # fmt: skip
        assert send(ola, f"/colleagues/{stage.seat}", given).status_code == 303

        # The older token reaches exactly what he was given, at its next call.
        made = before("POST", "/complaints", ASKED | {"amount_wanted": "500.00"})
        assert made.status_code == 201
        mine = uuid.UUID(made.json["id"])
        dear = before("POST", "/complaints", ASKED | {"amount_wanted": "500.01"})
        assert dear.status_code in (403, 422) and "500" in dear.text
        listed = before("GET", "/complaints")
        assert str(mine) in listed.text and str(hers) not in listed.text
        assert before("GET", f"/complaints/{hers}").status_code == 404
        assert before("GET", f"/complaints/{hers}").json == {
            **before("GET", f"/complaints/{uuid.UUID(int=7)}").json
        }  # as one that does not exist
        during = stage.program("Made during")
        stage.in_hand_and_answered(mine)

    with clock.at(week.over - SECOND):
        piotr = stage.browser("piotr@lipa.example")
        assert piotr.get(f"/complaints/{mine}").status_code == 200
        for call in (before, during):
            assert call("GET", f"/complaints/{mine}").status_code == 200
        assert stage.deliver(mine) == ["piotr@lipa.example"]  # the mails of the day reached him
        with db.unit_of_work():
            sam = cases.sam("Sam Late")
            complaints.reply(complaints.of(sam).get(mine), actor=sam, text="Written in the last second.")

    with clock.at(week.over):  # the same browser, the same tokens, one second later; no job has run
        assert piotr.get("/complaints").status_code == 403
        assert piotr.get(f"/complaints/{mine}").status_code == 403
        for page in ("/home", "/messages", "/timeline"):
            shown = piotr.get(page)
            assert shown.status_code == 200 and str(mine) not in text(shown), page
        for call in (before, during):
            nothing_by_api(call, f"/complaints/{mine}", mine, hers)
        assert stage.deliver(mine) == [
            "ola@lipa.example"
        ]  # what was written before the end goes to who administers
        assert stage.browser("ola@lipa.example").get(f"/complaints/{mine}").status_code == 200

    with clock.at(week.over + timedelta(hours=9)):
        # Given again, the same tokens reach the same complaint: nothing was lost, nothing has to be made anew.
        ola = stage.browser("ola@lipa.example")
        again = given | {"until_complaints_own": (week.until + timedelta(days=7)).isoformat()}
        assert send(ola, f"/colleagues/{stage.seat}", again).status_code == 303
        assert before("GET", f"/complaints/{mine}").status_code == 200
        with db.unit_of_work(write=False) as session:
            assert session.scalar(select(Account.zone).where(Account.id == stage.account_id)) == week.zone
