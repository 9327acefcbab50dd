"""A folder that is gone when the process that asked for it is, even if that is killed."""

from __future__ import annotations

import atexit
import subprocess
import sys
import tempfile

_GUARD = """
import shutil, sys
sys.stdin.buffer.read()
shutil.rmtree(sys.argv[1], ignore_errors=True)
"""


def throwaway(prefix: str) -> str:
    """Make a folder and the process that removes it.

    It reads a pipe that only this process holds open, so it learns of every end: a stop, a crash, a kill.
    """
    folder = tempfile.mkdtemp(prefix=prefix)
    guard = subprocess.Popen(
        [sys.executable, "-S", "-c", _GUARD, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # Ctrl-C on the terminal is not meant for it
    )

    @atexit.register
    def _end() -> None:
        assert guard.stdin is not None
        guard.stdin.close()
        guard.wait(timeout=60)

    return folder
