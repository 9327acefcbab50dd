"""Whether what a grant shows says something else than before, so that a partner's system reads it anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import exists, or_, select

from portal import db
from portal.domain import changes, clock
from portal.domain.audit import AuditEvent
from portal.domain.changes import Subject, What

from . import data
from .models import ShareGrant
from .opening import overruled_by
from .rules import Often

BATCH = 100
LATE = timedelta(minutes=5)  # an act has the instant at which it began, and may be committed that much later


def note_changed_data() -> int:
    """Tell the feed of each grant whose data says something else; return how many.

    Looked at is what belongs to an account in which something has happened since; each grant in a unit of work of
    its own. Who may not look now is told nothing.
    """
    now, done = clock.now(), 0
    runs = (ShareGrant.ended_at.is_(None), ShareGrant.until > now)
    happened = exists().where(
        AuditEvent.account_id == ShareGrant.account_id, AuditEvent.at > ShareGrant.data_seen_at
    )
    fresh = or_(ShareGrant.data_seen_at.is_(None), happened)
    last = 0
    while True:
        with db.unit_of_work(write=False) as session:
            found = session.scalars(
                select(ShareGrant.id)
                .where(*runs, fresh, ShareGrant.id > last)
                .order_by(ShareGrant.id)
                .limit(BATCH)
            ).all()
        for grant_id in found:
            with db.unit_of_work():
                done += _look(grant_id)
        if len(found) < BATCH:
            return done
        last = found[-1]


def keep_in_step() -> int:
    """Tell partners' feeds what says something else, and number what has been committed; for the worker."""
    note_changed_data()
    return changes.number_due()


def _look(grant_id: int) -> int:
    session, now = db.session(), clock.now()
    statement: Any = select(ShareGrant).where(ShareGrant.id == grant_id).with_for_update()
    grant: ShareGrant = session.scalars(statement).one()
    grant.data_seen_at = now - LATE
    known = data.marks_of(
        grant.fields, account_id=grant.account_id, person_id=grant.person_id, since=grant.data_since
    )
    if grant.data_mark in known:
        return 0
    first, grant.data_mark = not grant.data_mark, known[0]
    used_up = grant.often == Often.ONCE and grant.uses > 0
    if first or used_up or grant.ended_at is not None or overruled_by(grant, now) is not None:
        return 0
    changes.note(grant.partner_id, Subject.SHARE, grant.uuid, What.DATA, until=grant.until)
    return 1
