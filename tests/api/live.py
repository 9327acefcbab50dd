"""A live server on the loopback for foreign clients, on a database with real commits and a little history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from portal import db
from portal.app import create_app
from portal.config import Settings
from tests.serving import served
from tests.signing_in import seed_firm


def make(database: db.Database, settings: Settings) -> Flask:
    """Build the application for a live server; nobody waits for the limit of calls here."""
    app = create_app(settings.model_copy(update={"api_calls_per_minute": 1_000_000}), database)
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    with db.unit_of_work():
        seed_firm()
    return app


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve ``app`` from a thread for the block; give its address."""
    with served(app) as port:
        yield f"http://127.0.0.1:{port}"
