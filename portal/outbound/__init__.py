"""The one way out: each call to an address that somebody named goes through here (ASVS 5.0.0 1.3.6, 13.2.4).

call("POST", url, body=…)            one call; its whole answer, or :class:`Unreachable` with the reason
session()                            the same guard for a library that speaks ``requests``
check(url)                           what the form of an address says already
is_public(address)                   whether anybody on the internet may call it

A name is looked up once, every address it has must be a public one, and the connection goes to exactly such an
address: what the name says a moment later no longer matters. That holds for each step of a redirect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy

import requests

from .addresses import check, is_public
from .errors import Forbidden, Unreachable
from .guard import Guard

SECONDS = 8.0
MOST_BYTES = 256 * 1024
AGENT = "Reins/1"

__all__ = ["call", "session", "check", "is_public", "Answer", "Unreachable", "Forbidden"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def fine(self) -> bool:
        """Whether the receiver took it (2xx)."""
        return 200 <= self.status < 300


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    seconds: float = SECONDS,
    most_bytes: int = MOST_BYTES,
) -> Answer:
    """Make one call and return the answer, whatever its status; redirects are not followed.

    ``seconds`` bounds the whole of it, looking up the name included; raises :class:`Unreachable`.
    """
    check(url)
    with session(seconds=seconds, most_bytes=most_bytes) as client:
        found = client.request(method, url, headers=dict(headers or {}), data=body, allow_redirects=False)
        return Answer(found.status_code, found.headers, found.content)


def session(
    *, seconds: float = SECONDS, most_bytes: int = MOST_BYTES, redirects: int = 3
) -> requests.Session:
    """Return a client whose every request is guarded, ``seconds`` for each; it keeps no cookies and no connections."""
    client = requests.Session()
    client.trust_env = False  # no proxy, no .netrc
    client.max_redirects = redirects
    client.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    client.headers.update({"User-Agent": AGENT, "Accept-Encoding": "identity", "Connection": "close"})
    adapter = Guard(seconds, most_bytes)
    client.mount("https://", adapter)
    client.mount("http://", adapter)
    return client
