"""The stage of the journeys: a served demo firm with the cast and a few others, its worker, its mail, a browser."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from portal import config, db, schema
from portal.dev import mailings, office
from portal.dev.history import History
from portal.dev.mail import start_sink
from portal.dev.replay import Replay
from portal.domain import accounts, clock
from portal.mail import silent
from tests.serving import served

from . import scenes

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
CROWD = 14


@dataclass(slots=True)
class Stage:
    """What a journey may use."""

    app: Flask
    url: str
    mail: Path

    def link(self, name: str) -> str:
        """Return a one-time sign-in address of somebody."""
        with self.app.app_context(), db.unit_of_work():
            token, _ = accounts.demo_link(accounts.person_called(name))
        return f"{self.url}/dev/link/{token}"

    def letters(self, to: str) -> list[str]:
        """Return the raw mails to an address, oldest first."""
        found = [path.read_text(errors="replace") for path in sorted(self.mail.glob("*.eml"))]
        return [raw for raw in found if raw.split("\n", 1)[0].strip().endswith(to)]


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def staged(folder: Path, around: Callable[[Any], Any] = lambda app: app) -> Iterator[Stage]:
    """Serve a small demo firm from ``folder`` with its worker and its mail; everything stops at the end.

    ``around`` may put something of WSGI around the application.
    """
    port = free_port()
    sink = start_sink(folder / "mail")
    os.environ.update(
        REINS_SECRET_KEY="a-key-for-journeys-that-is-long-enough-0123456789",
        DATABASE_URL=f"sqlite:///{folder / 'reins.db'}", REINS_DEMO="1", REINS_INSTANCE_DIR=str(folder),
        REINS_BASE_URL=f"http://localhost:{port}", REINS_MAIL_HOST="127.0.0.1", REINS_MAIL_PORT=str(sink.port),
        REINS_MAIL_TLS="none", REINS_PARTNERS_MAY_USE_PASSWORDS="1", REINS_OUTBOUND_LOOPBACK="1",
    )  # fmt: skip
    config.load.cache_clear()
    settings = config.load()
    from portal.app import create_app

    database = db.Database(settings.database_url, durable=False)
    app = create_app(settings, database)
    scenes.error_pages(app)
    scenes.say_what_made_it(app)
    with database.writer.connect() as connection:
        schema.upgrade(connection)
        connection.commit()
    with app.app_context():
        tell_a_little(app, more=scenes.every_state)
        scenes.partners_too()
    beside = app.extensions["reins.worker"](app)
    try:
        with served(around(app), port=port, threads=8):
            yield Stage(app, f"http://localhost:{port}", folder / "mail")
    finally:
        beside.stop()
        sink.stop()
        database.dispose()


def tell_a_little(
    app: Flask, *, crowd: int = CROWD, more: Callable[[History], None] = lambda _history: None
) -> None:
    """Tell the history of the cast and of a few others, and what ``more`` puts into it."""
    end = clock.now()
    replay = Replay(end - timedelta(days=450), end, silent(app), tick=timedelta(days=4))
    history = History(replay)
    with clock.at(replay.start), db.unit_of_work():
        history.firm()
        office.lives(history)
        history.principals()
    more(history)
    history.crowd(crowd)
    replay.run(lambda _share: None)
    with clock.at(end), db.unit_of_work():
        mailings.wait(history)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the installed Chromium."""
    path = os.environ.get("REINS_CHROMIUM") or "/usr/bin/chromium"
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A page of a fresh browser context that remembers what went wrong on it."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.set_default_timeout(20_000)

    def _console(self, message: object) -> None:
        if getattr(message, "type", "") == "error":
            text = str(getattr(message, "text", ""))
            # The browser itself reports an answer of 4xx that a test asks for on purpose.
            if "Failed to load resource" not in text:
                self.faults.append(f"{self.page.url}: {text}")

    def go(self, path: str) -> Page:
        """Open a path of the site."""
        self.page.goto(path if path.startswith("http") else self.url + path, wait_until="load")
        return self.page
