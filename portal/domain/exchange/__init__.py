"""Exchange with partners and suppliers: leads in both directions, announcements, and who came first with a company.

Leads
    register(prospect) · share(partner, prospect)   by a partner · by our staff, to be accepted by a day
    faults(prospect)                                everything that stands in the way, each at its field
    move(uuid, act) · renew · claim_again           what the partner does with one of its own
    leads(actor) · lead(actor, uuid) · waiting      what a partner reads of its own
    all_leads(actor)                                for staff
    return_due()                                    what was not accepted in time goes back, for the worker

Announcements
    announce(words) · withdraw                      by our staff, in the languages of the product, for an audience
    notices(actor) · notice · unread                what a partner reads, and how much of it waits
    opened(uuid) · confirm(uuid)                    who has read it
    announcements(actor) · announcement(actor, uuid)   for staff, with who has read it and who has not
    tell_due()                                      mails on the first day, for the worker
"""

from __future__ import annotations

from .announcing import TEXT_MAX, TITLE_MAX, Words, announce, confirm, opened, withdraw
from .leads import Registered, faults, register, share
from .models import Lead
from .notices import Notice, Reader, Written, announcement, announcements, notice, notices, unread
from .reading import VIEWS, Happened, Line, View, all_leads, lead, leads, waiting
from .rules import ABOUT_MAX, REASON_MAX, STATES, Act, Prospect, State
from .steps import claim_again, move, renew, return_due
from .telling import tell_due

__all__ = [
    "Prospect", "Lead", "Registered", "State", "STATES", "Act", "ABOUT_MAX", "REASON_MAX",
    "register", "share", "faults", "move", "renew", "claim_again", "return_due",
    "announce", "withdraw", "opened", "confirm", "notice", "notices", "unread", "announcement", "announcements",
    "TITLE_MAX", "TEXT_MAX", "Words", "Notice", "Written", "Reader", "tell_due",
    "leads", "lead", "all_leads", "waiting", "Line", "Happened", "View", "VIEWS",
]  # fmt: skip
