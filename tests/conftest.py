"""Fixtures: each test runs on the database of REINS_TEST_DATABASE, on a connection that is rolled back."""

from __future__ import annotations

import gc
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from sqlalchemy import create_engine, make_url, text

from tests.throwaway import throwaway

os.environ.setdefault("REINS_SECRET_KEY", "test-key-that-is-long-enough-for-every-use-0123456789")
os.environ.setdefault("DATABASE_URL", "sqlite://")
os.environ.setdefault("REINS_DEMO", "1")
os.environ.setdefault("REINS_LIGHT_PASSWORDS", "1")
os.environ.setdefault("REINS_PARTNERS_MAY_USE_PASSWORDS", "1")
if "REINS_INSTANCE_DIR" not in os.environ:  # the workers of a run have that of the run
    os.environ["REINS_INSTANCE_DIR"] = throwaway("reins-test-")

from portal import db, schema
from portal.config import Settings
from portal.domain import complaints, firm, wording
from tests.once import folder_of_run, once
from tests.postgres import server_url

KIND = os.environ.get("REINS_TEST_DATABASE", "sqlite")


def pytest_configure() -> None:
    """Start PostgreSQL before the workers of pytest-xdist, so that they share one server."""
    if KIND == "postgresql":
        server_url()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each worker of `--dist worksteal`, which deals equal stretches, begin with its share of what takes long."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.get_closest_marker("slow")]
    short = [item for item in items if not item.get_closest_marker("slow")]
    dealt: list[pytest.Item] = []
    for worker in range(workers):
        share = long[worker::workers]
        size = max(0, (len(items) - len(dealt)) // (workers - worker) - len(share))
        dealt += [*share, *short[:size]]
        del short[:size]
    items[:] = [*dealt, *short]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is installed a skipped test is a hole, so it fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("REINS_CI") and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("Skipped tests fail this run, because REINS_CI is set.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def template_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of the chosen kind brought to the newest revision by the migrations themselves."""
    return once(tmp_path_factory, "template", lambda: _migrate(folder_of_run(tmp_path_factory)))


def _migrate(folder: Path) -> str:
    name = f"template_{uuid.uuid4().hex[:12]}"
    url = f"sqlite:///{folder / name}.db" if KIND == "sqlite" else _create(name)
    database = db.Database(url, durable=False)
    with database.writer.connect() as connection:
        schema.upgrade(connection)
        connection.commit()
    return at_rest(database, url)


def at_rest(database: db.Database, url: str) -> str:
    """Let go of a database that is to be copied from now on; return its address."""
    let_go(database)
    if url.startswith("sqlite"):
        engine = create_engine(url)
        with engine.connect() as connection:  # copies take the file alone
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
    return url


def _create(name: str, template: str = "template0") -> str:
    """Make a database on the server of this run; return its address."""
    base = make_url(server_url())
    engine = create_engine(base, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # By the log, as newer servers do by themselves: to copy files makes the server write all it holds, twice.
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'"))
    engine.dispose()
    return base.set(database=name).render_as_string(hide_password=False)


def copy(template_url: str, folder: Path) -> str:
    """Copy the template database for a test, a worker or a benchmark; return the address of the copy."""
    if template_url.startswith("sqlite"):
        path = folder / f"{uuid.uuid4().hex[:12]}.db"
        shutil.copy(template_url.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"
    return _create(f"copy_{uuid.uuid4().hex[:12]}", str(make_url(template_url).database))


@pytest.fixture(scope="session")
def shared_database(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[db.Database]:
    """The database that rolled-back tests share."""
    database = db.Database(copy(template_url, tmp_path_factory.mktemp("shared")), durable=False)
    yield database
    database.dispose()


@pytest.fixture
def database(shared_database: db.Database) -> Iterator[db.Database]:
    """The database with one pinned connection: everything a test writes is rolled back."""
    with shared_database.writer.connect() as connection:
        transaction = connection.begin()
        shared_database.pinned = connection
        db.configure(shared_database)
        try:
            yield shared_database
        finally:
            shared_database.pinned = None
            transaction.rollback()


@pytest.fixture
def uow(database: db.Database) -> Iterator[object]:
    """A writing unit of work around the whole test, for tests of verbs."""
    with db.unit_of_work() as session:
        yield session


@pytest.fixture
def own_database(template_url: str, tmp_path: Path) -> Iterator[db.Database]:
    """A database of this test alone, with real commits: for concurrency, crashes and commands."""
    own = db.Database(copy(template_url, tmp_path), durable=False)
    db.configure(own)
    yield own
    end(own)  # the copy goes with its server: to drop one makes the server write all that it holds


def let_go(database: db.Database) -> None:
    """Close what a database has open; what asks for one from here on has to set up its own."""
    database.dispose()
    if db._database is database:
        db._database = None


@pytest.fixture(autouse=True)
def no_database_of_others() -> Iterator[None]:
    """Leave the process without the database of this test: a later one would open what nobody closes."""
    before = db._database
    yield
    db._database = before


def end(database: db.Database) -> None:
    """Close the database of a test; whoever still holds one of its connections fails the test."""
    engines, until = {database.engine, database.reader}, time.monotonic() + 5

    def held() -> list[str]:
        return [one.pool.status() for one in engines if one.pool.checkedout()]  # type: ignore[attr-defined]

    while held() and time.monotonic() < until:
        gc.collect()  # what a stopped thread held goes back to the pool, which closes it
        time.sleep(0.02)
    still = held()
    let_go(database)
    assert not still, f"connections are still in use: {still}"


@pytest.fixture
def settings() -> Settings:
    """The settings of the tests."""
    from portal import config

    config.load.cache_clear()
    return config.load()


class Compiled(BytecodeCache):
    """Templates compiled once for all apps of this process."""

    known: ClassVar[dict[str, bytes]] = {}

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """Keep each language apart, since its texts are written out in the compiled form."""
        language = getattr(environment, "language", None)
        key = f"{language}:{self.get_cache_key(name, filename)}"
        bucket = Bucket(environment, key, self.get_source_checksum(source))
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture
def app(database: db.Database, settings: Settings) -> Flask:
    """The application on the rolled-back database."""
    from portal.app import create_app

    app = create_app(settings, database)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True)
    app.jinja_env.bytecode_cache = Compiled()
    # A process reads these once in a while; tests that count queries begin after that.
    firm.now()
    complaints.terms.in_force()
    wording.now("", "")
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a sign-in; tests/client.py holds the auditing one."""
    return app.test_client()
