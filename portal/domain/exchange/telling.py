"""What the clock tells the people of partners: what is announced, and what replaces something they have."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from portal import db
from portal.domain import clock, firm, partners
from portal.domain.calendars import local_day

from . import messages
from .material_models import Edition, Material
from .models import Announcement

BATCH = 20


def tell_due() -> int:
    """Write what begins today: an announcement to everybody it is for, a new version to whoever has an older one.

    Each is written in transactions of its own; a kill in between writes nobody twice, since a message has one key.
    Return how many were told of.
    """
    today = local_day(clock.now(), firm.now().zone)
    return _announcements(today) + _editions(today)


def _announcements(today: date) -> int:
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


def _editions(today: date) -> int:
    with db.unit_of_work(write=False) as session:
        waiting = select(Edition.id).where(
            Edition.told_at.is_(None), Edition.withdrawn_at.is_(None), Edition.valid_from <= today
        )
        found = list(session.scalars(waiting.order_by(Edition.id).limit(BATCH)))
    return sum(_tell_of(key) for key in found)


def _tell_of(key: int) -> int:
    with db.unit_of_work() as session:
        waits = (Edition.id == key, Edition.told_at.is_(None), Edition.withdrawn_at.is_(None))
        one = session.scalar(select(Edition).where(*waits).with_for_update())
        if one is None:
            return 0
        one.told_at = clock.now()
        row = session.get_one(Material, one.material_id)
        messages.replaced(one, row)
    return 1
