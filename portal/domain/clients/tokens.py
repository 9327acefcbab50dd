"""Secrets and tokens as texts: a mark by which leaks are found, what finds the row, and 256 random bits."""

from __future__ import annotations

import re
import secrets
import string

from portal.domain.accounts import keys

SIGNS = string.ascii_lowercase + string.digits
TOKEN = re.compile(r"reins_at_([a-z0-9]{12})_[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """Return a new secret, which is stored nowhere."""
    return f"reins_secret_{secrets.token_urlsafe(32)}"


def new_token() -> str:
    """Return a new token, which is stored nowhere."""
    return f"reins_at_{''.join(secrets.choice(SIGNS) for _ in range(12))}_{secrets.token_urlsafe(32)}"


def prefix_of(token: str) -> str:
    """Return the prefix of a token, '' for what has not the shape of one."""
    found = TOKEN.fullmatch(token)
    return found[1] if found else ""


def hashes_of(text: str) -> tuple[str, ...]:
    """Return the keyed hashes of a secret or a token, by the newest secret of the installation first."""
    return keys.fingerprints("partner-client", text)
