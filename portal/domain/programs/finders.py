"""What a person reads about the programs that act for them."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, select

from portal import db
from portal.domain import clock
from portal.domain.accounts.credentials import Password
from portal.domain.actor import Actor

from .models import Program


class Line(NamedTuple):
    """One program as its person reads it."""

    uuid: uuidlib.UUID
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    stopped_at: datetime | None
    password_at: datetime | None

    @property
    def state(self) -> str:
        """Return live, stopped, over (its day has passed) or shut out (by a new password)."""
        if self.stopped_at is not None:
            return "stopped"
        if self.password_at is not None and self.password_at > self.created_at:
            return "shut_out"
        return "live" if self.expires_at > clock.now() else "over"


def of(actor: Actor, *, most: int = 60) -> list[Line]:
    """Return the actor's own programs in the account in hand, those that live first, newest first; one query."""
    if not actor.is_customer:
        return []
    password = select(Password.set_at).where(Password.person_id == Program.person_id).scalar_subquery()
    ended = case((Program.stopped_at.is_not(None), 1), (Program.expires_at <= clock.now(), 1), else_=0)
    rows = db.session().execute(
        select(
            Program.uuid, Program.name, Program.prefix, Program.scopes, Program.created_at, Program.expires_at,
            Program.last_used_at, Program.stopped_at, password,
        )
        .where(Program.account_id == actor.account_id, Program.person_id == actor.person_id)
        .order_by(ended, Program.id.desc())
        .limit(most)
    )  # fmt: skip
    return [Line(*row) for row in rows]
