"""What the clock tells the people of partners: what is announced, on its first day."""

from __future__ import annotations

from sqlalchemy import select

from portal import db
from portal.domain import clock, firm, partners
from portal.domain.calendars import local_day

from . import messages
from .models import Announcement

BATCH = 20


def tell_due() -> int:
    """Write a mail to everybody for whom an announcement begins; each company in a transaction of its own.

    A kill in between writes nobody twice, since a message has one key. Return how many were told of.
    """
    today = local_day(clock.now(), firm.now().zone)
    with db.unit_of_work(write=False) as session:
        waiting = select(Announcement.id, Announcement.audience_id).where(
            Announcement.told_at.is_(None),
            Announcement.withdrawn_at.is_(None),
            Announcement.from_day <= today,
        )
        found = session.execute(waiting.order_by(Announcement.id).limit(BATCH)).all()
        companies = {row.id: partners.companies_in(row.audience_id) for row in found}
    for key, there in companies.items():
        for partner_id in there:
            _tell(key, partner_id)
        with db.unit_of_work():
            row = _still(key)
            if row is not None:
                row.told_at = clock.now()
    return len(companies)


def _still(key: int) -> Announcement | None:
    """Return an announcement that nobody has withdrawn since, held to the end of the transaction."""
    statement = select(Announcement).where(Announcement.id == key, Announcement.withdrawn_at.is_(None))
    return db.session().scalar(statement.with_for_update())


def _tell(key: int, partner_id: int) -> None:
    with db.unit_of_work():
        row = _still(key)
        if row is not None:
            messages.announced(row, partner_id)
