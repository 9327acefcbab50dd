"""Offers and tips of the demo firm: those that left over the months, and those that wait for the days to come."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from portal.domain import clock, gate, outbox

from . import abroad, stories

if TYPE_CHECKING:
    from .history import History

EVERY = timedelta(days=28)
AHEAD = timedelta(days=2)


def plan(history: History) -> None:
    """Every month an offer, every other month a tip, each queued two days ahead.

    Only those who allow it are chosen; the gate decides again when each message leaves.
    """
    replay = history.replay
    at, number = replay.start + timedelta(days=12), 0
    while at < replay.end:
        when = history.office(at)
        replay.at(when, partial(_mail, history, number, "offers", "offer", when + AHEAD))
        if number % 2:
            when = history.office(at + timedelta(days=9))
            replay.at(when, partial(_mail, history, number, "tips", "tip", when + AHEAD))
        at, number = at + EVERY, number + 1


def wait(history: History) -> None:
    """Queue what leaves in the days to come: what a customer sees cancelled when she stops offers now."""
    end = history.replay.end
    for number, days in ((90, 2), (91, 6), (92, 11)):
        _mail(history, number, "offers", "offer", history.office(end + timedelta(days=days)))
    _mail(history, 93, "tips", "tip", history.office(end + timedelta(days=4)))


def _mail(history: History, number: int, purpose: str, name: str, due_at: datetime | None = None) -> None:
    topic = stories.OFFERS[number % len(stories.OFFERS)][2]
    principals = list(history.cast.values())
    claimed = [one for one in (*history.people, *principals) if one.claimed]
    for place, one in enumerate(claimed):
        if (place + number) % 4 and one not in principals:
            continue
        use = gate.Use(
            account_id=one.account_id, person_id=one.person_id, purpose=purpose, topic=topic, channel="email"
        )
        if not gate.decide(use, clock.now()).allowed:
            continue
        headline, text, _ = abroad.mailing(number, one.language)
        code = f"VH{number:02d}-{place:04d}" if name == "offer" else ""
        outbox.write(
            name, key=f"mailing:{purpose}:{number}:{one.person_id}:{one.account_id}", account_id=one.account_id,
            person_id=one.person_id, purpose=purpose, topic=topic, channel="email", due_at=due_at,
            data={"headline": headline, "text": text, "code": code},
        )  # fmt: skip
