"""Who reads: the language and zone that every date, amount and text is shown in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from flask.globals import _cv_app

# English here is the firm's English: day before month, a 24-hour clock.
LOCALES = {"en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a language code and an IANA zone."""

    language: str = "en"
    zone: str = "Europe/Warsaw"


def reader() -> Any:
    """Return the reader of this request or mail, or the firm's own language and zone."""
    here = _cv_app.get(None)  # asked some dozens of times a page: past the proxy
    if here is None:
        return Reader()
    found = here.g.get("reader")
    if found is None:
        return Reader(zone=firm_zone())
    return found


def the_firm() -> Any:
    """Return the firm as it is now, or None where nothing stands behind the face."""
    here = _cv_app.get(None)
    known = here.app.extensions.get("reins.firm") if here is not None else None
    return known() if known is not None else None


def firm_zone() -> str:
    """Return the IANA zone of the firm, which its working hours go by."""
    firm = the_firm()
    return str(firm.zone) if firm is not None else Reader().zone


def reader_language() -> str:
    """Return the reader's language code."""
    return str(reader().language)


@lru_cache(maxsize=16)
def locale_of(language: str) -> Locale:
    """Return the Babel locale of a language code."""
    return Locale.parse(LOCALES.get(language, language), sep="-" if "-" in language else "_")


def locale() -> Locale:
    """Return the reader's Babel locale."""
    return locale_of(reader_language())


def zone_of(name: Any = None) -> ZoneInfo:
    """Return the zone of that name, or the reader's."""
    return name if isinstance(name, ZoneInfo) else ZoneInfo(name or reader().zone)
