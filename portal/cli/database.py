"""``flask db``: the schema of this installation."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from portal import backup, db, schema
from portal.domain import backups

from .keeping import note

group = AppGroup("db", help="Look at and change the schema of the database.")


@group.command("upgrade")
@click.argument("revision", default="head")
@click.option(
    "--backup",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Take a backup into this folder first.",
)
@click.option("--key-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Seal it.")
@with_appcontext
def upgrade(revision: str, folder: Path | None, key_file: Path | None) -> None:
    """Bring the database to REVISION (the newest, if none is named)."""
    with db.database().engine.connect() as connection:
        before = schema.current(connection)
    if before is not None and not schema.knows(before):
        raise click.ClickException(
            f"The database is at revision {before}, which this release does not know: it was used by a newer one."
        )
    if before is not None and before != schema.head() and folder is None:
        click.echo(f"From {before} to {schema.head()}. No backup is taken: see --backup.", err=True)
    made = None
    if folder is not None and before is not None:
        try:
            secret = backup.read_key(key_file) if key_file else None
            made = backup.take(folder, secret=secret)
            click.echo(f"Backup: {made.path}")
        except (backup.Broken, backup.Sealed, OSError) as error:
            raise click.ClickException(f"No backup, so no upgrade: {error}") from None
    with db.database().writer.connect() as connection:
        schema.upgrade(connection, revision)
        connection.commit()
        click.echo(f"The database is at revision {schema.current(connection)}.")
    if made is not None:  # the schema of before may have had no place for it
        missing = len(made.missing)
        note(backups.TAKEN, made.path, taken_at=made.taken_at, sealed=key_file is not None, missing=missing)


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
