"""A web process to be measured: the portal or the bare page, under the same server with the same threads.

python -m bench.server portal|bare URL PORT      serve until the end of its standard input
python -m bench.server libraries                 import what the portal imports, without the portal; say how much
"""

from __future__ import annotations

import importlib
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

THREADS = 8
OURS = {"portal", "admin", "bench", "tests", "wsgi", "migrations", "__main__"}


def rss(pid: int | None = None) -> float:
    """Return the memory of a process in MiB, its own pages and its share of others (PSS)."""
    text = Path(f"/proc/{pid or 'self'}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024


def application(what: str, url: str) -> Any:
    """Return the WSGI application of one of the two sides."""
    if what == "bare":
        from . import bare

        return bare.create(url)
    # The address of the database comes from the settings, as in an installation.
    import wsgi
    from portal import logs

    logs.configure(json=True)  # as in an installation, also where the settings are those of a demo
    return wsgi.app


class Served:
    """A running web process; a context manager that waits until it answers and stops it at the end."""

    def __init__(self, what: str, url: str, port: int) -> None:
        self.what, self.url, self.port = what, url, port

    def __enter__(self) -> Served:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.server", self.what, self.url, str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"DATABASE_URL": self.url},
        )
        assert self.process.stdout is not None
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"the {self.what} server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)

    @property
    def pid(self) -> int:
        """The process whose time and memory count."""
        return self.process.pid


def libraries() -> float:
    """Return the memory in MiB of a process that only imports the libraries of the portal."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.server", "libraries"], check=True, capture_output=True, text=True
    )
    return float(done.stdout.split()[-1])


def _serve(what: str, url: str, port: int) -> None:
    import waitress

    logging.getLogger("waitress").setLevel(logging.ERROR)  # it would tell of every request that waits
    server = waitress.create_server(
        application(what, url), host="127.0.0.1", port=port, threads=THREADS, ident=""
    )
    threading.Thread(target=_until_told, daemon=True).start()
    print("ready", flush=True)
    # Nobody reads what the portal logs from here on, and a full pipe would stop it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    server.run()


def _until_told() -> None:
    sys.stdin.read()
    os._exit(0)


def _modules() -> None:
    application("portal", os.environ["DATABASE_URL"])
    for name in list(sys.modules):
        if name.partition(".")[0] not in OURS:
            print(name)


def _import_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.server", "modules"], check=True, capture_output=True, text=True
    )
    for name in done.stdout.split():
        try:
            importlib.import_module(name)
        except ImportError:  # an alias that exists only after another import
            continue
    print(rss())


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["libraries"]:
            _import_alone()
        case ["modules"]:
            _modules()
        case [what, url, port]:
            _serve(what, url, int(port))
