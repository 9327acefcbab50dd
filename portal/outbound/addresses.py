"""Which addresses we call: their form, and where their names lead at this instant."""

from __future__ import annotations

import queue
import socket
import threading
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from portal import config

from .errors import Forbidden, Unreachable

LONGEST_ADDRESS = 2000
INSIDE = (".localhost", ".local", ".internal")  # names that only mean something within a network

# Global unicast is 2000::/3; within it, what only wraps another address or leads nowhere.
_UNICAST = ip_network("2000::/3")
_NEVER = tuple(
    ip_network(one)
    for one in (
        "2001::/23",  # special purposes (RFC 2928): Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # documentation (RFC 9637)
        "192.0.0.0/24",  # special purposes (RFC 6890); a cloud keeps its metadata there
        "168.63.129.16/32",  # a cloud's own service at an address that looks public
        "192.88.99.0/24",  # relays of 6to4
    )
)

Address = IPv4Address | IPv6Address


def check(url: str) -> None:
    """Raise :class:`Forbidden` where the form of an address says already that we shall not call it; no look-up."""
    if len(url) > LONGEST_ADDRESS or not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>'):
        raise Forbidden("form", "an address has printable ASCII signs only")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise Forbidden("form", str(error)) from None
    if not host:
        raise Forbidden("form", "no host")
    if parts.scheme not in {"https", "http"}:
        raise Forbidden("scheme", parts.scheme)
    if "@" in parts.netloc:
        raise Forbidden("form", "a name or a password stands in it")
    settings = config.load()
    if settings.outbound_loopback and _is_loopback(host):
        return
    if parts.scheme != "https":
        raise Forbidden("scheme", "only https")
    if (port or 443) not in settings.outbound_ports:
        raise Forbidden("port", str(port))
    try:
        literal = ip_address(host)
    except ValueError:
        name = host.rstrip(".")
        if "." not in name or name.endswith(INSIDE):
            raise Forbidden("address", host) from None
        return
    if not is_public(literal):
        raise Forbidden("address", host)


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to a host that anybody on the internet may call.

    Not: private, shared by a carrier, loopback, link-local (and with it the metadata of clouds), multicast,
    reserved, documentation, and IPv6 that wraps an IPv4 address (mapped, compatible, 6to4, NAT64, Teredo).
    """
    if any(address in network for network in _NEVER if network.version == address.version):
        return False
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _look_up(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a name; the resolver of the system has no time limit of its own, so it gets one."""
    found: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found.put([row[4][0] for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except (OSError, UnicodeError) as error:
            found.put(error)

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        answer = found.get(timeout=max(0.05, seconds))
    except queue.Empty:
        raise Unreachable("name", f"{host}: no answer in time") from None
    if isinstance(answer, Exception):
        raise Unreachable("name", host)
    return list(dict.fromkeys(map(str, answer)))


def places(host: str, port: int, seconds: float, *, loopback: bool) -> list[str]:
    """Return where a name may be called now; one address that is not public forbids the whole name."""
    found = _look_up(host, port, seconds)
    addresses = [ip_address(one) for one in found]
    at_home = bool(addresses) and all(one.is_loopback for one in addresses)
    if at_home and config.load().outbound_loopback and _is_loopback(host):
        return found
    if loopback or not addresses or not all(map(is_public, addresses)):
        raise Forbidden("address", host)
    return found
