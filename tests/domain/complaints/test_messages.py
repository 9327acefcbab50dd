"""What we write: every message of a complaint has an act that writes it, once, and words in every language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal import config, db
from portal.domain import clock, complaints, outbox
from portal.domain.accounts.models import Account, Person
from portal.domain.actor import Actor
from portal.domain.delivery import Parcel
from portal.mail.render import Composer
from tests.domain.complaints import cases
from tests.domain.complaints.test_outside import bank, sent

pytestmark = pytest.mark.usefixtures("uow")
MONDAY = datetime(2026, 6, 15, 8, tzinfo=UTC)
FOLDER = Path(__file__).resolve().parents[3] / "templates" / "messages"


def written() -> dict[str, outbox.Message]:
    return {message.name: message for message in db.session().scalars(select(outbox.Message))}


def days(first: int, last: int) -> None:
    for n in range(first, last):
        at = MONDAY + timedelta(days=n)
        waiting = update(outbox.Message).where(outbox.Message.state == "queued")
        db.session().execute(waiting.values(state="sent", ended_at=at))
        with clock.at(at):
            complaints.run_due_clocks(at)


def by_law(amina: Actor, sam: Actor) -> complaints.Complaint:
    """Let a body decide, a term grow and a way open; return one to which nobody answers."""
    maria = cases.maria()
    taken = cases.offered(amina, sam)
    complaints.go_outside(taken, actor=amina, other="Inspekcja Handlowa")
    complaints.reply_to_body(taken, actor=sam, text="This is how we see it.")
    complaints.body_decides(taken, actor=maria, finding="not_upheld", text="No.", remedies=[])
    held, key = bank("PL")
    complaints.extend_by_law(
        sent(held, key, sam, zone="Europe/Warsaw"), actor=maria, reason="The expert is away"
    )
    far, key = bank("GB")
    sent(far, key, sam)
    return cases.in_hand(amina, sam)


def everything() -> dict[str, outbox.Message]:
    """Let every message be written by the acts that write it."""
    amina, sam, rita = cases.amina(), cases.sam(), cases.rita()
    person = db.session().get_one(Person, amina.person_id)
    with clock.at(MONDAY):
        complaints.enter(
            actor=sam, account=amina.account_id or 0, person=person, channel="phone", received_at=MONDAY,
            words="It leaks",
        )  # fmt: skip
        cases.draft(amina)
        silent, undecided = cases.offered(amina, sam), cases.offered(amina, sam)
        asked = cases.in_hand(amina, sam)
        complaints.news(asked, actor=sam, text="The part is there", next_step="I fit it")
        complaints.reply(asked, actor=sam, text="We will call")
        complaints.ask(asked, actor=sam, question="When are you at home?")
        cases.accept(silent, amina)
        complaints.deliver(cases.remedies(silent, amina)[0].uuid, actor=sam, evidence="Transfer 4711")
        owed = cases.offered(amina, sam)
        cases.accept(owed, amina)
        remedy = cases.remedies(owed, amina)[0].uuid
        complaints.deliver(remedy, actor=sam, evidence="Transfer 4712")
        complaints.not_done(remedy, actor=amina)
        better = cases.offered(amina, sam)
        complaints.offer(
            better, actor=sam, finding="upheld", reasons="More", remedies=[{**cases.REFUND, "amount": "200"}]
        )
        complaints.not_enough(better, actor=amina)
        complaints.take_review(better, actor=rita, next_step="I read it")
        complaints.offer_in_review(
            better, actor=rita, finding="upheld", reasons="All", remedies=[{**cases.REFUND, "amount": "250"}]
        )
        closed = cases.in_hand(amina, sam)
        complaints.offer(closed, actor=sam, finding="not_upheld", reasons="No", remedies=[])
        cases.accept(closed, amina)
        complaints.withdraw(cases.received(amina), actor=amina)
        complaints.reopen(closed, actor=amina)
        wished = by_law(amina, sam)
    assert undecided.state == "offered"
    days(0, 16)
    with clock.at(MONDAY + timedelta(days=15, hours=1)):
        complaints.choose_other(
            wished, actor=amina, remedy_wanted="refund", amount_wanted="10", currency="PLN"
        )
    days(16, 40)
    days(80, 92)
    days(180, 215)
    db.session().get_one(Account, amina.account_id).phone = "+48600100200"
    with clock.at(MONDAY + timedelta(days=216)):
        cases.offered(amina, sam)
    for n in range(217, 250):  # and nothing arrives
        with clock.at(MONDAY + timedelta(days=n)):
            complaints.run_due_clocks(MONDAY + timedelta(days=n))
    return written()


@pytest.mark.slow
def test_every_message_has_an_act_that_writes_it_and_words_in_each_language(app: Flask) -> None:
    found = everything()
    folders = {path.name for path in FOLDER.iterdir() if path.name.startswith("complaint_")}
    assert folders == {name for name in found if name.startswith("complaint_")}
    settings = config.load()
    composer = Composer(app, settings)
    for message in found.values():
        for language in settings.languages:
            for channel in ("email", "letter"):
                words = composer.compose(
                    Parcel(
                        uuid=message.uuid, message_id="<x@y>", name=message.name, channel=channel,
                        address="a@example.org", purpose="service", topic="", service=True, language=language,
                        zone="Europe/Warsaw", at=MONDAY, to_name="Amina", greeting="Amina",
                        about_kind="complaint", about_uuid=message.about_uuid, data=message.data,
                    )
                )  # fmt: skip
                assert message.name == "complaint_draft_reminder" or message.data["number"] in words.subject
                for part in (words.subject, words.text, words.html):
                    assert "None" not in part and "{" not in part.replace("{ color", "").split("<style>")[0]


def test_each_act_writes_its_message_once_to_the_channel_the_customer_chose() -> None:
    amina, sam = cases.amina(), cases.sam()
    complaint = cases.received(amina, contact_channel="letter")
    complaints.send(complaint, actor=amina)
    complaints.take(complaint, actor=sam, next_step="I call")
    complaints.take(complaint, actor=sam, next_step="I call")
    found = [
        (m.name, m.channel) for m in db.session().scalars(select(outbox.Message).order_by(outbox.Message.id))
    ]
    assert found == [("complaint_received", "letter"), ("complaint_taken", "letter")]


def test_a_notice_carries_no_words_of_the_customer() -> None:
    amina, sam = cases.amina(), cases.sam()
    cases.offered(amina, sam, words="BUY-PILLS at evil.example", subject="BUY-PILLS", about="BUY-PILLS")
    for message in db.session().scalars(select(outbox.Message)):
        assert "BUY-PILLS" not in str(message.data)


def test_by_phone_we_call_for_what_matters_and_the_rest_lies_in_the_portal() -> None:
    amina, sam = cases.amina(), cases.sam()
    cases.offered(amina, sam, contact_channel="phone")
    channels = {m.name: m.channel for m in db.session().scalars(select(outbox.Message))}
    assert channels == {
        "complaint_received": "inbox",
        "complaint_taken": "inbox",
        "complaint_answer": "phone",
    }
