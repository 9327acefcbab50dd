"""The outbox: what we mean to say, written in the transaction of the act that causes it.

write("complaint_filed", key=…, …)   promise a message; the same key is written once
cancel(person_id=…, reason=…)        take back what has not left yet
recall(about=…, names=…, reason=…)   take back what waits about one matter
claim(limit, owner, lease)           take due messages for one worker, for a time
depth(at)                            how much should have left, since when, and how much was given up
next_due(after)                      when the next waiting message is due
keep / still_held / release          hold a claim longer · for how long it holds · give it back
of(actor)                            what an actor may read: lists, one message, the unread count
open_message(message, actor=…)       note that its reader has opened it; lies_unread(message) tells whether not yet
by_mark(mark)                        the message that carried a one-click link
leaving_since(…)                     how many messages that are not service went to a person
hold · on_hold · waiting_since_restore · release_hold   after a restore nothing leaves until somebody decides
wait(seconds)                        sleep until something was written in this process
"""

from __future__ import annotations

from .finders import Box, Filter, Line, by_mark, leaving_since, lies_unread, of, open_message
from .leases import Depth, claim, depth, keep, next_due, not_ended, release, still_held
from .models import Message, Restoration
from .restored import BY_RESTORE, Waiting, hold, on_hold, release_hold, waiting_since_restore
from .states import ENDED, SECURITY, SERVICE_PURPOSES, State, is_service
from .wake import ring, wait
from .writing import cancel, recall, write

__all__ = [
    "Message", "State", "ENDED", "SECURITY", "SERVICE_PURPOSES", "is_service",
    "write", "cancel", "recall",
    "claim", "depth", "Depth", "next_due", "keep", "still_held", "release", "not_ended", "ring", "wait",
    "Restoration", "Waiting", "hold", "on_hold", "BY_RESTORE", "waiting_since_restore", "release_hold",
    "of", "Box", "Filter", "Line", "open_message", "lies_unread", "by_mark", "leaving_since",
]  # fmt: skip
