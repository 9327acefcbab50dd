"""Approved calendar versions: which one counts now, an older one by its number, and the first one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Row, select
from sqlalchemy.exc import IntegrityError

from portal import config, db
from portal.domain import clock, errors
from portal.domain.actor import SYSTEM, Actor, ActorKind, Permission

from .models import CalendarVersion
from .seeds import office_calendar
from .week import WorkingCalendar

OFFICE = "office"
FRESH = timedelta(seconds=5)  # for which a process trusts what it read
NO_TIME = timedelta(0)
_EPOCH = datetime(2010, 1, 1, tzinfo=UTC)  # the first version also counts for what came from before


def current(key: str = OFFICE, at: datetime | None = None) -> WorkingCalendar:
    """Return the newest approved version of ``key`` that is valid at ``at`` (now); raise NotFound if none is.

    It is read once per unit of work: a promise that begins in it is computed with one version throughout.
    An installation without an office calendar gets its first one here.
    """
    memory: dict[tuple[str, datetime | None], WorkingCalendar] = db.unit().info.setdefault("calendars", {})
    known = memory.get((key, at)) or (_remembered(key) if at is None else None)
    if known is None:
        found = _newest(key, at)
        if found is None and key == OFFICE and db.unit().write:
            seed()
            found = _newest(key, at)
        if found is None:
            raise errors.NotFound()
        known = _version(key, found.number, found.body_hash)
        if at is None:
            _remember(key, known)
    memory[key, at] = known
    return known


def _remembered(key: str) -> WorkingCalendar | None:
    """Return what this process read a moment ago; a new version is taken up within seconds everywhere.

    Whoever catches up with the past reads what counted then, and leaves it to nobody else.
    """
    known = db.database().memory.get(("calendar", key))
    return known[1] if known is not None and NO_TIME <= clock.now() - known[0] < FRESH else None


def _remember(key: str, known: WorkingCalendar) -> None:
    if "calendars_changed" not in db.session().info:  # what is not committed yet is nobody else's
        db.database().memory["calendar", key] = (clock.now(), known)


def _newest(key: str, at: datetime | None) -> Row[int, str] | None:
    return (
        db.session()
        .execute(
            select(CalendarVersion.number, CalendarVersion.body_hash)
            .where(CalendarVersion.key == key, CalendarVersion.valid_from <= (at or clock.now()))
            .order_by(CalendarVersion.number.desc())
            .limit(1)
        )
        .one_or_none()
    )


def version(key: str, number: int) -> WorkingCalendar:
    """Return one version by its number, to explain a date it gave; raise NotFound if there is none."""
    found = db.session().scalar(
        select(CalendarVersion.body_hash).where(CalendarVersion.key == key, CalendarVersion.number == number)
    )
    if found is None:
        raise errors.NotFound()
    return _version(key, number, found)


_parsed: dict[tuple[str, int, str], WorkingCalendar] = {}


def _version(key: str, number: int, body_hash: str) -> WorkingCalendar:
    """Return the calendar of a row; rows never change, so a process parses each once."""
    known = _parsed.get((key, number, body_hash))
    if known is None:
        body = (
            db.session()
            .scalars(
                select(CalendarVersion.body).where(
                    CalendarVersion.key == key, CalendarVersion.number == number
                )
            )
            .one()
        )
        known = _parsed[key, number, body_hash] = WorkingCalendar.from_json(body)
    return known


def approve(
    calendar: WorkingCalendar, *, actor: Actor, valid_from: datetime | None = None
) -> CalendarVersion:
    """Store an approved calendar as the next version of its key; the same content twice is one version.

    Running promises keep the version they began with. Raises Denied without the right to change settings.
    """
    actor.require(Permission.SETTINGS_WRITE)
    at = clock.now()
    newest = (
        db.session()
        .scalars(
            select(CalendarVersion)
            .where(CalendarVersion.key == calendar.key)
            .order_by(CalendarVersion.number.desc())
            .limit(1)
        )
        .one_or_none()
    )
    if newest is not None and newest.body_hash == calendar.content_hash:
        return newest
    numbered = replace(calendar, version=(newest.number if newest else 0) + 1)
    row = CalendarVersion(
        key=numbered.key,
        number=numbered.version,
        zone=numbered.zone,
        body=numbered.to_json(),
        body_hash=numbered.content_hash,
        valid_from=valid_from or at,
        approved_at=at,
        approved_by_id=actor.person_id if actor.kind is ActorKind.STAFF else None,
    )
    db.session().add(row)
    db.session().flush()
    db.unit().info.pop("calendars", None)
    db.session().info["calendars_changed"] = True
    db.database().memory.pop(("calendar", row.key), None)
    return row


def seed(*, zone: str = "", country: str = "", actor: Actor = SYSTEM) -> int:
    """Store the first office calendar unless there is one; return how many rows were written.

    It is open on weekdays and closed on the public holidays of the firm's country (see the settings).
    """
    session = db.session()
    if session.scalar(select(CalendarVersion.id).where(CalendarVersion.key == OFFICE).limit(1)):
        return 0
    settings = config.load()
    year = clock.now().year
    first = office_calendar(
        OFFICE, zone or settings.firm_zone, country or settings.firm_country, range(year - 4, year + 7)
    )
    try:
        with session.begin_nested():
            approve(first, actor=actor, valid_from=_EPOCH)
    except IntegrityError:  # another process was quicker, with the same calendar
        return 0
    return 1
