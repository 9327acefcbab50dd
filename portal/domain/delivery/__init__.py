"""Delivery: a message leaves only when the gate says yes at that moment, in the hours the person set.

deliver_due(transport, owner=…)      what a worker does: claim, decide, send, note; one by one
deliver(message, at=…, transport=…)  the same for one message in the caller's transaction
calls.begin / finish                 a message by phone, worked by staff
letters.posted / returned            a message by letter
stop_by_token(token)                 the one-click link of RFC 8058
reseal()                             links of messages on their way, sealed by the newest secret
why(message, language)               what decided about a message; reason_words / reason_sentence in plain words
Transport, Parcel, Words             what the mail adapter provides; TryLater, Refused and Lost are how it fails
"""

from __future__ import annotations

from portal.domain.leasing import Lost

from . import calls, letters
from .oneclick import stop_by_token
from .parcel import BLOT, Parcel, Refused, Transport, TryLater, Words
from .resealing import reseal
from .schedule import TRIES, next_try
from .sending import deliver, deliver_due, fault, lease
from .why import STATE_WORDS, STATUS, Why, reason_sentence, reason_words, why

__all__ = [
    "deliver", "deliver_due", "lease", "fault", "TRIES", "next_try",
    "calls", "letters", "stop_by_token", "reseal",
    "why", "Why", "reason_words", "reason_sentence", "STATUS", "STATE_WORDS",
    "Transport", "Parcel", "Words", "TryLater", "Refused", "Lost", "BLOT",
]  # fmt: skip
