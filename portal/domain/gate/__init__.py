"""The gate: nothing is sent, shown, exported or used to profile unless it says yes at that instant.

decide(use, at)          allow or deny one use, why, and on which entry; it reads and never writes
decide_many(uses, at)    the same for many, in few statements
audience(purpose, …)     everybody for whom it would be allowed; count, stream, materialise it, or narrow its SELECT
overview(views, actor=…) every purpose with what holds for its person, by channel
store(decision, use)     keep a decision beside the act that stood on it
explain(reason)          the reason as a sentence
hold / release           how a higher concept silences a use for a time
read(…)                  the rule itself, read slowly from the whole ledger
"""

from __future__ import annotations

from .audience import Audience, audience, count, materialise, stream
from .deciding import decide, decide_many, store
from .holding import hold, release
from .models import GateDecision, Hold
from .overview import Row, Switch, overview
from .reasons import explain
from .rules import SERVICE_CHANNELS, Decision, Reason, Use, read

__all__ = [
    "Use", "Decision", "Reason", "overview", "Row", "Switch", "decide", "decide_many", "store", "explain", "read",
    "Audience", "audience", "count", "stream", "materialise", "hold", "release", "GateDecision", "Hold",
    "SERVICE_CHANNELS",
]  # fmt: skip
