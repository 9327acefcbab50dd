"""A request of a program is done once: its answer is kept beside the act, and given again to the same request."""

from __future__ import annotations

from portal.domain.repeats import KEPT
from portal.domain.repeats import once as once_of

from .models import Reply

__all__ = ["KEPT", "once"]


def once(program_id: int, account_id: int | None, key: str, fingerprint: str) -> tuple[Reply, bool]:
    """Return the kept answer and True, or the row to keep one in and False.

    ``fingerprint`` stands for the request; raises Invalid (``programs.key_reused``) when the key came with another.
    """
    return once_of(Reply, {"program_id": program_id}, key, fingerprint, account_id=account_id)
