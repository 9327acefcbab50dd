"""SMTP with a deadline for the whole conversation and verified TLS: what Flask-Mail leaves open, closed."""

from __future__ import annotations

import math
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import flask_mail

from portal.config import Settings
from portal.domain.delivery import Refused, TryLater

WHOLE = 4  # one message may take as long as this many silent waits …
SHARE = 0.75  # … but never longer than this part of a worker's claim on it
GLANCE = 0.02  # seconds to look whether an answer has come after all …
GLANCES = 20  # … and how often, for one conversation
ENHANCED = re.compile(rb"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


class Deadline:
    """The instant at which a conversation is given up, whatever the other side still drips."""

    def __init__(self, wait: float, claim: float = 60.0) -> None:
        self.wait, self.claim = wait, claim
        self.restart()

    def restart(self) -> None:
        """Give the next message its full time."""
        self.owed, self.glances = False, GLANCES
        self.limit(self.claim)

    def limit(self, claim: float) -> None:
        """Let it end well before a claim that lasts for so many more seconds."""
        self.end = time.monotonic() + min(self.wait * WHOLE, claim * SHARE)

    def owe(self) -> None:
        """The content has left, so all depends on the answer: it may take whatever time there is.

        Giving up early on a slow server that then takes the mail would make a second copy (RFC 5321, 4.5.3.2.6).
        """
        self.owed = True

    def left(self) -> float:
        """Return the seconds that the next read or write may take; raise TimeoutError when none are left.

        A process that was stopped while the answer came finds it waiting, however late it is.
        """
        left = self.end - time.monotonic()
        if left <= 0 and self.owed and self.glances:
            self.glances -= 1
            return GLANCE
        if left <= 0:
            raise TimeoutError("the conversation took too long")
        return left if self.owed else min(self.wait, left)


class _Lines:
    """Reads lines from a socket; a server that sends one byte at a time cannot stretch the deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self.sock = sock
        self.deadline = deadline
        self.held = b""

    def readline(self, limit: int = -1) -> bytes:
        while b"\n" not in self.held and (limit < 0 or len(self.held) < limit):
            self.sock.settimeout(self.deadline.left())
            more = self.sock.recv(4096)
            if not more:
                break
            self.held += more
        end = self.held.find(b"\n") + 1 or len(self.held)
        end = min(end, limit) if limit >= 0 else end
        line, self.held = self.held[:end], self.held[end:]
        return line

    def close(self) -> None:
        self.held = b""


class TimedSMTP(smtplib.SMTP):
    """The standard library's client that obeys a deadline; in clear or upgraded by STARTTLS."""

    held: Callable[[], float] = staticmethod(lambda: math.inf)

    def __init__(self, host: str, port: int, deadline: Deadline) -> None:
        self.deadline = deadline
        super().__init__(host, port, timeout=deadline.left())

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand the content over, unless the claim on the message is over: then nothing leaves and Lost is raised."""
        self.deadline.limit(self.held())
        try:
            return super().data(msg)
        finally:
            self.deadline.owed = False

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            assert self.sock is not None
            self.file = _Lines(self.sock, self.deadline)
        return super().getreply()

    def send(self, s: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(self.deadline.left())
        super().send(s)
        if isinstance(s, bytes):  # commands are texts, only a content comes as bytes
            self.deadline.owe()


class TimedSMTPS(TimedSMTP, smtplib.SMTP_SSL):
    """The same inside TLS from the first byte."""

    def __init__(self, host: str, port: int, deadline: Deadline, context: ssl.SSLContext) -> None:
        self.deadline = deadline
        smtplib.SMTP_SSL.__init__(self, host, port, timeout=deadline.left(), context=context)


class Connection(flask_mail.Connection):
    """Flask-Mail's connection over the timed client; certificates are checked against the host's name."""

    def __init__(self, mail: Any, deadline: Deadline) -> None:
        super().__init__(mail)
        self.deadline = deadline
        self.context = ssl.create_default_context()

    def configure_host(self) -> smtplib.SMTP:
        mail = self.mail
        host: TimedSMTP
        if mail.use_ssl:
            host = TimedSMTPS(mail.server, mail.port, self.deadline, self.context)
        else:
            host = TimedSMTP(mail.server, mail.port, self.deadline)
        try:
            if mail.use_tls:
                host.starttls(context=self.context)
            if mail.username and mail.password:
                host.login(mail.username, mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def open(self) -> None:
        """Connect unless connected."""
        if self.host is None:
            self.host = self.configure_host()

    def send(self, message: Any, envelope_from: Any = None) -> None:
        """Send; right before the content leaves, the message says whether it still may."""
        assert isinstance(self.host, TimedSMTP)
        self.host.held = message.held
        super().send(message, envelope_from)

    def close(self) -> None:
        """Say goodbye if the other side still listens, and close."""
        host, self.host = self.host, None
        if host is None:
            return
        try:
            host.quit()
        except (OSError, smtplib.SMTPException):
            host.close()


class Mail(flask_mail.Message):
    """Flask-Mail's message around a finished :class:`EmailMessage`, whose policy refuses a broken header."""

    def __init__(
        self,
        built: EmailMessage,
        *,
        sender: str,
        recipient: str,
        held: Callable[[], float] = lambda: math.inf,
    ) -> None:
        super().__init__(subject="", recipients=[recipient], sender=sender)
        self.built, self.held = built, held

    def _message(self) -> Any:
        return self.built


def flask_mail_settings(settings: Settings) -> dict[str, Any]:
    """Return our settings under the names that Flask-Mail reads."""
    return {
        "MAIL_SERVER": settings.mail_host,
        "MAIL_PORT": settings.mail_port,
        "MAIL_USE_TLS": settings.mail_tls == "starttls",
        "MAIL_USE_SSL": settings.mail_tls == "tls",
        "MAIL_USERNAME": settings.mail_username or None,
        "MAIL_PASSWORD": settings.mail_password.get_secret_value() or None,
        "MAIL_DEFAULT_SENDER": settings.mail_sender,
        "MAIL_SUPPRESS_SEND": False,
    }


def judge(error: Exception) -> TryLater | Refused:
    """Read a failure of SMTP: a dead address, this message not now, or the server not now (RFC 5321, RFC 3463)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return _of_recipient(code, text)
    if isinstance(error, smtplib.SMTPDataError):
        return TryLater("server_refused", _said(error.smtp_code, error.smtp_error))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Refused("address_unusable", "the mail server takes no such address")
    if isinstance(error, smtplib.SMTPResponseException):
        return TryLater("server_refused", _said(error.smtp_code, error.smtp_error), down=True)
    # The standard library reports a wait that was too long as a lost connection, and keeps the cause in the context.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return TryLater("server_slow", down=True)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return TryLater("server_hung_up")
    if isinstance(error, ssl.SSLError):
        return TryLater("server_not_trusted", type(error).__name__, down=True)
    return TryLater("server_down", type(error).__name__, down=True)


def _of_recipient(code: int, text: bytes) -> TryLater | Refused:
    """A refusal with 5xx is for good, but for a policy (5.7.x) or a full mailbox (5.2.2): those change."""
    said = _said(code, text)
    found = ENHANCED.search(text)
    passing = found is not None and (found[2] == b"7" or (found[2], found[3]) == (b"2", b"2"))
    if code < 500 or passing or code == 552:
        return TryLater("address_refused_for_now", said)
    return Refused("address_refused", said, dead=True)


def _said(code: int, text: bytes | str) -> str:
    """Return what the server said, cut and free of line breaks and addresses."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    words = re.sub(r"\S+@\S+", "…", " ".join(words.split()))
    return f"{code} {words}"[:200]
