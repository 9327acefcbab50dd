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
    tell_due()                                      mails on the first day, for the worker; of materials too

Materials
    publish · revise · withdraw_material            by our staff, for an audience
    add_edition · withdraw_edition                  versions, one after another in each language
    materials(actor) · material · hand              what counts now for a partner, and its file
    stock(actor) · stock_of · expiring              for staff, with who took what and what expires
"""

from __future__ import annotations

from .announcing import TEXT_MAX, TITLE_MAX, Words, announce, confirm, opened, withdraw
from .handing import Handed, NotValid, hand
from .leads import Registered, faults, register, share
from .materials import (
    ABOUT_MAX as MATERIAL_MAX,
)
from .materials import (
    CHANGES_MAX,
    KINDS,
    NAME_MAX,
    add_edition,
    publish,
    revise,
    withdraw_edition,
    withdraw_material,
)
from .models import Lead
from .notices import Notice, Reader, Written, announcement, announcements, notice, notices, unread
from .reading import VIEWS, Happened, Line, View, all_leads, lead, leads, waiting
from .rules import ABOUT_MAX, REASON_MAX, STATES, Act, Prospect, State
from .shelf import Item, Stock, Version, expiring, material, materials, stock, stock_of
from .steps import claim_again, move, renew, return_due
from .telling import tell_due

__all__ = [
    "Prospect", "Lead", "Registered", "State", "STATES", "Act", "ABOUT_MAX", "REASON_MAX",
    "register", "share", "faults", "move", "renew", "claim_again", "return_due",
    "announce", "withdraw", "opened", "confirm", "notice", "notices", "unread", "announcement", "announcements",
    "TITLE_MAX", "TEXT_MAX", "Words", "Notice", "Written", "Reader", "tell_due",
    "publish", "revise", "add_edition", "withdraw_edition", "withdraw_material", "hand", "Handed", "NotValid",
    "materials", "material", "stock", "stock_of", "expiring", "Item", "Stock", "Version",
    "KINDS", "NAME_MAX", "MATERIAL_MAX", "CHANGES_MAX",
    "leads", "lead", "all_leads", "waiting", "Line", "Happened", "View", "VIEWS",
]  # fmt: skip
