"""The bytes of a file on their way out: every chunk asks again whether it may still leave."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from portal import db

CHUNK = 64 * 1024
# So that what was let go is never far ahead of what was asked: a server would else buffer a whole file at once.
BYTES_A_SECOND = 4 * 1024 * 1024


def leaving(
    content: bytes, still: Callable[[], bool], *, ended: Callable[[int], None] | None = None
) -> Iterator[bytes]:
    """Yield a file in chunks, each preceded by the question ``still``, asked in a unit of work of its own.

    When it may not leave any more the bytes end short of the size that was told, so that nobody takes the piece for
    the whole; ``ended`` is told how many bytes had left.
    """
    began, sent = time.monotonic(), 0
    while sent < len(content):
        # The request is over by now, so each question has a unit of work of its own.
        with db.unit_of_work(write=False):
            if not still():
                if ended is not None:
                    ended(sent)
                return
        chunk = content[sent : sent + CHUNK]
        yield chunk
        sent += len(chunk)
        ahead = sent / BYTES_A_SECOND - (time.monotonic() - began)
        if ahead > 0 and sent < len(content):
            time.sleep(ahead)
