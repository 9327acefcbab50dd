"""The condition of an installation as a web page and a command ask for it: database, schema, worker; no secrets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

from portal import db
from portal.domain import clock, heartbeats

OK = "ok"


@dataclass(frozen=True, slots=True)
class Condition:
    """One word for each part; ``ok`` is good."""

    database: str  # ok, unreachable
    schema: str  # ok, empty, behind, unknown (a newer release has been here), unreachable
    worker: str  # ok, silent, never seen, unreachable

    @property
    def ready(self) -> bool:
        """Whether pages can be served and messages leave."""
        return self.database == self.schema == self.worker == OK

    @property
    def serving(self) -> bool:
        """Whether pages can be served."""
        return self.database == self.schema == OK


@cache
def _revisions() -> tuple[str, ...]:
    """Return the revisions that this release knows, the newest first."""
    from portal import schema  # Alembic is for who asks, not for every process that serves

    return schema.revisions()


def of_schema() -> str:
    """Return how the schema of the database stands to this release; reads in the unit of work at hand."""
    try:
        at = db.session().scalar(text("SELECT version_num FROM alembic_version"))
    except (OperationalError, ProgrammingError):
        return "empty"
    if at == _revisions()[0]:
        return OK
    return "behind" if at in _revisions() else "empty" if at is None else "unknown"


def of_worker() -> str:
    """Return whether a worker has given a sign lately; reads in the unit of work at hand."""
    if heartbeats.alive(clock.now()):
        return OK
    return "silent" if heartbeats.latest() else "never seen"


def now() -> Condition:
    """Return the condition at this instant, each part asked in a unit of work of its own."""
    # A connection that cannot be opened raises the driver's own error.
    away = (SQLAlchemyError, db.database().engine.dialect.loaded_dbapi.Error)
    try:
        with db.unit_of_work(write=False) as session:
            session.execute(text("SELECT 1"))
        with db.unit_of_work(write=False):
            found = of_schema()
        if found != OK:
            return Condition(OK, found, "unreachable")
        with db.unit_of_work(write=False):
            return Condition(OK, found, of_worker())
    except away:
        return Condition("unreachable", "unreachable", "unreachable")
