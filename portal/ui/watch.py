"""Watching: one line and one count for every answer, and one line for what a watchman must see.

Nothing here names a person, an address of a page or a value: an endpoint has a name, a person an internal id.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

import structlog
from flask import Flask, g, has_request_context, request

from portal import logs
from portal.ui.headers import fixed_headers
from portal.ui.proxies import known_by

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]
Counting = Callable[[str, str, int, float], None]
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")  # a request id of the proxy
ENDPOINT, NUMBER = "reins.endpoint", "reins.request"
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
QUIET = frozenset({"static", "customer.healthz", "customer.readyz", "customer.metrics"})
FAULT = b"Something went wrong on our side. Please try again later."
log = structlog.get_logger()


class Watch:
    """The outermost WSGI layer: it numbers a request, times it, and writes its one line."""

    def __init__(self, app: Flask) -> None:
        settings = app.config["SETTINGS"]
        self.application: Wsgi = app.wsgi_app
        self.config = app.config
        self.proxy = known_by(settings.trusted_proxies, settings.proxy_networks)
        self.headers = fixed_headers(https=settings.secure)
        self.count: Counting | None = None

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        began = perf_counter()
        number = environ.get("HTTP_X_REQUEST_ID", "")
        if not (number and GIVEN.fullmatch(number) and self.proxy(environ.get("REMOTE_ADDR", ""))):
            number = secrets.token_hex(8)
        environ[NUMBER] = number
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=number)
        begun: list[Any] = []

        def start(*given: Any) -> Any:
            begun[:] = given

        try:
            answer = self.application(environ, start)
        except Exception as error:
            if self.config.get("PROPAGATE_EXCEPTIONS"):
                raise
            # A fault below every error page: the server would log its words.
            log.error("request.broken", **logs.fault(error))
            kind = [("Content-Type", "text/plain"), ("Content-Length", str(len(FAULT)))]
            begun[:] = ("500 Internal Server Error", [*self.headers, *kind])
            answer = [FAULT]
        status = int(begun[0][:3])
        if status >= 500:
            begun[1].append(("X-Request-ID", number))
        start_response(*begun)
        method = environ["REQUEST_METHOD"]
        self._tell(
            environ.get(ENDPOINT, "static"), method if method in METHODS else "other", status, began, number
        )
        return answer

    def _tell(self, endpoint: str, method: str, status: int, began: float, number: str) -> None:
        took = perf_counter() - began
        if endpoint not in QUIET or status >= 500:
            logs.say_request(
                request=number, endpoint=endpoint, method=method, status=status, ms=round(took * 1000, 1)
            )
        if self.count is not None:
            self.count(endpoint, method, status, took)


_counted: Callable[[str], None] | None = None


def count_events(counting: Callable[[str], None] | None) -> None:
    """Let ``counting`` hear the name of every event of :func:`note` and :func:`good` in this process."""
    global _counted
    _counted = counting


def note(event: str, **facts: Any) -> None:
    """Log something that a watchman looks at: a refusal, a try to get around a rule; who is an internal id."""
    _say(log.warning, event, facts)


def good(event: str, **facts: Any) -> None:
    """Log a sign-in that went well; who is an internal id."""
    _say(log.info, event, facts)


def _say(how: Callable[..., Any], event: str, facts: dict[str, Any]) -> None:
    if has_request_context():
        actor = g.get("actor")
        if actor is not None and actor.person_id is not None:
            facts.setdefault("person", actor.person_id)
        facts.setdefault("endpoint", request.endpoint or "none")
    how(event, **facts)
    if _counted is not None:
        _counted(event)


def init_watch(app: Flask) -> Watch:
    """Put the watch around ``app``; call it last, so that nothing stands outside."""
    watch = Watch(app)

    def _name() -> None:
        request.environ[ENDPOINT] = request.endpoint or "none"

    app.before_request_funcs.setdefault(None, []).insert(0, _name)
    app.wsgi_app = watch  # type: ignore[method-assign]
    app.extensions["reins.watch"] = watch
    return watch
