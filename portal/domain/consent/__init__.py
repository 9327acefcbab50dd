"""Consent: purposes with their versions and words, the ledger of what people said, and the state that follows.

publish(draft, actor=…)              the next version of a purpose; publish_topics(…) the topics
sketching                            the next version as staff write it: kept, compared, published; a purpose given up
planning                             the day on which the next version publishes itself
of(actor)                            what an actor may read: permissions, one of them, history, an entry, notices
catalogue(language)                  the purposes as everybody may read them
give / refuse / withdraw             a person's word about one purpose, in a scope
stop_all / object_to_marketing       overrule every yes before; lift_objection takes the objection back
pause / resume                       silence for a time (asked for through preferences)
record_by_staff / stop_by_staff      what a customer said by phone or letter
ask / asking_allowed                 asking obeys the date that a no has set
expire_due()                         the timer
"""

from __future__ import annotations

from . import differing, planning, sketching
from .answers import give, refuse, withdraw
from .expiry import expire_due
from .finders import Desk, Line, Notice, PurposeView, Standing, catalogue, of, topics
from .ledger import Outcome, Scope
from .models import ConsentEvent, Override, Purpose
from .publishing import NoticeDraft, PurposeDraft, publish, publish_topics, text_hash
from .rules import Basis, Kind, Method
from .staff import ask, asking_allowed, record_by_staff
from .stopping import lift_objection, object_to_marketing, pause, resume, stop_all, stop_by_staff

__all__ = [
    "sketching", "differing", "planning", "publish", "publish_topics", "PurposeDraft", "NoticeDraft", "text_hash",
    "of", "Desk", "PurposeView", "Standing", "Line", "Notice", "catalogue", "topics",
    "give", "refuse", "withdraw", "stop_all", "object_to_marketing", "lift_objection", "pause", "resume",
    "record_by_staff", "stop_by_staff", "ask", "asking_allowed", "expire_due",
    "Outcome", "Scope", "Basis", "Kind", "Method", "Purpose", "ConsentEvent", "Override",
]  # fmt: skip
