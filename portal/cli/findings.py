"""What the doctor finds: one line each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

OK, WARN, BAD = "ok", "warning", "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, how it is, in words, and what would mend it."""

    about: str
    state: str
    words: str
    mend: str = ""


def ago(span: timedelta) -> str:
    """Return a time that has passed in its largest fitting unit: 40 s, 12 min, 9 h, 3 days."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 48 * 3600 else f"{seconds // 86400} days"
