"""The one timeline of an account: the customer and the staff read the same rows of the record."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import aliased

from portal import db
from portal.domain import audit, matters
from portal.domain.actor import Actor, ActorKind, Permission, Right
from portal.domain.audit import AuditEvent, Tag
from portal.domain.errors import Denied, NotFound
from portal.text import Lazy

from .kinds import GROUPS, PERSONAL, TAGS, kind_of
from .models import Contact


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One act as both sides read it: what, when, who, and what it is about."""

    uuid: uuidlib.UUID
    at: datetime
    tag: str
    kind: str
    sentence: Lazy
    by_kind: str
    by: str
    team: str
    subject_kind: str
    subject_uuid: uuidlib.UUID | None
    text: str = ""
    private: bool = False
    review_on: date | None = None


def of(actor: Actor, account_id: int | None = None) -> Timeline:
    """Return the timeline of the customer's own account, or to staff that of ``account_id``.

    Raises NotFound for another's account, Denied for staff without the right to read customers.
    """
    if actor.is_customer:
        if actor.account_id is None or account_id not in (None, actor.account_id):
            raise NotFound()
        return Timeline(actor, actor.account_id)
    if actor.is_staff or actor.kind is ActorKind.SYSTEM:
        actor.require(Permission.CUSTOMERS_READ)
        if account_id is None:
            raise NotFound()
        return Timeline(actor, account_id)
    raise Denied()


class Timeline:
    """The rows of one account that an actor may read."""

    def __init__(self, actor: Actor, account_id: int) -> None:
        self.actor = actor
        self.account_id = account_id

    def page(
        self, *, after: uuidlib.UUID | None = None, limit: int = 30, kinds: Collection[str] = ()
    ) -> list[TimelineRow]:
        """Return rows newest first, one more than ``limit`` when there are more; one query.

        ``after`` is the last row of the page before; ``kinds`` are groups of :data:`GROUPS`, none means all.
        """
        wanted = (
            select(
                AuditEvent.uuid, AuditEvent.at, AuditEvent.tag, AuditEvent.actor_kind, AuditEvent.actor_name,
                AuditEvent.actor_team, AuditEvent.subject_kind, AuditEvent.subject_uuid, AuditEvent.data,
                Contact.text,
            )
            .outerjoin(
                Contact, and_(Contact.uuid == AuditEvent.subject_uuid, Contact.account_id == self.account_id)
            )
            .where(self._scope())
            .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
            .limit(limit + 1)
        )  # fmt: skip
        tags = [tag for group in kinds for tag in TAGS.get(group, ())]
        if tags and len(set(kinds)) < len(GROUPS):
            wanted = wanted.where(AuditEvent.tag.in_(tags))
        if after is not None:
            mark = select(AuditEvent.at, AuditEvent.id).where(AuditEvent.uuid == after, self._scope())
            wanted = wanted.where(
                tuple_(AuditEvent.at, AuditEvent.id) < mark.correlate(None).scalar_subquery()
            )
        rows = db.session().execute(wanted).all()
        return [_row(row) for row in rows]

    def _scope(self) -> ColumnElement[bool]:
        """Keep to the account and to what its administrator lets this person see."""
        visible = and_(AuditEvent.account_id == self.account_id, AuditEvent.visible)
        me = self.actor
        if not me.is_customer:
            return visible
        own = AuditEvent.actor_person_id == me.person_id
        if me.has_right(Right.ADMINISTER):
            return and_(visible, or_(AuditEvent.tag.not_in(PERSONAL), own))
        # A colleague reads the own acts, what followed on the own feedback, and what is about the account; of matters
        # that have a scope of their own, such as complaints, exactly those which that scope lets this person read.
        mine = aliased(AuditEvent)
        feedback = select(mine.subject_uuid).where(
            mine.account_id == self.account_id,
            mine.actor_person_id == me.person_id,
            mine.subject_kind == "feedback",
        )
        allowed = [
            and_(own, AuditEvent.subject_kind.not_in(matters.kinds())),
            AuditEvent.subject_uuid.in_(feedback),
            AuditEvent.tag.in_(TAGS["looks"]),
            AuditEvent.subject_kind == "account",
        ]
        for kind in matters.kinds():
            reached = matters.within(kind, me)
            of_kind = AuditEvent.subject_kind == kind
            allowed.append(
                of_kind if reached is None else and_(of_kind, AuditEvent.subject_uuid.in_(reached))
            )
        return and_(visible, or_(*allowed))


def _row(row: Any) -> TimelineRow:
    private = row.tag == Tag.COMPLAINT_PRIVATE_NOTE
    review_on = row.data.get("review_on") if private else None
    return TimelineRow(
        uuid=row.uuid,
        at=row.at,
        tag=row.tag,
        kind=kind_of(row.tag, row.data),
        sentence=audit.sentence(
            row.tag,
            actor_kind=row.actor_kind,
            actor_name=row.actor_name,
            data=row.data,
            actor_team=row.actor_team,
        ),
        by_kind=row.actor_kind,
        by=row.actor_name,
        team=row.actor_team,
        subject_kind=row.subject_kind,
        subject_uuid=row.subject_uuid,
        text=row.text or "",
        private=private,
        review_on=date.fromisoformat(review_on[:10]) if review_on else None,
    )
