"""An installation as in production: web and worker as processes of their own, which can be killed and stopped."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from portal import config
from tests.worker.servers import free_port

HOST = "portal.vistula.example"
LEASE = 6.0  # seconds: the shortest that leaves room for a conversation, so that a test need not wait long
MAIL_TIMEOUT = 5.0


@dataclass(slots=True)
class Process:
    """One process: its command, how to tell that it is ready, and how long its starts took."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    port: int = 0
    running: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    read_from: int = 0
    starts: list[tuple[float, float]] = field(
        default_factory=list
    )  # seconds, and without waiting for a processor

    @property
    def pid(self) -> int:
        assert self.running is not None
        return self.running.pid

    def spawn(self) -> None:
        """Start it without waiting."""
        self.read_from = self.log.stat().st_size if self.log.exists() else 0
        self.began = time.monotonic()
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, cwd=config.ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )  # fmt: skip

    def await_ready(self, seconds: float = 180.0) -> None:
        """Wait until it works, and keep how long that took."""
        while not self._ready():
            assert self.running is not None and self.running.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() - self.began < seconds, f"{self.name} is not ready"
            time.sleep(0.02)
        took = time.monotonic() - self.began
        self.starts.append((took, max(0.0, took - _waited_for_processor(self.pid))))

    def _ready(self) -> bool:
        if not self.port:
            return b"worker.started" in self.log.read_bytes()[self.read_from :]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/sign-in", headers={"Host": HOST, "X-Forwarded-Proto": "https"})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """Kill it as nothing can be defended against, and wait until it is gone."""
        assert self.running is not None
        self.running.kill()
        self.running.wait()

    def end(self, seconds: float = 20.0) -> int:
        """Ask it to end and return its exit code."""
        assert self.running is not None
        if self.running.poll() is None:
            self.running.send_signal(signal.SIGCONT)
            self.running.send_signal(signal.SIGTERM)
        return self.running.wait(seconds)


def _waited_for_processor(pid: int) -> float:
    """Return for how many seconds its main thread, which starts it, could have run but others had the processors."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9


@dataclass(slots=True)
class Installation:
    """Processes on one database, with one folder and one mail server."""

    webs: list[Process]
    workers: list[Process]
    folder: Path

    @property
    def processes(self) -> list[Process]:
        return [*self.webs, *self.workers]


@contextmanager
def installed(
    url: str, folder: Path, mail_port: int, *, webs: int = 1, workers: int = 1
) -> Iterator[Installation]:
    """Start the processes of an installation; all of them are gone at the end."""
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "REINS_INSTANCE_DIR": str(folder),
        "REINS_BASE_URL": f"https://{HOST}",
        "REINS_DEMO": "false",
        "REINS_LIGHT_PASSWORDS": "false",
        "REINS_TRUSTED_PROXIES": "1",
        "REINS_MAIL_HOST": "127.0.0.1",
        "REINS_MAIL_PORT": str(mail_port),
        "REINS_MAIL_TLS": "none",
        "REINS_MAIL_TIMEOUT": str(MAIL_TIMEOUT),
        "REINS_LEASE_SECONDS": str(LEASE),
        "REINS_API_CALLS_PER_MINUTE": "1000000",
        "REINS_DOORS_PER_MINUTE": "1000000",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation starts from compiled files
    made = Installation([], [], folder)
    for number in range(webs):
        port = free_port()
        listening = [
            f"--listen=127.0.0.1:{port}",
            "--threads=8",
            "--no-clear-untrusted-proxy-headers",
            "wsgi:app",
        ]
        command = [sys.executable, "-m", "waitress", *listening]
        made.webs.append(Process(f"web{number}", command, environment, folder / f"web{number}.log", port))
    for number in range(workers):
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        made.workers.append(Process(f"worker{number}", command, environment, folder / f"worker{number}.log"))
    try:
        for one in made.processes:
            one.spawn()
        for one in made.processes:
            one.await_ready()
        yield made
    finally:
        for one in made.processes:
            if one.running is not None and one.running.poll() is None:
                one.kill()
