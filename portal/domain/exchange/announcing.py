"""Announcements: what staff let partners and suppliers know, and who has read and confirmed it."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import config, db
from portal.domain import audit, clock, firm, outbox, partners
from portal.domain.accounts.shapes import line
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.calendars import local_day
from portal.domain.errors import Invalid, NotFound
from portal.text import _t

from . import notices
from .messages import ANNOUNCED
from .models import Announcement, Reading
from .rules import words as shaped

TITLE_MAX, TEXT_MAX = 120, 4000
FIRST = "en"  # the language in which every announcement is written


class Words(NamedTuple):
    """Title and text in one language."""

    title: str = ""
    text: str = ""


def announce(
    words: Mapping[str, Words], *, actor: Actor, audience: partners.Audience, from_day: date | None,
    until_day: date | None = None, asks: bool = False,
) -> Announcement:  # fmt: skip
    """Let an audience know something from one day of the firm to the end of another.

    Raise Denied, or Invalid at the field (``en-title``, ``pl-text``, ``whom``, ``from_day``, …).
    """
    actor.require(Permission.PARTNERS_WRITE)
    kept = _words(words)
    today = local_day(clock.now(), firm.now().zone)
    if from_day is None or from_day < today:
        raise Invalid(_t("Choose today or a later day."), code="exchange.from_day", field="from_day")
    if until_day is not None and until_day < from_day:
        raise Invalid(_t("It ends before it begins."), code="exchange.until_day", field="until_day")
    row = Announcement(
        uuid=uuidlib.uuid4(), audience_id=partners.keep_audience(audience), words=kept, from_day=from_day,
        until_day=until_day, asks=asks, created_at=clock.now(), created_by_id=actor.person_id,
        created_by_name=actor.name[:120], told_at=None, withdrawn_at=None,
    )  # fmt: skip
    session = db.session()
    session.add(row)
    session.flush()
    _record(Tag.ANNOUNCEMENT_WRITTEN, row, actor)
    return row


def withdraw(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """Take an announcement back, and mails about it that have not left; twice changes nothing.

    Raise Denied, NotFound.
    """
    row = notices.row_of(actor, uuid, lock=True)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by_name = clock.now(), actor.name[:120]
        db.session().flush()
        outbox.recall(
            about=("announcement", row.uuid),
            names=[ANNOUNCED],
            reason="announcement_withdrawn",
            actor=actor,
        )
        _record(Tag.ANNOUNCEMENT_WITHDRAWN, row, actor)


def opened(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """Note that the actor has read an announcement; a second time changes nothing. Raise Denied, NotFound."""
    _reading(uuid, actor)


def confirm(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """Confirm that one has read an announcement that asks for it; twice changes nothing. Raise Denied, NotFound."""
    row, reading = _reading(uuid, actor)
    if row.asks and reading.confirmed_at is None:
        reading.confirmed_at = clock.now()
        db.session().flush()
        _record(Tag.ANNOUNCEMENT_CONFIRMED, row, actor)


def _words(typed: Mapping[str, Words]) -> dict[str, Any]:
    """Return what was written, in the languages in which anything was; English is always needed."""
    kept: dict[str, Any] = {}
    for language in sorted({FIRST, *config.load().languages}):
        given = typed.get(language, Words())
        if language == FIRST or given.title.strip() or given.text.strip():
            kept[language] = {
                "title": line(given.title, most=TITLE_MAX, field=f"{language}-title", needed=True),
                "text": shaped(given.text, most=TEXT_MAX, field=f"{language}-text"),
            }
    return kept


def _record(tag: Tag, row: Announcement, actor: Actor) -> None:
    audit.record(tag, actor=actor, subject=("announcement", row.uuid), title=row.words[FIRST]["title"])


def _reading(uuid: uuidlib.UUID, actor: Actor) -> tuple[Announcement, Reading]:
    session = db.session()
    found = session.execute(notices.shown_to(actor).where(Announcement.uuid == uuid)).one_or_none()
    if found is None or actor.partner_id is None or actor.person_id is None:
        raise NotFound()
    row: Announcement = found[0]
    mine = select(Reading).where(
        Reading.announcement_id == row.id, Reading.partner_id == actor.partner_id, Reading.person_id == actor.person_id,
    )  # fmt: skip
    known = session.scalar(mine)
    if known is not None:
        return row, known
    made = Reading(
        announcement_id=row.id, partner_id=actor.partner_id, person_id=actor.person_id, first_at=clock.now(),
        confirmed_at=None,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:  # the same page in a second tab, at the same instant
        if db.constraint_of(error) != "uq_exchange_reading_announcement_id_partner_id_person_id":
            raise
        return row, session.scalars(mine).one()
    return row, made
