"""What the doctor finds: one line each."""

from __future__ import annotations

from dataclasses import dataclass

OK, WARN, BAD = "ok", "warning", "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, how it is, in words, and what would mend it."""

    about: str
    state: str
    words: str
    mend: str = ""
