"""Partners are told at once and signed: through a day without an answer nothing is lost and the order is kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import func, select, update

from portal import config, db, hooks
from portal.domain import clock, leasing, outbox, sharing, webhooks
from portal.domain.actor import Actor
from portal.domain.errors import Conflict, Denied, NotFound
from portal.domain.outbox import Message
from portal.domain.sharing import Told
from tests.domain.sharing.giving import customer, grant, partner

LEASE = timedelta(minutes=3)


class Receiver:
    """A partner's system: notes what came, and answers as the test says."""

    def __init__(self) -> None:
        self.status, self.seen, self.tries = 200, [], 0
        self.before: Any = lambda: None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.tries += 1
                outer.before()
                if outer.status == 200:
                    outer.seen.append((dict(self.headers), body))
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/reins"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def kinds(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.seen]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("REINS_OUTBOUND_LOOPBACK", "1")
    config.load.cache_clear()
    made = Receiver()
    yield made
    made.close()
    config.load.cache_clear()


@pytest.fixture
def people(own_database: db.Database, receiver: Receiver) -> tuple[Actor, Actor, str]:
    """Amina, Nils who administers a partner with a receiver, and its secret."""
    with db.unit_of_work():
        amina, nils = customer(), partner()
        secret = webhooks.set_endpoint(nils.partner_id or 0, receiver.url, actor=nils)
    assert secret
    return amina, nils, secret


def work(owner: str = "w") -> None:
    while webhooks.deliver_due(hooks.carry, owner=owner):
        pass


def history(amina: Actor) -> list[Told]:
    with db.unit_of_work(write=False):
        desk = sharing.of(amina)
        return desk.get(desk.shares()[0].uuid).history


def signed(secret: str, headers: dict[str, str], body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()


def test_a_receiver_that_is_down_for_a_day(people: tuple[Actor, Actor, str], receiver: Receiver) -> None:
    amina, _, secret = people
    morning, receiver.status = clock.now(), 503
    with db.unit_of_work():
        made = grant(amina, people[1]).uuid
    work()
    for hours in range(1, 25):
        with clock.at(morning + timedelta(hours=hours)):
            if hours == 3:
                with db.unit_of_work():
                    share = sharing.of(amina).get(made).share
                    sharing.extend(made, share.terms.until + timedelta(days=1), version=1, actor=amina)
            if hours == 9:
                with db.unit_of_work():
                    sharing.stop(made, actor=amina)
            work()
            told = history(amina)
            assert all(one.waiting and one.told_at is None for one in told)
            assert told[-1].tries and told[-1].next_try
    assert receiver.seen == [] and receiver.tries > 20
    receiver.status = 200
    with clock.at(morning + timedelta(hours=26)):
        work()
        assert receiver.kinds == ["share.given", "share.extended", "share.stopped"]
        assert [one.waiting for one in history(amina)] == [False] * 3
        assert {one.confirmed_at for one in history(amina)} == {clock.now()}
        sharing.run_due()
        sharing.run_due()
    assert [json.loads(body)["data"]["sequence"] for _, body in receiver.seen] == [1, 2, 3]
    for headers, body in receiver.seen:
        assert headers["webhook-signature"] == signed(secret, headers, body)
        assert b"Amina" not in body
    with db.unit_of_work(write=False) as session:
        again = session.scalars(select(Message).where(Message.name == "share_confirmed")).all()
        assert [one.data["what"] for one in again] == ["stopped"]


def test_what_nobody_takes_for_days_goes_by_mail_and_can_be_sent_again(
    people: tuple[Actor, Actor, str], receiver: Receiver
) -> None:
    amina, nils, _ = people
    began, receiver.status = clock.now(), 500
    with db.unit_of_work():
        grant(amina, nils)
    for hours in range(0, 24 * 8, 2):
        with clock.at(began + timedelta(hours=hours)):
            work()
    with clock.at(began + timedelta(days=8)), db.unit_of_work(write=False):
        (dead,) = webhooks.events(nils.partner_id or 0, actor=nils, only="gave_up")
        assert (dead.reason, dead.detail, dead.attempts) == ("status", "500", 48)
    with clock.at(began + timedelta(days=8)):
        for _ in range(2):
            sharing.write_instead()
    with db.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count()).where(Message.name == "share_told")) == 1
    receiver.status = 200
    with db.unit_of_work():
        webhooks.send_again(nils.partner_id or 0, dead.uuid, actor=nils)
    work()
    assert receiver.kinds == ["share.given"] and not history(amina)[0].waiting
    with db.unit_of_work(), pytest.raises(Conflict):
        webhooks.send_again(nils.partner_id or 0, dead.uuid, actor=nils)


