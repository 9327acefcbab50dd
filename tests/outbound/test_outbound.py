"""The one way out calls public hosts and nobody else, whatever a name says a moment later."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest
from pydantic import ValidationError
from requests.exceptions import InvalidSchema

from portal import config, outbound
from portal.config import Settings
from portal.outbound import addresses, guard

pytestmark = pytest.mark.pure

NOT_PUBLIC = (
    "10.0.0.1", "172.16.5.4", "192.168.1.1", "127.0.0.1", "127.255.255.254", "0.0.0.0", "169.254.169.254",  # noqa: S104
    "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
    "168.63.129.16", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.88.99.1",
    "::", "::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "fe80::1", "fe80::1%1", "fc00::1", "fd00:ec2::254",
    "fec0::1", "ff02::1", "64:ff9b::808:808", "64:ff9b:1::1", "2001::1", "2001:db8::1", "2002:808:808::1",
    "2001:20::1", "3fff::1", "5f00::1", "100::1",
)  # fmt: skip
PUBLIC = ("8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e")


@pytest.fixture
def _at_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in the demo: this machine itself may be called."""
    monkeypatch.setenv("REINS_OUTBOUND_LOOPBACK", "1")
    config.load.cache_clear()
    yield
    config.load.cache_clear()


class Receiver(BaseHTTPRequestHandler):
    """Answers by path; counts who came."""

    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.path)
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        self.send_response(200)
        if self.path == "/packed":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        try:
            if self.path == "/long":
                for _ in range(64):
                    self.wfile.write(b"x" * 16384)
            if self.path == "/slow":
                for _ in range(40):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.1)
            self.wfile.write(b"here")
        except OSError:
            pass

    do_POST = do_GET

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def _serving() -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []
    handler = type("Counting", (Receiver,), {"seen": seen})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def receiver(_at_home: None) -> Iterator[tuple[str, list[str]]]:
    with _serving() as found:
        yield found


