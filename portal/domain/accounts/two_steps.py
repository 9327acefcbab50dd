"""The wish of a person that the password alone is never enough, and the end of all second steps."""

from __future__ import annotations

from sqlalchemy import delete

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.errors import Denied
from portal.text import _t

from . import duty, messages, sessions
from .credentials import Passkey, RecoveryCode, TotpFactor, TwoSteps
from .factors import factors_of


def forget_all(person_id: int) -> None:
    """Take every second step of a person away; who may, and who is told, is the caller's."""
    for model in (TotpFactor, Passkey, RecoveryCode, TwoSteps):
        db.session().execute(delete(model).where(model.person_id == person_id))


def ask_two_steps(actor: Actor, on: bool) -> None:
    """Let the password alone never be enough, or let it be again; twice changes nothing.

    Raise FreshSignInNeeded, Denied without a passkey to ask for, or where a second step is not the person's choice.
    """
    sessions.require_fresh(actor)
    person_id, session, now = actor.person_id or 0, db.session(), clock.now()
    held = factors_of(person_id)
    if not held.passkeys:
        raise Denied(_t("Add a passkey first: there has to be something to ask for."))
    if on is (held.two_steps_since is not None):
        return
    if on:
        session.add(TwoSteps(person_id=person_id, since=now))
        session.flush()
    else:
        duty.guard_last(person_id)
        session.execute(delete(TwoSteps).where(TwoSteps.person_id == person_id))
    audit.record(Tag.TWO_STEPS_ASKED if on else Tag.TWO_STEPS_LEFT, actor=actor, account_id=actor.account_id)
    change, key = "two_steps" if on else "one_step", f"two-steps-{person_id}-{now.isoformat()}"
    messages.factor_changed(person_id, actor=actor, change=change, factor="two_steps", key=key)
