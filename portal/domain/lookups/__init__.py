"""Look-ups: each opening of a customer's page, case or file by staff, with its purpose, readable by the customer.

open(actor=…, account_id=…, purpose=…, about_key=…, about_label=…, item=(kind, uuid, label))
open_list(actor=…, kind="queue")     a list of names and numbers
current(actor, account_id)           the purpose this staff session has stated lately, or None
open_parts(actor=…, about=…, items=…)  a partner opens what was shared for a task
sights([task, …], account_id)        what partners opened of tasks, for who may read the matter
of(actor)                            what the customer reads: .page() .days() .last()
"""

from __future__ import annotations

from .opening import Current, current, open, open_list, reopen
from .partners import Sight, open_parts, sights
from .purposes import BY_PARTNERS, CHOICES, ITEMS, PART, PARTS, WHY, Purpose
from .seen import Opened, Seen, of

__all__ = [
    "open",
    "open_list",
    "current",
    "reopen",
    "of",
    "Purpose",
    "CHOICES",
    "WHY",
    "ITEMS",
    "Current",
    "Seen",
    "Opened",
    "open_parts",
    "sights",
    "Sight",
    "PART",
    "PARTS",
    "BY_PARTNERS",
]
