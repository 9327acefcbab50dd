"""What the customer reads about who looked: team, purpose, what was opened and when; the name stays sealed."""

from __future__ import annotations

import uuid as uuidlib
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, tuple_

from portal import db
from portal.domain import matters
from portal.domain.actor import Actor
from portal.text import Lazy

from .models import LookUp, LookUpItem
from .partners import said
from .purposes import WHY, Purpose

STRIP_MAX = 5000


@dataclass(frozen=True, slots=True)
class Opened:
    """One thing that was opened."""

    kind: str
    label: Lazy
    uuid: uuidlib.UUID | None


@dataclass(frozen=True, slots=True)
class Seen:
    """One look-up as the customer reads it."""

    uuid: uuidlib.UUID
    team: str
    purpose: str
    about_key: str
    about_label: str
    first_at: datetime
    last_at: datetime
    opened: list[Opened] = field(default_factory=list)

    @property
    def why(self) -> Lazy:
        """A sentence that answers "why?"."""
        return WHY[self.purpose]


def of(actor: Actor) -> LookUps:
    """Return the look-ups of the customer's own account."""
    return LookUps(actor)


class LookUps:
    """The look-ups that an actor may read: a customer those of the account in hand, others none."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def _scope(self) -> ColumnElement[bool]:
        if not self.actor.is_customer or self.actor.account_id is None:
            return false()
        own = LookUp.account_id == self.actor.account_id
        reached = self._reached()
        if reached is None:
            return own
        # A colleague does not learn the numbers of complaints that the rights do not reach.
        return and_(own, or_(LookUp.purpose != Purpose.CASE, matters.same_id(LookUp.about_key, reached)))

    def _reached(self) -> Select[Any] | None:
        return None if self.actor.administers else matters.within("complaint", self.actor)

    def _label(self, purpose: str, label: str) -> str:
        """Return the words of what a look was about; those of letters and tasks may name a matter out of reach."""
        return label if purpose == Purpose.CASE or self._reached() is None else ""

    def page(
        self, *, after: uuidlib.UUID | None = None, limit: int = 25, day: date | None = None
    ) -> list[Seen]:
        """Return look-ups newest first, one more than ``limit`` when there are more; two queries.

        ``after`` is the last one of the page before, ``day`` a day in the reader's zone.
        """
        wanted = (
            select(
                LookUp.id, LookUp.uuid, LookUp.team, LookUp.purpose, LookUp.about_key, LookUp.about_label,
                LookUp.first_at, LookUp.last_at,
            )
            .where(self._scope())
            .order_by(LookUp.first_at.desc(), LookUp.id.desc())
            .limit(limit + 1)
        )  # fmt: skip
        if after is not None:
            mark = (
                select(LookUp.first_at, LookUp.id).where(LookUp.uuid == after, self._scope()).correlate(None)
            )
            wanted = wanted.where(tuple_(LookUp.first_at, LookUp.id) < mark.scalar_subquery())
        if day is not None:
            begin, end = self._days(day, day)
            wanted = wanted.where(LookUp.first_at >= begin, LookUp.first_at < end)
        rows = db.session().execute(wanted).all()
        found = {
            row.id: Seen(
                row.uuid,
                row.team,
                row.purpose,
                row.about_key,
                self._label(row.purpose, row.about_label),
                row.first_at,
                row.last_at,
            )
            for row in rows
        }
        items = db.session().execute(
            select(LookUpItem.look_up_id, LookUpItem.kind, LookUpItem.label, LookUpItem.item_uuid)
            .where(LookUpItem.look_up_id.in_(found))
            .order_by(LookUpItem.id)
        )
        for item in items:
            label = said(item.kind, self._label(found[item.look_up_id].purpose, item.label))
            found[item.look_up_id].opened.append(Opened(item.kind, label, item.item_uuid))
        return list(found.values())

    def days(self, first: date, last: date) -> dict[date, int]:
        """Return how many look-ups began on each day from ``first`` to ``last``, days of the reader's zone."""
        begin, end = self._days(first, last)
        zone = ZoneInfo(self.actor.zone)
        found = db.session().scalars(
            select(LookUp.first_at)
            .where(self._scope(), LookUp.first_at >= begin, LookUp.first_at < end)
            .limit(STRIP_MAX)
        )
        counts = Counter(at.astimezone(zone).date() for at in found)
        length = (last - first).days + 1
        return {day: counts[day] for day in (first + timedelta(days=n) for n in range(length))}

    def last(self) -> Seen | None:
        """Return the newest look-up, for the home page; one query, without what was opened."""
        row = db.session().execute(
            select(
                LookUp.uuid, LookUp.team, LookUp.purpose, LookUp.about_key, LookUp.about_label,
                LookUp.first_at, LookUp.last_at,
            )
            .where(self._scope())
            .order_by(LookUp.first_at.desc(), LookUp.id.desc())
            .limit(1)
        ).first()  # fmt: skip
        if row is None:
            return None
        seen = Seen(*row)
        return replace(seen, about_label=self._label(seen.purpose, seen.about_label))

    def _days(self, first: date, last: date) -> tuple[datetime, datetime]:
        zone = ZoneInfo(self.actor.zone)
        begin = datetime.combine(first, time.min, zone)
        return begin, datetime.combine(last + timedelta(days=1), time.min, zone)
