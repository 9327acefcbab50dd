"""Whom to believe about the visitor: the configured proxies in front, and nobody else (ASVS 15.3.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]
SAID = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX", "HTTP_FORWARDED", "HTTP_X_REAL_IP",
)  # fmt: skip


def known_by(hops: int, networks: Sequence[IPv4Network | IPv6Network]) -> Callable[[str], bool]:
    """Return what tells of the address of a peer whether it is one of our proxies, if there are any.

    A peer without an address speaks through a socket file, which only this machine can.
    """

    @lru_cache(maxsize=1024)
    def known(peer: str) -> bool:
        if not hops:
            return False
        try:
            address = ip_address(peer)
        except ValueError:
            return True
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in networks)

    return known


class Proxies:
    """Takes address, scheme and host from the headers of ``hops`` proxies when the nearest is in ``networks``.

    Anybody else's headers go.
    """

    def __init__(
        self, application: Wsgi, *, hops: int, networks: Sequence[IPv4Network | IPv6Network]
    ) -> None:
        self.application = application
        self.believing: Any = ProxyFix(application, x_for=hops, x_proto=hops, x_host=hops)
        self.known = known_by(hops, networks)

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        if self.known(environ.get("REMOTE_ADDR", "")):
            found: Iterable[bytes] = self.believing(environ, start_response)
            return found
        for name in SAID:
            environ.pop(name, None)
        return self.application(environ, start_response)
