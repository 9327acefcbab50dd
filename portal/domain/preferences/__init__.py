"""Preferences: how to speak to a person – channels, addresses, topics, hours, frequency, language, pause.

of(actor) / get(person_id=…, account_id=…)   what holds, with its defaults; addresses(…) the addresses
change(actor=…, …)                           what is named; pause(until) and resume()
add_address / remove_address / make_first    addresses on a channel
next_window(…) / budget_left(…)              when a message may leave, for delivery
summary(…)                                   all of it as one sentence
"""

from __future__ import annotations

from .actions import add_address, change, make_first, pause, remove_address, resume
from .finders import Address, Settings, addresses, budget_left, get, next_window, of
from .models import ContactPoint, Preference
from .rules import CHANNELS, DEFAULT_HOURS, LANGUAGES, budget_of, hours_of
from .sentence import summary

__all__ = [
    "of", "get", "Settings", "addresses", "Address", "change", "pause", "resume", "add_address", "remove_address",
    "make_first", "next_window", "budget_left", "summary", "CHANNELS", "LANGUAGES", "DEFAULT_HOURS", "hours_of",
    "budget_of", "Preference", "ContactPoint",
]  # fmt: skip
