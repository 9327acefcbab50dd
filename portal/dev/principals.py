"""What the cast lives through, and what people wish for."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from portal.domain import consent, preferences

from . import abroad, company, kettle
from .cases import ANSWERED, CLOSED, DUE, OFFERED, OUTSIDE, TAKEN, Case, reasonable
from .stories import STORIES

if TYPE_CHECKING:
    from .history import History, Someone


def preference_changes(rng: random.Random) -> dict[str, Any]:
    """Return a believable set of wishes."""
    week = {str(day): [["09:00", "17:00"]] if day < 5 else [] for day in range(7)}
    evening = {str(day): [["17:00", "21:00"]] if day < 5 else [["10:00", "20:00"]] for day in range(7)}
    return rng.choice(
        (
            {"hours": week}, {"hours": evening}, {"budget_count": 2, "budget_days": 7},
            {"budget_count": 1, "budget_days": 30}, {"channels_off": ["phone"]},
            {"channels_off": ["phone", "sms"], "hours": week}, {"topics_off": ["heating"]},
        )
    )  # fmt: skip


def of_the_cast(history: History) -> None:
    """Let Amina, Ben, Ola and Piotr live through what the tour shows."""
    end = history.replay.end
    amina, ben, piotr, vera = (history.cast[key] for key in ("amina", "ben", "piotr", "vera"))

    def answer(who: Someone, verb: Callable[..., Any], key: str, **scope: str) -> Callable[[], None]:
        return lambda: verb(key, actor=history.customer_actor(who), **scope)

    for who, days, verb, key in (
        (amina, 430, consent.give, "offers"), (amina, 429, consent.refuse, "partner_repairs"),
        (amina, 428, consent.give, "tips"), (ben, 300, consent.give, "offers"), (ben, 300, consent.refuse, "tips"),
        (history.cast["ola"], 380, consent.give, "offers"), (vera, 210, consent.give, "tips"),
        (vera, 210, consent.give, "offers"),
    ):  # fmt: skip
        history.replay.at(end - timedelta(days=days), answer(who, verb, key))
    week = {
        str(day): [["09:00", "18:00"]] if day < 5 else [["10:00", "14:00"]] if day == 5 else []
        for day in range(7)
    }
    history.replay.at(
        end - timedelta(days=427),
        lambda: preferences.change(
            actor=history.customer_actor(amina),
            hours=week,
            budget_count=2,
            budget_days=7,
            channels_off=["sms"],
        ),
    )
    company.live(history)
    Case(history, amina, STORIES[1], "tomek").schedule(CLOSED, reasonable(end - timedelta(days=310)))
    Case(history, amina, STORIES[0], "sam").schedule(ANSWERED, reasonable(end - timedelta(days=7)))
    kettle.lives(history)
    Case(history, ben, abroad.BEN, "sam").schedule(OFFERED, reasonable(end - timedelta(days=12)))
    # Nobody answered this one in fourteen days: the law has done it for us. The other one is with an outside body.
    Case(history, vera, STORIES[2], "tomek").schedule((), end - timedelta(days=15, hours=2))
    Case(history, ben, STORIES[6], "sam").schedule(OUTSIDE, reasonable(end - timedelta(days=18)))
    Case(history, vera, abroad.VERA, "tomek").schedule(ANSWERED, reasonable(end - timedelta(days=6)))
    Case(history, piotr, STORIES[9], "tomek").schedule(TAKEN, reasonable(end - timedelta(days=2)))
    Case(history, history.cast["ola"], STORIES[10], "sam").schedule(DUE, reasonable(end - timedelta(days=11)))
