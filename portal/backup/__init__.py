"""Backups: one archive of the database and the files, whole or not there; and the way back.

take(target, …)      one instant of rows, then the files they name, while others go on writing
check(path, …)       every sum of a backup
restore(path, …)     into an empty place, at once or not at all; what was open is shut, messages wait
rotate(folder, n)    all but the newest
"""

from __future__ import annotations

from .archive import Broken
from .putting_back import NotEmpty
from .restoring import Checked, check, restore
from .sealing import Sealed, read_key
from .snapshot import NoTables
from .taking import NAME, Taken, release, rotate, take

__all__ = [
    "take", "check", "restore", "rotate", "release", "Taken", "Checked", "NAME", "Broken", "NotEmpty", "NoTables",
    "Sealed", "read_key",
]  # fmt: skip
