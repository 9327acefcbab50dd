"""The schema as commands need it: upgrade, downgrade, compare with the models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from portal.db import Base

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


def config(connection: Connection | None = None, url: str = "", *, inside: bool = False) -> Config:
    """Return Alembic's configuration for an open connection or an address; ``inside`` a transaction of the caller."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    settings.attributes["connection"] = connection
    settings.attributes["inside"] = inside
    return settings


def upgrade(connection: Connection, revision: str = "head", *, inside: bool = False) -> None:
    """Bring the database to ``revision``; ``inside`` leaves begin and commit to the caller (PostgreSQL)."""
    command.upgrade(config(connection, inside=inside), revision)


def downgrade(connection: Connection, revision: str = "base") -> None:
    """Take the database back to ``revision``."""
    command.downgrade(config(connection), revision)


def current(connection: Connection) -> str | None:
    """Return the revision the database is at."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """Return the newest revision that ships with this release."""
    return ScriptDirectory.from_config(config()).get_current_head()


def revisions() -> tuple[str, ...]:
    """Return every revision that ships with this release, the newest first."""
    return tuple(one.revision for one in ScriptDirectory.from_config(config()).walk_revisions())


def knows(revision: str | None) -> bool:
    """Tell whether this release has the migrations of ``revision``: a newer one it does not know."""
    return revision in revisions()


def drift(connection: Connection) -> list[Any]:
    """Return what differs between the models and the database; empty when they are equal."""

    def mine(_object: Any, name: str | None, kind: str, _reflected: bool, _compare: Any) -> bool:
        shadow = ("search_fts", "ix_search_document_folded")
        return not (kind in {"table", "index"} and (name or "").startswith(shadow))

    context = MigrationContext.configure(connection, opts={"include_object": mine, "compare_type": True})
    return list(compare_metadata(context, Base.metadata))
