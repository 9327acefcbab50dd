"""What arrives in a mailbox of the stage, and the links in it."""

from __future__ import annotations

import re
import time
from email import message_from_string, policy
from email.message import EmailMessage

from .stage import Stage

WAIT = 60.0
LINK = re.compile(r"https?://[^\s<>\"')]+")


def words(raw: str) -> str:
    """Return the subject and the plain words of a mail."""
    message = message_from_string(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    return f"{message['subject']}\n{body.get_content()}"


def wait_for(stage: Stage, to: str, wanted: str) -> str:
    """Return the newest mail to ``to`` that says ``wanted``; the worker sends it when it comes round."""
    until = time.monotonic() + WAIT
    found: list[str] = []
    while time.monotonic() < until:
        found = [words(raw) for raw in stage.letters(to)]
        for text in reversed(found):
            if wanted in text:
                return text
        time.sleep(0.5)
    raise AssertionError(f"no mail to {to} says {wanted!r}: {[text.splitlines()[0] for text in found]}")


def link_in(text: str, part: str) -> str:
    """Return the link of a mail whose address holds ``part``."""
    return next(link for link in LINK.findall(text) if part in link)
