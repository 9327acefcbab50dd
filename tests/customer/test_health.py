"""What supervisors and watchmen are told: whether it lives, whether it works, and figures for who has the token."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import text

from portal import condition, db, schema
from portal.app import create_app
from portal.config import Settings
from portal.domain import clock, heartbeats
from portal.ui import watch
from tests.worker.test_sending import amina, write

TOKEN = "a-token-for-the-watchman-0123456789"
NOWHERE = "postgresql+psycopg://nobody:a-password@127.0.0.1:9/none?connect_timeout=1"


def beat(owner: str = "one") -> None:
    with db.unit_of_work():
        heartbeats.beat(owner, started_at=clock.now(), jobs={"deliver-messages": clock.now()})


@pytest.fixture
def watched(database: db.Database, settings: Settings) -> Iterator[FlaskClient]:
    """A browser at an installation that gives figures."""
    app = create_app(settings.model_copy(update={"metrics_token": SecretStr(TOKEN)}), database)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True, WTF_CSRF_ENABLED=False)
    yield app.test_client()
    watch.count_events(None)


def test_a_process_lives_without_its_database(settings: Settings) -> None:
    app = create_app(settings, db.Database(NOWHERE))
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_ready_says_what_is_missing_and_nothing_of_its_settings(settings: Settings) -> None:
    app = create_app(settings, db.Database(NOWHERE))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["database"] == "unreachable"
    assert "a-password" not in answer.get_data(as_text=True) and "nobody" not in answer.get_data(as_text=True)


def test_ready_needs_a_worker_that_gave_a_sign_lately(app: Flask) -> None:
    browser = app.test_client()
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.get_json()["worker"]) == (503, "never seen")
    assert browser.get("/readyz?part=web").status_code == 200
    beat()
    answer = browser.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ready", "database": "ok", "schema": "ok", "worker": "ok"}
    with clock.at(clock.now() + heartbeats.FRESH + timedelta(seconds=1)):
        answer = browser.get("/readyz")
        assert (answer.status_code, answer.get_json()["worker"]) == (503, "silent")


def test_ready_needs_the_schema_of_this_release(app: Flask) -> None:
    beat()
    browser = app.test_client()
    known = schema.revisions()
    assert known[0] == schema.head()
    for revision, word in ((known[1], "behind"), ("9999", "unknown")):
        with db.unit_of_work() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
        answer = browser.get("/readyz")
        assert (answer.status_code, answer.get_json()["schema"]) == (503, word)


def test_an_empty_database_is_named(own_database: db.Database) -> None:
    with own_database.writer.connect() as connection:
        schema.downgrade(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        connection.commit()
    assert condition.now().schema == "empty"


def test_a_worker_that_ends_is_forgotten_and_an_old_sign_swept(uow: Any) -> None:
    heartbeats.beat("one", started_at=clock.now(), jobs={})
    heartbeats.beat("two", started_at=clock.now(), jobs={})
    heartbeats.beat("two", started_at=clock.now(), jobs={})
    assert {one.owner for one in heartbeats.alive(clock.now())} == {"one", "two"}
    heartbeats.gone("one")
    assert [one.owner for one in heartbeats.alive(clock.now())] == ["two"]
    with clock.at(clock.now() + timedelta(days=2)):
        heartbeats.sweep()
        assert heartbeats.latest() is None


def test_figures_are_off_without_a_setting(app: Flask) -> None:
    browser = app.test_client()
    assert browser.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer żó"]
)
def test_figures_need_the_token(watched: FlaskClient, given: str) -> None:
    answer = watched.get("/metrics", headers={"Authorization": given} if given else {})
    assert answer.status_code == 401
    assert b"reins_" not in answer.data


def test_figures_count_answers_refusals_and_what_waits(watched: FlaskClient) -> None:
    write(amina(), purpose="security", name="password_changed", data={"at": "2026-03-03T10:00:00+00:00"})
    beat()
    watched.get("/promises")
    watched.get("/amina@example.org")
    watched.post("/sign-in", data={"email": "amina@example.org", "password": "wrong words"})
    with clock.at(clock.now() + timedelta(minutes=1)):
        answer = watched.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.mimetype == "text/plain" and answer.headers["Cache-Control"] == "no-store"
    told = answer.get_data(as_text=True)
    assert 'reins_requests_total{endpoint="none",method="GET",status="404"}' in told
    assert 'reins_request_seconds_bucket{endpoint="customer.sign_in",le="0.25"}' in told
    assert 'reins_security_events_total{event="sign_in.refused"}' in told
    figures = {line.split(" ")[0]: float(line.split(" ")[1]) for line in told.splitlines() if line[:1] != "#"}
    assert figures["reins_outbox_due"] >= 1 and figures["reins_outbox_oldest_seconds"] >= 60
    assert figures["reins_outbox_failed"] == 0 and figures["reins_clock_lag_seconds"] == 0
    assert figures["reins_workers"] == 1
    assert 59 < figures['reins_job_age_seconds{job="deliver-messages"}'] < 70
    assert "reins_database_connections" in figures
    assert "amina" not in told
