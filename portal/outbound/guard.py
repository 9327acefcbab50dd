"""Connections that go where was checked and nowhere else, bounded in time and size."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import connection as dialling

from .addresses import check, places
from .errors import Forbidden, Unreachable

CHUNK = 16 * 1024


class _Limit:
    """Cuts every connection of a call when its time is over, whatever trickles in until then."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._watched: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self.over = False
        self.refusal: Unreachable | None = None  # urllib3 wraps what a connection raises

    @property
    def left(self) -> float:
        return max(0.05, self._end - time.monotonic())

    def watch(self, sock: socket.socket) -> None:
        """Take a connection; the copy stays ours when TLS takes the socket itself over."""
        self._watched.append(sock.dup())

    def _cut(self) -> None:
        self.over = True
        for one in self._watched:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it is closed already

    @contextmanager
    def running(self) -> Iterator[_Limit]:
        self._timer.start()
        token = _limit.set(self)
        try:
            yield self
        finally:
            _limit.reset(token)
            self._timer.cancel()
            for one in self._watched:
                one.close()


_limit: ContextVar[_Limit] = ContextVar("outbound_limit")


def _connect(host: str, port: int, *, loopback: bool, options: Any) -> socket.socket:
    limit = _limit.get()
    try:
        return _dial(host, port, limit, loopback=loopback, options=options)
    except Unreachable as error:
        limit.refusal = error
        raise


def _dial(host: str, port: int, limit: _Limit, *, loopback: bool, options: Any) -> socket.socket:
    failure: Exception | None = None
    for address in places(host, port, limit.left, loopback=loopback):
        try:
            sock = dialling.create_connection((address, port), limit.left, socket_options=options)
        except OSError as error:
            failure = error
            continue
        limit.watch(sock)
        return sock
    raise Unreachable("connection", f"{host}: {failure}")


class _Plain(HTTPConnection):
    """Without TLS, and so at home only."""

    def _new_conn(self) -> socket.socket:
        return _connect(self._dns_host, self.port, loopback=True, options=self.socket_options)


class _Secured(HTTPSConnection):
    """The certificate is checked against the name, the connection goes to the address that was checked."""

    def _new_conn(self) -> socket.socket:
        return _connect(self._dns_host, self.port, loopback=False, options=self.socket_options)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecuredPool(HTTPSConnectionPool):
    ConnectionCls = _Secured


class Guard(HTTPAdapter):
    """Checks, bounds and reads every request of a session."""

    def __init__(self, seconds: float, most_bytes: int) -> None:
        self.seconds, self.most_bytes = seconds, most_bytes
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **given: Any) -> None:
        self.poolmanager = urllib3.PoolManager(num_pools=connections, maxsize=maxsize, block=block, **given)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecuredPool}

    def send(self, request: requests.PreparedRequest, *_more: Any, **given: Any) -> requests.Response:
        check(request.url or "")
        seconds = self.seconds
        with _Limit(seconds).running() as limit:
            try:
                found = super().send(
                    request, stream=True, timeout=seconds, verify=True, cert=given.get("cert"), proxies=None
                )
                found._content = self._read(found)
                found._content_consumed = True  # type: ignore[attr-defined]
            except (requests.RequestException, HTTPError, LocationParseError, OSError, ValueError) as error:
                known = error if isinstance(error, Unreachable) else limit.refusal
                if known is not None and (isinstance(known, Forbidden) or not limit.over):
                    raise known from None
                raise _in_words(error, late=limit.over, seconds=seconds) from None
            if limit.over:
                raise Unreachable("too_late", f"{seconds:g} s")
        return found

    def _read(self, found: requests.Response) -> bytes:
        with found.raw as body:
            if found.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise Unreachable("nonsense", "packed, although we asked for it plain")
            parts, size = [], 0
            while part := body.read(CHUNK, decode_content=False):
                size += len(part)
                if size > self.most_bytes:
                    raise Unreachable("too_large", f"more than {self.most_bytes} bytes")
                parts.append(part)
        return b"".join(parts)


def _in_words(error: Exception, *, late: bool, seconds: float) -> Unreachable:
    if late or isinstance(error, requests.Timeout):
        return Unreachable("too_late", f"{seconds:g} s")
    if isinstance(error, requests.exceptions.SSLError):
        return Unreachable("tls", str(error))
    if isinstance(error, requests.exceptions.InvalidURL | LocationParseError):
        return Forbidden("form", str(error))
    broken = (requests.exceptions.ChunkedEncodingError, requests.exceptions.InvalidHeader, ValueError)
    return Unreachable("nonsense" if isinstance(error, broken) else "connection", str(error))
