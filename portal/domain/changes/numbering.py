"""Numbers for what has been committed: one after the other, without a gap, in an order that no late commit upsets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, or_, select, update

from portal import db
from portal.domain import clock
from portal.domain.partners import PartnerCompany
from portal.prepared import Added

from .models import PartnerChange, PartnerFeed

BATCH = 500
_UNLESS_KNOWN = Added(PartnerFeed, unless=["partner_id"])


def number_due(partner_id: int | None = None) -> int:
    """Give every committed change of a partner (of all, without one) the next number; return how many.

    1. the row of the feed is held, so that one at a time gives numbers; 2. what is seen then has been committed, and
    whatever is still on its way gets a higher number, whenever its transaction began; 3. numbers of before are never
    touched, so a reader has a whole beginning of the feed at each moment. Each partner in a unit of work of its own.
    A partner that is named has a feed from then on, if it had none.
    """
    with db.unit_of_work(write=False) as session:
        if partner_id is None:
            waiting = select(PartnerChange.partner_id).where(PartnerChange.number.is_(None)).distinct()
        else:
            waiting = _left(partner_id)
        partners = list(session.scalars(waiting))
    done = 0
    for one in partners:
        while True:
            with db.apart():
                given = _number(one)
            done += given
            if given < BATCH:
                break
    return done


def _number(partner_id: int) -> int:
    session, now = db.session(), clock.now()
    feed = _held(partner_id)
    if feed is None:
        _UNLESS_KNOWN.run(partner_id=partner_id, last_number=0, begun_at=now)
        feed = _held(partner_id)
        assert feed is not None, "it was written a moment ago"
    rows = session.scalars(
        select(PartnerChange.id)
        .where(PartnerChange.partner_id == partner_id, PartnerChange.number.is_(None))
        .order_by(PartnerChange.id)
        .limit(BATCH)
    ).all()
    if rows:
        first = feed.last_number + 1
        session.execute(
            update(PartnerChange),
            [{"id": row, "number": first + place, "numbered_at": now} for place, row in enumerate(rows)],
        )
        feed.last_number = first + len(rows) - 1
        session.flush()
    return len(rows)


def _held(partner_id: int) -> PartnerFeed | None:
    return (
        db.session()
        .scalars(
            select(PartnerFeed)
            .where(PartnerFeed.partner_id == partner_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )


def _left(partner_id: int) -> Select[Any]:
    """Return what finds a partner that has something to be numbered, or no feed yet."""
    company = PartnerCompany
    unnumbered = exists().where(PartnerChange.partner_id == company.id, PartnerChange.number.is_(None))
    feed = exists().where(PartnerFeed.partner_id == company.id)
    return select(company.id).where(company.id == partner_id, or_(unnumbered, ~feed))
