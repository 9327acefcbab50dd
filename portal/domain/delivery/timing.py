"""When a message may leave: the hours and the budget that the person set; a pause is a matter of the gate."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from portal import db
from portal.domain import preferences
from portal.domain.outbox import Message
from portal.domain.preferences import Preference

from .readers import Lane

# Nobody is woken by what lies in the portal's own inbox or in a letter box.
QUIET = frozenset({"inbox", "letter"})


class Wait(NamedTuple):
    """Until when a message waits, and why: ``hours`` or ``budget``."""

    until: datetime
    reason: str


def not_before(message: Message, lane: Lane, at: datetime) -> Wait | None:
    """Return how long a message has to wait at ``at``, or None when it may leave.

    Security and what is urgent leaves at once. Service keeps to the hours that the person set; where none were set,
    a service mail waits for nothing, and a call or an SMS for waking hours. All else keeps to hours and budget.
    """
    person_id, account_id = message.person_id, message.account_id
    if message.urgent or message.purpose == "security" or person_id is None or account_id is None:
        return None
    if not lane.service:
        free = preferences.budget_left(person_id=person_id, account_id=account_id, at=at, besides=message.id)
        if free > at:
            return Wait(free, "budget")
    if message.channel in QUIET:
        return None
    if lane.service and message.channel == "email" and not _set_hours(person_id, account_id):
        return None  # the receipt of a complaint that was sent at night is expected at night
    window = preferences.next_window(person_id=person_id, account_id=account_id, at=at)
    return Wait(window, "hours") if window > at else None


def _set_hours(person_id: int, account_id: int) -> bool:
    chosen = select(Preference.hours).where(
        Preference.person_id == person_id, Preference.account_id == account_id
    )
    return bool(db.session().scalar(chosen))
