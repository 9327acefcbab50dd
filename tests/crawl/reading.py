"""What a page offers: its links and its forms with what they would send, read as quickly as our own markup allows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

ADDRESS = re.compile(r'\s(?:href|src|hx-get|hx-post|formaction|data-autosave)="([^"#][^"]*)"')
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
FIELD = re.compile(
    r"<(input|button|select|textarea)\b([^>]*)>(?:\s*<option[^>]*value=\"([^\"]+)\")?", re.DOTALL
)
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
USUAL = {"email": "somebody@mail.example", "date": "2026-01-02", "number": "1", "password": "x" * 12}


@dataclass(slots=True)
class Found:
    """A form: where it goes and what it would send, the proof left out."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return urlsplit(self.action).path


@dataclass(slots=True)
class Offers:
    """The addresses and forms of one page, and the proof that its forms carry."""

    links: list[str]
    forms: list[Found]
    proof: str


def _attributes(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in ATTRIBUTE.findall(text)}


def offers(page: str, html: str) -> Offers:
    """Read what ``html`` at the address ``page`` offers."""
    links, forms, proof = [], [], ""
    for address in dict.fromkeys(ADDRESS.findall(html)):
        parts = urlsplit(urljoin(page, unescape(address)))
        if not parts.netloc and parts.path.startswith("/"):
            links.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    for attributes, inside in FORM.findall(html):
        given = _attributes(attributes)
        form = Found(given.get("method", "get").upper(), urljoin(page, given.get("action") or page))
        forms.append(form)
        for tag, text, first in FIELD.findall(inside):
            one = _attributes(text)
            name, kind = one.get("name", ""), one.get("type", "text")
            if name == "csrf_token":
                proof = one.get("value", "")
            elif name and kind != "file":
                usual = "Words of somebody" if tag == "textarea" else first or USUAL.get(kind, "1")
                form.fields.setdefault(name, one.get("value") or usual)
    return Offers(links, forms, proof)
