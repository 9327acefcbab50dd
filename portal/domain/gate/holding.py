"""Holds: a higher concept, such as an open complaint, silences marketing or one purpose for an account."""

from __future__ import annotations

import uuid as uuidlib

from sqlalchemy import select, update

from portal import db
from portal.domain import clock

from .models import Hold


def hold(*, account_id: int, reason: str, about_uuid: uuidlib.UUID | None = None, purpose: str = "") -> Hold:
    """Silence one purpose of an account, or all marketing, while something is open; the same hold is kept once."""
    session = db.session()
    standing = session.scalars(
        select(Hold).where(
            Hold.account_id == account_id,
            Hold.ended_at.is_(None),
            Hold.reason == reason,
            Hold.purpose == purpose,
            Hold.about_uuid == about_uuid,
        )
    ).first()
    if standing is not None:
        return standing
    row = Hold(
        account_id=account_id, purpose=purpose, reason=reason, about_uuid=about_uuid, started_at=clock.now()
    )
    session.add(row)
    session.flush()
    return row


def release(*, account_id: int, about_uuid: uuidlib.UUID) -> int:
    """End every hold that stands on ``about_uuid`` and return how many there were."""
    statement = (
        update(Hold)
        .where(Hold.account_id == account_id, Hold.ended_at.is_(None), Hold.about_uuid == about_uuid)
        .values(ended_at=clock.now())
        .returning(Hold.id)
    )
    return len(db.session().execute(statement).all())
