"""Retention: what is kept for how long, why, and the removal of it on its date.

RULES · every()               the rules; those of purposes read the months they were published with
run_due()                     remove what is due, for the worker; days that were missed are caught up
hold · lift · holds           a legal hold keeps everything of an account
overview · runs               the rules with their past and what goes next · what went on which day
told()                        the same rules in words, for the privacy notice
"""

from __future__ import annotations

from .holds import Held, hold, holds, lift
from .periods import Period
from .reading import Line, Run, Told, overview, runs, told
from .rules import RULES, Rule, every
from .running import run_due

__all__ = [
    "RULES", "Rule", "Period", "every", "run_due", "hold", "lift", "holds", "Held", "overview", "runs", "Line", "Run",
    "told", "Told",
]  # fmt: skip
