"""Materials: published by staff for an audience, one version after another in each language, and taken back."""

from __future__ import annotations

import hashlib
import uuid as uuidlib
from datetime import date
from enum import StrEnum
from typing import Any, BinaryIO

from sqlalchemy import select

from portal import config, db
from portal.domain import audit, clock, files, firm, partners
from portal.domain.accounts.shapes import line
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.calendars import local_day
from portal.domain.errors import Invalid, NotFound
from portal.text import Lazy, _t

from . import messages
from .material_models import Edition, Material
from .rules import words as shaped

NAME_MAX, ABOUT_MAX, CHANGES_MAX = 120, 1000, 500


class Kind(StrEnum):
    """What a material is."""

    BROCHURE = "brochure"
    PRICES = "prices"
    MANUAL = "manual"
    TRAINING = "training"
    CONTRACT = "contract"
    OTHER = "other"


KINDS: dict[str, Lazy] = {
    Kind.BROCHURE.value: _t("Brochure"),
    Kind.PRICES.value: _t("Price list"),
    Kind.MANUAL.value: _t("Manual"),
    Kind.TRAINING.value: _t("Training"),
    Kind.CONTRACT.value: _t("Contract to fill in"),
    Kind.OTHER.value: _t("Other"),
}


def publish(*, actor: Actor, name: str, kind: str, about: str, audience: partners.Audience) -> Material:
    """Name a material and whom it is for; nobody sees it before its first version is valid.

    Raise Denied, or Invalid at the field.
    """
    actor.require(Permission.PARTNERS_WRITE)
    row = Material(
        uuid=uuidlib.uuid4(), audience_id=partners.keep_audience(audience), created_at=clock.now(),
        created_by_id=actor.person_id, created_by_name=actor.name[:120], withdrawn_at=None,
        **_read(name, kind, about),
    )  # fmt: skip
    session = db.session()
    session.add(row)
    session.flush()
    _record(Tag.MATERIAL_PUBLISHED, row, actor)
    return row


def revise(
    uuid: uuidlib.UUID, *, actor: Actor, name: str, kind: str, about: str, audience: partners.Audience
) -> Material:
    """Change what is written of a material or whom it is for; the same again changes nothing.

    Raise Denied, NotFound, or Invalid at the field.
    """
    row = held(uuid, actor)
    wanted = _read(name, kind, about)
    changed = partners.change_audience(row.audience_id, audience)
    for key, value in wanted.items():
        changed = changed or getattr(row, key) != value
        setattr(row, key, value)
    if changed:
        db.session().flush()
        _record(Tag.MATERIAL_REVISED, row, actor)
    return row


def add_edition(
    uuid: uuidlib.UUID, *, actor: Actor, language: str, filename: str, stream: BinaryIO, valid_from: date | None,
    expires_on: date | None = None, changes: str = "",
) -> Edition:  # fmt: skip
    """Add the next version of a material in a language; from its day on it replaces the one before.

    What the file is decides its content alone. The same file as the newest version again returns that one. Raise
    Denied, NotFound, or Invalid at the field (``files``, ``language``, ``valid_from``, ``expires_on``, ``changes``).
    """
    row = held(uuid, actor)
    if row.withdrawn_at is not None:
        raise NotFound()
    if language not in config.load().languages:
        message = _t("Choose a language from the list.")
        raise Invalid(message, code="exchange.language", field="language")
    before = _newest(row.id, language)
    today = local_day(clock.now(), firm.now().zone)
    limit = config.load().file_max_bytes
    file = files.check(filename, stream.read(limit + 1), limit)
    sha256 = hashlib.sha256(file.content).hexdigest()
    if before is not None and before.sha256 == sha256 and before.withdrawn_at is None:
        return before
    if valid_from is None or valid_from < today:
        raise Invalid(_t("Choose today or a later day."), code="exchange.valid_from", field="valid_from")
    if expires_on is not None and expires_on < valid_from:
        raise Invalid(_t("It ends before it begins."), code="exchange.expires_on", field="expires_on")
    said = line(changes, most=CHANGES_MAX, field="changes")
    if before is not None and not said:
        message = _t("Say what is different from version {number}.", number=before.number)
        raise Invalid(message, code="exchange.changes", field="changes")
    made = Edition(
        uuid=uuidlib.uuid4(), material_id=row.id, language=language, number=before.number + 1 if before else 1,
        changes=said, valid_from=valid_from, expires_on=expires_on, name=file.name, media_type=file.media_type,
        size=len(file.content), sha256=sha256, stored_name=files.keep(file.content), created_at=clock.now(),
        created_by_id=actor.person_id, created_by_name=actor.name[:120], told_at=None, withdrawn_at=None,
        withdrawn_on=None, removed_at=None,
    )  # fmt: skip
    session = db.session()
    session.add(made)
    session.flush()
    _record(Tag.MATERIAL_VERSION_ADDED, row, actor, version=made.number, language=language)
    return made


