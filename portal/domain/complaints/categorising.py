"""The lists by which complaints are sorted, as staff set them; and sorting one complaint."""

from __future__ import annotations

import re
import unicodedata
import uuid as uuidlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import config, db
from portal.domain import audit, clock, firm
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.search import fold
from portal.text import _t

from . import moving, rechoosing
from .categories import FIELDS, Sort, checked, forget
from .models import Complaint, ComplaintCategory
from .states import State

LONGEST = 60
MOST = 40  # living rows of one list: more than anybody reads through


def add(sort: Sort, names: Mapping[str, str], *, actor: Actor) -> ComplaintCategory:
    """Put a row at the end of a list; it can be chosen at once.

    Raise Denied, Invalid at ``name-<language>`` for a name that is missing, too long or taken, Conflict when the list
    is full.
    """
    actor.require(Permission.SETTINGS_WRITE)
    rows = _locked(sort)
    if sum(one.retired_at is None for one in rows) >= MOST:
        message = _t("A list holds at most {most}. Give one up that nobody chooses any more.", most=MOST)
        raise Conflict(message, code="complaint.category")
    told = _names(names, rows)
    main = told[_first()]
    row = ComplaintCategory(
        uuid=uuidlib.uuid4(), sort=sort.value, key=_key(main, {one.key for one in rows}), names=told,
        position=max((one.position for one in rows), default=0) + 1, created_at=clock.now(), retired_at=None,
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            db.session().add(row)
    except IntegrityError:  # two at once: the key is the same
        raise Conflict() from None
    _note(Tag.COMPLAINT_CATEGORY_ADDED, row, actor)
    return row


def rename(uuid: uuidlib.UUID, names: Mapping[str, str], *, actor: Actor) -> ComplaintCategory:
    """Give a row other names, on complaints of before too; the same names change nothing. Raise as :func:`add`."""
    actor.require(Permission.SETTINGS_WRITE)
    row, rows = _found(uuid)
    told = _names(names, [one for one in rows if one is not row])
    if told != dict(row.names):
        before = str(row.names.get(_first(), row.key))
        row.names = told
        db.session().flush()
        _note(Tag.COMPLAINT_CATEGORY_RENAMED, row, actor, before=before)
    return row


def move(uuid: uuidlib.UUID, step: int, *, actor: Actor) -> None:
    """Move a row up (-1) or down (1) by one place among those that can be chosen; at the end nothing changes."""
    actor.require(Permission.SETTINGS_WRITE)
    row, rows = _found(uuid)
    living = [one for one in rows if one.retired_at is None]
    if row not in living or step not in (-1, 1):
        return
    place = living.index(row)
    if not 0 <= place + step < len(living):
        return
    living[place], living[place + step] = living[place + step], living[place]
    gone = [one for one in rows if one.retired_at is not None]
    for position, one in enumerate([*living, *gone], start=1):
        one.position = position
    db.session().flush()
    db.after_commit(forget)


def set_sector(uuid: uuidlib.UUID, sector: str, *, actor: Actor) -> None:
    """Say by which sector the law is chosen for what a row names, '' for that of the firm; Denied, Invalid."""
    actor.require(Permission.SETTINGS_WRITE)
    row, _rows = _found(uuid)
    if sector and sector not in firm.SECTORS:
        raise Invalid(_t("Choose from the list."), code="complaint.category", field="sector")
    if row.sort == Sort.SUBJECT and row.sector != sector:
        row.sector = sector
        db.session().flush()
        _note(Tag.COMPLAINT_CATEGORY_RENAMED, row, actor, before=str(row.names.get(_first(), row.key)))


def retire(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """Offer a row no more; complaints that carry it keep it. A second time changes nothing."""
    actor.require(Permission.SETTINGS_WRITE)
    row, _rows = _found(uuid)
    if row.retired_at is None:
        row.retired_at = clock.now()
        db.session().flush()
        _note(Tag.COMPLAINT_CATEGORY_RETIRED, row, actor)


def bring_back(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """Offer a row again; a second time changes nothing. Raise Conflict when the list is full."""
    actor.require(Permission.SETTINGS_WRITE)
    row, rows = _found(uuid)
    if row.retired_at is None:
        return
    if sum(one.retired_at is None for one in rows) >= MOST:
        raise Conflict(
            _t("A list holds at most {most}. Give one up that nobody chooses any more.", most=MOST)
        )
    row.retired_at = None
    db.session().flush()
    _note(Tag.COMPLAINT_CATEGORY_BACK, row, actor)


def categorise(complaint: Complaint, *, actor: Actor, kind: str | None, subject: str | None) -> Complaint:
    """Say as staff what went wrong and what it concerns, None for open; the same again changes nothing.

    What it concerns can bring another rule of law: its date counts where it is earlier, nothing moves later. Raise
    Denied, NotFound, Invalid at ``kind_key`` or ``subject_key``.
    """
    actor.require(Permission.COMPLAINTS_WRITE)
    at = moving.lock(complaint)
    if complaint.state in (State.DRAFT, State.DISCARDED):
        raise NotFound()
    wanted = {
        FIELDS[sort]: checked(sort, key, present=getattr(complaint, FIELDS[sort]))
        for sort, key in ((Sort.KIND, kind), (Sort.SUBJECT, subject))
    }
    if any(getattr(complaint, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(complaint, name, value)
        moving.note(Tag.COMPLAINT_SORTED, complaint, actor, at)
        if complaint.subject_key:
            rechoosing.choose_anew(complaint, actor=actor, at=at)
        db.session().flush()
    return complaint


def _first() -> str:
    """Return the language in which a name has to be given: English where the portal speaks it."""
    spoken = config.load().languages
    return "en" if "en" in spoken else spoken[0]


def _names(given: Mapping[str, str], others: list[ComplaintCategory]) -> dict[str, str]:
    told = {}
    for code in config.load().languages:
        signs = (sign if sign.isprintable() else " " for sign in given.get(code, ""))
        text = unicodedata.normalize("NFC", " ".join("".join(signs).split()))
        if len(text) > LONGEST:
            message = _t("Write at most {most} letters.", most=LONGEST)
            raise Invalid(message, code="complaint.category", field=f"name-{code}")
        taken = {fold(str(one.names.get(code, ""))) for one in others}
        if text and fold(text) in taken:
            message = _t("There is a row with this name already.")
            raise Invalid(message, code="complaint.category", field=f"name-{code}")
        if text:
            told[code] = text
    if _first() not in told:
        message = _t("Write a name. Readers of a language without one see this one.")
        raise Invalid(message, code="complaint.category", field=f"name-{_first()}")
    return told


def _key(name: str, taken: set[str]) -> str:
    """Return a key of small letters made of a name, with a number where it is taken."""
    base = re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")[:30] or "row"
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}_{number}"
    return key


def _locked(sort: Sort) -> list[ComplaintCategory]:
    """Return a list in its order, held until the end of the transaction: two who set it queue up here."""
    statement = (
        select(ComplaintCategory)
        .where(ComplaintCategory.sort == sort.value)
        .order_by(ComplaintCategory.position, ComplaintCategory.id)
        .with_for_update()
    )
    return list(db.session().scalars(statement))


def _found(uuid: uuidlib.UUID) -> tuple[ComplaintCategory, list[ComplaintCategory]]:
    sort = db.session().scalar(select(ComplaintCategory.sort).where(ComplaintCategory.uuid == uuid))
    if sort is None:
        raise NotFound()
    rows = _locked(Sort(sort))
    return next(one for one in rows if one.uuid == uuid), rows


def _note(tag: Tag, row: ComplaintCategory, actor: Actor, **more: Any) -> None:
    name = str(row.names.get(_first(), row.key))
    audit.record(tag, actor=actor, subject=("complaint_category", row.uuid), name=name, **more)
    db.after_commit(forget)
