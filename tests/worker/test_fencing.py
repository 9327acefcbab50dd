"""A worker that stood still: what became of its messages meanwhile is asked right before anything leaves."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError

from portal import db, mail
from portal.domain import clock, outbox
from portal.domain.delivery import TryLater
from portal.domain.gate.models import GateDecision
from portal.domain.outbox import Message
from portal.mail import smtp
from tests.worker.servers import Box
from tests.worker.test_sending import amina, look, tags, work, write
from tests.worker.test_smtp import WORDS, parcel, raw_server, sending_to


def at_the_door(box: Box, **values: Any) -> None:
    """Change the row while the server has the recipient and not the content: so much for the worker's claim."""

    def change(_address: str) -> None:
        with db.unit_of_work() as session:
            session.execute(update(Message).values(**values))

    box.rcpt = change


@pytest.fixture
def morning() -> datetime:
    return clock.now()


def test_what_another_has_taken_meanwhile_does_not_leave(
    box: Box, post: mail.Post, morning: datetime
) -> None:
    number = write(amina())
    at_the_door(box, leased_by="other", leased_until=morning + timedelta(minutes=1))
    work(post)
    message = look(number)
    assert box.raw == [] and (message.state, message.leased_by) == (outbox.State.LEASED, "other")


def test_what_another_has_sent_meanwhile_does_not_leave(box: Box, post: mail.Post, morning: datetime) -> None:
    number = write(amina())
    at_the_door(box, state="sent", leased_by="", leased_until=None, ended_at=morning)
    work(post)
    assert box.raw == [] and look(number).state == outbox.State.SENT


def test_a_claim_that_ran_out_is_given_back_and_the_gate_asked_again(
    box: Box, post: mail.Post, morning: datetime
) -> None:
    number = write(amina())
    at_the_door(box, leased_until=morning - timedelta(seconds=1))
    work(post)
    assert box.raw == [] and look(number).state == outbox.State.QUEUED
    box.rcpt = lambda address: None
    work(post)
    assert look(number).state == outbox.State.SENT and len(box.raw) == 1
    with db.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count(GateDecision.id))) == 2


def test_a_claim_that_is_nearly_over_is_renewed(box: Box, post: mail.Post, morning: datetime) -> None:
    number = write(amina())
    at_the_door(box, leased_until=morning + timedelta(seconds=20))
    work(post)
    assert look(number).state == outbox.State.SENT and len(box.raw) == 1


def test_a_note_that_a_busy_database_refuses_is_written_again(
    box: Box, post: mail.Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.domain.delivery import sending

    number, refusals, real = write(amina()), iter([True, True]), sending._note_once

    def busy(*given: Any, **more: Any) -> None:
        if next(refusals, False):
            raise OperationalError("UPDATE message", {}, Exception("database is locked"))
        real(*given, **more)

    monkeypatch.setattr(sending, "_note_once", busy)
    monkeypatch.setattr(sending, "NOTE_AGAIN", (0.01, 0.01, 0.01))
    work(post)
    assert look(number).state == outbox.State.SENT and tags(look(number)) == ["message:sent"]
    assert work(post) == 0 and len(box.raw) == 1


def conversation(answer: Callable[[Any], None]) -> Callable[[Any], None]:
    """Take a mail as far as its dot, and then do as ``answer`` says."""

    def talk(connection: Any) -> None:
        lines = connection.makefile("rb")
        connection.sendall(b"220 here\r\n")
        for line in iter(lines.readline, b""):
            if line[:4].upper() == b"DATA":
                connection.sendall(b"354 go on\r\n")
                while lines.readline() != b".\r\n":
                    pass
                answer(connection)
            else:
                connection.sendall(b"250 OK\r\n")

    return talk


def test_an_answer_to_the_whole_mail_may_take_longer_than_any_other(app: Flask) -> None:
    def slow(connection: Any) -> None:
        time.sleep(2.2)  # one wait is a second here, a whole conversation four
        connection.sendall(b"250 taken\r\n")

    with raw_server(conversation(slow)) as port, sending_to(app, port, mail_timeout=1.0) as post:
        post.carry(parcel(), WORDS)


def test_an_answer_that_came_while_the_process_stood_still_is_read(app: Flask) -> None:
    post: mail.Post

    def prompt(connection: Any) -> None:
        connection.sendall(b"250 taken\r\n")
        post._deadline.end = time.monotonic() - 60  # as after a long stop right behind the dot

    with raw_server(conversation(prompt)) as port:
        post = sending_to(app, port, mail_timeout=3.0)
        with post:
            post.carry(parcel(), WORDS)


def test_no_answer_is_not_waited_for_without_end(app: Flask) -> None:
    def drip(connection: Any) -> None:
        for _ in range(100):
            connection.sendall(b"2")
            time.sleep(0.05)

    began = time.monotonic()
    with raw_server(conversation(drip)) as port, pytest.raises(TryLater), sending_to(app, port) as post:
        post.carry(parcel(), WORDS)
    assert time.monotonic() - began < 4


def test_a_content_does_not_begin_when_the_process_stood_still_before_it(app: Flask) -> None:
    """The deadline has passed when it wakes up, so the dot is never written."""
    deadline = smtp.Deadline(10.0, 60.0)
    deadline.end = time.monotonic() - 1
    with pytest.raises(TimeoutError):
        deadline.left()


@pytest.mark.postgres
def test_a_transaction_that_stands_still_holds_rows_for_half_a_minute_at_most(
    own_database: db.Database,
) -> None:
    with own_database.writer.connect() as connection:
        assert connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "30s"
