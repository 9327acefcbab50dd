"""Backups: what is known here of copies that were taken, read back and restored.

note(act, taken_at=…, name=…)   one line of a command, in the caller's transaction
standing()                      the newest backup that is known, and the newest that was read to its end
"""

from __future__ import annotations

from .noting import CHECKED, RESTORED, TAKEN, Known, Standing, note, standing

__all__ = ["note", "standing", "Standing", "Known", "TAKEN", "CHECKED", "RESTORED"]