def test_the_same_event_has_the_same_id_and_bytes_at_each_try(
    people: tuple[Actor, Actor, str], receiver: Receiver
) -> None:
    amina, nils, _ = people
    with db.unit_of_work():
        grant(amina, nils)
    work()
    with db.unit_of_work() as session:  # as after a crash between their answer and our note
        session.execute(update(webhooks.WebhookEvent).values(state="queued", ended_at=None))
    work()
    (first, one), (second, two) = receiver.seen
    assert first["webhook-id"] == second["webhook-id"] and one == two


def test_while_a_secret_is_changed_both_sign(people: tuple[Actor, Actor, str], receiver: Receiver) -> None:
    amina, nils, old = people
    with db.unit_of_work():
        new = webhooks.rotate(nils.partner_id or 0, actor=nils)
        grant(amina, nils)
    with db.unit_of_work(), pytest.raises(Conflict):
        webhooks.rotate(nils.partner_id or 0, actor=nils)
    work()
    headers, body = receiver.seen[0]
    assert headers["webhook-signature"].split() == [signed(one, headers, body) for one in (new, old)]
    with clock.at(clock.now() + timedelta(hours=25)):
        with db.unit_of_work():
            webhooks.trial(nils.partner_id or 0, actor=nils)
        work()
    headers, body = receiver.seen[1]
    assert headers["webhook-signature"] == signed(new, headers, body)


def test_a_worker_that_lost_its_claim_calls_nobody(
    people: tuple[Actor, Actor, str], receiver: Receiver
) -> None:
    amina, nils, _ = people
    with db.unit_of_work():
        grant(amina, nils)

    def carry(letter: webhooks.Letter) -> None:
        with db.unit_of_work() as session:
            session.execute(
                update(webhooks.WebhookEvent).values(leased_by="other", leased_until=clock.now() + LEASE)
            )
        hooks.carry(letter)

    webhooks.deliver_due(carry, owner="a")
    assert receiver.tries == 0
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(webhooks.WebhookEvent.leased_by)).one() == "other"


def test_two_workers_keep_the_order_of_a_stream(people: tuple[Actor, Actor, str], receiver: Receiver) -> None:
    amina, nils, _ = people
    with db.unit_of_work():
        made = grant(amina, nils).uuid
    with db.unit_of_work():
        sharing.stop(made, actor=amina)
    with db.unit_of_work():
        first = leasing.claim(webhooks.WebhookEvent, 1, "slow", LEASE)
    assert len(first) == 1
    work("other")
    assert receiver.seen == []  # the second waits for the first, whoever has it
    with clock.at(clock.now() + LEASE * 2):
        work("other")
    assert receiver.kinds == ["share.given", "share.stopped"]


def test_after_a_restore_nothing_leaves_until_somebody_decides(
    people: tuple[Actor, Actor, str], receiver: Receiver
) -> None:
    amina, nils, _ = people
    with db.unit_of_work():
        grant(amina, nils)
        outbox.hold(clock.now())
    work()
    assert receiver.tries == 0


def test_only_its_own_administrators_and_our_staff_look_after_the_address(
    people: tuple[Actor, Actor, str],
) -> None:
    amina, nils, _ = people
    with db.unit_of_work():
        worker, other = partner("Westwind", role="worker"), partner("Eastwind Works")
        for actor, wrong in ((worker, Denied), (other, NotFound), (amina, Denied)):
            target = worker.partner_id if actor is worker else nils.partner_id
            for act in (
                lambda who=actor, to=target: webhooks.set_endpoint(to, "https://evil.example/", actor=who),
                lambda who=actor, to=target: webhooks.rotate(to, actor=who),
                lambda who=actor, to=target: webhooks.events(to, actor=who),
            ):
                with pytest.raises(wrong):
                    act()


def test_the_day_and_the_ninety_days(people: tuple[Actor, Actor, str], receiver: Receiver) -> None:
    amina, nils, _ = people
    began: datetime = clock.now()
    with db.unit_of_work():
        grant(amina, nils, until=began + timedelta(days=120))
        grant(amina, nils, until=began + timedelta(days=300), purpose="quote")
    for day in (0, 89, 90, 91, 121, 121, 179):
        with clock.at(began + timedelta(days=day, minutes=1)):
            sharing.run_due()
    with db.unit_of_work(write=False) as session:
        reminders = session.scalars(select(Message).where(Message.name == "share_reminder")).all()
        assert [len(one.data["shares"]) for one in reminders] == [2]
        ended = session.scalars(select(Message).where(Message.name == "share_receipt")).all()
        assert [one.data["what"] for one in ended] == ["given", "given", "expired"]
    with clock.at(began + timedelta(days=180)):
        work()
    assert sorted(receiver.kinds) == ["share.expired", "share.given", "share.given"]
