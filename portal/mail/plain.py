"""The plain words of a message on a page: paragraphs, and links that can be pressed."""

from __future__ import annotations

import re

from jinja2.utils import urlize
from markupsafe import Markup

from portal.domain.delivery import BLOT

SIGNED = re.compile(r"^-- ?$", re.MULTILINE)
USED_UP = re.compile(rf"\S*{BLOT}\S*")


def as_html(text: str) -> Markup:
    """Return plain text as HTML; everything in it is escaped but the links we make of addresses."""
    parts = [part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    # urlize escapes what it is given.
    linked = [Markup(urlize(part, rel="noopener").replace("\n", "<br>")) for part in parts]  # noqa: S704
    return Markup("\n").join(Markup("<p>%s</p>") % part for part in linked)


def without_footer(text: str) -> str:
    """Return the words above the footer of a mail, without links that only worked in the mail itself."""
    return USED_UP.sub(BLOT, SIGNED.split(text, maxsplit=1)[0]).strip()
