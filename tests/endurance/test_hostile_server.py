"""A mail server in every bad mood for a simulated day: nothing is lost, and what cannot arrive is seen by everybody."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import db, mail, worker
from portal.app import create_app
from portal.config import Settings
from portal.domain import accounts, clock, complaints, delivery, outbox
from portal.domain.accounts.models import EmailAddress
from portal.domain.audit import AuditEvent
from portal.domain.outbox import Message
from tests.customer.complaint_pages import actor_of
from tests.signing_in import seed_firm, sign_in_customer, sign_in_staff
from tests.worker.test_smtp import certificate

from .conftest import SEED, SOAK
from .rude import MAY_DOUBLE, MOODS, RudeServer, moods, rude_server

HOURS = 24
MESSAGES = 60 if SOAK else 10
QUARTER = timedelta(minutes=15)
START = datetime(2026, 3, 3, 10, tzinfo=UTC)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RudeServer]:
    with rude_server() as server:
        server.tls = certificate(tmp_path, "elsewhere.example")
        yield server


@pytest.fixture
def app(own_database: db.Database, settings: Settings, server: RudeServer) -> Flask:
    update = {"mail_host": "127.0.0.1", "mail_port": server.port, "mail_tls": "none", "mail_timeout": 0.15}
    return create_app(settings.model_copy(update=update), own_database)


class Day:
    """A worker whose clock is moved from one thing that is due to the next; nobody waits."""

    def __init__(self, app: Flask, server: RudeServer) -> None:
        self.server, self.at = server, START
        self.stop = threading.Event()
        self.plain = mail.post(app)
        upgraded = Flask("upgraded")
        upgraded.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"mail_tls": "starttls"})
        mail.init_mail(upgraded)
        self.upgraded = mail.Post(app, upgraded.config["SETTINGS"])
        self.upgraded.app = upgraded
        self.upgraded.composer = self.plain.composer
        self.longest_wait = timedelta(0)

    def until(self, end: datetime, mood: str) -> None:
        """Work from one due instant to the next until ``end``."""
        self.server.mood = mood
        while self.at < end:
            self.server.now = (self.at - START).total_seconds()
            with clock.at(self.at):
                post = self.upgraded if mood in {"no TLS", "wrong TLS"} else self.plain
                one = worker.Worker(worker.Turn(post, "simulated", self.stop), JOBS)
                one.run_due(time.monotonic())
                assert not any(one.failures.values()), one.failures
                with db.unit_of_work(write=False):
                    due = outbox.next_due(self.at)
            self.at = min(end, max(due or end, self.at + timedelta(seconds=1)))


JOBS = tuple(job for job in worker.SCHEDULE if job.name in {"deliver-messages", "run-complaint-clocks"})


def write(actor: object, number: int) -> None:
    """Let one message be due at this instant."""
    with db.unit_of_work():
        outbox.write(
            "password_changed", key=f"m{number}", account_id=actor.account_id, person_id=actor.person_id,  # type: ignore[attr-defined]
            purpose="security", urgent=True, data={"at": clock.now().isoformat()},
        )  # fmt: skip


def of_customers(app: Flask, count: int) -> list[object]:
    return [actor_of(sign_in_customer(app.test_client(), f"customer{number}")) for number in range(count)]


def messages() -> list[Message]:
    with db.unit_of_work(write=False) as session:
        found = list(session.scalars(select(Message).order_by(Message.id)))
        session.expunge_all()
        return found


@pytest.mark.slow
@pytest.mark.sqlite  # it is about the mail server; `make soak` runs it on both
def test_a_day_of_every_bad_mood_loses_nothing(
    app: Flask, server: RudeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with clock.at(START):
        actors = of_customers(app, 5)
    day, drawn, written = Day(app, server), moods(SEED, HOURS), 0
    for place, mood in enumerate(drawn):
        if written < MESSAGES and place * MESSAGES >= written * (HOURS * 4 - 20):
            with clock.at(day.at):
                write(actors[written % len(actors)], written)
            written += 1
        day.until(START + (place + 1) * QUARTER, mood)
    waited = [one for one in messages() if one.state == outbox.State.QUEUED]
    tried = Counter(one.attempts for one in messages())
    for _ in range(8):
        day.until(day.at + timedelta(hours=1), "well")
    taken = Counter(server.taken)
    found = messages()
    doubled = sum(taken.values()) - len(taken)
    with capsys.disabled():
        print(
            f"\n{HOURS} simulated hours (seed {SEED}), {len(server.met)} of {len(MOODS) - 1} bad moods met, "
            f"{sum(server.met.values())} refusals; {written} messages, {len(waited)} waiting in the end"
            f"\n  tries by then, and by how many messages: {dict(sorted(tried.items()))}"
            f"\n  eight good hours later {len(taken)} Message-IDs, {doubled} second copies, "
            f"{sum(server.doubtful.values())} times the server took it and hung up"
        )
    assert written == MESSAGES and set(server.met) == set(MOODS) - {"well"}
    assert {one.state for one in found} == {outbox.State.SENT}
    assert {one.message_id for one in found} == set(taken) and len(taken) == MESSAGES
    assert all(one.attempts <= delivery.TRIES for one in found)
    assert all(number - 1 <= server.doubtful[message_id] for message_id, number in taken.items())
    with db.unit_of_work(write=False) as session:
        noted = session.scalar(select(func.count()).where(AuditEvent.tag == "message:sent"))
    assert noted == MESSAGES
    assert set(server.met) >= MAY_DOUBLE


def test_an_address_that_is_gone_is_seen_by_the_customer_and_by_staff_and_tried_no_more(
    app: Flask, server: RudeServer
) -> None:
    with db.unit_of_work():
        seed_firm()
    browser, office = app.test_client(), app.test_client()
    gone = actor_of(sign_in_customer(browser, "gone"))
    sign_in_staff(office, "handler")
    with clock.at(START), db.unit_of_work():
        case = complaints.file(actor=gone, words="The kettle leaks.", remedy_wanted="repair")
        about = case.uuid
    day = Day(app, server)
    day.until(START + timedelta(minutes=5), "well")
    first = messages()[0]
    assert (first.state, first.reason) == (outbox.State.GAVE_UP, "address_refused")
    with db.unit_of_work(write=False) as session:
        assert session.scalar(select(EmailAddress.bounced_at).where(EmailAddress.person_id == gone.person_id))
    with clock.at(day.at):
        write(gone, 2)
    day.until(day.at + timedelta(hours=2), "well")
    assert (messages()[-1].state, messages()[-1].reason) == (outbox.State.WITHHELD, "address_bounced")
    assert server.taken == []
    page = browser.get("/messages?view=not_sent").get_data(as_text=True)
    assert f"/messages/{first.uuid}" in page
    told = browser.get(f"/messages/{first.uuid}").get_data(as_text=True)
    assert "does not exist" in re.sub(r"\s+", " ", told)
    with db.unit_of_work(write=False):
        account = accounts.account_by_id(gone.account_id).uuid
    shown = office.get(f"/admin/customers/{account}?for={about}").get_data(as_text=True)
    assert "could not be delivered" in shown


def test_a_slow_answer_to_a_whole_mail_is_waited_for(app: Flask, server: RudeServer) -> None:
    """A server that looks into a mail for longer than one wait has it once."""
    server.hang = 0.35  # longer than the wait of 0.15 s, shorter than a whole conversation
    with clock.at(START):
        write(of_customers(app, 1)[0], 0)
    server.slow_dot = True
    Day(app, server).until(START + timedelta(minutes=10), "well")
    assert len(server.taken) == 1 and messages()[0].state == outbox.State.SENT
