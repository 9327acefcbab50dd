"""Logs: one line of JSON for each thing that happened; what people wrote, and what libraries say of it, stays out.

configure()        what a process that runs the portal calls once
fault(error)       what a line may say of an error: kinds and places, never its words
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import orjson
import structlog

ROOT = str(Path(__file__).resolve().parent.parent) + "/"
LONGEST = 300  # letters of one value
MOST_PLACES = 12  # of one error, the innermost

Line = MutableMapping[str, Any]
# What would begin a new line or move the cursor of a terminal: C0, DEL, C1, and the two separators of Unicode.
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), 8232, 8233), "�")


def fault(error: BaseException) -> dict[str, Any]:
    """Return the kinds of an error and of its causes, and where it went through our code; never its words."""
    kinds, one, seen = [], error, set()
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        kinds.append(type(one).__name__)
        one = one.__cause__ or one.__context__  # type: ignore[assignment]
    frames = traceback.StackSummary.extract(
        traceback.walk_tb(error.__traceback__), lookup_lines=False, capture_locals=False
    )
    places = [f"{frame.filename.removeprefix(ROOT)}:{frame.lineno}" for frame in frames]
    ours = [place for place in places if not place.startswith("/")]
    if places and places[-1] not in ours:
        ours.append(places[-1])
    return {"kind": " < ".join(kinds), "places": ours[-MOST_PLACES:]}


def _without_words(_logger: Any, _method: str, line: Line) -> Line:
    """Put kinds and places where a traceback would stand."""
    given = line.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()[1]
    elif isinstance(given, tuple):
        given = given[1]
    if isinstance(given, BaseException):
        for name, value in fault(given).items():
            line[name] = value if name == "places" else line.get(name, value)
    line.pop("stack_info", None)
    return line


def clean(value: Any) -> Any:
    """Return ``value`` as a log may hold it: short, on one line, and nothing that a library could unfold."""
    if isinstance(value, str):
        return value[:LONGEST].translate(_CONTROLS)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [clean(one) for one in value[:MOST_PLACES]]
    return clean(str(value))


def _clean(_logger: Any, _method: str, line: Line) -> Line:
    return {clean(name): clean(value) for name, value in line.items()}


def _json(_logger: Any, _method: str, line: Line) -> bytes:
    return orjson.dumps(line, option=orjson.OPT_NON_STR_KEYS)


def _plain(_logger: Any, _method: str, line: Line) -> bytes:
    """Return a line for a person at a terminal."""
    told = line.pop("exception", "")
    at, level, event = (line.pop(name, "") for name in ("at", "level", "event"))
    said = f"{str(at)[11:19]} {level:<7} {event} {' '.join(f'{k}={v}' for k, v in line.items())}"
    return f"{said}\n{told}".rstrip().encode()


def _with_words(_logger: Any, _method: str, line: Line) -> Line:
    """Keep the traceback, without the values of variables: at a terminal of the demo nobody real is in it."""
    error = line.get("exc_info")
    error = sys.exc_info()[1] if error is True else error
    words = "".join(traceback.format_exception(error)) if isinstance(error, BaseException) else ""
    line = _clean(_logger, _method, _without_words(_logger, _method, line))
    return {**line, "exception": words} if words else line


class Libraries(logging.Handler):
    """What a library logs, as its name, its place and the kind of its error: its words may quote anything."""

    def emit(self, record: logging.LogRecord) -> None:
        facts: dict[str, Any] = {"logger": record.name, "place": f"{record.module}:{record.lineno}"}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            facts |= fault(error)
        structlog.get_logger().log(record.levelno, "library", **facts)


class _Short:
    """The quick way of the one line that every request has: its values are ours, so nothing needs to be cleaned."""

    write: Callable[[bytes], object] | None = None


def say_request(**facts: Any) -> None:
    """Log one answer; ``facts`` hold names of ours, numbers, and the id of the request, nothing a visitor chose."""
    if _Short.write is None:
        structlog.get_logger().info("request", **facts)
        return
    at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    _Short.write(orjson.dumps({"event": "request", "level": "info", "at": at, **facts}))


def configure(*, json: bool = True, to: BinaryIO | None = None) -> None:
    """Send every line of this process to ``to`` (standard output), as JSON or for a terminal.

    Warnings and logs of libraries, and what ends a thread or the process, come the same way.
    """
    stream = to or sys.stdout.buffer
    _Short.write = structlog.BytesLogger(stream).info if json else None
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            *((_without_words, _clean, _json) if json else (_with_words, _plain)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not isinstance(one, Libraries)]
    root.addHandler(Libraries(logging.WARNING))
    logging.captureWarnings(True)


def guard_process() -> None:
    """Log what ends this process or one of its threads as :func:`fault` says it, instead of a traceback."""

    def end(kind: type[BaseException], error: BaseException | None, _tb: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            structlog.get_logger().critical("process.failed", **(fault(error) if error else {}))

    sys.excepthook = end
    threading.excepthook = lambda given: end(given.exc_type, given.exc_value, given.exc_traceback)
