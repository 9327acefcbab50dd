"""What staff do about a file in quarantine: check it again, or reject it with a reason that the partner reads."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import replace

from sqlalchemy import select

from portal import db
from portal.domain import clock
from portal.domain.accounts.shapes import line
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.sheets import Reading
from portal.text import _t

from . import messages, rules
from .dropping import again, checked_reading, record, said_of
from .models import DroppedFile
from .rules import State


def release(uuid: uuidlib.UUID, *, actor: Actor, reading: Reading) -> DroppedFile:
    """Have a file in quarantine checked again, read as is said here; its good lines then count, however many are bad.

    Twice changes nothing. Raise Denied, NotFound, Conflict for one that is not in quarantine, Invalid at the field.
    """
    file = _found(uuid, actor)
    if file.state in (State.RECEIVED, State.CHECKING) and file.released_at is not None:
        return file
    _require_quarantined(file)
    checked_reading(reading)
    said = replace(said_of(file), encoding=reading.encoding, decimal=reading.decimal, dates=reading.dates)
    file.released_at, file.decided_by_name = clock.now(), actor.name[:120]
    again(file, said)
    record(Tag.FILE_DECIDED, file, actor, file_state="released")
    return file


def reject(uuid: uuidlib.UUID, *, actor: Actor, reason: str) -> DroppedFile:
    """Reject a file in quarantine with a reason for who sent it; twice changes nothing.

    Raise Denied, NotFound, Conflict for one that is not in quarantine, Invalid at ``reason``.
    """
    file = _found(uuid, actor)
    if file.state == State.REJECTED and file.reason:
        return file
    _require_quarantined(file)
    text = line(reason, most=rules.REASON_MAX, field="reason")
    if len(text) < rules.REASON_MIN:
        message = _t("Please say why, in a few words: the partner reads it.")
        raise Invalid(message, code="drops.reason", field="reason")
    file.state, file.reason, file.ended_at = State.REJECTED.value, text, clock.now()
    file.decided_by_name = actor.name[:120]
    db.session().flush()
    record(Tag.FILE_DECIDED, file, actor, file_state=State.REJECTED.value)
    messages.checked(file)
    return file


def _found(uuid: uuidlib.UUID, actor: Actor) -> DroppedFile:
    actor.require(Permission.PARTNERS_WRITE)
    statement = select(DroppedFile).where(DroppedFile.uuid == uuid).with_for_update()
    found = db.session().scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound()
    return found


def _require_quarantined(file: DroppedFile) -> None:
    if file.state != State.QUARANTINED or file.removed_at is not None:
        raise Conflict(_t("This file is not in quarantine any more."))
