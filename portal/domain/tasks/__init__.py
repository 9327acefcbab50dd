"""Tasks of partners: one part of a complaint, for one partner, until a date, with what the customer says about it.

A complaint may have several at once, each with its own slice, date and yes; the clock of partners runs to the earliest.

give(complaint, actor=…, partner=…, parts=[…], until=…)   staff hand over, or ask the customer first
allow · refuse · limit · let_write · call_back           the customer; call_back is also staff's
standing · set_standing                                  what a customer lets partners see without being asked
of(actor)                     what somebody of a partner may reach: going, ended, slice, over, version
answer · propose · attach · hand_in                      what the partner does
download(actor, task, part)   a file in chunks, each of which asks again
of_case(case) · choices(case) · latest(complaint)        a complaint's tasks for its page, and what can be chosen
proposals(case)               what partners proposed, for a draft of an offer
waiting(actor)                what a customer is asked about, as a value within another query
end_lost()                    the worker's: tasks of partners that are gone
"""

from __future__ import annotations

from .deciding import allow, let_write, limit, set_standing, standing
from .ending import call_back, end_lost, refuse
from .giving import LIMITS, MOST_AT_ONCE, give, latest, standing_of
from .models import Part, PartnerStanding, Task
from .reading import Field, FileLine, Line, Said, Slice, of
from .rules import FIELDS, GROUNDS, LEGAL, STANDING, Basis, State
from .seeing import ACTS, Choice, PartView, Proposed, TaskView, choices, of_case, proposals, waiting
from .serving import Download, download
from .working import MAX_TEXT, PROPOSAL, RESULT, TO_CUSTOMER, TO_US, answer, attach, hand_in, propose

__all__ = [
    "give", "latest", "LIMITS", "MOST_AT_ONCE", "allow", "limit", "let_write", "refuse", "call_back", "end_lost",
    "standing", "set_standing", "standing_of", "of", "Line", "Slice", "Field", "FileLine", "Said", "answer",
    "propose", "attach", "hand_in", "MAX_TEXT", "TO_US", "TO_CUSTOMER", "PROPOSAL", "RESULT", "download", "Download",
    "of_case", "choices", "waiting", "proposals", "Proposed", "ACTS", "Choice", "TaskView", "PartView", "FIELDS",
    "GROUNDS", "LEGAL", "STANDING", "Basis", "State", "Task", "Part", "PartnerStanding",
]  # fmt: skip
