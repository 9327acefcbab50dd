"""The words of a message: templates in the person's language and zone, with whole addresses of our pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g
from flask_babel import gettext
from jinja2 import Template, TemplateNotFound

from portal.config import Settings
from portal.domain import firm, wording
from portal.domain.delivery import Parcel, Words

from . import examples
from .mime import one_line

FOLDER = "messages"
SIGNATURE = "-- "  # RFC 3676, section 4.3


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose eyes a text is written for: what the filters of the pages ask too."""

    language: str
    zone: str


class Composer:
    """Renders messages outside of any request."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        site = urlsplit(settings.base_url)
        self._site = (site.netloc, site.path.rstrip("/") or "/", site.scheme)

    def link(self, endpoint: str, **values: Any) -> str:
        """Return the whole address of a page; raise BuildError for one that does not exist."""
        host, root, scheme = self._site
        adapter = self.app.url_map.bind(host, script_name=root, url_scheme=scheme)
        return adapter.build(endpoint, values, force_external=True)

    def link_for(self, account: str, endpoint: str, **values: Any) -> str:
        """Return the whole address of a page; one behind the sign-in names the account it is about, where given."""
        access = getattr(self.app.view_functions.get(endpoint), "access", None)
        if account and getattr(access, "kind", "") == "customer":
            values["for"] = account
        return self.link(endpoint, **values)

    def stop_url(self, token: str) -> str:
        """Return the one-click address that stops the lane a message was sent under."""
        return self.link("customer.stop_by_link", token=token) if token else ""

    @contextmanager
    def reading_as(self, language: str, zone: str) -> Iterator[str]:
        """Let texts and filters speak to a reader of this zone inside the block, in the language that it gives."""
        known = self.settings.languages
        with self.app.app_context():
            g.reader = Reader(language if language in known else known[0], zone)
            yield g.reader.language

    def compose(self, parcel: Parcel, own: Mapping[str, str] | None = None) -> Words:
        """Return subject, plain text and, for e-mail, HTML; raise what a broken template raises.

        ``own`` stands for the words that the firm has published: a preview of what is being written.
        """
        trial = parcel.name == wording.TRIAL
        if trial:
            own = parcel.data["words"]
            with self.reading_as(parcel.data["language"], parcel.zone):
                parcel = trial_of(parcel)
        with self.reading_as(parcel.language, parcel.zone) as language:
            g.own_words = wording.now(parcel.name, language) if own is None else own
            context = self._context(parcel)
            subject = one_line(self._template(parcel, "subject.txt").render(context))
            if trial:
                subject = gettext("Test: %(subject)s", subject=subject)
            context["subject"] = subject
            if parcel.channel == "sms":
                return Words(subject, self._short(parcel, context))
            text = _tidy(self._template(parcel, "body.txt").render(context))
            if parcel.channel != "email":
                return Words(subject, text)
            return Words(subject, text, self._template(parcel, "body.html").render(context))

    def example(self, name: str, language: str, own: Mapping[str, str], channel: str = "email") -> Words:
        """Return a message with made-up values and these words, as its reader would get it by a channel."""
        with self.reading_as(language, firm.now().zone):
            parcel = examples.parcel(name, language, channel=channel)
        return self.compose(parcel, own)

    def _template(self, parcel: Parcel, part: str) -> Template:
        return self.app.jinja_env.get_template(f"{FOLDER}/{parcel.name}/{part}")

    def _short(self, parcel: Parcel, context: dict[str, Any]) -> str:
        try:
            template = self._template(parcel, "sms.txt")
        except TemplateNotFound:
            template = self.app.jinja_env.get_template(f"{FOLDER}/_base.sms.txt")
        return one_line(template.render(context), 670)

    def fixed(self) -> dict[str, Any]:
        """Return what every template gets, whoever reads it."""
        return {"firm": firm.now(), "link": self.link}

    def _own_paragraph(self, parcel: Parcel) -> str:
        """Return what the firm adds to a message of this kind."""
        text = g.own_words.get("own", "")
        values = {
            "person": parcel.to_name, "firm": firm.now().name, "number": parcel.data.get("number", ""),
        }  # fmt: skip
        return wording.fill(text, values) if text else ""

    def _context(self, parcel: Parcel) -> dict[str, Any]:
        return {
            **parcel.data,
            **self.fixed(),
            "link": partial(self.link_for, parcel.link_account),
            "person": {"name": parcel.to_name, "greeting": parcel.greeting or parcel.to_name},
            "secret": parcel.secret,
            "stop_url": self.stop_url(parcel.stop_token),
            "channel": parcel.channel,
            "purpose": parcel.purpose,
            "purpose_title": parcel.purpose_title,
            "service": parcel.service,
            "signed_in": parcel.signed_in,
            "language": g.reader.language,
            "account_number": parcel.account_number,
            "about_kind": parcel.about_kind,
            "about_uuid": parcel.about_uuid,
            "actor_name": parcel.actor_name,
            "own_words": self._own_paragraph(parcel),
            "message_uuid": str(parcel.uuid),
            "sent_at": parcel.at,
        }


def trial_of(parcel: Parcel) -> Parcel:
    """Return a trial as the message that it tries, with made-up values, to the same mailbox."""
    tried = examples.parcel(parcel.data["of"], parcel.data["language"], zone=parcel.zone, at=parcel.at)
    return replace(
        tried, uuid=parcel.uuid, message_id=parcel.message_id, address=parcel.address, channel=parcel.channel
    )


def _tidy(text: str) -> str:
    """Take out the blank lines that blocks of a template leave behind; the mark of a signature keeps its space."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n")]
    lines = [SIGNATURE if line == SIGNATURE.strip() else line for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
