"""``flask db``: the schema of this installation."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal import db, schema

group = AppGroup("db", help="Look at and change the schema of the database.")


@group.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database to REVISION (the newest, if none is named)."""
    with db.database().writer.connect() as connection:
        schema.upgrade(connection, revision)
        connection.commit()
        click.echo(f"The database is at revision {schema.current(connection)}.")


@group.command("downgrade")
@click.argument("revision")
@click.confirmation_option(prompt="Tables and what is in them may go. Go on?")
def downgrade(revision: str) -> None:
    """Take the database back to REVISION (base: empty)."""
    with db.database().writer.connect() as connection:
        schema.downgrade(connection, revision)
        connection.commit()
        click.echo(f"The database is at revision {schema.current(connection) or 'base'}.")


@group.command("status")
def status() -> None:
    """Say which revision the database is at, which is the newest, and what differs from the models."""
    with db.database().engine.connect() as connection:
        current = schema.current(connection)
        click.echo(f"database {current or 'empty'}, newest {schema.head()}")
        if current == schema.head():
            found = schema.drift(connection)
            click.echo("no difference to the models" if not found else "\n".join(map(str, found)))
