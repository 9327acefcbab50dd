"""Legal holds: who keeps what of whom from being removed, and why."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.domain import audit, clock
from portal.domain.accounts.models import Account
from portal.domain.accounts.shapes import line
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Invalid, NotFound
from portal.text import _t

from .models import LegalHold


class Held(NamedTuple):
    """One hold as staff read it."""

    uuid: uuidlib.UUID
    number: str
    name: str
    reason: str
    set_at: datetime
    set_by: str


def hold(number: str, reason: str, *, actor: Actor) -> LegalHold:
    """Keep everything of the customer with this number from being removed; a second hold changes nothing.

    Raise Denied, Invalid at ``number`` or ``reason``.
    """
    actor.require(Permission.RETENTION_WRITE)
    words = line(reason, most=300, field="reason", needed=True)
    number = "".join(number.split())
    found = db.session().scalar(select(Account.id).where(Account.number == number))
    if found is None:
        raise Invalid(_t("There is no customer with this number."), code="retention.number", field="number")
    known = _living(found)
    if known is not None:
        return known
    made = LegalHold(
        uuid=uuidlib.uuid4(), account_id=found, reason=words, set_at=clock.now(), set_by_id=actor.person_id,
        set_by_name=actor.name,
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            db.session().add(made)
    except IntegrityError as error:
        if db.constraint_of(error) != "uq_legal_hold_live":
            raise
        return _living(found) or made
    audit.record(Tag.HOLD_SET, actor=actor, subject=("legal_hold", made.uuid), number=number)
    return made


def lift(uuid: uuidlib.UUID, *, actor: Actor) -> LegalHold:
    """End a hold: what is due by now goes at the next run; a second time changes nothing. Raise Denied, NotFound."""
    actor.require(Permission.RETENTION_WRITE)
    found = db.session().scalars(select(LegalHold).where(LegalHold.uuid == uuid)).one_or_none()
    if found is None:
        raise NotFound()
    if found.lifted_at is None:
        found.lifted_at, found.lifted_by_name = clock.now(), actor.name
        number = db.session().scalar(select(Account.number).where(Account.id == found.account_id)) or ""
        audit.record(Tag.HOLD_LIFTED, actor=actor, subject=("legal_hold", found.uuid), number=number)
        db.session().flush()
    return found


def holds(actor: Actor) -> list[Held]:
    """Return the holds that stand, newest first; raise Denied."""
    actor.require(Permission.RETENTION_READ)
    rows = db.session().execute(
        select(
            LegalHold.uuid,
            Account.number,
            Account.name,
            LegalHold.reason,
            LegalHold.set_at,
            LegalHold.set_by_name,
        )
        .join(Account, Account.id == LegalHold.account_id)
        .where(LegalHold.lifted_at.is_(None))
        .order_by(LegalHold.id.desc())
    )
    return [Held(*row) for row in rows]


def not_held(account: Any) -> ColumnElement[bool]:
    """Return the condition that no hold stands on the account in this column."""
    standing = select(LegalHold.account_id).where(LegalHold.lifted_at.is_(None))
    return or_(account.is_(None), account.not_in(standing))


def _living(account_id: int) -> LegalHold | None:
    statement = select(LegalHold).where(LegalHold.account_id == account_id, LegalHold.lifted_at.is_(None))
    return db.session().scalars(statement).one_or_none()
