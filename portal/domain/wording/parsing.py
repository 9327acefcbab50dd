"""What a message is made of, which words fit a part, and how placeholders are filled; pure.

A placeholder is ``{name}``, one of those that the part declares. Words of staff never pass through a formatter of
the language: they are cut at their placeholders once, and each value is put in as it is, escaped where it must be.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from portal.domain.errors import Invalid
from portal.text import Lazy, _t

NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")
SHIPPED = re.compile(r"%\(([a-z][a-z0-9_]*)\)[sd]|%%")
MARKUP = re.compile(r"<[a-z/!?]|&#?[a-z0-9]{2,};|javascript:", re.IGNORECASE)
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,20}://|\bwww\.", re.IGNORECASE)
LINES = {"own"}  # parts that may have several lines


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of words that staff may write anew: what it is, its default, and what has to stand in it."""

    key: str
    kind: str  # subject, text, button, label, own
    default: str  # with {placeholders}
    names: tuple[str, ...] = ()
    must: frozenset[str] = frozenset()
    count: int | None = None  # of a counted text: a number that takes this form

    @property
    def most(self) -> int:
        """How many letters it may have."""
        return {"subject": 150, "button": 60, "label": 60, "own": 1500}.get(self.kind, 800)

    @property
    def several_lines(self) -> bool:
        return self.kind in LINES


@dataclass(frozen=True, slots=True)
class Message:
    """One message in one language, part by part in the order in which they are read."""

    name: str
    language: str
    parts: tuple[Part, ...]

    def part(self, key: str) -> Part | None:
        """Return a part by its key."""
        return next((part for part in self.parts if part.key == key), None)


@lru_cache(maxsize=4096)
def key_of(text: str) -> str:
    """Return what a part is called whose words in the source are ``text``: the same as long as these stay."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@lru_cache(maxsize=4096)
def from_default(text: str) -> str:
    """Return a text of a catalogue with its placeholders as staff write them: ``%(name)s`` becomes ``{name}``."""
    return SHIPPED.sub(lambda found: f"{{{found[1]}}}" if found[1] else "%", text)


@lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[tuple[str, str], ...]:
    """Return (words, placeholder behind them) of a text; the last has none."""
    found, at = [], 0
    for name in NAME.finditer(text):
        found.append((text[at : name.start()], name[1]))
        at = name.end()
    return (*found, (text[at:], ""))


def fill(text: str, values: Mapping[str, Any], escape: Callable[[Any], str] = str) -> str:
    """Return ``text`` with its placeholders filled in, every stretch and every value through ``escape``.

    Raise KeyError for a placeholder without a value.
    """
    return "".join(escape(words) + (escape(values[name]) if name else "") for words, name in _pieces(text))


def tidy(part: Part, text: str) -> str:
    """Return words as they are stored: composed, without signs that steer, on one line unless the part has several."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    text = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)
    if not part.several_lines:
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def problem(part: Part, text: str) -> Lazy | None:
    """Return why words do not fit a part and what mends it, or None; empty words are the default."""
    if text in ("", part.default):
        return None
    if len(text) > part.most:
        return _t("Write at most {most} letters; these are {n}.", most=part.most, n=len(text))
    if MARKUP.search(text):
        return _t("Write plain words: signs such as < and & codes are not shown as layout. Take them out.")
    if ADDRESS.search(text):
        return _t("Take the address out: links and buttons have their fixed place in the message.")
    without = NAME.sub("", text)
    if "{" in without or "}" in without:
        return _t(
            "A brace stands alone. A placeholder is a name in braces, such as {example}.", example=_some(part)
        )
    used = set(NAME.findall(text))
    unknown = sorted(used - set(part.names))
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in part.names)
        if not known:
            return _t(
                "There is no placeholder {name} here. Take it out: this text has none.", name=_in(unknown[0])
            )
        return _t(
            "There is no placeholder {name} here. Choose from: {known}", name=_in(unknown[0]), known=known
        )
    missing = sorted(part.must - used)
    if missing:
        return _t(
            "The placeholder {name} is missing. Put it in: without it the reader misses that.",
            name=_in(missing[0]),
        )
    return None


def _in(name: str) -> str:
    return f"{{{name}}}"


def _some(part: Part) -> str:
    return _in(part.names[0] if part.names else "name")


def own(message: Message, words: Mapping[str, str]) -> dict[str, str]:
    """Return the words that differ from the default, by part and tidied; unknown parts are left out."""
    found = {part.key: tidy(part, words.get(part.key, "")) for part in message.parts}
    return {part.key: found[part.key] for part in message.parts if found[part.key] not in ("", part.default)}


def problems(message: Message, words: Mapping[str, str]) -> list[Invalid]:
    """Return everything that keeps words from being kept, in the order of the parts; ``field`` is the part's key."""
    found = []
    for part in message.parts:
        wrong = problem(part, tidy(part, words.get(part.key, "")))
        if wrong is not None:
            found.append(Invalid(wrong, code="wording.part", field=part.key))
    return found


def changed(message: Message, body: Mapping[str, str], base: Mapping[str, str]) -> list[str]:
    """Return the parts with own words whose default is another one since these were written."""
    return [
        part.key
        for part in message.parts
        if part.key in body and base.get(part.key, part.default) != part.default
    ]
