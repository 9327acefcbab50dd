"""A told history for tests of the whole: told once for a run of tests, copied for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal import db
from portal.config import Settings
from tests.conftest import at_rest, copy, end
from tests.journeys.stage import tell_a_little
from tests.once import folder_of_run, once


@pytest.fixture(scope="session")
def told_url(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database in which the cast has a history; nobody is connected to it."""
    return once(tmp_path_factory, "told", lambda: _tell(template_url, folder_of_run(tmp_path_factory)))


def _tell(template_url: str, folder: Path) -> str:
    from portal import config
    from portal.app import create_app

    url = copy(template_url, folder)
    database = db.Database(url, durable=False)
    config.load.cache_clear()
    app = create_app(config.load(), database)
    with app.app_context():
        tell_a_little(app, crowd=0)
    return at_rest(database, url)


@pytest.fixture
def told(told_url: str, settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of the told history, with real commits."""
    yield from served(told_url, settings, tmp_path)


def served(told_url: str, settings: Settings, folder: Path) -> Iterator[Flask]:
    """Give the application on its own copy of the told history."""
    from portal.app import create_app

    database = db.Database(copy(told_url, folder), durable=False)
    app = create_app(settings, database)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True)
    yield app
    end(database)
