"""The next version of the firm: who changed what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import phonenumbers
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import config, db
from portal.domain import audit, clock
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict
from portal.text import _t

from . import hours, store
from .firm import FIELDS, Firm, checked, from_body, from_settings
from .logos import digest_of, draw
from .models import FirmLogo, FirmVersion

COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)


class Version(NamedTuple):
    """One version of the firm with who made it."""

    number: int
    at: datetime
    by: str
    firm: Firm


def change(*, actor: Actor, expected: int | None = None, **fields: str) -> Firm:
    """Make the next version with these fields; without a difference nothing is written.

    Raise Denied, Invalid at the field that does not fit, Conflict when somebody else was quicker than ``expected``.
    """
    actor.require(Permission.SETTINGS_WRITE)
    before = _newest()
    if expected is not None and expected != before.version:
        raise Conflict(
            _t("Somebody else changed this in the meantime. Look at the page anew."), code="firm.moved_on"
        )
    languages = config.load().languages
    wanted = {
        key: checked(key, value, languages=languages, countries=COUNTRIES)
        for key, value in fields.items()
        if key in FIELDS
    }
    after = replace(before, **wanted)  # type: ignore[arg-type]  # every field of FIELDS is a text
    changed = [key for key in FIELDS if getattr(before, key) != getattr(after, key)]
    if not changed:
        return before
    made = _write(after, actor)
    if before.zone != after.zone:
        hours.move_zone(after.zone, actor=actor)
    audit.record(Tag.FIRM_CHANGED, actor=actor, what=", ".join(str(FIELDS[key]) for key in changed))
    return made


def put_logo(content: bytes, *, actor: Actor) -> Firm:
    """Take a picture as the logo; raise Denied, Invalid at ``logo``."""
    actor.require(Permission.SETTINGS_WRITE)
    picture = draw(content)
    digest = digest_of(picture.content)
    before, session = _newest(), db.session()
    if before.logo == digest:
        return before
    if session.scalar(select(FirmLogo.id).where(FirmLogo.digest == digest)) is None:
        session.add(
            FirmLogo(
                digest=digest,
                content=picture.content,
                width=picture.width,
                height=picture.height,
                at=clock.now(),
            )
        )
    made = _write(
        replace(before, logo=digest, logo_width=picture.width, logo_height=picture.height), actor
    )  # fmt: skip
    audit.record(Tag.FIRM_LOGO_CHANGED, actor=actor)
    return made


def remove_logo(*, actor: Actor) -> Firm:
    """Go back to the mark of the portal; a second time changes nothing."""
    actor.require(Permission.SETTINGS_WRITE)
    before = _newest()
    if not before.logo:
        return before
    made = _write(replace(before, logo="", logo_width=0, logo_height=0), actor)
    audit.record(Tag.FIRM_LOGO_REMOVED, actor=actor)
    return made


def history(actor: Actor, *, limit: int = 20) -> list[Version]:
    """Return the versions, newest first; raise Denied."""
    actor.require(Permission.SETTINGS_WRITE)
    first = from_settings(config.load())
    rows = db.session().scalars(select(FirmVersion).order_by(FirmVersion.number.desc()).limit(limit))
    return [Version(row.number, row.at, row.by_name, from_body(row.body, row.number, first)) for row in rows]


def _newest() -> Firm:
    first = from_settings(config.load())
    row = db.session().scalar(select(FirmVersion).order_by(FirmVersion.number.desc()).limit(1))
    return first if row is None else from_body(row.body, row.number, first)


def _write(firm: Firm, actor: Actor) -> Firm:
    number = firm.version + 1
    row = FirmVersion(
        number=number, body=firm.body(), at=clock.now(), by_id=actor.person_id, by_name=actor.name[:120]
    )
    try:
        with db.session().begin_nested():
            db.session().add(row)
    except IntegrityError:  # two at once: the number is the same
        raise Conflict(
            _t("Somebody else changed this in the meantime. Look at the page anew."), code="firm.moved_on"
        ) from None
    db.after_commit(store.forget)
    return replace(firm, version=number)
