"""A place of files of its own, and a second, empty database to restore into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal import config, db, schema
from tests.conftest import copy, end


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Path]]:
    """Move the installation's folder: each name is another place."""

    def move(name: str) -> Path:
        place = tmp_path / name
        monkeypatch.setenv("REINS_INSTANCE_DIR", str(place))
        config.load.cache_clear()
        return place

    move("first")
    yield move
    monkeypatch.undo()
    config.load.cache_clear()


@pytest.fixture
def empty(template_url: str, tmp_path: Path) -> Iterator[db.Database]:
    """A database without a table; a SQLite file is not even there."""
    made = db.Database(copy(template_url, tmp_path), durable=False)
    if made.sqlite:
        made.dispose()
        Path(str(made.engine.url.database)).unlink()
    else:
        with made.writer.connect() as connection:
            schema.downgrade(connection)
            connection.commit()
    yield made
    end(made)
