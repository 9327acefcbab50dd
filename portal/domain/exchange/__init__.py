"""Exchange with partners and suppliers: leads in both directions, and who came first with a company.

Leads
    register(prospect) · share(partner, prospect)   by a partner · by our staff, to be accepted by a day
    faults(prospect)                                everything that stands in the way, each at its field
    move(uuid, act) · renew · claim_again           what the partner does with one of its own
    leads(actor) · lead(actor, uuid) · waiting      what a partner reads of its own
    all_leads(actor)                                for staff
    return_due()                                    what was not accepted in time goes back, for the worker
"""

from __future__ import annotations

from .leads import Registered, faults, register, share
from .models import Lead
from .reading import VIEWS, Happened, Line, View, all_leads, lead, leads, waiting
from .rules import ABOUT_MAX, REASON_MAX, STATES, Act, Prospect, State
from .steps import claim_again, move, renew, return_due

__all__ = [
    "Prospect", "Lead", "Registered", "State", "STATES", "Act", "ABOUT_MAX", "REASON_MAX",
    "register", "share", "faults", "move", "renew", "claim_again", "return_due",
    "leads", "lead", "all_leads", "waiting", "Line", "Happened", "View", "VIEWS",
]  # fmt: skip
