"""From a token to the program, the person and the rights of this very instant, in one statement."""

from __future__ import annotations

import hmac
import uuid as uuidlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, join, select, update

from portal import db
from portal.db import UtcDateTime
from portal.domain import clock
from portal.domain.accounts.actors import Face, made, reading
from portal.domain.accounts.credentials import Password
from portal.domain.accounts.models import Account, Person
from portal.domain.actor import Actor
from portal.prepared import Prepared

from . import tokens
from .models import Program

TOUCH_EVERY = timedelta(minutes=1)
NOTHING = "0" * 64


@dataclass(frozen=True, slots=True)
class Resumed:
    """A living token: its program, what it may, and who acts through it now."""

    id: int
    uuid: uuidlib.UUID
    name: str
    scopes: frozenset[str]
    expires_at: datetime
    account_name: str
    actor: Actor
    touch_due: bool


def _resuming() -> Select[Any]:
    columns = (
        Program.id.label("program_id"),
        Program.uuid.label("program_uuid"),
        Program.name.label("program_name"),
        Program.token_hash,
        Program.scopes,
        Program.created_at,
        Program.expires_at,
        Program.last_used_at,
        Program.stopped_at,
        select(Password.set_at)
        .where(Password.person_id == Program.person_id)
        .scalar_subquery()
        .label("set_at"),
    )
    source = join(Program, Person, Person.id == Program.person_id)
    now = bindparam("now", type_=UtcDateTime)
    found = reading(Face.CUSTOMER, source, *columns, account_id=Program.account_id, now=now)
    return found.where(Program.prefix == bindparam("prefix"))


_RESUMING = Prepared(_resuming)


def resume(token: str) -> Resumed | None:
    """Return whose token this is and what it may now, in one statement; None for one that is worth nothing.

    It is worth nothing when it is stopped or past its day, when the person, the membership or the account has ended,
    and when the person has set another password since: whoever fears a stranger shuts out programs too.
    """
    prefix, now = tokens.prefix_of(token), clock.now()
    row = _RESUMING.first(prefix=prefix, now=now) if prefix else None
    kept = row.token_hash if row is not None else NOTHING
    # Every hash is made and compared, whatever there is: the time says nothing about which tokens exist.
    right = [hmac.compare_digest(one, kept) for one in tokens.hashes_of(token)]
    if row is None or not any(right) or not row.fits or row.stopped_at is not None or row.expires_at <= now:
        return None
    if row.set_at is not None and row.set_at > row.created_at:
        return None
    return Resumed(
        id=row.program_id,
        uuid=row.program_uuid,
        name=row.program_name,
        scopes=frozenset(row.scopes),
        expires_at=row.expires_at,
        account_name=row.account_name or "",
        actor=made(row, Face.CUSTOMER),
        touch_due=row.last_used_at is None or now - row.last_used_at >= TOUCH_EVERY,
    )


def touch(program_id: int, token: str) -> None:
    """Note that a program acted, apart from its request and at most once a minute.

    A hash that an earlier secret made is renewed, so that the secret can go one day.
    """
    now = clock.now()
    with db.apart() as session:
        session.execute(
            update(Program)
            .where(Program.id == program_id)
            .values(last_used_at=now, token_hash=tokens.hashes_of(token)[0])
        )


def hold(actor: Actor) -> None:
    """Let the programs of one account change what they have read one after the other, until the transaction ends."""
    db.session().execute(
        select(Account.id).where(Account.id == actor.account_id).with_for_update(key_share=True)
    )
