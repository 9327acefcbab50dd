"""The throw-away PostgreSQL of the tests goes when its run goes, however that ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.postgres import NoServer, Server, programs

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.postgres


def _gone(home: Path) -> bool:
    until = time.monotonic() + 20
    while home.exists() and time.monotonic() < until:
        time.sleep(0.05)
    return not home.exists()


def test_a_server_knows_the_letters_of_all_languages_and_leaves_nothing() -> None:
    with Server() as server:
        engine = create_engine(server.url)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT upper('łódź ж')")) == "ŁÓDŹ Ж"
            assert connection.scalar(text("SHOW fsync")) == "off"
        engine.dispose()
    assert not server.home.exists()


def test_a_durable_server_flushes_what_it_promised() -> None:
    with Server(durable=True, settings={"work_mem": "8MB"}) as server:
        engine = create_engine(server.url)
        with engine.connect() as connection:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                assert connection.scalar(text(f"SHOW {name}")) == "on"
            assert connection.scalar(text("SHOW work_mem")) == "8MB"
        engine.dispose()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_server_ends_with_the_process_that_started_it(end: signal.Signals) -> None:
    command = [sys.executable, "-m", "tests.postgres"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        home = Path(str(make_url(process.stdout.readline().strip()).query["host"]))
        assert home.exists()
        process.send_signal(end)
    assert _gone(home)


def test_a_folder_without_programs_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REINS_TEST_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(NoServer, match="has no initdb in it"):
        programs()
