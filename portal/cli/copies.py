"""What the doctor says about backups: how old the last one is and how that is known, and whether one was ever read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from portal import condition, db
from portal.config import Settings
from portal.domain import backups as known
from portal.domain import clock

from .findings import BAD, OK, WARN, Finding, ago

FRESH = timedelta(hours=50)  # one a day, and one that failed
STALE = timedelta(days=8)
PROVED = timedelta(days=92)
TAKE = (
    "run 'flask --app wsgi backup FOLDER --key-file FILE' from a timer; see 'Back up' in docs/operations.md"
)
READ = "run 'flask --app wsgi verify-backup FILE'; a rehearsed restore proves more"
HOW = {known.TAKEN: "backup", known.CHECKED: "verify-backup", known.RESTORED: "restore"}


def backups(settings: Settings) -> Iterator[Finding]:
    """Look at what the commands have noted; a demo needs none, and without a schema nothing can be known."""
    if settings.demo or condition.now().schema != condition.OK:
        return
    now = clock.now()
    with db.unit_of_work(write=False):
        newest, read = known.standing()
    if newest is None:
        yield Finding(
            "backup", WARN, "none is known: no command of this installation has noted one in the database. What other "
            "programs copy is not known here", TAKE,
        )  # fmt: skip
        return
    age = now - newest.taken_at
    sealed = "sealed" if newest.sealed else "not sealed"
    yield Finding(
        "backup", OK if age <= FRESH else WARN if age <= STALE else BAD,
        f"the last is {ago(age)} old: {newest.name}, {sealed}, as '{HOW[newest.act]}' noted in the database",
        TAKE if age > FRESH else "",
    )  # fmt: skip
    if newest.missing:
        yield Finding(
            "backup", WARN, f"{newest.missing} file(s) were missing on the disk or changed when it was made",
            "look at the folder of files, and for an older backup that still has them",
        )  # fmt: skip
    if read is None:
        yield Finding(
            "backup check", WARN, "no backup was ever read back: nobody knows that one can be used", READ
        )
        return
    since = now - read.at
    yield Finding(
        "backup check", OK if since <= PROVED else WARN,
        f"{read.name} was read to its end by '{HOW[read.act]}' {ago(since)} ago, and every sum was right",
        READ if since > PROVED else "",
    )  # fmt: skip
