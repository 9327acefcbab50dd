"""A database with full durability, a folder, a mail server: what an installation under test stands on."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from portal import config, db, schema
from tests.conftest import KIND, copy, let_go
from tests.postgres import Server

from .postbox import Postbox

SOAK = bool(os.environ.get("REINS_SOAK"))
SEED = int(os.environ.get("REINS_SOAK_SEED", "20261122"))


@dataclass(frozen=True, slots=True)
class Ground:
    """What processes and the test share."""

    url: str
    folder: Path
    box: Postbox


@pytest.fixture(scope="session")
def durable_url() -> Iterator[str]:
    """The address of a PostgreSQL that flushes every commit to the disk, as in production."""
    with Server(durable=True) as server:
        yield server.url


@pytest.fixture
def ground(
    request: pytest.FixtureRequest, template_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Ground]:
    """A database where what is committed is on the disk, and a mail server that listens."""
    if KIND == "sqlite":
        url = copy(template_url, tmp_path)  # processes of the product set synchronous=FULL themselves
    else:
        url = _durable(request.getfixturevalue("durable_url"))
    monkeypatch.setenv("REINS_INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("REINS_SECRET_KEY", secrets.token_urlsafe(48))  # an installation refuses one of a test
    config.load.cache_clear()
    database = db.Database(url)
    if KIND != "sqlite":
        with database.writer.connect() as connection:
            schema.upgrade(connection)
            connection.commit()
    db.configure(database)
    from tests.worker.servers import serving

    with serving(Postbox()) as box:
        yield Ground(url, tmp_path, box)
    let_go(database)
    config.load.cache_clear()


def _durable(server: str) -> str:
    engine = create_engine(make_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.scalar(text(f"SHOW {setting}")) == "on"
        connection.execute(text("DROP DATABASE IF EXISTS endurance"))
        connection.execute(text("CREATE DATABASE endurance TEMPLATE template0 ENCODING 'UTF8'"))
    engine.dispose()
    return make_url(server).set(database="endurance").render_as_string(hide_password=False)
