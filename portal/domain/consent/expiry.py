"""The timer of permissions: a yes with an end ends by itself and says so."""

from __future__ import annotations

from sqlalchemy import select

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import SYSTEM
from portal.domain.audit import Tag

from .ledger import Entry, Scope, append, lock, settle, terms
from .models import ConsentState, Purpose
from .rules import Basis, Kind, Method


def expire_due(*, limit: int = 500) -> int:
    """Write the end of yeses whose date has come and return how many; the gate stopped counting them on that date."""
    at = clock.now()
    session = db.session()
    due = session.execute(
        select(ConsentState, Purpose)
        .join(Purpose, Purpose.id == ConsentState.purpose_id)
        .where(ConsentState.permits, ConsentState.expires_at <= at, Purpose.basis == Basis.CONSENT.value)
        .order_by(ConsentState.expires_at)
        .limit(limit)
    ).all()
    ended = 0
    # Two runs at once take the people in the same order, so that neither waits for the other in a circle.
    for state, purpose in sorted(due, key=lambda row: (row[0].person_id, row[0].id)):
        person = lock(state.person_id)
        session.refresh(state)
        if not state.permits or state.expires_at is None or state.expires_at > at:
            continue
        entry = Entry(person, state.account_id, SYSTEM, Method.TIMER, authority="term", at=at)
        scope = Scope(state.topic, state.channel, state.address)
        words = terms(purpose, person.language)
        settle(append(Kind.EXPIRED, entry, purpose=purpose, terms=words, scope=scope), state)
        audit.record(
            Tag.CONSENT_EXPIRED, actor=SYSTEM, account_id=state.account_id, subject=("purpose", purpose.uuid),
            purpose=words.title, scope=str(scope),
        )  # fmt: skip
        ended += 1
    session.flush()
    return ended
