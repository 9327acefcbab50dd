"""The load: eight connections that stay open and ask again as soon as they are answered, in a process of their own.

It reads one job as JSON on its standard input and writes one result; a job has an end in time and in number.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

CONNECTIONS = 8
LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Result:
    """What a load came to: answers, seconds, seconds of each answer in order of size, and how many of each status."""

    count: int
    seconds: float
    waits: list[float]
    statuses: dict[str, int]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.count / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Return the seconds within which this share of the answers came."""
        return self.waits[min(int(len(self.waits) * share), len(self.waits) - 1)] if self.waits else 0.0


def get(path: str, cookie: str = "") -> str:
    """Return a GET as it goes over the line."""
    return _request("GET", path, cookie, "")


def post(path: str, cookie: str, form: str) -> str:
    """Return a POST of a form that is encoded already."""
    return _request("POST", path, cookie, form)


def _request(method: str, path: str, cookie: str, form: str) -> str:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost:8110\r\nAccept-Language: en\r\nUser-Agent: bench\r\n"
    if cookie:
        head += f"Cookie: {cookie}\r\n"
    if method == "POST":
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n"
    return f"{head}\r\n{form}"


def run(
    port: int, requests: Sequence[Sequence[str]], *, seconds: float, most: int = 1_000_000, again: bool = True,
    pace: float = 0.0,
) -> Result:  # fmt: skip
    """Send the lists of requests, one list for each connection, until the time or the number is over.

    Unless ``again``, each request is sent once; ``pace`` is the least number of seconds between two of a connection.
    """
    job = {"port": port, "requests": requests, "seconds": seconds, "most": most, "again": again, "pace": pace}
    done = subprocess.run(
        [sys.executable, "-S", "-m", "bench.load"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=True,
    )
    return Result(**json.loads(done.stdout))


class _Connection:
    def __init__(self, port: int, requests: Sequence[str]) -> None:
        self.requests = [one.encode() for one in requests]
        self.place = 0
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.wanted = 0
        self.began = 0.0

    def send(self, again: bool) -> bool:
        if self.place >= len(self.requests):
            if not again or not self.requests:
                return False
            self.place = 0
        self.buffer, self.wanted = b"", 0
        self.began = time.perf_counter()
        self.socket.sendall(self.requests[self.place])
        self.place += 1
        return True

    def receive(self) -> str | None:
        """Take what has come; return the status once the answer is whole."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.buffer += part
        if not self.wanted:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return None
            self.wanted = end + 4 + _length(self.buffer[:end])
        return self.buffer[9:12].decode() if len(self.buffer) >= self.wanted else None


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return min(int(line[15:]), LARGEST)
    return 0


class Line:
    """One connection of this process, for one request after the other; a context manager."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __enter__(self) -> Line:
        self._connection = _Connection(self.port, [])
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.socket.close()

    def ask(self, request: str) -> str:
        """Send a request, wait for the whole answer and return its status."""
        one = self._connection
        one.requests, one.place = [request.encode()], 0
        one.send(False)
        while (status := one.receive()) is None:
            pass
        return status


def _work(job: dict[str, Any]) -> dict[str, Any]:
    connections = [_Connection(job["port"], requests) for requests in job["requests"]]
    selector = selectors.EpollSelector()
    waits: list[float] = []
    statuses: dict[str, int] = {}
    resting: list[tuple[float, _Connection]] = []
    open_ = 0
    began = time.perf_counter()
    until = began + job["seconds"]
    for one in connections:
        if one.send(job["again"]):
            selector.register(one.socket, selectors.EVENT_READ, one)
            open_ += 1
    while open_:
        for key, _ in selector.select(0.05 if not resting else 0.001):
            one = key.data
            status = one.receive()
            if status is None:
                continue
            now = time.perf_counter()
            waits.append(now - one.began)
            statuses[status] = statuses.get(status, 0) + 1
            if now >= until or len(waits) + open_ > job["most"]:
                open_ -= 1
                selector.unregister(one.socket)
            elif job["pace"] and one.began + job["pace"] > now:
                resting.append((one.began + job["pace"], one))
            elif not one.send(job["again"]):
                open_ -= 1
                selector.unregister(one.socket)
        now = time.perf_counter()
        for due, one in [(due, one) for due, one in resting if due <= now]:
            resting.remove((due, one))
            if now >= until or not one.send(job["again"]):
                open_ -= 1
                selector.unregister(one.socket)
        if now > until + 30:
            raise TimeoutError("the server does not answer")
    took = time.perf_counter() - began
    return {"count": len(waits), "seconds": took, "waits": sorted(waits), "statuses": statuses}


if __name__ == "__main__":
    json.dump(_work(json.load(sys.stdin)), sys.stdout)
