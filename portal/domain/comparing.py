"""What is different between two texts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

WORD = re.compile(r"\s+|\w+|[^\w\s]")


class Piece(NamedTuple):
    """A stretch of words: ``same``, ``gone`` or ``new``."""

    kind: str
    text: str


def words(before: str, after: str) -> list[Piece]:
    """Return both texts in one line of pieces: without the new ones it is ``before``, without the gone ``after``."""
    old, new = WORD.findall(before), WORD.findall(after)
    found: list[Piece] = []
    for act, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if act == "equal":
            found.append(Piece("same", "".join(old[a:b])))
            continue
        if b > a:
            found.append(Piece("gone", "".join(old[a:b])))
        if d > c:
            found.append(Piece("new", "".join(new[c:d])))
    return found
