"""Processes stand still and go on: each message leaves once, each clock does its work once."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal import db
from portal.domain import accounts, clock, complaints, consent, outbox
from portal.domain.accounts import Face
from portal.domain.accounts.models import Membership
from portal.domain.complaints.due import due_complaints
from portal.domain.complaints.models import ComplaintEvent
from portal.domain.consent.models import ConsentEvent, ConsentState
from portal.domain.outbox import Message
from tests import records
from tests.factories import make_purpose
from tests.signing_in import seed_firm, sign_in_staff

from . import ledger
from .accounts import people
from .conftest import SEED, SOAK, Ground
from .processes import LEASE, Installation, Process, installed
from .test_kills import settle

LASTS = 180.0 if SOAK else 22.0  # seconds
ENDING = 20  # permissions


class Sleeper:
    """Stops two processes at a time for longer or shorter than a claim lasts."""

    def __init__(self, ground: Ground, one: Installation, seed: int) -> None:
        self.ground, self.one, self.random = ground, one, random.Random(seed)
        self.cuts: Counter[str] = Counter()
        self.stops: Counter[str] = Counter()

    def once(self) -> None:
        """Stop two of the processes, one of them a worker, and let them go on."""
        time.sleep(self.random.uniform(0.2, 1.0))
        first = self.random.choice(self.one.workers)
        second = self.random.choice([process for process in self.one.processes if process is not first])
        chosen = [first, second]
        seconds = self.random.choice([0.3, 1.0, LEASE + 1.5])
        for process in chosen:
            os.kill(process.pid, signal.SIGSTOP)
        try:
            time.sleep(0.15)
            for process in chosen:
                self.cuts.update(self._in_hand_of(process))
            time.sleep(seconds)
        finally:
            for process in chosen:
                os.kill(process.pid, signal.SIGCONT)
        length = "longer than a claim" if seconds > LEASE else "shorter"
        self.stops[length] += len(chosen)

    def _in_hand_of(self, process: Process) -> set[str]:
        """Return what the mail server has taken from a stopped worker, who has not noted it."""
        taken = self.ground.box.counted()
        with db.unit_of_work(write=False):
            held = db.session().scalars(
                select(Message.message_id).where(
                    Message.state == outbox.State.LEASED.value, Message.leased_by.contains(f"-{process.pid}-")
                )
            )
            return {message_id for message_id in held if taken[message_id]}


@contextmanager
def late_letters(every: float) -> Iterator[list[int]]:
    """Enter complaints that reached us long ago, so that several of their dates have passed, until the block ends."""
    from portal.app import create_app
    from portal.config import load

    with db.unit_of_work():
        seed_firm()
    settings = load()
    person_id = sign_in_staff(create_app(settings, db.database()).test_client(), "handler").id
    with db.unit_of_work(write=False):
        whose = db.session().scalars(select(Membership.account_id).order_by(Membership.id).limit(1)).one()
    entered: list[int] = []
    enough = threading.Event()

    def enter() -> None:
        while not enough.is_set():
            with db.unit_of_work():
                sam = accounts.actor_of(person_id, face=Face.STAFF)
                at = clock.now() - timedelta(days=40)
                one = complaints.enter(
                    actor=sam, account=whose, person=None, channel="letter", received_at=at,
                    words=f"A letter, number {len(entered)}", remedy_wanted="apology",
                )  # fmt: skip
                # What has passed since rings now, as it would for a worker that was away.
                entered.append(one.id)
            enough.wait(every)

    thread = threading.Thread(target=enter, daemon=True)
    thread.start()
    try:
        yield entered
    finally:
        enough.set()
        thread.join(30)


def _wait_for_clocks(seconds: float) -> None:
    """Wait until nothing is due."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with db.unit_of_work(write=False):
            if not due_complaints(clock.now(), 1):
                return
        time.sleep(0.3)


def permissions_that_run_out(count: int) -> None:
    """Let some people have allowed something until a moment ago."""
    with db.unit_of_work():
        seed_firm()
        purpose = make_purpose("soon_over")
        for number in range(count):
            consent.give(purpose, actor=records.customer(f"Person {number}"))
        db.session().execute(update(ConsentState).values(expires_at=clock.now() - timedelta(seconds=1)))


@pytest.mark.slow
@pytest.mark.postgres
def test_processes_that_stand_still_send_nothing_twice_and_do_nothing_twice(
    ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    permissions_that_run_out(ENDING)
    with installed(ground.url, ground.folder, ground.box.port, webs=2, workers=3) as one:
        visitors = people(4, [web.port for web in one.webs], SEED, programs_of_them=2)
        for visitor in visitors:
            visitor.pause = 0.1
            visitor.start()
        sleeper, began = Sleeper(ground, one, SEED), time.monotonic()
        with late_letters(0.7) as entered:
            while time.monotonic() - began < LASTS:
                sleeper.once()
        _wait_for_clocks(40)
        settle(visitors)
        files = ground.folder / "files"
        found = ledger.examine([visitor.told for visitor in visitors], ground.box, files, sleeper.cuts)
    kinds, over = Counter(_effects(entered).values()), _ended()
    with capsys.disabled():
        print(
            f"\n{sum(sleeper.stops.values())} stops in {LASTS:.0f} s (seed {SEED}), two web processes, three workers: "
            f"{dict(sleeper.stops)}"
            f"\n  {dict(found.counted)}"
            f"\n  stopped between the server's OK and our note: {sum(sleeper.cuts.values())}"
            f"\n  {len(entered)} late letters, their effects: {dict(kinds)}; {len(over)} permissions ran out"
        )
    assert not found.faults, "\n".join(found.faults[:40])
    assert len(entered) > 5 and len(kinds) == 1, "the same letter has the same effects, whoever was stopped"
    assert len(over) == ENDING and set(over.values()) == {1}


def _effects(entered: list[int]) -> dict[int, tuple[str, ...]]:
    """Return what was done on each complaint, in its order."""
    done: dict[int, tuple[str, ...]] = {}
    with db.unit_of_work(write=False):
        for row in db.session().execute(
            select(ComplaintEvent.complaint_id, ComplaintEvent.act)
            .where(ComplaintEvent.complaint_id.in_(entered))
            .order_by(ComplaintEvent.complaint_id, ComplaintEvent.id)
        ):
            done[row.complaint_id] = (*done.get(row.complaint_id, ()), row.act)
    return done


def _ended() -> Counter[int]:
    with db.unit_of_work(write=False):
        return Counter(
            db.session().scalars(select(ConsentEvent.person_id).where(ConsentEvent.kind == "expired"))
        )
