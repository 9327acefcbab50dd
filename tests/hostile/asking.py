"""Somebody who sends what no page of ours would send."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from flask import Flask

from portal.ui.gates import Access, Kind
from tests.browsing import TOKEN

VALUES = {
    "uuid": [str(uuid.UUID(int=7))],
    "string": ["0" * 64, "%00", "..%2f..%2fetc%2fpasswd", "９" * 20, "a" * 3000, "%ff%fe"],
    "unicode": ["0" * 43, "%00", "..%2f", "a" * 3000, "%ff%fe", "words"],
    "default": ["0" * 43, "%00", "..%2f", "a" * 3000, "%ff%fe", "words"],
}


def addresses(app: Flask, *kinds: Kind, method: str) -> Iterator[str]:
    """Yield every address of the endpoints of those kinds, each parameter filled with what does not fit."""
    for rule in app.url_map.iter_rules():
        access: Access | None = getattr(app.view_functions[rule.endpoint], "access", None)
        if access is None or access.kind not in kinds or method not in (rule.methods or ()):
            continue
        forms = [""]
        for named, text in _parts(rule.rule):
            values = VALUES.get(named, VALUES["default"]) if named else [text]
            forms = [form + value for form in forms for value in values]
        yield from forms


def _parts(rule: str) -> Iterator[tuple[str, str]]:
    while "<" in rule:
        before, _, rest = rule.partition("<")
        inside, _, rule = rest.partition(">")
        if before:
            yield "", before
        yield (inside.partition(":")[0].partition("(")[0] if ":" in inside else "default"), ""
    if rule:
        yield "", rule


def proof_on(browser: Any, page: str) -> str:
    """Return the proof of forms of a page, or nothing where it has none."""
    found = TOKEN.search(browser.get(page).get_data(as_text=True))
    return found[1] if found else ""
