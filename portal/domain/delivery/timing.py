"""When a message may leave: the hours and the budget that the person set; a pause is a matter of the gate."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from portal.domain import preferences
from portal.domain.outbox import Message

from .readers import Lane, ReaderOf

# Nobody is woken by what lies in the portal's own inbox or in a letter box.
QUIET = frozenset({"inbox", "letter"})


class Wait(NamedTuple):
    """Until when a message waits, and why: ``hours`` or ``budget``."""

    until: datetime
    reason: str


def not_before(message: Message, lane: Lane, reader: ReaderOf, at: datetime) -> Wait | None:
    """Return how long a message has to wait at ``at``, or None when it may leave.

    Security and what is urgent leaves at once; service keeps to the hours; all else keeps to the budget as well.
    """
    if (
        message.urgent
        or message.purpose == "security"
        or message.person_id is None
        or message.account_id is None
    ):
        return None
    if not lane.service:
        free = preferences.budget_left(
            person_id=message.person_id, account_id=message.account_id, at=at, besides=message.id
        )
        if free > at:
            return Wait(free, "budget")
    if message.channel in QUIET:
        return None
    window = preferences.next_window(person_id=message.person_id, account_id=message.account_id, at=at)
    return Wait(window, "hours") if window > at else None
