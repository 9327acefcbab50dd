"""Reading announcements: whom they are for, in their language and within their days; staff, with who read them."""

from __future__ import annotations

import uuid as uuidlib
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal import db
from portal.domain import clock, firm, partners
from portal.domain.accounts.models import Person
from portal.domain.actor import Actor, Permission
from portal.domain.calendars import local_day
from portal.domain.errors import Denied, NotFound
from portal.domain.partners.models import PartnerCompany, PartnerMember

from .models import Announcement, Reading

FIRST = "en"
MOST = 200  # people named on one page


class Notice(NamedTuple):
    """An announcement as somebody of a partner reads it, in the language asked for or else in English."""

    uuid: uuidlib.UUID
    title: str
    text: str
    language: str
    from_day: date
    until_day: date | None
    asks: bool
    first_at: datetime | None
    confirmed_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether it is new, or its reader has still to confirm it."""
        return self.first_at is None or (self.asks and self.confirmed_at is None)


class Written(NamedTuple):
    """An announcement as staff read it, with how many have read and confirmed it."""

    row: Announcement
    title: str
    audience: partners.Told
    live: bool
    to_come: bool
    read: int
    confirmed: int


class Reader(NamedTuple):
    """Somebody it is for, or was: when it was read and confirmed; None for not yet."""

    name: str
    partner: str
    first_at: datetime | None
    confirmed_at: datetime | None


def notices(
    actor: Actor, language: str, *, after: uuidlib.UUID | None = None, limit: int = 30
) -> list[Notice]:
    """Return what is announced to the actor's partner now, newest first, one more than ``limit``; raise Denied."""
    statement = shown_to(actor)
    if after is not None:
        place = select(Announcement.id).where(Announcement.uuid == after).scalar_subquery()
        statement = statement.where(Announcement.id < place)
    found = db.session().execute(statement.order_by(Announcement.id.desc()).limit(limit + 1))
    return [_notice(row, first_at, confirmed_at, language) for row, first_at, confirmed_at in found]


def notice(actor: Actor, uuid: uuidlib.UUID, language: str) -> Notice:
    """Return one announcement; raise Denied, NotFound (also for what is for others, to come, or over)."""
    found = db.session().execute(shown_to(actor).where(Announcement.uuid == uuid)).one_or_none()
    if found is None:
        raise NotFound()
    return _notice(found[0], found[1], found[2], language)


def unread(actor: Actor) -> int:
    """Return how many announcements wait for the actor: new, or not confirmed; a hundred at most."""
    waits = or_(Reading.id.is_(None), and_(Announcement.asks.is_(True), Reading.confirmed_at.is_(None)))
    return len(db.session().execute(shown_to(actor).where(waits).limit(100)).all())


def announcements(
    actor: Actor, language: str, *, after: uuidlib.UUID | None = None, limit: int = 50
) -> list[Written]:
    """Return every announcement for staff, newest first, one more than ``limit``; raise Denied."""
    actor.require(Permission.PARTNERS_WRITE)
    chosen: list[ColumnElement[bool]] = []
    if after is not None:
        place = select(Announcement.id).where(Announcement.uuid == after).scalar_subquery()
        chosen.append(Announcement.id < place)
    return _written(language, *chosen, limit=limit + 1)


def announcement(actor: Actor, uuid: uuidlib.UUID, language: str) -> tuple[Written, list[Reader]]:
    """Return one announcement with everybody it is for, who has read it first; raise Denied, NotFound."""
    row = row_of(actor, uuid)
    return _written(language, Announcement.id == row.id)[0], _readers(row)


def row_of(actor: Actor, uuid: uuidlib.UUID, *, lock: bool = False) -> Announcement:
    """Return an announcement for staff; raise Denied, NotFound."""
    actor.require(Permission.PARTNERS_WRITE)
    statement = select(Announcement).where(Announcement.uuid == uuid)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = db.session().scalar(statement)
    if found is None:
        raise NotFound()
    return found


