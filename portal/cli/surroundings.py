"""What the doctor looks at around the portal: address and proxy, mail server, disk, Redis, letters."""

from __future__ import annotations

import logging
import os
import shutil
import smtplib
import ssl
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from portal import config
from portal.config import Settings
from portal.ui.counting import Counts
from portal.ui.pdf import NoPdf, letter_pdf

from .findings import BAD, OK, WARN, Finding

WAIT = 5.0
SKEW = timedelta(seconds=30)
FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
ROOMY, TIGHT = 2 * 1024**3, 500 * 1024**2


def address(settings: Settings) -> Iterator[Finding]:
    """Look at the address and the proxy in front."""
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
        line.request("GET", f"{parts.path.rstrip('/')}/healthz")
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


def mail(settings: Settings) -> Iterator[Finding]:
    """Speak with the mail server, and send nothing."""
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


def storage(settings: Settings) -> Iterator[Finding]:
    """Write into the folder of files, and see how much room there is."""
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


def redis(settings: Settings) -> Iterator[Finding]:
    """Ask Redis, where one is named."""
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


def letters(_settings: Settings) -> Iterator[Finding]:
    """Make a letter."""
    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it has something to say about every font
    install = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b fonts-dejavu-core"
    try:
        letter_pdf("<html lang=en><title>x</title><h1>Ł Ж</h1></html>")
    except NoPdf:
        yield Finding("letters", WARN, "no Pango here: letters are pages to print, not PDF", install)
        return
    yield Finding("letters", OK, "become PDF")
    if not any(found for place in FONTS for found in place.rglob("*.[ot]tf")):
        yield Finding(
            "fonts", WARN, "no fonts here: letters would be empty boxes", "apt-get install fonts-dejavu-core"
        )
