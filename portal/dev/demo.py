"""The demo installation: its settings, its database, its history, and one process that runs it all."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
from datetime import timedelta
from pathlib import Path

import click
import waitress
from flask import Flask
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import inspect, text

from portal import config, db, schema
from portal.domain import clock
from portal.mail import silent

from . import cast, partnership, published, shares, supplies, systems, trade
from .history import MONTHS, tell
from .replay import Replay

INSTANCE = config.ROOT / "instance"
SETTINGS = INSTANCE / "settings.env"
KEPT_WHEN_RESET = {"settings.env"}


def prepare(port: int, smtp_port: int) -> None:
    """Write the settings of a demo if there are none, and point this process at them; refuse a real installation."""
    INSTANCE.mkdir(mode=0o700, exist_ok=True)
    if not SETTINGS.exists():
        SETTINGS.write_text(
            "# Made for the demo. A real installation writes its own: see docs/operations.md.\n"
            f"REINS_SECRET_KEY={secrets.token_urlsafe(48)}\n"
            f"DATABASE_URL=sqlite:///{INSTANCE / 'reins.db'}\n"
            "REINS_DEMO=1\n"
            "REINS_MAIL_TLS=none\n"
            "REINS_LIGHT_PASSWORDS=1\n"
            "REINS_OUTBOUND_LOOPBACK=1\n"
        )
        SETTINGS.chmod(0o600)
    _note("REINS_BASE_URL", f"http://localhost:{port}")
    _note("REINS_PARTNERS_MAY_USE_PASSWORDS", "1")
    os.environ.pop("REINS_BASE_URL", None)
    os.environ["REINS_MAIL_HOST"], os.environ["REINS_MAIL_PORT"] = "127.0.0.1", str(smtp_port)
    config.load.cache_clear()
    settings = config.load()
    if not settings.demo:
        raise click.ClickException(
            "This installation is not a demo (REINS_DEMO is not set in instance/settings.env), so the demo does not "
            "touch it. Use another checkout."
        )


def _note(name: str, value: str) -> None:
    """Write one setting of the demo, so that the commands beside it know it too."""
    kept = [line for line in SETTINGS.read_text().splitlines() if not line.startswith(f"{name}=")]
    if any(line.strip() == "REINS_DEMO=1" for line in kept):
        SETTINGS.write_text("\n".join([*kept, f"{name}={value}"]) + "\n")


def reset() -> None:
    """Remove what the demo wrote, but its settings."""
    for path in INSTANCE.glob("*") if INSTANCE.exists() else ():
        if path.name not in KEPT_WHEN_RESET:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def migrate() -> None:
    """Bring the database of the demo to this release."""
    with db.database().writer.connect() as connection:
        schema.upgrade(connection)
        connection.commit()


def complete() -> None:
    """Add to a firm that an earlier release told what this one's cast has beside."""
    with db.unit_of_work():
        partnership.joins()
        partnership.signs_in()
        trade.leads()
        published.told()
        shares.begin()
        supplies.begin()
        systems.let_in()


def is_loaded() -> bool:
    """Tell whether the history has been told to its end."""
    with db.database().engine.connect() as connection:
        if "account" not in inspect(connection).get_table_names():
            return False
        return connection.execute(text("SELECT count(*) FROM staff_member")).scalar_one() > 0


def load(app: Flask) -> None:
    """Tell the history of the demo firm into an empty database: all of it, or nothing."""
    settings = config.load()
    target = Path(settings.database_url.removeprefix("sqlite:///"))
    draft = target.with_suffix(".loading")
    draft.unlink(missing_ok=True)
    real = db.database()
    # A crash while loading leaves the draft behind, never half a firm; so the draft need not be durable.
    scratch = db.Database(f"sqlite:///{draft}", durable=False)
    db.configure(scratch)
    console = Console(stderr=True)
    try:
        with scratch.writer.connect() as connection:
            schema.upgrade(connection)
            connection.commit()
        end = clock.now()
        replay = Replay(end - timedelta(days=30 * MONTHS), end, silent(app))
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            bar = progress.add_task("Telling eighteen months of Vistula Home", total=1.0)
            with app.app_context():
                tell(replay, lambda share: progress.update(bar, completed=share))
        with scratch.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        scratch.dispose()
        db.configure(real)
    real.dispose()
    for suffix in ("-wal", "-shm"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)
        Path(f"{draft}{suffix}").unlink(missing_ok=True)
    draft.replace(target)


def sign_ins() -> str:
    """Return the sign-in of each member of the cast, as a table for the terminal."""
    lines = [f"  {'who':<8}{'e-mail':<30}{'where':<10}what for"]
    for one in cast.CUSTOMERS:
        lines.append(f"  {one.key.title():<8}{one.email:<30}{'/':<10}{cast.WORDS[one.key]}")
    for colleague in cast.STAFF:
        lines.append(
            f"  {colleague.key.title():<8}{colleague.email:<30}{'/admin':<10}{cast.WORDS[colleague.key]}"
        )
    for one_of in cast.PARTNERS:
        lines.append(f"  {one_of.key.title():<8}{one_of.email:<30}{'/extranet':<10}{cast.WORDS[one_of.key]}")
    lines.append("\n  Nils and Astrid sign in at Northwind's own sign-in, which asks for no password.")
    lines.append(f"  The password of all others is {cast.PASSWORD}. Staff also need a code:")
    lines.append("  .venv/bin/flask --app wsgi demo code sam      or sign in without any:")
    lines.append("  .venv/bin/flask --app wsgi demo link sam")
    return "\n".join(lines)


def listen(port: int) -> str:
    """Return the addresses to listen on: this machine alone, by both families where it has both."""
    addresses = [f"127.0.0.1:{port}"]
    if socket.has_ipv6:
        try:
            with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as trial:
                trial.bind(("::1", 0))
            addresses.append(f"[::1]:{port}")
        except OSError:
            pass
    return " ".join(addresses)


def check_port(port: int) -> None:
    """Stop with one clear line when somebody listens on the port already."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            raise click.ClickException(f"Port {port} is in use. Try: make demo PORT={port + 1}") from None


def run(app: Flask, port: int) -> None:
    """Serve the web and run the worker in this one process until Ctrl-C."""
    beside = app.extensions["reins.worker"](app)
    try:
        waitress.serve(app, listen=listen(port), threads=8, ident="", clear_untrusted_proxy_headers=True)
    finally:
        beside.stop()
