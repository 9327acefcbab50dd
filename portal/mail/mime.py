"""A message as MIME: headers that nobody's name or subject can break out of, plain text and HTML side by side."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import urlsplit

from portal.config import Settings
from portal.domain import firm
from portal.domain.delivery import Parcel, Refused, Words

# A folded or encoded address in these would no longer be one.
WHOLE_LINES = {"list-unsubscribe", "list-unsubscribe-post", "list-id", "message-id"}
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class Policy(EmailPolicy):
    """The standard policy for SMTP, but machine-read headers stay on one line (RFC 5322 allows 998 signs)."""

    def fold(self, name: str, value: Any) -> str:
        return _whole(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        whole = _whole(name, value)
        return whole.encode("ascii") if whole else super().fold_binary(name, value)


def _whole(name: str, value: Any) -> str:
    return f"{name}: {value}\r\n" if name.lower() in WHOLE_LINES else ""


POLICY = Policy(linesep="\r\n", raise_on_defect=True)


def one_line(text: str, limit: int = 250) -> str:
    """Return ``text`` on one line, without signs that steer a terminal or turn the reading direction.

    Nor does it begin an encoded word: the standard library would decode it, line breaks included, into the header.
    """
    return " ".join(CONTROLS.sub(" ", text).replace("=?", "= ?").split())[:limit]


def mailbox(name: str, address: str) -> Address:
    """Return a mailbox with its name; raise :class:`Refused` when the address cannot stand in a header."""
    user, _, domain = address.rpartition("@")
    try:
        # Addresses outside ASCII are legal in the domain (IDNA) but not every server takes them before the @.
        found = Address(one_line(name, 80), addr_spec=f"{user}@{domain.encode('idna').decode('ascii')}")
        user.encode("ascii")
    except (ValueError, IndexError, UnicodeError, HeaderParseError):
        raise Refused("address_unusable") from None
    if found.username != user or CONTROLS.search(address) or not user or not domain:
        raise Refused("address_unusable")
    return found


def sender(settings: Settings) -> Address:
    """Return the mailbox that our mail comes from."""
    name, address = parseaddr(settings.mail_sender)
    return mailbox(firm.now().sender_name or name or firm.now().name, address)


def list_id(parcel: Parcel, settings: Settings) -> str:
    """Return the List-Id of the lane a message is sent under (RFC 2919)."""
    lane = "-".join(filter(None, (parcel.purpose, parcel.topic, parcel.channel)))
    label = re.sub(r"[^a-z0-9-]+", "-", lane.lower()).strip("-") or "messages"
    return f"<{label}.{urlsplit(settings.base_url).hostname or 'localhost'}>"


def build(parcel: Parcel, words: Words, settings: Settings, *, stop_url: str = "") -> EmailMessage:
    """Return the finished mail; raise :class:`Refused` for an address that no header can hold."""
    message = EmailMessage(policy=POLICY)
    message["From"] = sender(settings)
    message["To"] = mailbox(parcel.to_name, parcel.address)
    message["Reply-To"] = mailbox(firm.now().name, firm.now().reply_mail)
    message["Subject"] = one_line(words.subject)
    message["Date"] = format_datetime(parcel.at)
    message["Message-ID"] = parcel.message_id
    message["Content-Language"] = parcel.language
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers to a machine
    message["X-Auto-Response-Suppress"] = "All"
    if not parcel.service and stop_url:
        # RFC 2369 and RFC 8058: one press in the mail program, no page, no sign-in.
        message["List-Unsubscribe"] = f"<{stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["List-Id"] = list_id(parcel, settings)
    message.set_content(words.text, cte="quoted-printable")
    if words.html:
        message.add_alternative(words.html, subtype="html", cte="quoted-printable")
    return message
