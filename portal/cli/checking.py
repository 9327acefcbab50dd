"""What ``flask doctor`` looks at: each check says in words what it found and, where something is wrong, the mend."""

from __future__ import annotations

import os
import shutil
import smtplib
import ssl
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from portal import condition, config, db, schema
from portal.config import Settings
from portal.domain import clock, firm, heartbeats, outbox
from portal.ui.counting import Counts
from portal.ui.pdf import NoPdf, letter_pdf

OK, WARN, BAD = "ok", "warning", "wrong"
OLDEST_POSTGRESQL = 15
WAIT = 5.0
SKEW = timedelta(seconds=30)
LATE = timedelta(minutes=15)
ROOMY, TIGHT = 2 * 1024**3, 500 * 1024**2


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, how it is, in words, and what would mend it."""

    about: str
    state: str
    words: str
    mend: str = ""


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


def _address(settings: Settings) -> Iterator[Finding]:
    if not settings.base_url.startswith("https://"):
        yield Finding("address", WARN, f"{settings.base_url} is not https, as only a demo may be")
        return
    if settings.trusted_proxies == 0:
        yield Finding(
            "proxy", WARN, "no proxy is trusted, so behind one every visitor would count as the proxy",
            "set REINS_TRUSTED_PROXIES to how many stand in front",
        )  # fmt: skip
    else:
        where = ", ".join(str(one) for one in settings.proxy_networks)
        yield Finding("proxy", OK, f"{settings.trusted_proxies} in front, the nearest in {where}")
    yield from _front(settings)


def _front(settings: Settings) -> Iterator[Finding]:
    """Ask the portal from outside, and compare the clocks."""
    parts = urlsplit(settings.base_url)
    try:
        line = HTTPSConnection(
            parts.hostname or "", parts.port, timeout=WAIT, context=ssl.create_default_context()
        )
        line.request("GET", "/healthz")
        answer = line.getresponse()
        answer.read()
    except ssl.SSLCertVerificationError as error:
        yield Finding(
            "front", BAD, f"the certificate is not trusted here: {error.verify_message}",
            "install one of a known authority in the proxy, or the authority on this machine",
        )  # fmt: skip
        return
    except (OSError, HTTPException) as error:
        yield Finding(
            "front", WARN, f"{settings.base_url} does not answer from here ({type(error).__name__})",
            "start the web process and the proxy; look at the name in the DNS",
        )  # fmt: skip
        return
    if answer.status != 200:
        yield Finding(
            "front", BAD, f"{settings.base_url}/healthz says {answer.status}", "look at the proxy's log"
        )
    elif not answer.getheader("Strict-Transport-Security"):
        yield Finding("front", BAD, "answers lack Strict-Transport-Security", "let the proxy pass or set it")
    else:
        yield Finding("front", OK, f"{settings.base_url} answers over TLS")
    said = answer.getheader("Date")
    if said and abs(parsedate_to_datetime(said) - datetime.now(UTC)) > SKEW:
        yield Finding(
            "clock", BAD, "the proxy has another time", "let systemd-timesyncd or chrony set the clocks"
        )


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
        yield Finding("worker", OK, f"{len(alive)} at work, the last sign {_ago(now - alive[0].at)} ago")
    else:
        yield Finding(
            "worker", BAD, "no worker has given a sign in two minutes: nothing is sent, no date comes due",
            "systemctl start reins-worker, or run 'flask --app wsgi worker'",
        )  # fmt: skip
    if depth.oldest > LATE:
        yield Finding(
            "messages", BAD, f"{depth.due} should have left, the longest {_ago(depth.oldest)} ago",
            "look at the worker and at the mail server",
        )  # fmt: skip
    else:
        yield Finding("messages", OK, f"{depth.due} on their way, {depth.failed} given up so far")


def _ago(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    return (
        f"{seconds} s"
        if seconds < 120
        else f"{seconds // 60} min"
        if seconds < 7200
        else f"{seconds // 3600} h"
    )


def _mail(settings: Settings) -> Iterator[Finding]:
    where = f"{settings.mail_host}:{settings.mail_port}"
    context = ssl.create_default_context()
    try:
        if settings.mail_tls == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.mail_host, settings.mail_port, timeout=WAIT, context=context
            )
        else:
            line = smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=WAIT)
        with line:
            if settings.mail_tls == "starttls":
                line.starttls(context=context)
            if settings.mail_username:
                line.login(settings.mail_username, settings.mail_password.get_secret_value())
            line.noop()
    except ssl.SSLCertVerificationError as error:
        yield Finding(
            "mail server", BAD, f"the certificate of {where} is not trusted: {error.verify_message}",
            "use the name that its certificate has",
        )  # fmt: skip
    except smtplib.SMTPAuthenticationError:
        yield Finding(
            "mail server", BAD, f"{where} refuses the sign-in", "mend REINS_MAIL_USERNAME and _PASSWORD"
        )
    except smtplib.SMTPNotSupportedError:
        yield Finding(
            "mail server", BAD, f"{where} offers no TLS",
            "use one that does; REINS_MAIL_TLS=none is for a server on this machine alone",
        )  # fmt: skip
    except (OSError, smtplib.SMTPException) as error:
        yield Finding(
            "mail server",
            BAD,
            f"{where} does not answer ({type(error).__name__})",
            "mend REINS_MAIL_HOST and _PORT",
        )
    else:
        near = settings.mail_host in config.LOOPBACK
        clear = settings.mail_tls == "none" and not near
        words = f"{where} takes mail" + ("" if settings.mail_tls == "none" else " over verified TLS")
        yield Finding(
            "mail server", BAD if clear else OK, words + (", in clear over the network" if clear else ""),
            "set REINS_MAIL_TLS to starttls or tls" if clear else "",
        )  # fmt: skip


def _storage(settings: Settings) -> Iterator[Finding]:
    folder = settings.files_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        yield Finding(
            "files", BAD, f"{folder} cannot be written ({error.strerror})", "chown it to the user that runs this, and "
            "name it in REINS_INSTANCE_DIR",
        )  # fmt: skip
        return
    if settings.instance_dir.stat().st_mode & 0o007 and not settings.demo:
        yield Finding(
            "files",
            BAD,
            f"everybody can look into {settings.instance_dir}",
            f"chmod o= {settings.instance_dir}",
        )
    else:
        yield Finding("files", OK, f"{folder} can be written, and is not for everybody")
    free = shutil.disk_usage(folder).free
    state = OK if free > ROOMY else WARN if free > TIGHT else BAD
    yield Finding("disk", state, f"{free // 1024**2} MB are free", "" if state == OK else "make room")


def _redis(settings: Settings) -> Iterator[Finding]:
    url = settings.redis_url.get_secret_value()
    if not url:
        return
    store = Counts(url).shared
    assert store is not None
    there = store.storage.check()
    yield Finding(
        "redis", OK if there else WARN, "answers" if there else "does not answer: each process counts for itself",
        "" if there else "start it, or mend REDIS_URL",
    )  # fmt: skip


def _letters(_settings: Settings) -> Iterator[Finding]:
    install = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b fonts-dejavu-core"
    try:
        letter_pdf("<html lang=en><title>x</title><h1>Ł Ж</h1></html>")
    except NoPdf:
        yield Finding("letters", WARN, "no Pango here: letters are pages to print, not PDF", install)
        return
    yield Finding("letters", OK, "become PDF")
    if (
        shutil.which("fc-list")
        and not subprocess.run(
            [str(shutil.which("fc-list")), ":lang=bg"],
            capture_output=True,
            text=True,
            timeout=WAIT,
            check=False,
        ).stdout.strip()
    ):
        yield Finding("fonts", WARN, "no font with Cyrillic letters", "apt-get install fonts-dejavu-core")


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _settings, _database, _storage, _mail, _redis, _address, _letters,
)  # fmt: skip
