"""What is logged for a while, as a server writes it, with everything put back afterwards."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import structlog

from portal import logs

Lines = Callable[[], list[dict[str, Any]]]


@contextmanager
def logged(*, json: bool = True) -> Iterator[io.BytesIO]:
    """Log into what is given for the block: as a production server does, or as one at a terminal."""
    out, before = io.BytesIO(), structlog.get_config()
    handlers = list(logging.getLogger().handlers)
    logs.configure(json=json, to=out)
    try:
        yield out
    finally:
        structlog.configure(**before)
        logs._Short.write = None
        logging.getLogger().handlers = handlers
        logging.captureWarnings(False)


def lines_of(out: io.BytesIO) -> list[dict[str, Any]]:
    """Return what was written, line by line."""
    return [orjson.loads(line) for line in out.getvalue().splitlines()]
