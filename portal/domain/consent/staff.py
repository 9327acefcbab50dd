"""What staff may do about permissions: write down what they were told, and ask where asking is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from portal import db
from portal.domain import clock
from portal.domain.accounts.models import EmailAddress
from portal.domain.actor import SYSTEM, Actor, Permission
from portal.domain.errors import Conflict, Denied, Invalid
from portal.text import _t

from .answers import check_choice, counts, event_of, purpose_of, say_no, say_yes
from .ledger import Entry, Outcome, Scope, append, lock, overrides, settle, states, terms
from .models import ConsentEvent, ConsentState, Override, Purpose
from .rules import PERMITTING, Basis, Kind, Method, may_ask, silent_until


def record_by_staff(
    purpose: Purpose | str,
    *,
    actor: Actor,
    person_id: int,
    account_id: int,
    answer: str,
    method: str,
    words: str,
    asked: bool = False,
    topic: str = "",
    channel: str = "",
    address: str = "",
) -> Outcome:
    """Write down a yes or a no that a customer gave by phone or letter, with the words that were read out.

    A yes that reaches an unproved mailbox stays pending for it: only its owner completes a double opt-in.
    Raises Denied without the permission, Conflict when we were not free to ask or an objection stands, else Invalid.
    """
    actor.require(Permission.CONSENT_RECORD)
    if method not in {Method.PHONE, Method.LETTER}:
        raise Invalid(_t("Choose phone or letter."), code="consent.method", field="method")
    if len(words.strip()) < 10:
        message = _t("Write down the words that were read out or that the letter says.")
        raise Invalid(message, code="consent.words", field="words")
    if answer not in {"yes", "no"}:
        raise Invalid(_t("Choose what the customer answered."), code="consent.answer", field="answer")
    found = purpose_of(purpose)
    entry = Entry(lock(person_id), account_id, actor, method, words.strip(), authority="on_request")
    if asked:
        _check_may_ask(found, entry)
    scope = Scope(topic, channel, address)
    return say_no(found, entry, scope) if answer == "no" else _yes_by_staff(found, entry, scope)


def ask(
    purpose: Purpose | str, *, actor: Actor, person_id: int, account_id: int, method: str = Method.PAGE
) -> ConsentEvent:
    """Note that we asked a person for a permission; raise Conflict when we may not ask now."""
    if not actor.is_staff and actor is not SYSTEM:
        raise Denied()
    found = purpose_of(purpose)
    entry = Entry(lock(person_id), account_id, actor, method, authority="firm")
    state = _check_may_ask(found, entry)
    words = terms(found, entry.person.language)
    silence = silent_until(entry.at, entry.person.zone)
    event = append(Kind.REQUESTED, entry, purpose=found, terms=words, ask_not_before=silence)
    settle(event, state, asked=1)
    return event


def asking_allowed(purpose: Purpose | str, *, person_id: int, account_id: int) -> bool:
    """Tell whether we may ask this person for this permission now; every form, template and script obeys."""
    found = purpose_of(purpose)
    at = clock.now()
    state = states(person_id, account_id, found).get(Scope())
    return _may_ask(found, state, overrides(person_id, account_id, at), at)


def _yes_by_staff(purpose: Purpose, entry: Entry, scope: Scope) -> Outcome:
    mail = scope.channel == "email" or "@" in scope.address
    covers_mail = mail or (not scope.channel and not scope.address and "email" in purpose.channels)
    if not covers_mail or _has_proved_mailbox(entry.person.id, scope.address):
        return say_yes(purpose, entry, scope)
    if mail:
        return _pending(purpose, entry, scope)
    outcome = say_yes(purpose, entry, scope)
    _pending(purpose, entry, Scope(scope.topic, "email", ""))
    return outcome


def _pending(purpose: Purpose, entry: Entry, scope: Scope) -> Outcome:
    check_choice(purpose)
    assert entry.account_id is not None
    state = states(entry.person.id, entry.account_id, purpose).get(scope)
    if state is not None and state.status in {Kind.PENDING, *PERMITTING}:
        return Outcome(event_of(state), changed=False)
    event = append(
        Kind.PENDING, entry, purpose=purpose, terms=terms(purpose, entry.person.language), scope=scope
    )
    settle(event, state)
    return Outcome(event, changed=True)


def _check_may_ask(purpose: Purpose, entry: Entry) -> ConsentState | None:
    assert entry.account_id is not None
    state = states(entry.person.id, entry.account_id, purpose).get(Scope())
    if not _may_ask(purpose, state, overrides(entry.person.id, entry.account_id, entry.at), entry.at):
        raise Conflict(_t("We may not ask this person for this permission now."), code="consent.may_not_ask")
    return state


def _may_ask(
    purpose: Purpose, state: ConsentState | None, standing: Sequence[Override], at: datetime
) -> bool:
    return purpose.basis == Basis.CONSENT and may_ask(
        in_force=state is not None and counts(purpose, state, standing, at),
        ask_not_before=state.ask_not_before if state else None,
        objected=any(
            row.kind in {Kind.STOP_ALL, Kind.RESTRICTION}
            or (row.kind == Kind.OBJECTION and purpose.marketing)
            for row in standing
        ),
        at=at,
    )


def _has_proved_mailbox(person_id: int, address: str) -> bool:
    statement = select(EmailAddress.id).where(
        EmailAddress.person_id == person_id, EmailAddress.proved_at.is_not(None)
    )
    if address:
        statement = statement.where(EmailAddress.address_key == address.casefold())
    return db.session().execute(statement.limit(1)).first() is not None
