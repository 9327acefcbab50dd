"""A mail server that writes down when it took what, and may strike somebody at the worst moment."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from typing import Any

from tests.worker.servers import Box


@dataclass(frozen=True, slots=True)
class Copy:
    """One mail as it was taken."""

    message_id: str
    recipient: str
    at: float  # of the clock of the world, in seconds


@dataclass
class Postbox(Box):
    """Takes everything; ``strike`` is called between the dot and our answer, or right after it."""

    copies: list[Copy] = field(default_factory=list)
    strike: Callable[[str], None] = lambda when: None
    lock: threading.Lock = field(default_factory=threading.Lock)
    silent: bool = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if answer.startswith("250"):
            mail = BytesHeaderParser().parsebytes(envelope.content)
            with self.lock:
                self.copies.append(Copy(str(mail["Message-ID"]), envelope.rcpt_tos[0], time.time()))
            self.strike("dot")
        return answer

    def counted(self) -> Counter[str]:
        """Return how many copies there are of each Message-ID."""
        with self.lock:
            return Counter(copy.message_id for copy in self.copies)
