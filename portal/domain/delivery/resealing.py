"""Seal anew the links of messages on their way."""

from __future__ import annotations

from sqlalchemy import select

from portal import db
from portal.domain import outbox
from portal.domain.accounts import Resealed, keys

from .sending import SEAL


def reseal(*, only_count: bool = False) -> Resealed:
    """Seal the links of every message that has not left by the newest secret; running it again changes nothing."""
    anew = unreadable = 0
    waiting = (
        select(outbox.Message)
        .where(
            outbox.Message.sealed.is_not(None),
            outbox.Message.state.in_([outbox.State.QUEUED.value, outbox.State.LEASED.value]),
        )
        .order_by(outbox.Message.id)
        .with_for_update()
    )
    for row in db.session().scalars(waiting):
        try:
            sealed = keys.resealed(SEAL, row.sealed or b"")
        except keys.Unreadable:
            unreadable += 1
            continue
        if sealed is not None:
            anew += 1
            if not only_count:
                row.sealed = sealed
    if not only_count:
        db.session().flush()
    return Resealed(anew, unreadable)
