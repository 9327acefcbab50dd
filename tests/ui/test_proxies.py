"""Address, scheme and host of a visitor: believed of a configured proxy, of nobody else."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest

from portal.ui.proxies import Proxies

pytestmark = pytest.mark.pure

NETWORKS = (ip_network("127.0.0.0/8"), ip_network("10.1.0.0/24"), ip_network("fd00::/8"))
SAID = {
    "HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.9",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_HOST": "portal.firm.test",
    "HTTP_X_FORWARDED_PREFIX": "/evil",
    "HTTP_HOST": "inside:8000",
    "wsgi.url_scheme": "http",
}


def heard(peer: str, *, hops: int = 1) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], _start: Any) -> list[bytes]:
        seen.update(environ)
        return []

    Proxies(application, hops=hops, networks=NETWORKS)(SAID | {"REMOTE_ADDR": peer}, lambda *_: None)
    return seen


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.1.0.7", "fd00::5", "::ffff:10.1.0.7", ""])
def test_a_configured_proxy_is_believed_for_its_own_hop(peer: str) -> None:
    seen = heard(peer)
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("203.0.113.9", "https")
    assert seen["HTTP_HOST"] == "portal.firm.test"
    assert not seen.get("SCRIPT_NAME")


@pytest.mark.parametrize("peer", ["203.0.113.1", "10.1.1.7", "fe80::1", "::ffff:203.0.113.1"])
def test_nobody_else_is(peer: str) -> None:
    seen = heard(peer)
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"], seen["HTTP_HOST"]) == (peer, "http", "inside:8000")
    assert not [name for name in seen if "FORWARDED" in name]


def test_without_a_proxy_in_the_settings_nobody_is() -> None:
    seen = heard("127.0.0.1", hops=0)
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("127.0.0.1", "http")
    assert not [name for name in seen if "FORWARDED" in name]