def withdraw_edition(uuid: uuidlib.UUID, edition: uuidlib.UUID, *, actor: Actor, why: str) -> None:
    """Take one version back; whoever downloaded it is told why. Twice changes nothing.

    Raise Denied, NotFound, or Invalid at ``why``.
    """
    row = held(uuid, actor)
    one = db.session().scalar(select(Edition).where(Edition.uuid == edition, Edition.material_id == row.id))
    if one is None:
        raise NotFound()
    if one.withdrawn_at is None:
        _withdraw(one, row, actor, line(why, most=CHANGES_MAX, field="why", needed=True))
        _record(Tag.MATERIAL_VERSION_WITHDRAWN, row, actor, version=one.number, language=one.language)


def withdraw_material(uuid: uuidlib.UUID, *, actor: Actor, why: str) -> None:
    """Take a material back with all its versions; whoever downloaded one is told why. Twice changes nothing.

    Raise Denied, NotFound, or Invalid at ``why``.
    """
    row = held(uuid, actor)
    if row.withdrawn_at is not None:
        return
    said = line(why, most=CHANGES_MAX, field="why", needed=True)
    row.withdrawn_at, row.withdrawn_by_name = clock.now(), actor.name[:120]
    left = select(Edition).where(Edition.material_id == row.id, Edition.withdrawn_at.is_(None))
    for one in db.session().scalars(left.order_by(Edition.number.desc(), Edition.id)).all():
        _withdraw(one, row, actor, said)
    _record(Tag.MATERIAL_WITHDRAWN, row, actor)


def held(uuid: uuidlib.UUID, actor: Actor) -> Material:
    """Return a material for who publishes some, held to the end of the transaction; raise Denied, NotFound."""
    actor.require(Permission.PARTNERS_WRITE)
    statement = select(Material).where(Material.uuid == uuid).with_for_update()
    found = db.session().scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound()
    return found


def _withdraw(one: Edition, row: Material, actor: Actor, why: str) -> None:
    now = clock.now()
    one.withdrawn_at, one.withdrawn_on = now, local_day(now, firm.now().zone)
    one.withdrawn_by_name, one.withdrawn_why = actor.name[:120], why
    db.session().flush()
    messages.taken_back(one, row)


def _newest(material_id: int, language: str) -> Edition | None:
    there = select(Edition).where(Edition.material_id == material_id, Edition.language == language)
    return db.session().scalar(there.order_by(Edition.number.desc()).limit(1))


def _read(name: str, kind: str, about: str) -> dict[str, Any]:
    if kind not in KINDS:
        raise Invalid(_t("Say what it is."), code="exchange.kind", field="kind")
    return {
        "name": line(name, most=NAME_MAX, field="name", needed=True),
        "kind": kind,
        "description": shaped(about, most=ABOUT_MAX, field="about", least=0),
    }


def _record(tag: Tag, row: Material, actor: Actor, **keys: Any) -> None:
    audit.record(tag, actor=actor, subject=("material", row.uuid), title=row.name, **keys)
