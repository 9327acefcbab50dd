"""The text of a token: a mark by which leaks are found, a prefix that finds its row, and 256 random bits."""

from __future__ import annotations

import re
import secrets
import string

from portal.domain.accounts import keys

SIGNS = string.ascii_lowercase + string.digits
TOKEN = re.compile(r"reins_([a-z0-9]{12})_[A-Za-z0-9_-]{43}")


def new() -> str:
    """Return a new token, which is stored nowhere."""
    return f"reins_{''.join(secrets.choice(SIGNS) for _ in range(12))}_{secrets.token_urlsafe(32)}"


def prefix_of(token: str) -> str:
    """Return the prefix of a token, '' for what has not the shape of one."""
    found = TOKEN.fullmatch(token)
    return found[1] if found else ""


def hashes_of(token: str) -> tuple[str, ...]:
    """Return the keyed hashes of a token, by the newest secret of the installation first."""
    return keys.fingerprints("program", token)
