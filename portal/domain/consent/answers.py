"""What a person says about one purpose: allow, refuse, stop; each with its effect in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import audit, outbox
from portal.domain.actor import Actor, Right
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Denied, Invalid, NotFound
from portal.text import _t

from .ledger import (
    Entry,
    Outcome,
    Scope,
    Terms,
    append,
    cancelled_effect,
    lock,
    overrides,
    settle,
    states,
    terms,
)
from .models import ConsentEvent, ConsentState, Override, Purpose
from .rules import (
    NOES,
    PERMITTING,
    SERVICE_BASES,
    Basis,
    Kind,
    Method,
    expires_after,
    lapsed,
    silent_until,
)


def purpose_of(purpose: Purpose | str) -> Purpose:
    """Return a living purpose by its key; raise NotFound when there is none."""
    if isinstance(purpose, Purpose):
        return purpose
    statement = select(Purpose).where(Purpose.key == purpose, Purpose.retired_at.is_(None))
    found = db.session().scalars(statement).one_or_none()
    if found is None:
        raise NotFound()
    return found


def customer_entry(actor: Actor, *, method: str, detail: str = "", reason: str = "") -> Entry:
    """Return the entry of a person who speaks for themselves in the account in hand; others are Denied."""
    if not actor.is_customer or actor.person_id is None or actor.account_id is None:
        raise Denied()
    person = lock(actor.person_id)
    return Entry(person, actor.account_id, actor, method, detail, reason=reason)


def give(
    purpose: Purpose | str,
    *,
    actor: Actor,
    topic: str = "",
    channel: str = "",
    address: str = "",
    method: str = Method.PAGE,
    detail: str = "",
) -> Outcome:
    """Allow a purpose in a scope ('' means all); a second press on a standing yes writes nothing.

    What the person had allowed in a narrower scope and what has lapsed since is allowed again with it.
    Raises Denied without the right, Invalid for what needs no permission or a channel that it never uses, Conflict
    while an objection stands.
    """
    if not actor.has_right(Right.PERMISSIONS):
        raise Denied()
    entry = customer_entry(actor, method=method, detail=detail)
    found = purpose_of(purpose)
    check_channel(found, channel, method)
    return say_yes(found, entry, Scope(topic, channel, address))


def refuse(
    purpose: Purpose | str,
    *,
    actor: Actor,
    topic: str = "",
    channel: str = "",
    address: str = "",
    method: str = Method.PAGE,
    detail: str = "",
    reason: str = "",
) -> Outcome:
    """Say no in a scope: what was allowed there stops at once, and we do not ask again for six months.

    Queued messages of the scope are cancelled in the same transaction; saying no takes no right but being the
    person. A second no writes nothing. Raises Invalid for what is part of the service.
    """
    entry = customer_entry(actor, method=method, detail=detail, reason=reason)
    found = purpose_of(purpose)
    check_channel(found, channel, method)
    return say_no(found, entry, Scope(topic, channel, address))


# Stopping is the same press as refusing; which of the two it was follows from what stood before.
withdraw = refuse


def say_yes(purpose: Purpose, entry: Entry, scope: Scope) -> Outcome:
    """Write a yes and, with it, the narrower yeses that had lapsed."""
    check_choice(purpose)
    assert entry.account_id is not None
    standing = overrides(entry.person.id, entry.account_id, entry.at)
    if purpose.marketing and any(row.kind == Kind.OBJECTION for row in standing):
        message = _t("There is an objection to direct marketing, and the customer has to take it back first.")
        raise Conflict(message, code="consent.objection")
    found = states(entry.person.id, entry.account_id, purpose)
    mine = found.get(scope)
    again = [
        (inner, row)
        for inner, row in found.items()
        if inner != scope and scope.covers(inner) and _was_yes(row, entry.actor)
        and not counts(purpose, row, standing, entry.at)
    ]  # fmt: skip
    if mine is not None and counts(purpose, mine, standing, entry.at) and not again:
        return Outcome(event_of(mine), changed=False)
    words = terms(purpose, entry.person.language)
    event = _write_yes(purpose, entry, scope, mine, words)
    for inner, row in again:
        _write_yes(purpose, entry, inner, row, words)
    audit.record(
        Tag.CONSENT_GIVEN, actor=entry.actor, account_id=entry.account_id, subject=("purpose", purpose.uuid),
        purpose=words.title, scope=str(scope), method=str(entry.method), version=purpose.version,
    )  # fmt: skip
    db.session().flush()
    return Outcome(event, changed=True)


def say_no(purpose: Purpose, entry: Entry, scope: Scope) -> Outcome:
    """Write a no, stop the narrower yeses with it, and cancel what waits to be sent within the scope."""
    check_choice(purpose)
    assert entry.account_id is not None
    found = states(entry.person.id, entry.account_id, purpose)
    mine = found.get(scope)
    below = [
        (inner, row) for inner, row in found.items() if inner != scope and scope.covers(inner) and row.permits
    ]
    if mine is not None and mine.status in NOES and not below:
        return Outcome(event_of(mine), changed=False)
    stood = purpose.basis == Basis.LEGITIMATE_INTEREST or any(
        row.permits for other, row in found.items() if other.covers(scope) or scope.covers(other)
    )
    kind = Kind.WITHDRAWN if stood else Kind.REFUSED
    words = terms(purpose, entry.person.language)
    silence = silent_until(entry.at, entry.person.zone)
    cancelled = outbox.cancel(
        person_id=entry.person.id, account_id=entry.account_id, purposes={purpose.key}, topic=scope.topic,
        channel=scope.channel, address=scope.address, reason="withdrawn", actor=entry.actor,
    )  # fmt: skip
    effect = cancelled_effect(cancelled) | {"ask_not_before": silence.isoformat()}
    event = append(
        kind, entry, purpose=purpose, terms=words, scope=scope, ask_not_before=silence, effect=effect
    )
    # A no that nobody asked for was at least put to the person by the page it was pressed on.
    settle(event, mine, asked=1 if mine is None and kind is Kind.REFUSED else 0)
    for inner, row in below:
        inner_event = append(
            Kind.WITHDRAWN, entry, purpose=purpose, terms=words, scope=inner, ask_not_before=silence
        )
        settle(inner_event, row)
    common: dict[str, Any] = {
        "actor": entry.actor, "account_id": entry.account_id, "subject": ("purpose", purpose.uuid),
        "purpose": words.title, "scope": str(scope), "method": str(entry.method),
    }  # fmt: skip
    if kind is Kind.WITHDRAWN:
        audit.record(Tag.CONSENT_WITHDRAWN, **common, cancelled=len(cancelled))
    else:
        audit.record(Tag.CONSENT_REFUSED, **common, ask_not_before=silence)
    db.session().flush()
    return Outcome(event, changed=True)


def event_of(state: ConsentState) -> ConsentEvent:
    """Return the ledger entry that a state follows from."""
    return db.session().get_one(ConsentEvent, state.event_id)


def counts(purpose: Purpose, state: ConsentState, standing: Sequence[Override], at: datetime) -> bool:
    """Tell whether a stored yes counts: it permits, has not lapsed, and nothing later overrules it for good."""
    if not state.permits:
        return False
    gone = lapsed(
        at=at, expires_at=state.expires_at, version=state.purpose_version,
        asks_from_version=purpose.asks_from_version, basis=purpose.basis,
    )  # fmt: skip
    return gone is None and not any(
        (row.at, row.event_id) > (state.at, state.event_id)
        for row in standing
        if row.kind != Kind.PAUSE and (purpose.marketing or not row.marketing_only)
    )


def check_choice(purpose: Purpose) -> None:
    """Raise Invalid for a purpose that a contract or a law carries: there is nothing to allow or to stop."""
    if purpose.basis in SERVICE_BASES:
        message = _t("This is part of the service itself, so there is nothing to allow or to stop.")
        raise Invalid(message, code="consent.service")


def check_channel(purpose: Purpose, channel: str, method: str) -> None:
    """Raise Invalid for a channel that the purpose never uses, where the person chose it from its list."""
    if channel and method in (Method.PAGE, Method.API) and channel not in purpose.channels:
        raise Invalid(_t("Choose a channel from the list."), code="consent.channel", field="channel")


def _write_yes(
    purpose: Purpose, entry: Entry, scope: Scope, state: ConsentState | None, words: Terms
) -> ConsentEvent:
    months = words.valid_months if purpose.basis == Basis.CONSENT else None
    expires_at = expires_after(entry.at, months, entry.person.zone)
    effect: dict[str, Any] = {}
    if expires_at is not None:
        effect["expires_at"] = expires_at.isoformat()
    if words.benefit_by_days is not None:
        effect["benefit_by"] = (entry.at + timedelta(days=words.benefit_by_days)).isoformat()
    kind = Kind.RENEWED if state is not None and state.status in {*PERMITTING, Kind.EXPIRED} else Kind.GIVEN
    event = append(
        kind, entry, purpose=purpose, terms=words, scope=scope, expires_at=expires_at, effect=effect
    )
    settle(event, state)
    return event


def _was_yes(state: ConsentState, actor: Actor) -> bool:
    """Tell whether the last word in this scope was a yes that ended, or one that only its owner can complete."""
    return state.status in {*PERMITTING, Kind.EXPIRED} or (state.status == Kind.PENDING and actor.is_customer)
