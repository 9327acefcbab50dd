"""Changes: the feed from which a partner's system keeps in step with what it may see; ids and words, no data.

note(partner_id, subject, uuid, what)   in the transaction of the act
number_due(partner_id=None)             gives the rows that have been committed their numbers; a reader and the worker
page(partner_id, after=…)               what came after a cursor, in order, without a gap; Gone for one too old
here(partner_id)                        the cursor of now, from which a system begins
Subject, What, KEPT                     what a change is about, what it was, how long it is kept
"""

from __future__ import annotations

from .models import PartnerChange, PartnerFeed
from .numbering import number_due
from .reading import Change, Cursor, Gone, Page, here, page
from .rules import KEPT, Subject, What
from .writing import note

__all__ = [
    "note", "number_due", "page", "here", "Change", "Cursor", "Page", "Gone", "Subject", "What", "KEPT",
    "PartnerChange", "PartnerFeed",
]  # fmt: skip
