"""The record of acts as staff read it where it concerns no customer: staff, roles, settings."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import not_, select

from portal import db
from portal.domain.actor import Actor, Permission
from portal.text import Lazy

from .models import AuditEvent
from .sentences import sentence, who
from .tags import Tag


class Act(NamedTuple):
    """One act as a list shows it."""

    uuid: uuidlib.UUID
    at: datetime
    tag: str
    sentence: Lazy
    by: Lazy | str
    team: str


def of_firm(
    actor: Actor,
    *,
    tags: Collection[Tag] = (),
    about: uuidlib.UUID | None = None,
    after: uuidlib.UUID | None = None,
    limit: int = 30,
) -> list[Act]:
    """Return acts that concern no customer, newest first, ``limit`` + 1 of them; one query. Raise Denied.

    ``tags`` keeps to these kinds of acts, ``about`` to one person or thing, ``after`` is the last one shown.
    """
    actor.require(Permission.AUDIT_READ)
    e = AuditEvent
    statement = (
        select(e.uuid, e.at, e.tag, e.actor_kind, e.actor_name, e.actor_team, e.data)
        .where(e.account_id.is_(None), not_(e.visible))
        .order_by(e.id.desc())
        .limit(limit + 1)
    )
    if tags:
        statement = statement.where(e.tag.in_(sorted(tag.value for tag in tags)))
    if about is not None:
        statement = statement.where(e.subject_uuid == about)
    if after is not None:
        mark = select(AuditEvent.id).where(AuditEvent.uuid == after).scalar_subquery()
        statement = statement.where(e.id < mark)
    return [
        Act(
            row.uuid,
            row.at,
            row.tag,
            sentence(row.tag, actor_kind=row.actor_kind, actor_name=row.actor_name, data=row.data),
            who(row.actor_kind, row.actor_name),
            row.actor_team,
        )
        for row in db.session().execute(statement)
    ]