def shown_to(actor: Actor) -> Any:
    """Return the statement of what is announced to the actor's partner now, with the actor's own reading."""
    if not actor.is_partner or actor.partner_id is None:
        raise Denied()
    mine = and_(
        Reading.announcement_id == Announcement.id,
        Reading.partner_id == actor.partner_id,
        Reading.person_id == actor.person_id,
    )
    return (
        select(Announcement, Reading.first_at, Reading.confirmed_at)
        .outerjoin(Reading, mine)
        .where(
            Announcement.withdrawn_at.is_(None),
            *_within(_today()),
            Announcement.audience_id.in_(partners.reaching(actor.partner_id)),
        )
    )


def _today() -> date:
    return local_day(clock.now(), firm.now().zone)


def _within(today: date) -> tuple[ColumnElement[bool], ...]:
    until = or_(Announcement.until_day.is_(None), Announcement.until_day >= today)
    return Announcement.from_day <= today, until


def _readers(row: Announcement) -> list[Reader]:
    """Return who has read it, then who of its audience has not; somebody who left meanwhile stays if read."""
    session = db.session()
    there = (
        select(Person.name, PartnerCompany.name)
        .select_from(PartnerMember)
        .join(Person, Person.id == PartnerMember.person_id)
        .join(PartnerCompany, PartnerCompany.id == PartnerMember.partner_id)
    )
    read = (
        there.add_columns(Reading.first_at, Reading.confirmed_at)
        .join(
            Reading,
            and_(
                Reading.person_id == PartnerMember.person_id, Reading.partner_id == PartnerMember.partner_id
            ),
        )
        .where(Reading.announcement_id == row.id)
        .order_by(Reading.id.desc())
    )
    done = select(Reading.id).where(
        Reading.announcement_id == row.id,
        Reading.partner_id == PartnerMember.partner_id,
        Reading.person_id == PartnerMember.person_id,
    )
    missing = there.where(
        PartnerMember.partner_id.in_(partners.companies_in(row.audience_id)),
        PartnerMember.ended_at.is_(None),
        ~done.correlate(PartnerMember).exists(),
    ).order_by(PartnerCompany.name, Person.name, PartnerMember.id)
    return [
        *(Reader(*one) for one in session.execute(read.limit(MOST))),
        *(Reader(*one, None, None) for one in session.execute(missing.limit(MOST))),
    ]


def _written(language: str, *chosen: ColumnElement[bool], limit: int = 1) -> list[Written]:
    counted = (
        select(Announcement, func.count(Reading.id), func.count(Reading.confirmed_at))
        .outerjoin(Reading, Reading.announcement_id == Announcement.id)
        .where(*chosen)
        .group_by(Announcement.id)
        .order_by(Announcement.id.desc())
    )
    found = db.session().execute(counted.limit(limit)).all()
    told = partners.audiences((row.audience_id for row, _read, _confirmed in found), language)
    today = _today()
    return [
        Written(
            row, _in(row, language)[1]["title"], told[row.audience_id],
            live=_lives(row) and row.from_day <= today and (row.until_day is None or today <= row.until_day),
            to_come=_lives(row) and today < row.from_day, read=read, confirmed=confirmed,
        )
        for row, read, confirmed in found
    ]  # fmt: skip


def _lives(row: Announcement) -> bool:
    return row.withdrawn_at is None


def _in(row: Announcement, language: str) -> tuple[str, dict[str, str]]:
    spoken = language if language in row.words else FIRST
    return spoken, row.words[spoken]


def _notice(
    row: Announcement, first_at: datetime | None, confirmed_at: datetime | None, language: str
) -> Notice:
    spoken, words = _in(row, language)
    return Notice(
        row.uuid, words["title"], words["text"], spoken, row.from_day, row.until_day, row.asks, first_at, confirmed_at
    )  # fmt: skip
