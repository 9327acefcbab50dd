"""The schedule: what fails waits, what works goes on, and a stop is heard at once."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db, mail, worker
from portal.domain import outbox
from portal.domain.accounts import ask_to_register
from tests.worker.servers import Box
from tests.worker.test_sending import amina, look, write


def turn(post: mail.Post) -> worker.Turn:
    return worker.Turn(post, "w", threading.Event())


def test_a_failing_job_stops_nobody_and_waits_longer_each_time(post: mail.Post) -> None:
    ran: list[str] = []

    def fail(_turn: Any) -> None:
        ran.append("fails")
        raise RuntimeError("with personal data in its words")

    jobs = (worker.Job("fails", 10, fail), worker.Job("works", 10, lambda _turn: ran.append("works")))
    one = worker.Worker(turn(post), jobs)
    one.run_due(time.monotonic())
    assert ran == ["fails", "works"]
    first = one.due["fails"] - time.monotonic()
    one.run_due(one.due["fails"])
    second = one.due["fails"] - time.monotonic()
    assert ran == ["fails", "works", "fails", "works"]
    assert 19 < first < 21 and 39 < second < 41 and one.due["works"] - time.monotonic() < 11


def test_a_back_off_ends_at_five_minutes_and_with_the_first_success(post: mail.Post) -> None:
    broken = [True]

    def run(_turn: Any) -> None:
        if broken:
            raise RuntimeError

    one = worker.Worker(turn(post), (worker.Job("job", 2, run),))
    for _ in range(12):
        one.run_due(time.monotonic() + 10_000)
    assert 299 < one.due["job"] - time.monotonic() <= 300
    broken.clear()
    one.run_due(time.monotonic() + 10_000)
    assert one.due["job"] - time.monotonic() <= 2


def test_what_a_log_says_of_a_failure_has_no_words_of_it(
    post: mail.Post, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_turn: Any) -> None:
        raise ValueError("amina@example.org")

    worker.Worker(turn(post), (worker.Job("job", 2, fail),)).run_due(time.monotonic())
    said = capsys.readouterr()
    assert "ValueError" in said.out + said.err and "amina" not in said.out + said.err


def test_every_job_of_the_schedule_runs(post: mail.Post) -> None:
    one = worker.Worker(turn(post))
    one.run_due(time.monotonic())
    assert one.failures == {job.name: 0 for job in worker.SCHEDULE}


def test_a_request_for_a_mailbox_becomes_a_mail(box: Box, post: mail.Post) -> None:
    with db.unit_of_work():
        ask_to_register(name="Ola Lis", email="ola@example.org", language="pl")
    one = worker.Worker(turn(post))
    one.run_due(time.monotonic())
    assert box.recipients == ["ola@example.org"]
    with db.unit_of_work(write=False) as session:
        assert session.scalars(select(outbox.Message.language)).one() == "pl"


def test_a_worker_beside_the_web_sends_at_once_and_stops_at_once(app: Flask, box: Box) -> None:
    actor = amina()
    beside = worker.start(app)
    try:
        deadline = time.monotonic() + 10
        number = write(actor, purpose="security", urgent=True)
        while not box.raw and time.monotonic() < deadline:
            time.sleep(0.02)
        while look(number).state != outbox.State.SENT and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        began = time.monotonic()
        beside.stop()
    assert time.monotonic() - began < 3 and not beside.thread.is_alive()
    assert look(number).state == outbox.State.SENT and len(box.raw) == 1


def test_two_workers_send_each_message_once(app: Flask, box: Box) -> None:
    actor = amina()
    for n in range(25):
        write(actor, f"k{n}", purpose="security", urgent=True)
    workers = [worker.start(app) for _ in range(2)]
    deadline = time.monotonic() + 20
    while len(box.raw) < 25 and time.monotonic() < deadline:
        time.sleep(0.05)
    for one in workers:
        one.stop()
    assert len(box.raw) == len(set(box.message_ids)) == 25


def test_a_turn_of_deliveries_ends_in_time_though_a_slow_server_takes_every_one(
    box: Box, post: mail.Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A supervisor waits for a sign after each turn, and ends who gives none in the middle of a conversation."""
    actor = amina()
    numbers = [write(actor, f"k{n}", purpose="security", urgent=True) for n in range(5)]
    box.data = lambda _content: time.sleep(0.2)
    with monkeypatch.context() as patch:
        patch.setattr(worker, "LONGEST_TURN", 0.3)
        worker._deliver(turn(post))
    sent = len(box.raw)
    assert 0 < sent < 5
    assert [look(number).state for number in numbers] == [outbox.State.SENT] * sent + [
        outbox.State.QUEUED
    ] * (5 - sent)
    box.data = lambda _content: None
    worker._deliver(turn(post))
    assert len(box.raw) == len(set(box.message_ids)) == 5
