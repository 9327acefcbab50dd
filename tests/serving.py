"""The application on a port of the loopback, from a thread of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waitress import create_server, wasyncore


@contextmanager
def served(app: Any, *, port: int = 0, threads: int = 4) -> Iterator[int]:
    """Serve the WSGI application ``app`` for the block; give its port.

    At the end its own loop closes what it listens to: a descriptor closed by another thread is one that the
    loop still waits for, and by then it may belong to somebody else.
    """
    server = create_server(
        app, host="127.0.0.1", port=port, threads=threads, clear_untrusted_proxy_headers=True
    )
    loop = threading.Thread(target=server.run, daemon=True)
    loop.start()
    try:
        yield int(server.effective_port)
    finally:
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        loop.join(10)
        assert not loop.is_alive(), "The server did not end."
