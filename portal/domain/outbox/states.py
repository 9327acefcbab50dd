"""The states of a message and which messages are service; pure."""

from __future__ import annotations

from enum import StrEnum

# What a contract, a complaint or the safety of an account needs: no permission silences it (consent rule 6).
SECURITY = "security"  # what keeps a person safe: it reaches them whatever becomes of their accounts
SERVICE_PURPOSES = frozenset({"service", SECURITY})


class State(StrEnum):
    """Where a message is; the strings stand in the database."""

    QUEUED = "queued"
    LEASED = "leased"
    SENT = "sent"
    WITHHELD = "withheld"
    GAVE_UP = "gave_up"
    WAITING = "waiting"  # for a member of staff: a call to make, a letter to print
    DONE = "done"
    CANCELLED = "cancelled"


ENDED = frozenset({State.SENT, State.WITHHELD, State.GAVE_UP, State.DONE, State.CANCELLED})
NOT_YET_OUT = (State.QUEUED, State.WAITING)


def is_service(purpose: str) -> bool:
    """Tell whether messages of this purpose leave without a permission and carry no one-click link."""
    return purpose in SERVICE_PURPOSES
