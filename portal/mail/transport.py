"""The channels as delivery uses them: words, one connection per round, and honest failures."""

from __future__ import annotations

import smtplib
import uuid as uuidlib
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from flask import Flask

from portal.config import Settings
from portal.domain.delivery import Lost, Parcel, Refused, TryLater, Words

from . import mime, sms, smtp
from .render import Composer

SERVICE_CLOSING = 421


class Post:
    """Carries e-mail by SMTP and SMS by files; writes the words of every channel."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.composer = Composer(app, settings)
        self.sms_folder: Path = settings.sms_dir or settings.instance_dir / "sms"
        self._deadline = smtp.Deadline(settings.mail_timeout, settings.lease_seconds)
        self._connection: smtp.Connection | None = None
        self._used = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._deadline.restart()
        self._hang_up()

    def message_id(self, uuid: uuidlib.UUID) -> str:
        """Return a Message-ID in the domain of our sender, never the name of this machine."""
        domain = mime.sender(self.settings).domain or urlsplit(self.settings.base_url).hostname or "localhost"
        return f"<{uuid}@{domain}>"

    def compose(self, parcel: Parcel) -> Words:
        """Write the words of a message in its reader's language."""
        return self.composer.compose(parcel)

    def carry(self, parcel: Parcel, words: Words) -> None:
        """Hand a message over; raise TryLater, Refused or Lost."""
        if parcel.channel == "sms":
            parcel.held()
            sms.put(self.sms_folder, parcel, words)
            return
        built = mime.build(parcel, words, self.settings, stop_url=self.composer.stop_url(parcel.stop_token))
        to = mime.mailbox("", parcel.address).addr_spec
        mail = smtp.Mail(built, sender=mime.sender(self.settings).addr_spec, recipient=to, held=parcel.held)
        self._deadline.restart()
        with self.app.app_context():
            self._dial()
            try:
                self._send_once_more(mail)
            except (smtplib.SMTPException, OSError) as error:
                raise self._failed(error) from error
            except Lost:
                self._hang_up()
                raise
        self._used = True

    def _dial(self) -> None:
        """Have a live connection, or raise TryLater for the whole channel."""
        connection = self._connection
        try:
            if connection is not None and connection.host is not None and connection.host.noop()[0] == 250:
                return
        except (smtplib.SMTPException, OSError):
            pass
        self._hang_up()
        connection = smtp.Connection(self.app.extensions["mail"], self._deadline)
        try:
            connection.open()
        except (smtplib.SMTPException, OSError) as error:
            verdict = smtp.judge(error)
            reason = "server_down" if isinstance(verdict, Refused) else verdict.reason
            raise TryLater(reason, verdict.detail, down=True) from error
        self._connection = connection

    def _send_once_more(self, mail: smtp.Mail) -> None:
        """Send, over a fresh connection if the server has enough of this one; that comes before any content."""
        try:
            self._send(mail)
        except (smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused) as error:
            if not (self._used and _closing(error)):
                raise
            self._hang_up()
            self._dial()
            self._send(mail)

    def _send(self, mail: smtp.Mail) -> None:
        assert self._connection is not None
        self._connection.send(mail)

    def _failed(self, error: Exception) -> TryLater | Refused:
        keeps = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
        if not isinstance(error, keeps) or _closing(error):
            self._hang_up()
        return smtp.judge(error)

    def _hang_up(self) -> None:
        connection, self._connection, self._used = self._connection, None, False
        if connection is not None:
            connection.close()


def _closing(error: Any) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code == SERVICE_CLOSING for code, _ in error.recipients.values())
    return getattr(error, "smtp_code", None) == SERVICE_CLOSING


class Silent(Post):
    """Writes the words and sends nothing: for a history that is told, not lived."""

    def carry(self, parcel: Parcel, words: Words) -> None:
        """Let it count as sent."""
