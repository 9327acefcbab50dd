"""The worker: one schedule of everything that happens by itself; as many of them as you like may run at once.

Each job is safe to run twice at the same time: it takes its rows by conditional updates. A job that fails is tried
again later and later, up to five minutes; the others go on as if nothing had happened.
"""

from __future__ import annotations

import os
import queue
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext

from portal import db, hooks, logs, mail, supervision
from portal.domain import (
    accounts,
    clock,
    complaints,
    consent,
    delivery,
    drops,
    exchange,
    files,
    heartbeats,
    outbox,
    retention,
    sharing,
    tasks,
    webhooks,
)

BATCH = 20
LONGEST_BACK_OFF = 300.0
LONGEST_TURN = 60.0  # of a long job, before the others get theirs
BEAT = 10.0  # seconds between two signs of life
LONGEST_GOODBYE = 60.0  # for what is in hand when it is told to stop; systemd kills after ninety seconds
log = structlog.get_logger()


@dataclass(slots=True)
class Turn:
    """What a job may use: the transport, the name of this worker, and whether to stop."""

    post: delivery.Transport
    owner: str
    stop: threading.Event


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the schedule; ``every`` is in seconds, ``woken`` jobs run at once after a wake-up too."""

    name: str
    every: float
    run: Callable[[Turn], object]
    woken: bool = False


def _answer_mailbox_requests(_turn: Turn) -> None:
    with db.unit_of_work():
        accounts.handle_mailbox_requests()


def _over(turn: Turn) -> Callable[[], bool]:
    """Return what tells whether a long job must let the others go on, and the supervisor hear of us."""
    until = time.monotonic() + LONGEST_TURN
    return lambda: turn.stop.is_set() or time.monotonic() >= until


def _deliver(turn: Turn) -> None:
    over = _over(turn)
    while not over():
        claimed = delivery.deliver_due(turn.post, owner=turn.owner, limit=BATCH, stopping=over)
        if claimed < BATCH:
            return


def _tell_partners(turn: Turn) -> None:
    began = time.monotonic()
    while not turn.stop.is_set() and time.monotonic() - began < LONGEST_TURN:
        claimed = webhooks.deliver_due(hooks.carry, owner=turn.owner, limit=BATCH, stopping=turn.stop.is_set)
        if claimed < BATCH:
            return


def _run_clocks(_turn: Turn) -> None:
    complaints.run_all_due(clock.now())  # each complaint in a transaction of its own


def _end_lost_tasks(_turn: Turn) -> None:
    tasks.end_lost()  # each in a transaction of its own


def _run_exchange(_turn: Turn) -> None:
    exchange.return_due()  # each in a transaction of its own, the mails too
    exchange.tell_due()


def _expire_consents(_turn: Turn) -> None:
    with db.unit_of_work():
        consent.expire_due()


def _publish_purposes(_turn: Turn) -> None:
    consent.planning.publish_due()  # each purpose in a transaction of its own


def _carry_out_seat_claims(_turn: Turn) -> None:
    accounts.seat.carry_out_due()  # each in a transaction of its own


def _tell_ready(_turn: Turn) -> None:
    with db.unit_of_work():
        accounts.tell_ready()


def _keep_retention(turn: Turn) -> None:
    retention.run_due(stopping=_over(turn))  # each batch in a transaction of its own


def _sweep_heartbeats(_turn: Turn) -> None:
    with db.unit_of_work():
        heartbeats.sweep()


def _sweep_files(_turn: Turn) -> None:
    with db.unit_of_work(write=False):
        files.sweep()


SCHEDULE = (
    Job("answer-mailbox-requests", 2, _answer_mailbox_requests, woken=True),
    Job("deliver-messages", 2, _deliver, woken=True),
    Job("tell-partners", 2, _tell_partners, woken=True),
    Job("keep-partners-in-step", 30, lambda _turn: sharing.keep_in_step()),
    Job("run-complaint-clocks", 10, _run_clocks),
    Job("end-lost-tasks", 30, _end_lost_tasks),
    Job("run-sharing", 10, lambda _turn: sharing.run_due()),  # each grant in a transaction of its own
    Job("run-exchange", 60, _run_exchange),
    Job("check-drops", 2, lambda turn: drops.check_due(owner=turn.owner, stopping=_over(turn)), woken=True),
    Job("expire-consents", 60, _expire_consents),
    Job("publish-purposes", 60, _publish_purposes),
    Job("carry-out-seat-claims", 60, _carry_out_seat_claims),
    Job("tell-ready-resets", 60, _tell_ready),
    Job("keep-retention", 60, _keep_retention),
    Job("keep-law", 24 * 3600, lambda _turn: complaints.legislating.keep_law()),
    Job("sweep-heartbeats", 3600, _sweep_heartbeats),
    Job("sweep-files", 24 * 3600, _sweep_files),
)


@dataclass(slots=True)
class Worker:
    """Runs a schedule until it is told to stop."""

    turn: Turn
    schedule: tuple[Job, ...] = SCHEDULE
    due: dict[str, float] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    started_at: datetime = field(default_factory=clock.now)
    went_well: dict[str, datetime] = field(default_factory=dict)
    next_beat: float = 0.0

    def run(self) -> None:
        """Work until the stop is set; what is in hand is finished or given back first."""
        log.info("worker.started", owner=self.turn.owner)
        supervision.tell("READY=1")
        while not self.turn.stop.is_set():
            self.run_due(time.monotonic())
            rest = min(self.due.values(), default=1.0) - time.monotonic()
            if outbox.wait(max(0.05, min(rest, 2.0))):
                self.wake()
        supervision.tell("STOPPING=1")
        self._signal(lambda: heartbeats.gone(self.turn.owner))
        log.info("worker.stopped", owner=self.turn.owner)

    def beat(self, at: float) -> None:
        """Say that this worker lives, if it is time; a database that is away must not keep it from its work."""
        if at < self.next_beat:
            return
        self.next_beat = at + BEAT
        supervision.tell("WATCHDOG=1")
        self._signal(
            lambda: heartbeats.beat(self.turn.owner, started_at=self.started_at, jobs=self.went_well)
        )

    @staticmethod
    def _signal(write: Callable[[], None]) -> None:
        try:
            with db.unit_of_work():
                write()
        except Exception as error:
            log.error("worker.no_heartbeat", **logs.fault(error))

    def wake(self) -> None:
        """Let the jobs that a wake-up is for run now, unless they wait after a failure."""
        for job in self.schedule:
            if job.woken and not self.failures.get(job.name):
                self.due[job.name] = 0.0

    def run_due(self, at: float) -> None:
        """Run every job whose time has come; ``at`` is in seconds of the monotonic clock."""
        for job in self.schedule:
            if self.turn.stop.is_set():
                return
            self.beat(max(at, time.monotonic()))
            if self.due.get(job.name, 0.0) > at:
                continue
            failed = 0
            try:
                job.run(self.turn)
            except Exception as error:
                failed = self.failures.get(job.name, 0) + 1
                log.error("worker.job_failed", job=job.name, failures=failed, **logs.fault(error))
            else:
                self.went_well[job.name] = clock.now()
            self.failures[job.name] = failed
            wait = min(max(job.every, LONGEST_BACK_OFF), job.every * 2 ** min(failed, 20))
            self.due[job.name] = time.monotonic() + wait


def owner_name() -> str:
    """Return a name for this worker that no other has."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{threading.get_ident() % 10_000}"


