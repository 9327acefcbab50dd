"""The doctor says in words what is wrong, with the mend of each, and tells no secret."""

from __future__ import annotations

import socket
from collections import namedtuple
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import text

from portal import config, db
from portal.cli import checking, copies, surroundings
from portal.cli.findings import BAD, OK, WARN, Finding
from portal.config import Settings
from portal.domain import backups, clock, heartbeats
from tests.worker.servers import Box, serving


def of(found: list[Finding], about: str) -> Finding:
    return next(one for one in found if one.about == about)


def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def box() -> Iterator[Box]:
    """A mail server that takes everything, without TLS."""
    with serving(Box()) as running:
        yield running


@pytest.fixture
def real(settings: Settings, tmp_path: Path) -> Settings:
    """The settings of an installation behind a proxy, with a folder of its own."""
    tmp_path.chmod(0o750)
    return settings.model_copy(
        update={
            "demo": False,
            "base_url": f"https://127.0.0.1:{closed_port()}",
            "trusted_proxies": 1,
            "instance_dir": tmp_path,
            "mail_port": closed_port(),
        }
    )


def test_a_sound_installation_has_nothing_wrong_inside(app: Flask, real: Settings, box: Box) -> None:
    with db.unit_of_work():
        heartbeats.beat("one", started_at=clock.now(), jobs={})
    found = list(checking.examine(real.model_copy(update={"mail_port": box.port, "mail_tls": "none"})))
    for about in ("database", "schema", "worker", "messages", "files", "mail server", "proxy"):
        assert of(found, about).state == OK, of(found, about)


def test_each_thing_that_is_wrong_is_named_with_its_mend(
    app: Flask, real: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened = tmp_path / "settings.env"
    opened.write_text("")
    opened.chmod(0o644)
    monkeypatch.setattr(config, "SETTINGS_FILE", opened)
    tmp_path.chmod(0o755)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(surroundings.shutil, "disk_usage", lambda _path: usage(9, 9, 1024))
    with db.unit_of_work() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    found = list(checking.examine(real.model_copy(update={"trusted_proxies": 0})))
    for about, state, mend in (
        ("settings file", BAD, f"chmod o= {opened}"),
        ("sender", BAD, "REINS_MAIL_SENDER"),
        ("schema", BAD, "db upgrade"),
        ("files", BAD, "chmod o="),
        ("disk", BAD, "make room"),
        ("mail server", BAD, "REINS_MAIL_HOST"),
        ("proxy", WARN, "REINS_TRUSTED_PROXIES"),
        ("front", WARN, "start the web process"),
    ):
        one = of(found, about)
        assert one.state == state and mend in one.mend, one


def test_the_age_of_the_last_backup_is_told_with_how_it_is_known(app: Flask, real: Settings) -> None:
    (none,) = copies.backups(real)
    assert none.state == WARN and "none is known" in none.words and "backup FOLDER" in none.mend
    made = clock.now()
    with db.unit_of_work():
        backups.note(backups.TAKEN, taken_at=made, name="reins-1.backup", sealed=True, missing=2)
    for days, state in ((0, OK), (2, OK), (3, WARN), (9, BAD)):
        with clock.at(made + timedelta(days=days, hours=1)):
            found = list(copies.backups(real))
        assert found[0].state == state and "as 'backup' noted in the database" in found[0].words, days
        assert ("60 min" if not days else f"{days} days") in found[0].words
    assert "2 file(s) were missing" in found[1].words
    assert list(copies.backups(real.model_copy(update={"demo": True}))) == []


def test_a_backup_that_nobody_ever_read_is_a_warning(app: Flask, real: Settings) -> None:
    made = clock.now() - timedelta(hours=5)
    with db.unit_of_work():
        backups.note(backups.TAKEN, taken_at=made, name="reins-2.backup", sealed=False)
    assert of(list(copies.backups(real)), "backup check").state == WARN
    with db.unit_of_work():
        backups.note(backups.CHECKED, taken_at=made - timedelta(days=1), name="reins-1.backup", sealed=False)
    last, read = copies.backups(real)
    assert "reins-2.backup, not sealed" in last.words and last.state == OK
    assert read.state == OK and "reins-1.backup was read to its end by 'verify-backup'" in read.words
    with clock.at(clock.now() + timedelta(days=100)):
        assert of(list(copies.backups(real)), "backup check").state == WARN


def test_without_a_schema_nothing_is_said_of_backups(app: Flask, real: Settings) -> None:
    with db.unit_of_work() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert list(copies.backups(real)) == []


def test_no_worker_is_wrong(app: Flask, real: Settings) -> None:
    one = of(list(checking.examine(real)), "worker")
    assert one.state == BAD and "reins-worker" in one.mend


def test_a_mail_server_without_tls_and_a_refused_sign_in_are_wrong(real: Settings, box: Box) -> None:
    (one,) = surroundings.mail(real.model_copy(update={"mail_port": box.port, "mail_tls": "starttls"}))
    assert one.state == BAD and "no TLS" in one.words


def test_a_folder_that_is_no_folder_is_wrong(real: Settings, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file")
    one = next(iter(surroundings.storage(real)))
    assert one.state == BAD and "REINS_INSTANCE_DIR" in one.mend


def test_a_database_that_is_away_is_named_without_its_password(settings: Settings) -> None:
    url = "postgresql+psycopg://nobody:a-pass-word@127.0.0.1:9/none?connect_timeout=1"
    before = db._database
    try:
        db.configure(db.Database(url))
        found = list(checking.examine(settings.model_copy(update={"database_url": url})))
    finally:
        db._database = before
    one = of(found, "database")
    assert one.state == BAD and "postgresql at 127.0.0.1" in one.words
    assert "a-pass-word" not in str(found)


def test_the_front_is_asked_below_its_own_path(real: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Line:
        def __init__(self, *_given: Any, **_more: Any) -> None: ...

        def request(self, _method: str, path: str) -> None:
            asked.append(path)
            raise OSError

    monkeypatch.setattr(surroundings, "HTTPSConnection", Line)
    for base in ("https://one.example", "https://one.example/", "https://one.example/portal"):
        list(surroundings.address(real.model_copy(update={"base_url": base})))
    assert asked == ["/healthz", "/healthz", "/portal/healthz"]


def test_a_check_that_stumbles_is_a_finding(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_settings: Any) -> Any:
        raise PermissionError("amina@example.org")

    monkeypatch.setattr(checking, "CHECKS", (stumble,))
    (one,) = checking.examine(settings)
    assert (one.about, one.state) == ("stumble", BAD) and "amina" not in one.words


def test_the_command_ends_with_one_when_something_is_wrong(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "CHECKS", (lambda _s: iter([Finding("x", BAD, "is broken", "mend it")]),))
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(
        update={"secret_key": SecretStr("q" * 40), "mail_password": SecretStr("a-pass-word")}
    )
    run = app.test_cli_runner().invoke
    said = run(args=["doctor"])
    assert said.exit_code == 1
    assert "WRONG    x: is broken" in said.output and "→ mend it" in said.output
    told = run(args=["doctor", "--json"])
    assert told.exit_code == 1
    assert orjson.loads(told.output)["findings"][0]["mend"] == "mend it"
    monkeypatch.setattr(checking, "CHECKS", (lambda _s: iter([Finding("x", OK, "is well")]),))
    assert run(args=["doctor"]).exit_code == 0
