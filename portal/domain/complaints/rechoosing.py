"""Another rule of law for a complaint that was sorted anew: its date counts where it is earlier, never where later."""

from __future__ import annotations

from datetime import datetime

from portal import db
from portal.domain import calendars
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor

from . import moving, regimes, ticking
from .acts import Act
from .clock_changes import GOING
from .clocks import Binds, due_after
from .models import Complaint
from .states import INFO, K, State


def choose_anew(complaint: Complaint, *, actor: Actor, at: datetime) -> bool:
    """Take the rule that fits what the complaint concerns now; say whether anything changed by it.

    Only while the answer is open and the legal clock may run. A complaint that no rule held for gets its date now,
    counted from receipt; what would have been due before now is not rung for.
    """
    state = State(complaint.state)
    may_run = K.LEGAL in INFO[state].may_run and state not in (State.OFFERED, State.EXTERNAL)
    if complaint.received_at is None or not may_run:
        return False
    regime = regimes.regime_of(complaint, db.session().get_one(Account, complaint.account_id))
    if regime is None or regime.key == complaint.law_key:
        return False
    clocks = ticking.of(complaint)
    legal = clocks.get(K.LEGAL)
    received, zones = complaint.received_at, ticking.zones_of(complaint)
    due = due_after(regime.length, received, calendars.current(), zones, Binds.US)
    before = ticking.picture(clocks)
    if legal is None:
        if due.at <= at:
            return False
        ticking.begin(complaint, clocks, K.LEGAL, received, due=due, extra={"law": regime.told}, since=at)
    elif ticking.status(legal) in GOING and legal.due_at is not None and at < due.at < legal.due_at:
        ticking.move_due(complaint, legal, due, at)
        legal.explanation = legal.explanation | {"law": regime.told}
    else:
        return False
    complaint.law_key = regime.key
    moving.settle(complaint, clocks)
    moving.touch(complaint)
    data = {"clocks": {"before": before, "after": ticking.picture(clocks)}, "law": regime.told}
    moving.log(complaint, Act.RULE_CHOSEN, state, state, actor, at, data=data)
    return True
