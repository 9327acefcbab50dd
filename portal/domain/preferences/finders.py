"""What is set for a person in an account, with the defaults where nothing is, and what follows from it for sending."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select

from portal import db
from portal.domain import calendars, clock
from portal.domain.accounts.models import EmailAddress, Person
from portal.domain.actor import Actor, Permission
from portal.domain.consent import Kind
from portal.domain.consent.models import Override
from portal.domain.errors import NotFound
from portal.domain.outbox import SERVICE_PURPOSES, Message, State
from portal.text import Lazy

from .models import ContactPoint, Preference
from .rules import CHANNELS, DEFAULT_HOURS, free_at, order_of
from .sentence import summary


class Address(NamedTuple):
    """An address as its owner sees it; ``uuid`` is None for a mailbox of the sign-in, which is changed there."""

    uuid: uuidlib.UUID | None
    channel: str
    address: str
    first: bool
    proved_at: datetime | None
    bounced_at: datetime | None


@dataclass(frozen=True, slots=True)
class Settings:
    """How to speak to one person in one account; version 0 means that nothing was ever set."""

    person_id: int
    account_id: int
    language: str
    zone: str
    hours: dict[str, Any] = field(default_factory=dict)  # empty: the default of waking hours
    budget_count: int | None = None
    budget_days: int | None = None
    channels_off: tuple[str, ...] = ()
    channel_order: tuple[str, ...] = CHANNELS
    topics_off: tuple[str, ...] = ()
    changed_at: datetime | None = None
    version: int = 0
    pause_until: datetime | None = None

    @property
    def week(self) -> dict[str, Any]:
        """Return the hours that hold, every weekday named."""
        return {day: self.hours.get(day, []) for day in calendars.WEEKDAYS} if self.hours else DEFAULT_HOURS

    def sentence(self, *, topics: dict[str, str] | None = None, paused_until: str = "") -> Lazy:
        """Return all of it as one sentence; ``topics`` are their names, ``paused_until`` a written day."""
        names = [(topics or {}).get(key, key) for key in self.topics_off]
        return summary(
            language=self.language, channels_off=self.channels_off, channel_order=self.channel_order,
            hours=self.hours, budget_count=self.budget_count, budget_days=self.budget_days, topics_off=names,
            paused_until=paused_until,
        )  # fmt: skip


def get(*, person_id: int, account_id: int) -> Settings:
    """Return what holds for a person in an account, in one query; raise NotFound for an unknown person."""
    pause = and_(
        Override.person_id == Person.id,
        Override.kind == Kind.PAUSE.value,
        Override.lifted_at.is_(None),
        Override.until > clock.now(),
        or_(Override.account_id == account_id, Override.account_id.is_(None)),
    )
    row = db.session().execute(
        select(
            Person.language, Person.zone, Preference.hours, Preference.budget_count, Preference.budget_days,
            Preference.channels_off, Preference.channel_order, Preference.topics_off, Preference.changed_at,
            Preference.version, Override.until,
        )
        .select_from(Person)
        .outerjoin(Preference, and_(Preference.person_id == Person.id, Preference.account_id == account_id))
        .outerjoin(Override, pause)
        .where(Person.id == person_id)
        .order_by(Override.until.desc())
        .limit(1)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound()
    return Settings(
        person_id=person_id, account_id=account_id, language=row.language, zone=row.zone, hours=row.hours or {},
        budget_count=row.budget_count, budget_days=row.budget_days, channels_off=tuple(row.channels_off or ()),
        channel_order=tuple(order_of(row.channel_order or ())), topics_off=tuple(row.topics_off or ()),
        changed_at=row.changed_at, version=row.version or 0, pause_until=row.until,
    )  # fmt: skip


def of(actor: Actor, *, person_id: int | None = None, account_id: int | None = None) -> Settings:
    """Return an actor's own settings in the account in hand; staff who may read customers name whose they mean."""
    if actor.is_customer:
        person_id, account_id = actor.person_id, actor.account_id
    else:
        actor.require(Permission.CUSTOMERS_READ)
    if person_id is None or account_id is None:
        raise NotFound()
    return get(person_id=person_id, account_id=account_id)


def addresses(*, person_id: int, account_id: int) -> list[Address]:
    """Return the addresses of a person in an account: the mailboxes of the sign-in first, then those given here."""
    points = db.session().execute(
        select(
            ContactPoint.uuid, ContactPoint.channel, ContactPoint.address, ContactPoint.first, ContactPoint.proved_at,
            ContactPoint.bounced_at,
        )
        .where(
            ContactPoint.person_id == person_id,
            ContactPoint.account_id == account_id,
            ContactPoint.removed_at.is_(None),
        )
        .order_by(ContactPoint.channel, ContactPoint.first.desc(), ContactPoint.id)
    )  # fmt: skip
    given = [Address._make(row) for row in points]
    known = {address.address.casefold() for address in given if address.channel == "email"}
    mailboxes = db.session().execute(
        select(EmailAddress.address, EmailAddress.proved_at, EmailAddress.bounced_at)
        .where(EmailAddress.person_id == person_id)
        .order_by(EmailAddress.id)
    )
    own = [
        Address(None, "email", row.address, not known, row.proved_at, row.bounced_at)
        for row in mailboxes
        if row.address.casefold() not in known
    ]
    return [*own, *given]


def next_window(*, person_id: int, account_id: int, at: datetime) -> datetime:
    """Return ``at`` or the next UTC instant within the hours of a person, on the clock of the person's own zone."""
    row = db.session().execute(
        select(Person.zone, Preference.hours)
        .outerjoin(Preference, and_(Preference.person_id == Person.id, Preference.account_id == account_id))
        .where(Person.id == person_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound()
    return calendars.waking(row.zone, row.hours or DEFAULT_HOURS, at)


def budget_left(*, person_id: int, account_id: int, at: datetime, besides: int | None = None) -> datetime:
    """Return ``at`` when one more message that is not service may go, else the instant at which the budget has room.

    Messages that just leave count like sent ones; ``besides`` is the one in hand.
    """
    limit = db.session().execute(
        select(Preference.budget_count, Preference.budget_days).where(
            Preference.person_id == person_id, Preference.account_id == account_id
        )
    ).one_or_none()  # fmt: skip
    if limit is None or limit.budget_count is None or limit.budget_days is None:
        return at
    statement = select(Message.ended_at).where(
        Message.person_id == person_id,
        Message.account_id == account_id,
        Message.purpose.not_in(SERVICE_PURPOSES),
        or_(
            and_(
                Message.state.in_((State.SENT.value, State.DONE.value)),
                Message.ended_at > at - timedelta(days=limit.budget_days),
            ),
            and_(Message.state == State.LEASED.value, Message.message_id != ""),
        ),
    )
    if besides is not None:
        statement = statement.where(Message.id != besides)
    sent: Sequence[datetime | None] = db.session().scalars(statement).all()
    return free_at([when or at for when in sent], limit.budget_count, limit.budget_days, at)
