"""The timeline: one record per account, read by both sides, and the contacts that staff write down.

log_contact(actor=…, account_id=…, channel=…, direction=…, outcome=…, subject=…)   a call, letter, visit, mail
of(actor, account_id).page(after=…, kinds=…)                                       rows, newest first
"""

from __future__ import annotations

from .contacts import CHANNELS, DIRECTIONS, FITTING, OUTCOMES, SUBJECT_MAX, TEXT_MAX, log_contact
from .kinds import GROUPS, group_of, kind_of
from .models import Contact
from .reading import Timeline, TimelineRow, of

__all__ = [
    "log_contact", "of", "Timeline", "TimelineRow", "Contact", "GROUPS", "group_of", "kind_of",
    "CHANNELS", "DIRECTIONS", "OUTCOMES", "FITTING", "SUBJECT_MAX", "TEXT_MAX",
]  # fmt: skip
