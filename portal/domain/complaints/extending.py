"""The longer time that some laws allow for an answer: once, before the first date, with the reason told."""

from __future__ import annotations

from portal import db
from portal.domain import calendars, errors
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.text import _t

from . import law_messages, moving, regimes, rules, ticking
from .acts import Act
from .clock_changes import GOING
from .clocks import Binds, due_after
from .models import Complaint
from .states import K


def extend_by_law(
    complaint: Complaint, *, actor: Actor, reason: str, expected_version: int | None = None
) -> Complaint:
    """Move the legal date to the later one that the law allows; the customer reads reason and date at once.

    A supervisor does it, once, before the first date. Raises Invalid (``reason``), Conflict where no law allows it.
    """
    at = moving.lock(complaint, expected_version)
    reason = moving.clean(reason, "reason", 500)
    clocks = ticking.of(complaint)
    legal = clocks.get(K.LEGAL)
    regime = regimes.extension_of(complaint, db.session().get_one(Account, complaint.account_id))
    if regime is None or legal is None or ticking.status(legal) not in GOING or legal.due_at is None:
        moving.role_of(complaint, Act.WRITE, actor)
        raise errors.Conflict(
            _t("No law allows more time for this complaint."), code="complaint.no_extension"
        )
    if "reason" in legal.explanation or legal.due_at <= at:
        moving.role_of(complaint, Act.WRITE, actor)
        raise errors.Conflict(
            _t("The longer time is told once, and before the first date."), code="complaint.no_extension"
        )
    due = due_after(
        regime.length, legal.started_at, calendars.current(), ticking.zones_of(complaint), Binds.US
    )
    row = moving.check(complaint, Act.LEGAL_EXTENSION, actor, given={"new_date": due.at, "reason": reason})
    rules.promise_move(legal.due_at, due.at, extension=rules.Extension(regime.told["source"], reason))
    ticking.move_due(complaint, legal, due, at)
    legal.explanation = legal.explanation | {"law": regime.told, "reason": reason}
    complaint.law_key, complaint.last_news_at = regime.key, at
    moving.carry(complaint, row, actor=actor, at=at, clocks=clocks, reason=reason)
    until = calendars.local_day(due.at, due.zone).isoformat()
    moving.note(Tag.COMPLAINT_LAW_EXTENDED, complaint, actor, at, until=until)
    law_messages.extended(complaint, legal, reason, regime.told["source"])
    db.session().flush()
    return complaint
