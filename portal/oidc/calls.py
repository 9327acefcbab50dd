"""Calls to a provider: together they take no longer than seven seconds, read no more than they should, go nowhere else.

A provider may be slow in every way there is: at its name, in its greeting, byte by byte. So the calls run beside the
request, which waits for them until the deadline and not longer; what still hangs then is cut off at its socket.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, ReadTimeoutError

from .refusals import Reason, Refused

WHOLE = 7.0  # seconds of all calls of one sign-in together; the page stands within eight
EACH = 3.0  # seconds without a single byte
LARGEST = 512 * 1024  # bytes of one answer
AT_ONCE = threading.BoundedSemaphore(24)
Found = TypeVar("Found")


class Deadline:
    """The instant at which everything must be over, and the sockets that are cut off then."""

    def __init__(self, seconds: float) -> None:
        self.end = monotonic() + seconds
        self._sockets: list[Any] = []

    def left(self) -> float:
        """Return the seconds that are left; raise when there are none."""
        left = self.end - monotonic()
        if left <= 0:
            raise Refused(Reason.SLOW)
        return left

    def watch(self, opened: Any) -> None:
        """Cut this socket off with the others."""
        self._sockets.append(opened)

    def cut(self) -> None:
        """Shut every socket, so that whoever still waits for it waits no longer."""
        for one in self._sockets:
            with suppress(OSError, AttributeError):
                one.shutdown(socket.SHUT_RDWR)


class Bounded(HTTPAdapter):
    """Sends requests whose connection and answer obey a deadline and a size."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        super().__init__(max_retries=0, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Let connections tell the deadline of their sockets."""
        super().init_poolmanager(*args, **kwargs)
        watch = self.deadline.watch

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                watch(self.sock)

        class Safe(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                watch(self.sock)

        pools = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": Plain}),
            "https": type("SafePool", (HTTPSConnectionPool,), {"ConnectionCls": Safe}),
        }
        self.poolmanager.pool_classes_by_scheme = pools

    def send(self, request: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        """Send, and read the whole answer, or raise."""
        wait = min(EACH, self.deadline.left())
        kwargs.update(stream=True, timeout=(wait, wait))
        request.headers["Accept-Encoding"] = "identity"
        answer = super().send(request, **kwargs)
        body = bytearray()
        try:
            while piece := answer.raw.read1(64 * 1024):
                body += piece
                self.deadline.left()
                if len(body) > LARGEST:
                    raise Refused(Reason.NONSENSE, "the answer is too large")
        except ReadTimeoutError as error:
            raise requests.ReadTimeout(str(error), request=request) from None
        except HTTPError as error:
            raise requests.ConnectionError(str(error), request=request) from None
        finally:
            answer.raw.close()
        answer._content, answer._content_consumed = bytes(body), True  # type: ignore[attr-defined]
        return answer


def fitted(session: requests.Session, deadline: Deadline) -> requests.Session:
    """Return the session with bounded calls, without redirects, cookies of before, or what the environment says."""
    session.trust_env = False
    session.max_redirects = 0
    session.headers["Accept"] = "application/json"
    for scheme in ("http://", "https://"):
        session.mount(scheme, Bounded(deadline))
    return session


def within(work: Callable[[Deadline], Found], *, seconds: float = WHOLE) -> Found:
    """Do ``work`` beside, and return what it found; raise Refused at the deadline and for every fault of the way."""
    if not AT_ONCE.acquire(blocking=False):
        raise Refused(Reason.SLOW, "too many calls to providers wait already")
    deadline = Deadline(seconds)
    outcome: list[Any] = []
    failed: list[BaseException] = []

    def beside() -> None:
        try:
            outcome.append(work(deadline))
        except BaseException as error:
            failed.append(error)
        finally:
            AT_ONCE.release()

    thread = threading.Thread(target=beside, name="provider", daemon=True)
    thread.start()
    thread.join(seconds)
    if outcome:
        found: Found = outcome[0]
        return found
    deadline.cut()
    if not failed or (monotonic() >= deadline.end and not isinstance(failed[0], Refused)):
        raise Refused(Reason.SLOW)  # what broke as the time ran out broke because of that
    raise _in_words(failed[0])


def _in_words(error: BaseException) -> BaseException:
    """Return the refusal that an error of the way means; what is none of them is ours and stays as it is."""
    match error:
        case Refused():
            return error
        case requests.exceptions.SSLError():
            return Refused(Reason.DOWN, "its certificate does not fit")
        case requests.exceptions.Timeout():
            return Refused(Reason.SLOW)
        case requests.exceptions.TooManyRedirects():
            return Refused(Reason.NONSENSE, "it leads on to another address")
        case requests.exceptions.ConnectionError():
            return Refused(Reason.SLOW if "timed out" in str(error).lower() else Reason.DOWN)
        case requests.exceptions.RequestException() | UnicodeError():
            return Refused(Reason.NONSENSE, type(error).__name__)
    return error
