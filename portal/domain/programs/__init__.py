"""Programs: what a person lets act in their name, in one account, within chosen scopes, until a day.

make(name, scopes, until, actor=…)   a program and its token, which is shown once and stored only as a keyed hash
stop(uuid, actor=…)                  it acts no more, from this instant
of(actor)                            one's own programs in the account in hand
resume(token)                        whose token it is, what it may, and the Actor of this instant; touch(…) its use
hold(actor)                          programs of one account change what they read one after the other
once(program_id, key, fingerprint)   the kept answer to a repeated request, or the place to keep one
"""

from __future__ import annotations

from .actions import DEFAULT_DAYS, MOST_DAYS, MOST_PROGRAMS, make, stop
from .finders import Line, of
from .models import Program, Reply
from .replies import KEPT, once
from .resuming import Resumed, hold, resume, touch
from .scopes import LEVELS, SUBJECTS, WORDS, Scope, covers, scopes_of

__all__ = [
    "make", "stop", "of", "Line", "MOST_DAYS", "DEFAULT_DAYS", "MOST_PROGRAMS",
    "Scope", "SUBJECTS", "LEVELS", "WORDS", "covers", "scopes_of",
    "resume", "touch", "hold", "Resumed", "once", "KEPT", "Program", "Reply",
]  # fmt: skip