def _names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let the resolver give one answer after the other, and note what was connected to."""
    asked, dialled = iter(answers), []

    def resolve(_host: str, port: int, *_more: Any, **_named: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in next(asked)]

    def dial(place: tuple[str, int], *_more: Any, **_named: Any) -> socket.socket:
        dialled.append(place[0])
        raise OSError("nobody there")

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(guard.dialling, "create_connection", dial)
    return dialled


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_everybodys_is_not_public(address: str) -> None:
    assert not outbound.is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert outbound.is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_a_name_that_leads_to_such_an_address_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialled = _names(monkeypatch, [address])
    with pytest.raises(outbound.Forbidden):
        outbound.call("POST", "https://partner.example/hook")
    assert dialled == []


def test_one_bad_address_among_good_ones_forbids_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    dialled = _names(monkeypatch, ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(outbound.Forbidden):
        outbound.call("POST", "https://partner.example/hook")
    assert dialled == []


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    # The second look-up would lead inside, as with a name that changes between check and use; there is no second.
    dialled = _names(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    with pytest.raises(outbound.Unreachable) as refusal:
        outbound.call("POST", "https://partner.example/hook")
    assert not isinstance(refusal.value, outbound.Forbidden)
    assert dialled == ["8.8.8.8"]


@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example/hook", "ftp://partner.example/", "file:///etc/passwd", "//partner.example/", "",
        "https://", "https://user:secret@partner.example/", "https://partner.example@10.0.0.1/", "gopher://x/",
        "https://partner.example:22/", "https://partner.example:6379/", "https://partner.example:99999/",
        "https://10.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/",
        "https://partner.example\\@10.0.0.1/", "https://partner.example/ x", "https://partner.example/\r\nHost: x",
        "https://ｐartner.example/", "https://[fe80::1%25eth0]/", "https://[", "https://a" + "a" * 2000,
        "http://127.0.0.1/", "http://localhost/", "https://localhost/", "https://127.1/", "https://0x7f000001/",
        "https://2130706433/", "https://017700000001/", "https://localhost./",
    ],
)  # fmt: skip
def test_a_hostile_address_is_refused(url: str) -> None:
    with pytest.raises(outbound.Unreachable) as refusal:
        outbound.call("POST", url, seconds=2)
    assert isinstance(refusal.value, outbound.Forbidden) or refusal.value.reason == "name"


def test_at_home_only_plain_names_of_this_machine_are_called(receiver: tuple[str, list[str]]) -> None:
    base, seen = receiver
    assert outbound.call("POST", f"{base}/hook", body=b"{}").body == b"here"
    port = base.rpartition(":")[2]
    for host in ("127.1", "2130706433", "localhost.", "0.0.0.0"):  # noqa: S104
        with pytest.raises(outbound.Forbidden):
            outbound.call("POST", f"http://{host}:{port}/hook")
    assert seen == ["/hook"]


def test_a_call_follows_no_redirect(receiver: tuple[str, list[str]]) -> None:
    base, seen = receiver
    answer = outbound.call("POST", f"{base}/to/{base}/hook")
    assert answer.status == 302 and not answer.fine
    assert len(seen) == 1


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "https://[fd00:ec2::254]/", "file:///etc/passwd"]
)  # fmt: skip
def test_each_step_of_a_redirect_is_checked(target: str, receiver: tuple[str, list[str]]) -> None:
    base, seen = receiver
    with (
        outbound.session() as client,
        pytest.raises((outbound.Forbidden, InvalidSchema)),
    ):
        client.get(f"{base}/to/{target}")
    assert len(seen) == 1


def test_a_session_follows_a_redirect_that_is_allowed(receiver: tuple[str, list[str]]) -> None:
    base, seen = receiver
    with outbound.session() as client:
        assert client.get(f"{base}/to/{base}/hook").content == b"here"
    assert len(seen) == 2


def test_a_long_answer_is_cut_off(receiver: tuple[str, list[str]]) -> None:
    with pytest.raises(outbound.Unreachable, match="too_large"):
        outbound.call("GET", f"{receiver[0]}/long")


def test_a_packed_answer_is_not_unpacked(receiver: tuple[str, list[str]]) -> None:
    with pytest.raises(outbound.Unreachable, match="nonsense"):
        outbound.call("GET", f"{receiver[0]}/packed")


def test_an_answer_that_trickles_ends_with_its_time(receiver: tuple[str, list[str]]) -> None:
    began = time.monotonic()
    with pytest.raises(outbound.Unreachable, match="too_late"):
        outbound.call("GET", f"{receiver[0]}/slow", seconds=0.5)
    assert time.monotonic() - began < 2


def test_a_resolver_that_does_not_answer_ends_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_a, **_k: [][: let_go.wait(5)])
    with pytest.raises(outbound.Unreachable):
        outbound.call("GET", "https://partner.example/", seconds=0.2)
    let_go.set()


def _silent(sock: socket.socket) -> None:
    sock.close()


def _nonsense(sock: socket.socket) -> None:
    sock.recv(1000)
    sock.sendall(b"\x00\xff nonsense\r\n\r\n")
    sock.close()


@pytest.mark.usefixtures("_at_home")
@pytest.mark.parametrize("act", [_silent, _nonsense])
def test_who_says_nothing_or_nonsense_is_an_unreachable_one(act: Callable[[socket.socket], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: act(server.accept()[0]), daemon=True)
        thread.start()
        with pytest.raises(outbound.Unreachable):
            outbound.call("POST", f"http://127.0.0.1:{server.getsockname()[1]}/", seconds=2)
        thread.join(2)


@pytest.mark.usefixtures("_at_home")
def test_a_host_without_the_right_certificate_is_refused(tmp_path: Any) -> None:
    import ssl
    import subprocess

    pair = tmp_path / "pair.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
         "-subj", "/CN=other.example", "-keyout", str(pair), "-out", str(tmp_path / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", pair)

    def serve(server: socket.socket) -> None:
        try:
            with context.wrap_socket(server.accept()[0], server_side=True):
                pass
        except OSError:
            pass  # the other side did not like it, as it should

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        with pytest.raises(outbound.Unreachable, match="tls"):
            outbound.call("POST", f"https://localhost:{server.getsockname()[1]}/", seconds=2)
        thread.join(2)


def test_the_way_home_is_shut_in_production() -> None:
    given = {
        "secret_key": "nIkD0lRZ3mWq8sVt5yB7cXe2gHj4pUa9oFh6KxQw", "DATABASE_URL": "sqlite:////srv/reins.db",
        "base_url": "https://portal.firm.test", "demo": False, "light_passwords": False,
    }  # fmt: skip
    assert not Settings(**given, outbound_loopback=False).outbound_loopback
    with pytest.raises(ValidationError, match="REINS_OUTBOUND_LOOPBACK"):
        Settings(**given, outbound_loopback=True)
