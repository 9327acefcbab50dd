"""Dropped files: lists that a partner or our staff send as a file, checked line by line before anything of them counts.

drop(content, …)             keep a file of a known kind, for the worker; the same bytes once more are no second file
check_due()                  the worker: read, judge, let the good lines act, note what came of it
release · reject             what staff do about one in quarantine
dropped_files(actor) · dropped_file(actor, uuid)     a partner its own, staff all
faults(actor, uuid) · content(actor, uuid)           what is wrong line by line, and the file as it came
KINDS · kinds_for(actor)     the kinds of files with their columns, and those that somebody may drop
"""

from __future__ import annotations

from .checking import check_due
from .deciding import reject, release
from .dropping import Dropped, Said, drop, kinds_for
from .models import DroppedFile
from .reading import (
    VIEWS,
    FaultLine,
    FileLine,
    FileView,
    content,
    dropped_file,
    dropped_files,
    faults,
)
from .rules import KINDS, MOST_BYTES, REASON_MAX, Kind, State

__all__ = [
    "DroppedFile", "Dropped", "Said", "drop", "kinds_for", "check_due", "release", "reject", "dropped_files",
    "dropped_file", "faults", "content", "FileLine", "FileView", "FaultLine", "KINDS", "Kind", "State", "VIEWS",
    "MOST_BYTES", "REASON_MAX",
]  # fmt: skip
