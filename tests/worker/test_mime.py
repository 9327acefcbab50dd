"""The mail itself: headers nobody can break out of, the way to stop it, and words in both forms."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from portal.config import Settings
from portal.domain.delivery import Refused, Words
from portal.mail import mime
from tests.worker.test_smtp import parcel

WORDS = Words("Hello", "Plain ż\n" + "x" * 1200 + "\n", "<p>Rich ł</p>")
STOP = "https://portal.vistula.example/u/" + "t0ken-" * 10

# What people type as a name or a subject in the hope of a second header, a second mail, a second recipient.
CORPUS = [
    "Amina\r\nBcc: victim@example.org",
    "Amina\nBcc: victim@example.org",
    "Amina\rBcc: victim@example.org",
    "Amina\r\n\r\n<script>alert(1)</script>",
    "Amina\x0bBcc: victim@example.org",
    "Amina\x0cBcc: victim@example.org",
    "Amina\x85Bcc: victim@example.org",
    "Amina\u2028Bcc: victim@example.org",
    "Amina\u2029Bcc: victim@example.org",
    "Amina\x00Bcc: victim@example.org",
    "Amina%0d%0aBcc: victim@example.org",
    '" <victim@example.org>, "',
    "Amina, victim@example.org",
    "<victim@example.org>",
    "Amina <victim@example.org>",
    "=?utf-8?q?Amina=0d=0aBcc:_victim@example.org?=",
    "=?utf-8?b?DQpCY2M6IHZpY3RpbUBleGFtcGxlLm9yZw==?=",
    "\u202egro.elpmaxe@mitciv\u202c",
    "(comment) Amina",
    "a" * 5000,
    "ż" * 500,
    "",
    " ",
    ".",
    "\\",
    '"',
]


def built(settings: Settings, words: Words = WORDS, *, stop: str = "", **changes) -> EmailMessage:
    raw = mime.build(parcel(**changes), words, settings, stop_url=stop).as_bytes()
    assert b"\r\n\r\n" in raw and all(len(line) <= 998 for line in raw.split(b"\r\n"))
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


EXPECTED = {
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted",
    "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
}  # fmt: skip


@pytest.mark.parametrize("nasty", CORPUS)
def test_no_name_and_no_subject_makes_a_header(settings: Settings, nasty: str) -> None:
    message = built(settings, Words(nasty, "Text\n", "<p>Text</p>"), to_name=nasty)
    assert set(message.keys()) <= EXPECTED
    assert [address.addr_spec for address in message["To"].addresses] == ["amina@example.org"]
    assert "\n" not in str(message["Subject"]) and "\r" not in str(message["Subject"])
    assert message.get_body(("plain",)).get_content().strip() == "Text"  # type: ignore[union-attr]


@pytest.mark.parametrize("nasty", [one for one in CORPUS if one.strip() and "@" in one])
def test_no_address_makes_a_header_or_a_second_recipient(settings: Settings, nasty: str) -> None:
    with pytest.raises(Refused):
        built(settings, address=nasty + "\r\nx@example.org")


def test_plain_text_and_html_are_both_there(settings: Settings) -> None:
    message = built(settings)
    assert message.get_content_type() == "multipart/alternative"
    assert "Plain ż" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Rich ł" in message.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_service_carries_no_way_to_stop_it(settings: Settings) -> None:
    message = built(settings, stop=STOP)
    assert not [name for name in message.keys() if name.startswith("List-")]  # noqa: SIM118 - headers repeat
    assert message["Auto-Submitted"] == "auto-generated"


def test_everything_else_is_stopped_by_one_press(settings: Settings) -> None:
    """RFC 8058 and RFC 2369: the two headers stand whole, as a mail program reads them."""
    raw = mime.build(
        parcel(service=False, purpose="offers", topic="garden"), WORDS, settings, stop_url=STOP
    ).as_bytes()
    head = raw.split(b"\r\n\r\n")[0].decode("ascii")
    assert f"\r\nList-Unsubscribe: <{STOP}>\r\n" in head
    assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head
    assert re.search(r"\r\nList-Id: <offers-garden-email\.[a-z.]+>\r\n", head)


def test_the_sender_and_the_reply_address_are_the_firms(settings: Settings) -> None:
    message = built(settings)
    assert message["From"].addresses[0].addr_spec == "portal@vistula.example"
    assert message["Reply-To"].addresses[0].addr_spec == settings.firm_mail
    assert message["Message-ID"] == "<7@vistula.example>"
