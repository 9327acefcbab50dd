"""Codes that stand in the data of acts, as words for people: channels, directions, results, reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.domain import references
from portal.text import Lazy, _t

WORDS: dict[str, dict[str, Lazy]] = {
    "channel": {
        "email": _t("e-mail"), "inbox": _t("inbox of this portal"), "phone": _t("phone"), "letter": _t("letter"),
        "sms": _t("SMS"), "portal": _t("this portal"), "counter": _t("counter"), "import": _t("import"),
    },
    "direction": {"in": _t("from the customer"), "out": _t("from us")},
    "outcome": {
        "reached": _t("spoke to the customer"), "no_answer": _t("no answer"), "voicemail": _t("left a message"),
        "arrived": _t("arrived"), "returned": _t("came back"), "sent": _t("sent"),
    },
    "factor": {
        "totp": _t("authenticator app"), "password": _t("password"), "recovery": _t("recovery code"),
        "link": _t("one-time link"),
    },
    "fields": {
        "name": _t("name"), "salutation": _t("how to address you"), "language": _t("language"),
        "zone": _t("time zone"), "phone": _t("phone number"), "postal_address": _t("postal address"),
    },
    "category": {
        "legal_advice": _t("legal advice"), "third_person": _t("data of another person"), "safety": _t("safety"),
    },
    "purpose": {
        "case": _t("work on a complaint"), "call": _t("a call"), "task": _t("a task"), "letter": _t("a letter"),
        "list": _t("a list"), "privacy_request": _t("a privacy request"),
    },
    "about": {"portal": _t("this portal")},
    "method": {
        "page": _t("on this portal"), "one_click": _t("one click in a mail"), "phone": _t("by phone"),
        "letter": _t("by letter"), "import": _t("import"), "signal": _t("signal of the browser"),
        "api": _t("through a program"), "timer": _t("by its date"),
    },
}  # fmt: skip


class Instant(str):
    """An ISO instant inside a sentence; faces show it in the reader's zone and language."""


def word(key: str, value: Any) -> Any:
    """Return the lazy word for a code, an :class:`Instant` for an ISO instant, else the value as it is."""
    if isinstance(value, str):
        found = WORDS.get(key, {}).get(value)
        if found is not None:
            return found
        if key == "about" and references.is_number(value):
            return _t("complaint {number}", number=value)
        if len(value) >= 20 and value[4:5] == "-" and value[10:11] == "T":
            try:
                datetime.fromisoformat(value)
            except ValueError:
                return value
            return Instant(value)
    return value
