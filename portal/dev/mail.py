"""The demo's mail: a real SMTP server on loopback that keeps what it gets, and a page that shows it."""

from __future__ import annotations

import re
import secrets
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import current_app, make_response, render_template
from werkzeug.wrappers import Response

from portal.domain import errors
from portal.mail import as_html
from portal.ui import gates

from . import blueprint

NAME = re.compile(r"[0-9]{8}T[0-9]{6}[0-9]{6}-[0-9a-f]{8}")
LISTED = 200
BIGGEST = 20 * 1024 * 1024
# The HTML of a mail stands alone on its page: no script, no form, nothing from elsewhere, no origin of ours.
SANDBOX = (
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; "
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'"
)


class Keep:
    """Writes each mail to a file of its own, as it came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
        head = f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n".encode("ascii", "replace")
        draft = self.folder / f".{name}.part"
        draft.write_bytes(head + raw)
        draft.replace(self.folder / f"{name}.eml")
        return "250 kept"


@dataclass(slots=True)
class Sink:
    """A running server; ``port`` is where it listens."""

    controller: Controller
    port: int

    def stop(self) -> None:
        """Stop listening."""
        self.controller.stop()


def start_sink(folder: Path, *, host: str = "127.0.0.1", port: int = 0) -> Sink:
    """Start the server in a thread of this process; port 0 takes a free one. Raises OSError when it is taken."""
    controller = Controller(Keep(folder), hostname=host, port=port, data_size_limit=BIGGEST)
    if port == 0:
        # The controller checks that it listens by calling itself, so it has to know the number first.
        controller.port = _free_port(host)
    controller.start()
    return Sink(controller, controller.port)


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _folder() -> Path:
    return Path(current_app.config["SETTINGS"].instance_dir) / "mail"


def _read(name: str) -> EmailMessage:
    path = _folder() / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.is_file():
        raise errors.NotFound()
    found = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def _part(message: EmailMessage, kind: str) -> str:
    part: Any = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        return part.get_payload(decode=True).decode("utf-8", "replace")


def _sent_at(name: str) -> datetime:
    return datetime.strptime(name[:21], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


@blueprint.get("/mail")
@gates.dev
def mail() -> str:
    """What the demo sent, newest first."""
    names = sorted((path.stem for path in _folder().glob("*.eml") if NAME.fullmatch(path.stem)), reverse=True)
    rows = []
    for name in names[:LISTED]:
        message = _read(name)
        rows.append(
            {
                "name": name,
                "at": _sent_at(name),
                "to": message.get("To", ""),
                "subject": message.get("Subject", ""),
            }
        )
    return render_template("dev/mail.html", rows=rows, more=max(0, len(names) - LISTED))


@blueprint.get("/mail/<name>")
@gates.dev
def mail_message(name: str) -> str:
    """One mail: its headers and its plain text with links to press."""
    message = _read(name)
    text = _part(message, "plain")
    return render_template(
        "dev/mail_message.html",
        name=name,
        at=_sent_at(name),
        subject=message.get("Subject", ""),
        headers=[(key, str(value)) for key, value in message.items()],
        text=as_html(text),
        has_html=bool(_part(message, "html")),
    )


@blueprint.get("/mail/<name>/html")
@gates.dev
def mail_html(name: str) -> Response:
    """The HTML of a mail on a page of its own, in a sandbox."""
    html = _part(_read(name), "html")
    if not html:
        raise errors.NotFound()
    answer = make_response(html)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


@blueprint.get("/mail/<name>/source")
@gates.dev
def mail_source(name: str) -> Response:
    """The mail as it went over the wire."""
    answer = make_response(_read(name).as_bytes())
    answer.mimetype = "text/plain"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.eml"'
    return answer
