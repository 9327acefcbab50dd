"""``flask backup|verify-backup|restore|restored|retention``: copies of everything, the way back, and what goes."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from portal import backup, db
from portal.domain import backups, outbox, retention, sharing, webhooks
from portal.domain.actor import SYSTEM

KEY = click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file with the key of sealed backups.",
)
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
FAULTS = (backup.Broken, backup.NotEmpty, backup.NoTables, backup.Sealed)


@contextmanager
def _told(what: str) -> Iterator[Callable[[int], None]]:
    """Show how many bytes are done, and turn what is wrong into one line."""

    def end(_signal: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    console = Console(stderr=True)
    columns = (SpinnerColumn(), "{task.description}", BarColumn(), DownloadColumn(), TimeElapsedColumn())
    before = signal.signal(signal.SIGTERM, end)
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            bar = progress.add_task(what, total=None)
            yield lambda done: progress.advance(bar, done)
    except FAULTS as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(
            f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
        ) from None
    except KeyboardInterrupt:
        raise click.ClickException("Stopped. Nothing was changed.") from None
    finally:
        signal.signal(signal.SIGTERM, before)


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@KEY
@click.option(
    "--keep", type=click.IntRange(min=1), help="Of the backups in a folder keep only the newest so many."
)
@with_appcontext
def take(target: Path, key_file: Path | None, keep: int | None) -> None:
    """Write database and files into one archive: TARGET is a folder, or the file to write."""
    if keep is not None and not target.is_dir():
        raise click.ClickException("--keep goes with a folder.")
    with _told("Backing up") as step:
        secret = backup.read_key(key_file) if key_file else None
        made = backup.take(target, secret=secret, keep=keep, step=step)
    click.echo(f"{made.path}: {made.rows} rows, {made.files} files")
    note(
        backups.TAKEN, made.path, taken_at=made.taken_at, sealed=secret is not None, missing=len(made.missing)
    )
    for name in made.rotated:
        click.echo(f"removed {name}")
    if secret is None:
        click.echo("It is not sealed: whoever reads it reads everything. See --key-file.", err=True)
    if made.missing:
        click.echo(f"{len(made.missing)} files are missing or were changed on the disk:", err=True)
        click.echo("\n".join(f"  {name}" for name in made.missing[:20]), err=True)
        if keep is not None:
            click.echo("So no older backup was removed: it may hold them.", err=True)
        raise SystemExit(2)


@click.command("verify-backup")
@FILE
@KEY
@with_appcontext
def verify(file: Path, key_file: Path | None) -> None:
    """Read FILE from its begin to its end and check every sum; nothing is changed."""
    with _told("Checking") as step:
        found = backup.check(file, secret=backup.read_key(key_file) if key_file else None, step=step)
    _say(found)
    click.echo("Every checksum is right.")
    if not found.other_key:  # one of another installation says nothing about this one
        _note_read(backups.CHECKED, file, found, sealed=key_file is not None)


@click.command("restore")
@FILE
@KEY
@click.option("--force", is_flag=True, help="Replace what is in the database and the folder of files.")
@with_appcontext
def restore(file: Path, key_file: Path | None, force: bool) -> None:
    """Put the backup FILE back. Stop the web processes and the worker first."""
    with _told("Restoring") as step:
        secret = backup.read_key(key_file) if key_file else None
        found = backup.restore(file, secret=secret, force=force, step=step)
    _say(found)
    _note_read(backups.RESTORED, file, found, sealed=secret is not None)
    sharing.write_restored()
    click.echo(
        "Restored. Every sign-in, link and program's token of before has ended. No message leaves until you decide "
        "about those that may have been sent before: flask --app wsgi restored status"
    )
    if found.other_key:
        click.echo(
            "It was made with another secret key: put that one into REINS_SECRET_KEY or REINS_PREVIOUS_SECRET_KEYS, "
            "or second factors cannot be read.",
            err=True,
        )


def note(act: str, path: Path, *, taken_at: datetime, sealed: bool, missing: int = 0) -> None:
    """Note in the database what was done with a backup; where there is none to write to, say so and go on."""
    away = (SQLAlchemyError, db.database().engine.dialect.loaded_dbapi.Error)
    try:
        with db.unit_of_work():
            backups.note(act, taken_at=taken_at, name=path.name, sealed=sealed, missing=missing)
    except away:
        click.echo("The database cannot take a note of it, so 'flask doctor' will not know.", err=True)


def _note_read(act: str, path: Path, found: backup.Checked, *, sealed: bool) -> None:
    missing = len(found.manifest["missing"])
    note(act, path, taken_at=found.taken_at, sealed=sealed, missing=missing)


def _say(found: backup.Checked) -> None:
    click.echo(
        f"Backup of {found.taken_at:%Y-%m-%d %H:%M:%S} UTC, release {found.head['release']}, revision "
        f"{found.head['revision']}, {found.head['database']}: {found.rows} rows, {found.manifest['files']} files"
    )
    if found.manifest["missing"]:
        click.echo(
            f"{len(found.manifest['missing'])} files were missing or changed when it was made.", err=True
        )


group = AppGroup("restored", help="After a restore: decide about messages that may have left before.")


@group.command("status")
def status() -> None:
    """Say what waits for a decision."""
    with db.unit_of_work(write=False):
        waiting = outbox.waiting_since_restore()
        events = webhooks.doubtful(waiting.taken_at) if waiting else 0
    if waiting is None:
        click.echo("Nothing waits for a decision: messages leave.")
        return
    click.echo(
        f"Restored {waiting.restored_at:%Y-%m-%d %H:%M} UTC from a backup of {waiting.taken_at:%Y-%m-%d %H:%M} UTC."
    )
    click.echo(f"{waiting.at_backup} messages waited at the backup and may have left since.")
    click.echo(f"{events} events for partners waited at the backup and may have arrived since.")
    click.echo(f"{waiting.by_clocks} were written by clocks since the restore and may repeat what was sent.")
    click.echo(f"{waiting.by_people} were caused by people since the restore: they leave in either case.")
    click.echo("Decide: flask --app wsgi restored release --cancel, or --send")


@group.command("release")
@click.option("--send/--cancel", "send", default=None, help="The doubtful ones leave too, or are cancelled.")
def release(send: bool | None) -> None:
    """Let messages leave again."""
    if send is None:
        raise click.ClickException("Say what becomes of the doubtful messages: --cancel or --send.")
    with db.unit_of_work():
        waiting = outbox.waiting_since_restore()
        events = webhooks.decide_doubtful(waiting.taken_at, send=send) if waiting else 0
        count = outbox.release_hold(send=send)
    click.echo(
        f"{count} doubtful messages {'will be sent' if send else 'were cancelled'}, and {events} doubtful events "
        f"for partners {'too' if send else 'were given up'}. Messages leave again."
    )


retention_group = AppGroup("retention", help="What is removed on its date: now, and what went.")


@retention_group.command("run")
@with_appcontext
def run_retention() -> None:
    """Remove what is due now; the worker does the same by itself."""
    removed = retention.run_due()
    for key, count in sorted(removed.items()):
        click.echo(f"{key}: {count} removed")
    if not removed:
        click.echo("Nothing was due.")


@retention_group.command("report")
@with_appcontext
def report_retention() -> None:
    """Say for each rule how long, what went last and in all, what is due now and when the next goes."""
    table = Table("rule", "kept for", "last", "then", "in all", "due now", "next", box=None)
    with db.unit_of_work(write=False):
        for line in retention.overview(SYSTEM):
            table.add_row(
                line.rule.key, str(line.rule.period.text()), str(line.last_day or "–"), str(line.last_count),
                str(line.in_all), str(line.due_now), str(line.next_day or "–"),
            )  # fmt: skip
    Console(soft_wrap=True).print(table)
