"""Webhooks: what partners are told at once, signed (Standard Webhooks 1.0.0), in order, until it arrives.

write(kind, key=…, partner_id=…, stream=…)   promise an event in the transaction of the act; None: write a mail
deliver_due(carry, owner=…)                  what a worker does: claim, sign and call, note; one by one
set_endpoint · rotate · stop · endpoint_of · stopped_of   the address of a partner and its secret, which is shown once
trial · send_again                           try the address; let an event that was given up go again
events(partner_id, actor=…) · dead · given_up  what became of them
doubtful · decide_doubtful                    after a restore: what may have arrived before
reseal()                                     secrets sealed by the newest key
Letter, Carrier, NotTaken                    what the adapter that calls provides
"""

from __future__ import annotations

from .endpoints import (
    Endpoint,
    Stopped,
    endpoint_of,
    may_manage,
    reseal,
    rotate,
    set_endpoint,
    stop,
    stopped_of,
)
from .letter import Carrier, Letter, NotTaken
from .models import WebhookEndpoint, WebhookEvent
from .reading import REASONS, Line, dead, events, given_up
from .restored import RESTORED, decide_doubtful, doubtful
from .sending import deliver_due
from .writing import GAVE_UP, SENT, send_again, trial, write

__all__ = [
    "write", "deliver_due", "set_endpoint", "rotate", "stop", "endpoint_of", "stopped_of", "may_manage", "Endpoint",
    "Stopped", "trial", "send_again", "events", "dead", "Line", "REASONS", "given_up", "reseal", "Letter", "Carrier",
    "NotTaken", "GAVE_UP", "doubtful", "decide_doubtful", "RESTORED", "SENT", "WebhookEndpoint", "WebhookEvent",
]  # fmt: skip
