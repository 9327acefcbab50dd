"""Real mail servers that behave badly on purpose, and the samples that tests send to them."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

from aiosmtpd.controller import Controller

SAMPLES = {
    "messages/sample/subject.txt": '{{ _("Sample") }} {{ n }}',
    "messages/sample/body.txt": (
        '{% extends "messages/_base.txt" %}{% block body %}{{ _("Number") }} {{ n }} {{ words }}'
        '{% if secret %} {{ link("customer.stop_by_link", token=secret) }}{% endif %}{% endblock %}'
    ),
    "messages/sample/body.html": (
        '{% extends "messages/_base.html" %}{% from "messages/_parts.html" import button, facts, quote %}'
        '{% block body %}<p>{{ n }} {{ words }}</p>{{ facts([("A", n)]) }}{{ quote(words or "x") }}'
        '{% if secret %}{{ button("Go", link("customer.stop_by_link", token=secret)) }}{% endif %}{% endblock %}'
    ),
    "messages/broken/subject.txt": "{{ nothing.at.all }}",
    "messages/broken/body.txt": "{{ nothing.at.all }}",
    "messages/broken/body.html": "{{ nothing.at.all }}",
}


@dataclass
class Box:
    """A mail server in a thread; ``rcpt`` and ``data`` answer instead of accepting when they return something."""

    rcpt: Callable[[str], str | None] = lambda address: None
    data: Callable[[bytes], str | None] = lambda content: None
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    async def handle_EHLO(
        self, _server: Any, session: Any, _envelope: Any, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return answers

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        answer = self.rcpt(address)
        if answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        answer = self.data(envelope.content)
        if answer == "drop before":
            server.transport.abort()
            return "250 never heard"
        self_note = answer == "drop after"
        if answer is None or self_note:
            self.raw.append(envelope.content)
            self.recipients += envelope.rcpt_tos
        if self_note:
            server.transport.abort()
            return "250 never heard"
        return answer or "250 OK"

    @property
    def mails(self) -> list[EmailMessage]:
        """What was accepted, parsed."""
        return [message_from_bytes(one, policy=policy.default) for one in self.raw]  # type: ignore[misc]

    @property
    def message_ids(self) -> list[str]:
        """The Message-ID of each accepted mail."""
        return [str(mail["Message-ID"]) for mail in self.mails]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(box: Box, **options: Any) -> Iterator[Box]:
    """Let ``box`` listen on a port of loopback."""
    box.port = box.port or free_port()
    # The server looks at each attribute of its handler at every connection; to ask for `mails` is to parse them all.
    acts = SimpleNamespace(**{name: getattr(box, name) for name in dir(box) if name.startswith("handle_")})
    controller = Controller(acts, hostname="127.0.0.1", port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
