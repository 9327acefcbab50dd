"""An application on a database of its own whose mail goes to a server of the test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from portal import db, mail
from portal.app import create_app
from portal.config import Settings
from portal.domain import clock
from tests.worker.servers import SAMPLES, Box, serving


@pytest.fixture(autouse=True)
def a_morning() -> Iterator[None]:
    """Let the clock of this thread stand at eleven in Warsaw on a Tuesday."""
    with clock.at(datetime(2026, 3, 3, 10, tzinfo=UTC)):
        yield


@pytest.fixture
def box() -> Iterator[Box]:
    """A mail server that takes everything until the test says otherwise."""
    with serving(Box()) as running:
        yield running


@pytest.fixture
def app(own_database: db.Database, settings: Settings, box: Box, tmp_path: Path) -> Flask:
    """The application, sending to ``box``."""
    changed = settings.model_copy(
        update={
            "mail_host": "127.0.0.1", "mail_port": box.port, "mail_tls": "none", "mail_timeout": 2.0,
            "sms_dir": tmp_path / "sms", "base_url": "https://portal.vistula.example",
        }
    )  # fmt: skip
    app = create_app(changed, own_database)
    app.jinja_env.loader = ChoiceLoader([app.jinja_env.loader, DictLoader(SAMPLES)])
    return app


@pytest.fixture
def post(app: Flask) -> mail.Post:
    """The transport of a worker."""
    return mail.post(app)
