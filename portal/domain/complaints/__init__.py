"""Complaints (the front door grows with the verbs)."""

from __future__ import annotations

from portal.text import Lazy

from .acts import Act, Role
from .clocks import rule_for
from .figures import (
    Kept,
    Pressing,
    PublicPromise,
    kept_promises,
    kept_to,
    pressing,
    public_promises,
    published_length,
)
from .states import K, State, Waits, info
from .transitions import TABLE

__all__ = [
    "Act", "Role", "K", "State", "Waits", "info", "TABLE", "Kept", "Pressing", "PublicPromise", "kept_promises",
    "kept_to", "pressing", "public_promises", "published_length", "clock_label",
]  # fmt: skip


def clock_label(k: K | str) -> Lazy:
    """Return how a clock is called."""
    from portal.domain import clock

    return rule_for(k, clock.now().date()).name
