"""What overrules every yes before it: stop everything, object to direct marketing, pause; and what takes it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, select, tuple_

from portal import db
from portal.domain import audit, outbox
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Invalid
from portal.text import _t

from .answers import customer_entry
from .ledger import Entry, Outcome, append, cancelled_effect, lift, lock, overrides, overrule
from .models import ConsentEvent, ConsentState, Override, Purpose
from .rules import SERVICE_BASES, Kind, Method


def stop_all(*, actor: Actor, method: str = Method.PAGE, detail: str = "") -> Outcome:
    """Stop all that is not service, for the person in all accounts; a second press with no yes between writes nothing.

    Cancels what waits to be sent, in the same transaction. A later yes lifts only its own scope.
    """
    return _stop_all(customer_entry(actor, method=method, detail=detail))


def object_to_marketing(*, actor: Actor, method: str = Method.PAGE, detail: str = "") -> Outcome:
    """Object to direct marketing (GDPR art. 21(2)): absolute, at once, in all accounts and on all channels."""
    return _object(customer_entry(actor, method=method, detail=detail))


def lift_objection(*, actor: Actor, method: str = Method.PAGE) -> Outcome | None:
    """Take back one's own objection to direct marketing; None when there is none. Nobody else can."""
    entry = customer_entry(actor, method=method)
    standing = _standing(entry, Kind.OBJECTION)
    if not standing:
        return None
    account_id, entry.account_id = entry.account_id, None
    event = append(Kind.OBJECTION_LIFTED, entry)
    for row in standing:
        lift(row, event)
    audit.record(
        Tag.CONSENT_OBJECTION_LIFTED, actor=actor, account_id=account_id, subject=("consent", event.uuid),
        method=str(method),
    )  # fmt: skip
    db.session().flush()
    return Outcome(event, changed=True)


def stop_by_staff(
    *, actor: Actor, person_id: int, account_id: int, what: str, method: str, words: str
) -> Outcome:
    """Write down that a customer stopped everything (``stop_all``) or objected (``objection``) by phone or letter."""
    actor.require(Permission.CONSENT_RECORD)
    if method not in {Method.PHONE, Method.LETTER}:
        raise Invalid(_t("Choose phone or letter."), code="consent.method", field="method")
    acts: dict[str, Callable[[Entry], Outcome]] = {Kind.STOP_ALL: _stop_all, Kind.OBJECTION: _object}
    if what not in acts:
        raise Invalid(_t("Choose what the customer wants to stop."), code="consent.what", field="what")
    return acts[what](
        Entry(lock(person_id), account_id, actor, method, words.strip(), authority="on_request")
    )


def pause(until: datetime, *, actor: Actor, method: str = Method.PAGE) -> Outcome:
    """Pause what is not service in the account in hand until an aware instant; a later pause replaces the older."""
    entry = customer_entry(actor, method=method)
    if until <= entry.at:
        raise Invalid(_t("Choose a day that is still to come."), code="consent.until", field="until")
    standing = _standing(entry, Kind.PAUSE)
    for row in standing:
        if row.until == until:
            return Outcome(db.session().get_one(ConsentEvent, row.event_id), changed=False)
    event = append(Kind.PAUSE, entry, expires_at=until)
    overrule(event, replaces=standing)
    return Outcome(event, changed=True)


def resume(*, actor: Actor, method: str = Method.PAGE) -> Outcome | None:
    """End the pause of the account in hand; None when there is none."""
    entry = customer_entry(actor, method=method)
    standing = _standing(entry, Kind.PAUSE)
    if not standing:
        return None
    event = append(Kind.PAUSE_ENDED, entry)
    for row in standing:
        lift(row, event)
    return Outcome(event, changed=True)


def _stop_all(entry: Entry) -> Outcome:
    account_id, entry.account_id = entry.account_id, None
    standing = _standing(entry, Kind.STOP_ALL)
    if standing and not _said_yes_since(entry, standing[-1]):
        return Outcome(db.session().get_one(ConsentEvent, standing[-1].event_id), changed=False)
    cancelled = _cancel(entry, Purpose.basis.not_in(sorted(SERVICE_BASES)), "stop_all")
    event = append(Kind.STOP_ALL, entry, effect=cancelled)
    overrule(event, replaces=standing)
    audit.record(
        Tag.CONSENT_STOPPED_ALL, actor=entry.actor, account_id=account_id, subject=("consent", event.uuid),
        cancelled=cancelled["cancelled"], method=str(entry.method),
    )  # fmt: skip
    db.session().flush()
    return Outcome(event, changed=True)


def _object(entry: Entry) -> Outcome:
    account_id, entry.account_id = entry.account_id, None
    standing = _standing(entry, Kind.OBJECTION)
    if standing:
        return Outcome(db.session().get_one(ConsentEvent, standing[-1].event_id), changed=False)
    cancelled = _cancel(entry, Purpose.marketing.is_(True), "objection")
    event = append(Kind.OBJECTION, entry, effect=cancelled)
    overrule(event, marketing_only=True)
    audit.record(
        Tag.CONSENT_OBJECTED, actor=entry.actor, account_id=account_id, subject=("consent", event.uuid),
        cancelled=cancelled["cancelled"], method=str(entry.method),
    )  # fmt: skip
    db.session().flush()
    return Outcome(event, changed=True)


def _cancel(entry: Entry, which: ColumnElement[bool], reason: str) -> dict[str, object]:
    keys = db.session().scalars(select(Purpose.key).where(which)).all()
    cancelled = outbox.cancel(person_id=entry.person.id, purposes=set(keys), reason=reason, actor=entry.actor)
    return cancelled_effect(cancelled)


def _standing(entry: Entry, kind: Kind) -> list[Override]:
    return [row for row in overrides(entry.person.id, entry.account_id, entry.at) if row.kind == kind]


def _said_yes_since(entry: Entry, stop: Override) -> bool:
    statement = select(ConsentState.id).where(
        ConsentState.person_id == entry.person.id,
        ConsentState.permits,
        tuple_(ConsentState.at, ConsentState.event_id) > (stop.at, stop.event_id),
    )
    return db.session().execute(statement.limit(1)).first() is not None
