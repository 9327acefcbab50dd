"""Files: taken by what they are, kept under a random name, and let go chunk by chunk as long as they may leave.

check(name, content, most)     what a file is, by its content alone; Invalid for what cannot be taken
keep · drop                    its bytes on the disk, with the unit of work: no commit, no file
path_of · folder               where they lie
bare_jpeg · without_metadata   a picture without place and device
leaving(content, still)        its bytes on their way out; each chunk asks again
sweep()                        what no row names; a table names a file in a column ``stored_name``
held_still · is_back           for a backup, and for putting one back
"""

from __future__ import annotations

from .contents import PICTURES, TYPES, Checked, check, clean_name, refused, too_large
from .leaving import CHUNK, leaving
from .metadata import bare_jpeg, without_metadata
from .storage import drop, folder, held_still, is_back, keep, path_of, sweep

__all__ = [
    "check", "Checked", "clean_name", "refused", "too_large", "TYPES", "PICTURES", "keep", "drop", "path_of", "folder",
    "leaving", "CHUNK", "bare_jpeg", "without_metadata", "sweep", "held_still", "is_back",
]  # fmt: skip
