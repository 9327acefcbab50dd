"""Alembic's entry: batch mode on SQLite; on PostgreSQL one migrator at a time and no long wait for a lock."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine, text

from portal.db import Base
from portal.domain import tables

MIGRATION_LOCK = 7_346_100  # an arbitrary number that only migrations of this product take
assert tables.ALL


def mine(_object: object, name: str | None, kind: str, _reflected: bool, _compare: object) -> bool:
    """Leave the shadow tables of the full-text index out of comparisons."""
    return not (
        kind in {"table", "index"} and (name or "").startswith(("search_fts", "ix_search_document_folded"))
    )


def run(connection: Connection) -> None:
    """Run the migrations on an open connection."""
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite and context.config.attributes.get("inside"):
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": MIGRATION_LOCK})
        context.configure(connection=connection, target_metadata=Base.metadata, include_object=mine)
        with context.begin_transaction():
            context.run_migrations()
        return
    if not sqlite:
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.execute(text("SELECT pg_advisory_lock(:n)"), {"n": MIGRATION_LOCK})
        connection.commit()
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=sqlite, include_object=mine
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
        if sqlite:
            connection.commit()
    finally:
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": MIGRATION_LOCK})
            connection.commit()


def offline() -> None:
    """Print the SQL for a database administrator instead of running it."""
    context.configure(
        url=context.config.get_main_option("sqlalchemy.url"),
        target_metadata=Base.metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
        include_object=mine,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    offline()
else:
    given = context.config.attributes.get("connection")
    if given is not None:
        run(given)
    else:
        engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
        with engine.connect() as own:
            run(own)
        engine.dispose()
