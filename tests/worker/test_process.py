"""The worker as a process: it stops when told, and a kill loses nothing and doubles no Message-ID."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal import config, db, mail
from portal.domain import clock, delivery, outbox
from tests.worker.servers import Box
from tests.worker.test_sending import amina, look, write


@pytest.fixture
def process(own_database: db.Database, box: Box, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`flask worker` on this test's database and mail server."""
    url = own_database.engine.url.render_as_string(hide_password=False)
    environment = {
        **os.environ, "DATABASE_URL": url, "REINS_MAIL_PORT": str(box.port), "REINS_MAIL_TLS": "none",
        "REINS_MAIL_TIMEOUT": "5", "REINS_INSTANCE_DIR": str(tmp_path), "REINS_DEMO": "1",
    }  # fmt: skip
    running = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"], cwd=config.ROOT, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    yield running
    if running.poll() is None:
        running.kill()
    running.wait()


class Thinking:
    """A mail server that has the first message and says nothing about it until it is told to."""

    def __init__(self, box: Box) -> None:
        self.begun, self.over = threading.Event(), threading.Event()
        box.data = self._think

    def _think(self, _content: bytes) -> None:
        if not self.begun.is_set():
            self.begun.set()
            self.over.wait(10)


def a_message() -> int:
    """Write a message that is due at once, and return its number."""
    return write(
        amina(),
        purpose="security",
        urgent=True,
        name="password_changed",
        data={"at": "2026-03-03T10:00:00+00:00"},
    )


def wait_for(what: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def test_it_delivers_and_stops_on_sigterm(process: subprocess.Popen[bytes], box: Box) -> None:
    number = a_message()
    wait_for(lambda: look(number).state == outbox.State.SENT)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert len(box.raw) == 1


def test_a_kill_while_the_server_thinks_leaves_one_message_id(
    process: subprocess.Popen[bytes], box: Box, post: mail.Post
) -> None:
    thinking = Thinking(box)
    number = a_message()
    assert thinking.begun.wait(60)
    process.kill()
    process.wait()
    thinking.over.set()
    wait_for(lambda: len(box.raw) == 1)
    message = look(number)
    assert message.state == outbox.State.LEASED
    assert message.leased_until is not None
    with clock.at(message.leased_until + delivery.lease()):
        assert delivery.deliver_due(post, owner="next") == 1
    assert look(number).state == outbox.State.SENT
    assert len(box.raw) == 2 and box.message_ids == [message.message_id] * 2


def test_what_is_in_hand_is_finished_at_the_first_sigterm_and_left_at_the_second(
    process: subprocess.Popen[bytes], box: Box
) -> None:
    thinking = Thinking(box)
    number = a_message()
    assert thinking.begun.wait(60)
    process.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.7)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 0
    thinking.over.set()
    assert look(number).state == outbox.State.LEASED
