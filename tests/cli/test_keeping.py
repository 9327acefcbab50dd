"""Backup, check, restore and the decision after it, as commands: one line for whatever is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from portal import config, db
from portal.app import create_app
from portal.domain import backups
from tests import records


@pytest.fixture
def own_app(own_database: db.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setenv("REINS_INSTANCE_DIR", str(tmp_path / "instance"))
    config.load.cache_clear()
    yield create_app(config.load(), own_database)
    monkeypatch.undo()
    config.load.cache_clear()


def run(app: Flask, *arguments: str) -> Result:
    result = app.test_cli_runner().invoke(args=arguments)
    assert "Traceback" not in result.output
    return result


def test_a_backup_is_made_checked_restored_and_decided_about(own_app: Flask, tmp_path: Path) -> None:
    with db.unit_of_work():
        records.customer("Bela Nagy")
    folder, key = tmp_path / "kept", tmp_path / "key"
    folder.mkdir()
    key.write_text("short")
    sealed = ("--key-file", str(key))
    assert "too short" in run(own_app, "backup", str(folder), *sealed).output
    key.write_text("a key that is long enough")
    made = run(own_app, "backup", str(folder), *sealed, "--keep", "3")
    assert made.exit_code == 0, made.output
    file = re.match(r"(\S+\.backup): \d+ rows, 0 files", made.output)
    assert file
    assert "sealed" in run(own_app, "verify-backup", file[1]).output
    with db.unit_of_work(write=False):
        taken = backups.standing()
    assert taken.read_back is None and taken.newest is not None
    assert (taken.newest.act, taken.newest.name, taken.newest.sealed) == ("taken", Path(file[1]).name, True)
    assert "Every checksum is right" in run(own_app, "verify-backup", file[1], *sealed).output
    with db.unit_of_work(write=False):
        assert backups.standing() == (taken.newest, backups.standing().read_back)
        assert backups.standing().read_back is not None
    refused = run(own_app, "restore", file[1], *sealed)
    assert refused.exit_code == 1 and "--force" in refused.output
    assert "Restored." in run(own_app, "restore", file[1], *sealed, "--force").output
    with db.unit_of_work(write=False):  # the notes of before lie after the instant that came back
        known = backups.standing()
    assert known.newest == known.read_back and known.newest is not None and known.newest.act == "restored"
    assert "waited at the backup" in run(own_app, "restored", "status").output
    assert run(own_app, "restored", "release").exit_code == 1
    assert "Messages leave again" in run(own_app, "restored", "release", "--cancel").output
    assert "messages leave" in run(own_app, "restored", "status").output
    assert "exists already" in run(own_app, "backup", file[1]).output


def test_an_upgrade_takes_a_backup_first(own_app: Flask, tmp_path: Path) -> None:
    done = run(own_app, "db", "upgrade", "--backup", str(tmp_path))
    assert done.exit_code == 0 and "Backup: " in done.output
    with db.unit_of_work(write=False):
        assert backups.standing().newest is not None
    with db.database().writer.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    refused = run(own_app, "db", "upgrade")
    assert refused.exit_code == 1 and "newer" in refused.output
