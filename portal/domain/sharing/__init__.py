"""Sharing: what customers let partners see, and everything they can do about it (consent.md section 8).

Customers
    give · amend · extend · stop · erase         a grant: begin, change, lengthen, end, have what is held erased
    agree · refuse                               answer what a partner asks for
    of(actor)                                    the dashboard: shares, one with its history and looks, requests
    receipt(share, event)                        what happened, to be kept
    shared_now · stop_by_staff                   what staff stop when a customer says so by phone or letter
    waiting(actor)                               how many requests wait, as a value within another query
    CLUSTERS, offered(actor), notice_of          what can be shared, and the sentence under which it is

Partners
    held · held_one · sent · pending             their grants and requests, and how much of it waits for them
    look(uuid, actor=…)                          the data, if the gate says yes at this instant; each look is kept
    ask · take_back                              a request: purpose, data, period, benefit
    confirm · peek_link · confirm_by_link        they know it, or have erased it

write_restored()                                 what a restore has ended, in the history and told
note_changed_data() · keep_in_step()             what a share shows says something else: told to the feed
run_due()                                        ends, reminders, mails where no webhook arrives, receipts again
"""

from __future__ import annotations

from .by_staff import shared_now, stop_by_staff
from .confirmations import Told
from .data import ATTRIBUTES, CLUSTERS, Cluster, Shown, key_of, offered
from .desks import Held, Pending, Sent, held, held_one, pending, sent
from .granting import amend, checked, erase, extend, give, stop
from .models import ShareEvent, ShareGrant, ShareRequest
from .opening import Slice, look
from .reading import Asked, Desk, Detail, Look, Share, of, waiting
from .receipts import receipt
from .requesting import agree, ask, refuse, take_back
from .rules import (
    LONGEST,
    NO_DAY,
    OFTEN,
    PARTS,
    PURPOSES,
    Happened,
    Often,
    Terms,
    changed_parts,
    notice_of,
    recipients,
)
from .running import expire_due, remind_due, run_due, tell_confirmed, write_instead, write_restored
from .telling import confirm, confirm_by_link, peek_link
from .watching import keep_in_step, note_changed_data

__all__ = [
    "give", "amend", "extend", "stop", "erase", "checked", "agree", "refuse", "of", "Desk", "Share", "Detail", "Look",
    "Asked", "CLUSTERS", "ATTRIBUTES", "Cluster", "Shown", "offered", "key_of", "notice_of", "changed_parts",
    "recipients", "PURPOSES", "OFTEN", "PARTS", "LONGEST", "NO_DAY", "Often", "Happened", "Terms", "Told", "held",
    "held_one", "Held", "sent", "Sent", "pending", "Pending", "waiting", "look", "Slice", "ask", "take_back",
    "confirm", "peek_link", "confirm_by_link", "run_due", "expire_due", "remind_due", "write_instead",
    "write_restored", "tell_confirmed", "note_changed_data", "keep_in_step", "ShareGrant", "ShareEvent",
    "ShareRequest", "receipt", "stop_by_staff", "shared_now",
]  # fmt: skip
