"""After a restore: events that waited at the backup may have arrived, so the decision about messages is theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update

from portal import db
from portal.domain import clock, leasing

from .models import WebhookEvent
from .writing import GAVE_UP

RESTORED = "restored"
BY_CLOCKS = ("share.expired",)  # written anew by a clock after the restore


def doubtful(taken_at: datetime) -> int:
    """Return how many events wait that were written before the backup of ``taken_at``, or by a clock."""
    return db.session().scalar(select(func.count()).where(*_doubtful(taken_at))) or 0


def decide_doubtful(taken_at: datetime, *, send: bool) -> int:
    """Let the doubtful events go under the ids they had, or give them up visibly; return how many there were.

    Given up, each can be sent again by whoever looks after the address; no mail is written instead of it.
    """
    if send:
        return doubtful(taken_at)
    gone = db.session().execute(
        update(WebhookEvent)
        .where(*_doubtful(taken_at))
        .values(
            state=GAVE_UP, reason=RESTORED, detail="", ended_at=clock.now(), leased_by="", leased_until=None
        )
        .returning(WebhookEvent.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def _doubtful(taken_at: datetime) -> tuple[ColumnElement[bool], ...]:
    before = or_(WebhookEvent.created_at <= taken_at, WebhookEvent.kind.in_(BY_CLOCKS))
    return WebhookEvent.state.in_(leasing.ON_ITS_WAY), before
