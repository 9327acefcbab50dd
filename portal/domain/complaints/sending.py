"""Sending a draft, the act that strangers do most: worked out outside the session and written at once."""

from __future__ import annotations

import uuid as uuidlib
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, join, outerjoin, select

from portal import db
from portal.domain import clock, errors
from portal.domain.accounts.models import Account
from portal.domain.actor import Actor
from portal.gathered import Gathered, Sheet
from portal.prepared import Added, Prepared, record

from . import drafts, lists, scope
from .models import Clock, Complaint
from .states import K, State

# What a draft can be given by another window, or by its clock; it is sent as it was read, or read anew.
AS_READ = (
    "state", "version", "subject", "about", "words", "remedy_wanted", "remedy_text", "amount_wanted", "currency",
    "contact_channel", "language", "person_id", "harm", "due_at", "due_clock",
)  # fmt: skip
_CLOCK = Added(Clock)


def send_draft(uuid: uuidlib.UUID, *, actor: Actor) -> bool:
    """Send the draft with this public id; False where it is no draft any more. Raises NotFound and Invalid.

    The rule is that of ``send``. What somebody else changes at this very moment is seen, and then it is done once
    more with the complaint held.
    """
    sent = _at_once(uuid, actor)
    if sent is None:
        draft = lists.of(actor).get(uuid)
        sent = draft.state == State.DRAFT
        if sent:
            drafts.send(draft, actor=actor)
    return sent


def _at_once(uuid: uuidlib.UUID, actor: Actor) -> bool | None:
    """Do it without the session; None where it needs the ordinary way."""
    scope.require_read(actor)
    try:
        with db.reading() as unit:
            rows = _draft(scope.reach(actor)).all(uuid=uuid, **scope.values(actor))
            if not rows:
                return None
            if rows[0].complaint.state != State.DRAFT:
                return False
            sheet: Any = Sheet(rows[0].complaint._asdict())
            clocks: Any = {K(row.clock.k): Sheet(row.clock._asdict()) for row in rows if row.clock}
            gathered = unit.gathering = Gathered()
            drafts.sending(sheet, clocks, actor, clock.now(), rows[0].whose)
            gathered.change(Complaint, sheet, AS_READ)
            for one in clocks.values():
                if one.id is None:
                    _CLOCK.run(**one.now())
                else:
                    gathered.change(Clock, one)
    except (errors.NotFound, db.ReadOnlySession):
        return None  # something is read or set up for the first time
    if gathered.write():
        return True
    db.rollback()
    return None


@lru_cache(maxsize=8)
def _draft(reach: scope.Scope) -> Prepared:
    """Return the statement that reads a complaint with its clocks, each in its rounds, within a scope."""
    mine = scope.condition(
        reach, bindparam("account", type_=Complaint.id.type), bindparam("person", type_=Complaint.id.type)
    )
    source: Any = join(Complaint, Account, Account.id == Complaint.account_id)
    return Prepared(
        select(
            *record("complaint", Complaint),
            *record("whose", Account.kind, Account.country),
            *record("clock", Clock),
        )
        .select_from(outerjoin(source, Clock, Clock.complaint_id == Complaint.id))
        .where(Complaint.uuid == bindparam("uuid", type_=Complaint.uuid.type), mine)
        .order_by(Clock.round, Clock.id)
    )
