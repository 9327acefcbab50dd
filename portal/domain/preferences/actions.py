"""Change how we may speak to a person; every act names what it changed."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update

from portal import db
from portal.domain import accounts, audit, calendars, clock, consent
from portal.domain.accounts.models import EmailAddress
from portal.domain.accounts.shapes import phone
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.consent.ledger import lock
from portal.domain.consent.models import Topic
from portal.domain.errors import Conflict, Denied, Invalid, NotFound
from portal.text import _t

from .finders import Settings, get
from .models import ContactPoint, Preference
from .rules import budget_of, channels_of, hours_of, order_of

MOST_ADDRESSES = 10
GIVEN_HERE = ("sms", "phone", "letter", "email")


def change(
    *,
    actor: Actor,
    version: int | None = None,
    hours: Mapping[str, Any] | None = None,
    budget_count: int | None = -1,
    budget_days: int | None = -1,
    channels_off: Sequence[str] | None = None,
    channel_order: Sequence[str] | None = None,
    topics_off: Sequence[str] | None = None,
    language: str | None = None,
) -> Settings:
    """Change what is named and return what holds now; what stays the same leaves no trace.

    ``hours`` is {"mon": [["09:00", "17:00"]], …} in the person's zone, empty for waking hours; a budget of None is
    no limit. Raises Conflict when ``version`` is not the one that was read, Invalid with the field else.
    """
    person_id, account_id = _own(actor)
    person = lock(person_id)
    before = get(person_id=person_id, account_id=account_id)
    if version is not None and version != before.version:
        raise Conflict()
    wanted: dict[str, Any] = {}
    if hours is not None:
        wanted["hours"] = hours_of(hours)
    if budget_count != -1:
        wanted["budget_count"], wanted["budget_days"] = budget_of(budget_count, budget_days)
    if channels_off is not None:
        wanted["channels_off"] = sorted(channels_of(channels_off, "channels"))
    if channel_order is not None:
        wanted["channel_order"] = order_of(channels_of(channel_order, "channel_order"))
    if topics_off is not None:
        wanted["topics_off"] = _topics(topics_off)
    changed = {name: value for name, value in wanted.items() if value != _plain(getattr(before, name))}
    if language is not None and language != person.language:
        accounts.set_language(actor, language)
        db.session().refresh(person)
        _note(actor, "language")
    if changed:
        _keep(before, changed)
        for what in dict.fromkeys(_GROUP.get(name, name) for name in changed):
            _note(actor, what)
    db.session().flush()
    return get(person_id=person_id, account_id=account_id)


def pause(until: date | datetime, *, actor: Actor) -> Settings:
    """Pause what is not service until a day begins in the person's zone, or until an aware instant.

    Nothing is cancelled: what is still of use then goes out after the pause. Raises Invalid for a day gone by.
    """
    person_id, account_id = _own(actor)
    zone = get(person_id=person_id, account_id=account_id).zone
    end = until if isinstance(until, datetime) else calendars.day_start(until, zone)
    if end <= clock.now():
        raise Invalid(_t("Choose a day that is still to come."), code="preferences.until", field="until")
    if (end - clock.now()).days > 366:
        raise Invalid(_t("Choose a day within a year."), code="preferences.until", field="until")
    if consent.pause(end, actor=actor).changed:
        audit.record(Tag.PREFERENCE_PAUSED, actor=actor, account_id=account_id, until=end)
    return get(person_id=person_id, account_id=account_id)


def resume(*, actor: Actor) -> Settings:
    """End the pause now; without one nothing happens."""
    person_id, account_id = _own(actor)
    if consent.resume(actor=actor) is not None:
        audit.record(Tag.PREFERENCE_RESUMED, actor=actor, account_id=account_id)
    return get(person_id=person_id, account_id=account_id)


def add_address(channel: str, address: str, *, actor: Actor) -> ContactPoint:
    """Add an address on a channel; one known already stays as it is, one removed before comes back.

    A mailbox has to be proved in the sign-in first. Raises Invalid at ``address`` or ``channel``.
    """
    person_id, account_id = _own(actor)
    address = _written(channel, address, person_id)
    lock(person_id)
    session = db.session()
    mine = session.scalars(
        select(ContactPoint).where(
            ContactPoint.person_id == person_id,
            ContactPoint.account_id == account_id,
            ContactPoint.channel == channel,
        )
    ).all()
    living = [row for row in mine if row.removed_at is None]
    found = next((row for row in mine if row.address == address), None)
    if found is not None and found.removed_at is None:
        return found
    if len(living) >= MOST_ADDRESSES:
        message = _t(
            "There are {most} addresses on this channel already. Remove one first.", most=MOST_ADDRESSES
        )
        raise Invalid(message, code="preferences.addresses", field="address")
    if found is None:
        found = ContactPoint(
            uuid=uuidlib.uuid4(), account_id=account_id, person_id=person_id, channel=channel, address=address
        )
        session.add(found)
    found.created_at, found.removed_at, found.bounced_at = clock.now(), None, None
    found.first = not any(row.first for row in living)
    found.proved_at = clock.now() if channel == "email" else None
    _note(actor, "addresses")
    session.flush()
    return found


def remove_address(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """Remove an address: from this instant nothing goes there; the oldest of the rest becomes the first."""
    point = _point(uuid, actor)
    session = db.session()
    point.removed_at, was_first, point.first = clock.now(), point.first, False
    if was_first:
        heir = session.scalars(
            select(ContactPoint)
            .where(
                ContactPoint.person_id == point.person_id, ContactPoint.account_id == point.account_id,
                ContactPoint.channel == point.channel, ContactPoint.removed_at.is_(None), ContactPoint.id != point.id,
            )
            .order_by(ContactPoint.id)
            .limit(1)
        ).one_or_none()  # fmt: skip
        if heir is not None:
            heir.first = True
    _note(actor, "addresses")
    session.flush()


def make_first(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """Make an address the one we use on its channel."""
    point = _point(uuid, actor)
    if point.first:
        return
    session = db.session()
    session.execute(
        update(ContactPoint)
        .where(
            ContactPoint.person_id == point.person_id, ContactPoint.account_id == point.account_id,
            ContactPoint.channel == point.channel,
        )
        .values(first=False)
    )  # fmt: skip
    point.first = True
    _note(actor, "addresses")
    session.flush()


_GROUP = {
    "channels_off": "channels", "channel_order": "channels", "topics_off": "topics", "budget_count": "frequency",
    "budget_days": "frequency",
}  # fmt: skip


def _own(actor: Actor) -> tuple[int, int]:
    if not actor.is_customer or actor.person_id is None or actor.account_id is None:
        raise Denied()
    return actor.person_id, actor.account_id


def _keep(before: Settings, changed: dict[str, Any]) -> None:
    session = db.session()
    row = session.scalars(
        select(Preference).where(
            Preference.person_id == before.person_id, Preference.account_id == before.account_id
        )
    ).one_or_none()
    if row is None:
        row = Preference(person_id=before.person_id, account_id=before.account_id, version=0)
        session.add(row)
    for name, value in changed.items():
        setattr(row, name, value)
    row.changed_at = clock.now()
    row.version += 1
    session.flush()


def _note(actor: Actor, what: str) -> None:
    audit.record(Tag.PREFERENCE_CHANGED, actor=actor, account_id=actor.account_id, what=what)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _topics(given: Sequence[str]) -> list[str]:
    known = set(db.session().scalars(select(Topic.key)))
    if set(given) - known:
        raise Invalid(_t("Choose topics from the list."), code="preferences.topic", field="topics")
    return sorted(set(given))


def _point(uuid: uuidlib.UUID, actor: Actor) -> ContactPoint:
    person_id, account_id = _own(actor)
    lock(person_id)
    point = db.session().scalars(
        select(ContactPoint).where(
            ContactPoint.uuid == uuid, ContactPoint.person_id == person_id, ContactPoint.account_id == account_id,
            ContactPoint.removed_at.is_(None),
        )
    ).one_or_none()  # fmt: skip
    if point is None:
        raise NotFound()
    return point


def _written(channel: str, address: str, person_id: int) -> str:
    """Return an address in its one spelling; raise Invalid at the field that has to be mended."""
    if channel not in GIVEN_HERE:
        raise Invalid(_t("Choose a channel from the list."), code="preferences.channel", field="channel")
    address = address.strip()
    if not address:
        raise Invalid(_t("Write the number or the address."), code="preferences.address", field="address")
    if channel in {"sms", "phone"}:
        return phone(address, field="address")
    if channel == "letter":
        lines = [" ".join(line.split()) for line in address.splitlines()]
        address = "\n".join(line for line in lines if line)
        if len(address) > 320 or "\n" not in address:
            message = _t("Write the postal address on two lines or more, at most 320 letters.")
            raise Invalid(message, code="preferences.address", field="address")
        return address
    known = db.session().scalar(
        select(EmailAddress.address).where(
            EmailAddress.person_id == person_id,
            func.lower(EmailAddress.address) == address.lower(),
            EmailAddress.proved_at.is_not(None),
        )
    )
    if known is None:
        message = _t("Prove a new mailbox in “My details” first; then we write there.")
        raise Invalid(message, code="preferences.mailbox", field="address")
    return known
