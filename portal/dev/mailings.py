"""Offers and tips of the demo firm: those that left over the months, and those that wait for the days to come."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from portal.domain import outbox

from . import stories

if TYPE_CHECKING:
    from .history import History

EVERY = timedelta(days=28)


def plan(history: History) -> None:
    """Every month an offer, every other month a tip; the gate decides again when each leaves."""
    replay = history.replay
    at, number = replay.start + timedelta(days=12), 0
    while at < replay.end:
        replay.at(history.office(at), partial(_mail, history, number, "offers", "offer"))
        if number % 2:
            later = history.office(at + timedelta(days=9))
            replay.at(later, partial(_mail, history, number, "tips", "tip"))
        at, number = at + EVERY, number + 1


def wait(history: History) -> None:
    """Queue what leaves in the days to come: what a customer sees cancelled when she stops offers now."""
    end = history.replay.end
    for number, days in ((90, 2), (91, 6), (92, 11)):
        _mail(history, number, "offers", "offer", history.office(end + timedelta(days=days)))
    _mail(history, 93, "tips", "tip", history.office(end + timedelta(days=4)))


def _mail(history: History, number: int, purpose: str, name: str, due_at: datetime | None = None) -> None:
    headline, text, topic = stories.OFFERS[number % len(stories.OFFERS)]
    principals = list(history.cast.values())
    claimed = [one for one in (*history.people, *principals) if one.claimed]
    for place, one in enumerate(claimed):
        if (place + number) % 6 and one not in principals:
            continue
        code = f"VH{number:02d}-{place:04d}" if name == "offer" else ""
        outbox.write(
            name, key=f"mailing:{purpose}:{number}:{one.person_id}:{one.account_id}", account_id=one.account_id,
            person_id=one.person_id, purpose=purpose, topic=topic, channel="email", due_at=due_at,
            data={"headline": headline, "text": text, "code": code},
        )  # fmt: skip