def run(app: Flask, stop: threading.Event) -> None:
    """Work for ``app`` in this thread until ``stop`` is set (and :func:`outbox.ring` to hear of it at once)."""
    Worker(Turn(mail.post(app), owner_name(), stop)).run()


@dataclass(frozen=True, slots=True)
class Beside:
    """A worker in a thread beside the web server of the same process."""

    thread: threading.Thread
    stop_event: threading.Event

    def tell(self) -> None:
        """Tell it to stop."""
        self.stop_event.set()
        outbox.ring()

    def stop(self, wait: float = 10.0) -> None:
        """Let it finish what it has in hand, for at most ``wait`` seconds."""
        self.tell()
        self.thread.join(wait)


def start(app: Flask, ended: Callable[[], object] = lambda: None) -> Beside:
    """Start a worker in a thread of this process, as the demo does; end it with :meth:`Beside.stop`."""
    stop = threading.Event()

    def work() -> None:
        try:
            run(app, stop)
        finally:
            ended()

    thread = threading.Thread(target=work, name="worker", daemon=True)
    thread.start()
    return Beside(thread, stop)


@click.command("worker")
@with_appcontext
def command() -> None:
    """Deliver messages and run the clocks until SIGTERM or Ctrl-C; a second one leaves what is in hand."""
    if not current_app.config["SETTINGS"].demo:
        logs.guard_process()
    # A handler may interrupt any line of its thread, so it may take no lock that this thread can hold: the work is
    # done in another thread, and this one only waits on a queue made for that.
    heard: queue.SimpleQueue[str] = queue.SimpleQueue()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda _signal, _frame: heard.put("signal"))
    beside = start(current_app._get_current_object(), ended=lambda: heard.put("ended"))  # type: ignore[attr-defined]
    if heard.get() == "ended":
        raise SystemExit(1)
    beside.tell()
    try:
        heard.get(timeout=LONGEST_GOODBYE)
    except queue.Empty:
        log.warning("worker.left_in_hand")


def init_worker(app: Flask) -> None:
    """Register ``flask worker``, and how a command starts one beside the web server."""
    app.cli.add_command(command)
    app.extensions["reins.worker"] = start
