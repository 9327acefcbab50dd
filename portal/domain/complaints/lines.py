"""One complaint as lists show it: a row of plain columns, and the words made of them."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, select

from portal.domain import clock
from portal.domain.accounts.models import Account, Person
from portal.domain.actor import Actor
from portal.domain.references import spoken
from portal.text import Lazy, _t

from . import saying
from .models import Clock, Complaint
from .states import INFO, K, State, Waits

THEIRS = (K.QUESTION.value, K.DECISION.value, K.CONFIRMATION.value)

# Looked up once per row, so by the plain word that the database keeps.
_LABEL = {state.value: info.label for state, info in INFO.items()}
_PAUSED = {state.value: bool(info.paused) for state, info in INFO.items()}
_CUSTOMERS = {
    state.value: next((k.value for k in info.running if k.value in THEIRS), "")
    for state, info in INFO.items()
    if info.waits_for is Waits.CUSTOMER and state is not State.DRAFT
}


@dataclass(slots=True)
class Line:
    """One complaint as lists show it."""

    uuid: uuidlib.UUID
    number: str
    subject: Lazy | str
    state: str
    state_label: Lazy
    status: str
    next: Lazy | str
    why: Lazy
    due_at: datetime | None
    due_clock: str
    due_label: Lazy | str
    paused: bool
    handler_name: str
    reviewer_name: str
    handler_is_me: bool
    created_at: datetime
    received_at: datetime | None
    last_news_at: datetime | None
    ended_at: datetime | None
    ended_how: str
    harm: bool
    channel: str
    account_name: str
    account_uuid: uuidlib.UUID
    account_number: str
    person_name: str
    zone: str
    version: int
    key: list[Any]


_c: Any = Complaint.__table__
_account: Any = Account.__table__
_person: Any = Person.__table__
_handler, _reviewer = _person.alias("handler"), _person.alias("reviewer")
_clock: Any = Clock.__table__


def _put_together(*, for_staff: bool) -> Select[Any]:
    """Return the columns of a list; for customers also the date they have where it is their move."""
    theirs: Any = literal(None)
    if not for_staff:
        running = select(_clock.c.due_at).where(
            _clock.c.complaint_id == _c.c.id, _clock.c.k.in_(THEIRS), _clock.c.ended_at.is_(None)
        )
        theirs = running.limit(1).correlate(_c).scalar_subquery()
    names = (
        "uuid", "number", "subject", "state", "next_step", "due_at", "due_clock", "handler_id", "reviewer_id",
        "created_at", "received_at", "last_news_at", "ended_at", "ended_how", "harm", "channel", "zone", "version",
        "written_at",
    )  # fmt: skip
    tables = (
        _c.join(_account, _account.c.id == _c.c.account_id)
        .join(_person, _person.c.id == _c.c.person_id)
        .outerjoin(_handler, _handler.c.id == _c.c.handler_id)
        .outerjoin(_reviewer, _reviewer.c.id == _c.c.reviewer_id)
    )
    return select(
        *(_c.c[name] for name in names),
        _c.c.id.label("internal"),
        theirs.label("theirs"),
        _account.c.name.label("account_name"),
        _account.c.uuid.label("account_uuid"),
        _account.c.number.label("account_number"),
        _person.c.name.label("person_name"),
        _handler.c.name.label("handler_name"),
        _reviewer.c.name.label("reviewer_name"),
    ).select_from(tables)


FOR_STAFF, FOR_CUSTOMER = _put_together(for_staff=True), _put_together(for_staff=False)


def line(row: Any, actor: Actor, *, view: str = "") -> Line:
    """Return a row of :data:`FOR_STAFF` or :data:`FOR_CUSTOMER` with its words, from the reader's side.

    ``view`` is the one of the queue that it stands in: the key says its place in the order of that view.
    """
    staff, state = actor.is_staff, row.state
    due_at, due_clock = row.due_at, row.due_clock
    if row.theirs is not None and state in _CUSTOMERS:
        due_at, due_clock = row.theirs, _CUSTOMERS[state]
    if view == "ended":
        key = [row.ended_at.isoformat(), str(row.uuid)]
    elif view == "written_after":
        key = [row.written_at.isoformat(), str(row.uuid)]
    elif staff:
        key = [row.harm, row.due_at.isoformat() if row.due_at else "", str(row.uuid)]
    else:
        key = [str(row.uuid)]
    late = due_at is not None and due_at < clock.now()
    harm = row.harm == 0
    return Line(
        row.uuid,
        row.number,
        row.subject or _t("Complaint {number}", number=spoken(row.number)),
        state,
        _LABEL[state],
        saying.status_of(state, due_at, due_clock, late=late),
        saying.next_words(state, row.next_step, for_staff=staff, reviewer=row.reviewer_id is not None),
        saying.why_words(due_clock, late=late, harm=harm, written=row.written_at is not None),
        due_at,
        due_clock,
        saying.clock_label(due_clock) if due_clock else "",
        _PAUSED[state],
        row.handler_name or "",
        row.reviewer_name or "",
        actor.person_id is not None and actor.person_id in (row.handler_id, row.reviewer_id),
        row.created_at,
        row.received_at,
        row.last_news_at,
        row.ended_at,
        row.ended_how,
        harm,
        row.channel,
        row.account_name,
        row.account_uuid,
        row.account_number,
        row.person_name,
        row.zone,
        row.version,
        key,
    )
