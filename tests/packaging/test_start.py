"""What must not serve does not start: one line names the setting and the mend, and no value."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from portal import app as composition
from portal import config, db

pytestmark = pytest.mark.pure

GOOD = {
    "REINS_SECRET_KEY": "v7Qm2ZkP0tXw9LrB4sNdY6hJcF8gUaE1iOyT3pKx",
    "DATABASE_URL": "postgresql+psycopg://reins@db/reins",
    "REINS_BASE_URL": "https://portal.firm.test",
}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment with nothing but the settings of a good installation."""
    for name in list(os.environ):
        if name.startswith(("REINS_", "FLASK_")) and name not in {"REINS_TEST_DATABASE"}:
            monkeypatch.delenv(name)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(config, "SETTINGS_FILE", tmp_path / "settings.env")
    config.load.cache_clear()
    return monkeypatch


def refused() -> str:
    config.load.cache_clear()
    try:
        with pytest.raises(config.SettingsMissing) as found:
            config.load()
    finally:
        config.load.cache_clear()
    return str(found.value)


def test_a_good_installation_starts(world: pytest.MonkeyPatch) -> None:
    assert config.load().secure
    config.load.cache_clear()


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("REINS_SECRET_KEY", "too short", "32 characters or more"),
        ("REINS_SECRET_KEY", "change-me-change-me-change-me-change-me", "can be guessed"),
        ("REINS_SECRET_KEY", "x" * 60, "can be guessed"),
        ("REINS_SECRET_KEY", "a-key-for-journeys-that-is-long-enough-0123456789", "can be guessed"),
        ("REINS_PREVIOUS_SECRET_KEYS", '["default-default-default-default-default"]', "can be guessed"),
        ("REINS_BASE_URL", "http://portal.firm.test", "must be https"),
        ("REINS_DEMO", "1", "must be on localhost"),
        ("REINS_LIGHT_PASSWORDS", "1", "remove it"),
        ("REINS_OUTBOUND_LOOPBACK", "1", "remove it"),
        ("FLASK_DEBUG", "1", "remove it"),
        ("DATABASE_URL", "sqlite://", "name a file or PostgreSQL"),
        ("DATABASE_URL", "sqlite:///:memory:", "name a file or PostgreSQL"),
        ("REINS_METRICS_TOKEN", "prometheus", "can be guessed"),
        ("REINS_PROXY_NETWORKS", '["everywhere"]', "REINS_PROXY_NETWORKS"),
        ("REINS_PREVIOUS_SECRET_KEYS", "n0-List-3kq9ZtP0xWvL7rB4sNdY6hJcF8gUaE1iOyTm", "list as JSON"),
    ],
)
def test_it_does_not_start_and_says_why(world: pytest.MonkeyPatch, name: str, value: str, mend: str) -> None:
    world.setenv(name, value)
    line = refused()
    assert line.startswith("Reins cannot start: ") and "\n" not in line
    assert mend in line
    assert name in line or name == "REINS_DEMO"
    assert name == "FLASK_DEBUG" or value not in line or len(value) < 10


def test_a_demo_behind_a_proxy_does_not_start(world: pytest.MonkeyPatch) -> None:
    world.setenv("REINS_DEMO", "1")
    world.setenv("REINS_BASE_URL", "http://localhost:8000")
    world.setenv("REINS_TRUSTED_PROXIES", "1")
    assert "remove REINS_DEMO" in refused()


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o666])
def test_settings_that_everybody_can_read_or_change_stop_the_start(
    world: pytest.MonkeyPatch, mode: int
) -> None:
    config.SETTINGS_FILE.write_text("REINS_FIRM_NAME=Vistula\n")
    config.SETTINGS_FILE.chmod(mode)
    assert f"chmod o= {config.SETTINGS_FILE}" in refused()
    config.SETTINGS_FILE.chmod(0o640)
    assert config.load().firm_name == "Vistula"
    config.load.cache_clear()


def test_the_demo_is_not_served_by_the_production_server(
    world: pytest.MonkeyPatch,
) -> None:
    world.setitem(sys.modules, "granian", ModuleType("granian"))
    world.setenv("REINS_DEMO", "1")
    world.setenv("REINS_BASE_URL", "http://localhost:8000")
    config.load.cache_clear()
    line = composition.refusal(config.load())
    config.load.cache_clear()
    assert line.startswith("Reins cannot start: REINS_DEMO is set")


def test_sqlite_without_a_log_that_is_written_ahead_is_refused(
    world: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'reins.db'}")
    before = db._database
    try:
        db.configure(db.Database(f"sqlite:///{tmp_path / 'reins.db'}"))
        settings = config.load()
        config.load.cache_clear()
        assert composition.refusal(settings) == ""
        # A database in memory keeps none, as a file on some network disks.
        db.configure(db.Database("sqlite://"))
        assert "DATABASE_URL" in composition.refusal(settings)
    finally:
        db._database = before


def test_what_serves_the_web_imports_no_command_and_no_migration(tmp_path: Path) -> None:
    asked = (
        "import sys, wsgi; print('customer' in wsgi.app.blueprints,"
        " *{'alembic', 'portal.backup', 'portal.cli.doctor', 'portal.dev.history'} & {*sys.modules})"
    )
    given = {"REINS_INSTANCE_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/reins.db"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REINS_")}
    environment |= {**GOOD, **given}
    command = [sys.executable, "-c", asked]
    done = subprocess.run(
        command, cwd=config.ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True"]
