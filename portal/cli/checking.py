"""What ``flask doctor`` looks at: each check says in words what it found and, where something is wrong, the mend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from portal import condition, config, db, schema
from portal.config import Settings
from portal.domain import clock, firm, heartbeats, outbox

from . import copies, surroundings
from .findings import BAD, OK, WARN, Finding, ago
from .surroundings import SKEW

OLDEST_POSTGRESQL = 15
LATE = timedelta(minutes=15)


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, one after the other; what a check stumbles over is a finding too."""
    for check in CHECKS:
        try:
            yield from check(settings)
        except Exception as error:
            yield Finding(
                check.__name__.strip("_").replace("_", " "), BAD, f"could not be looked at: {type(error).__name__}",
                "run the doctor as the user that runs the portal",
            )  # fmt: skip


def _settings(settings: Settings) -> Iterator[Finding]:
    if settings.demo:
        yield Finding("settings", WARN, "this is a demo", "remove REINS_DEMO before people are let in")
    file = config.SETTINGS_FILE
    if config.is_open(file):
        yield Finding("settings file", BAD, f"everybody can read or change {file}", f"chmod o= {file}")
    elif file.exists():
        yield Finding("settings file", OK, f"{file} is for its owner and group alone")
    else:
        yield Finding("settings file", OK, "there is none: everything comes from the environment")
    ours = type(settings).model_fields
    if settings.firm_name == ours["firm_name"].default and not settings.demo and _firm_is_ours(settings):
        yield Finding(
            "firm",
            WARN,
            "the firm is still the one of the demo",
            "set REINS_FIRM_NAME and the other REINS_FIRM_…",
        )
    if settings.mail_sender == ours["mail_sender"].default and not settings.demo:
        yield Finding("sender", BAD, "mails come from the demo's address", "set REINS_MAIL_SENDER")
    if settings.previous_secret_keys:
        yield Finding(
            "secrets", OK, f"{len(settings.previous_secret_keys)} older key(s) are still understood",
            "see 'Change the secret key' in docs/operations.md for when they may go",
        )  # fmt: skip


def _firm_is_ours(settings: Settings) -> bool:
    try:
        with db.unit_of_work(write=False):
            return firm.now().name == settings.firm_name
    except SQLAlchemyError:
        return True


def _database(settings: Settings) -> Iterator[Finding]:
    found = condition.now()
    where = make_url(settings.database_url)
    if found.database != condition.OK:
        yield Finding(
            "database", BAD, f"{where.get_backend_name()} at {where.host or where.database} cannot be reached",
            "is it running? Do DATABASE_URL, the user and pg_hba.conf fit?",
        )  # fmt: skip
        return
    with db.unit_of_work(write=False) as session:
        if db.database().sqlite:
            log = session.scalar(text("PRAGMA journal_mode"))
            state = OK if log == "wal" else BAD
            yield Finding(
                "database", state, f"SQLite, journal {log}", "" if state == OK else "use a local disk"
            )
        else:
            version = int(session.scalar(text("SHOW server_version_num")) or 0) // 10000
            encoding = session.scalar(text("SHOW server_encoding"))
            yield Finding(
                "database", OK if version >= OLDEST_POSTGRESQL else BAD, f"PostgreSQL {version}",
                "" if version >= OLDEST_POSTGRESQL else f"use {OLDEST_POSTGRESQL} or newer",
            )  # fmt: skip
            if encoding != "UTF8":
                yield Finding(
                    "database", BAD, f"its encoding is {encoding}", "make it anew with encoding UTF8"
                )
            theirs = session.scalar(text("SELECT clock_timestamp()"))
            if theirs and abs(theirs - datetime.now(UTC)) > SKEW:
                yield Finding("clock", BAD, "the database has another time", "let chrony set the clocks")
    mends = {"empty": "run 'flask --app wsgi db upgrade'", "behind": "run 'flask --app wsgi db upgrade'",
             "unknown": "install the release that made it, or a newer one"}  # fmt: skip
    if found.schema == condition.OK:
        yield Finding("schema", OK, f"at revision {schema.head()}, the newest of this release")
        yield from _work(found)
    else:
        yield Finding("schema", BAD, f"the schema is {found.schema}", mends.get(found.schema, ""))


def _work(found: condition.Condition) -> Iterator[Finding]:
    now = clock.now()
    with db.unit_of_work(write=False):
        alive, depth = heartbeats.alive(now), outbox.depth(now)
    if found.worker == condition.OK:
        yield Finding("worker", OK, f"{len(alive)} at work, the last sign {ago(now - alive[0].at)} ago")
    else:
        yield Finding(
            "worker", BAD, "no worker has given a sign in two minutes: nothing is sent, no date comes due",
            "systemctl start reins-worker, or run 'flask --app wsgi worker'",
        )  # fmt: skip
    if depth.oldest > LATE:
        yield Finding(
            "messages", BAD, f"{depth.due} should have left, the longest {ago(depth.oldest)} ago",
            "look at the worker and at the mail server",
        )  # fmt: skip
    else:
        yield Finding("messages", OK, f"{depth.due} on their way, {depth.failed} given up so far")


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _settings, _database, copies.backups, surroundings.storage, surroundings.mail, surroundings.redis,
    surroundings.address, surroundings.letters,
)  # fmt: skip
