"""The four queries of one complaint's page: the case, its clocks, its offers, and everything said and done."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, cast, literal, null, select, union_all
from sqlalchemy.orm import aliased

from portal import db
from portal.domain import errors
from portal.domain.accounts.models import Account, Person
from portal.domain.actor import Actor

from .models import Attachment, Clock, Complaint, ComplaintEvent, Entry, Offer, Remedy
from .scope import Scope, condition, reach, require_read

ENTRY, EVENT, FILE = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Raw:
    """What the four queries brought."""

    head: Any
    clocks: Sequence[Clock]
    offers: Sequence[Any]
    said: Sequence[Any]


def read(actor: Actor, uuid: uuidlib.UUID) -> Raw:
    """Read one complaint in scope; raise NotFound outside of it, Denied for staff without the right."""
    require_read(actor)
    session = db.session()
    values = {"uuid": uuid, "account": actor.account_id, "person": actor.person_id}
    head = session.execute(_head(reach(actor)), values).one_or_none()
    if head is None:
        raise errors.NotFound()
    key = {"complaint": head.Complaint.id}
    return Raw(
        head,
        session.scalars(_CLOCKS, key).all(),
        session.execute(_OFFERS, key).all(),
        session.execute(_SAID, key).all(),
    )


_handler, _reviewer, _writer = aliased(Person), aliased(Person), aliased(Person)
_maker, _doer = aliased(Person), aliased(Person)
_KEY = bindparam("complaint", type_=Complaint.id.type)

# Put together once: a page only fills in which complaint.
_HEAD = (
    select(
        Complaint,
        Account,
        Person,
        _handler.name.label("handler_name"),
        _reviewer.name.label("reviewer_name"),
        _writer.name.label("entered_by_name"),
    )
    .join(Account, Account.id == Complaint.account_id)
    .join(Person, Person.id == Complaint.person_id)
    .outerjoin(_handler, _handler.id == Complaint.handler_id)
    .outerjoin(_reviewer, _reviewer.id == Complaint.reviewer_id)
    .outerjoin(_writer, _writer.id == Complaint.entered_by_id)
    .where(Complaint.uuid == bindparam("uuid", type_=Complaint.uuid.type))
    .execution_options(populate_existing=True)
)


@cache
def _head(scope: Scope) -> Any:
    account = bindparam("account", type_=Complaint.account_id.type)
    person = bindparam("person", type_=Complaint.person_id.type)
    return _HEAD.where(condition(scope, account, person))


_CLOCKS = (
    select(Clock)
    .where(Clock.complaint_id == _KEY)
    .order_by(Clock.id)
    .execution_options(populate_existing=True)
)
_OFFERS = (
    select(Offer, Remedy, _maker.name.label("made_by"), _doer.name.label("done_by"))
    .outerjoin(Remedy, Remedy.offer_id == Offer.id)
    .outerjoin(_maker, _maker.id == Offer.made_by_id)
    .outerjoin(_doer, _doer.id == Remedy.done_by_id)
    .where(Offer.complaint_id == _KEY)
    .order_by(Offer.number, Remedy.id)
    .execution_options(populate_existing=True)
)


def _said(key: Any) -> Any:
    """Entries, events and files have one shape here, so that one query brings them all in their order."""
    day, data = Entry.private_review_on.type, ComplaintEvent.data.type
    number, words = Attachment.size.type, Entry.text.type
    entries = select(
        literal(ENTRY).label("what"), Entry.id.label("id"), Entry.uuid.label("uuid"), Entry.at.label("at"),
        Entry.kind.label("kind"), Entry.author_kind.label("by_kind"), Entry.author_person_id.label("by_id"),
        Entry.author_name.label("by_name"), Entry.text.label("text"), Entry.channel.label("channel"),
        Entry.private_category.label("category"), Entry.private_review_on.label("day"),
        cast(null(), number).label("number"), cast(null(), number).label("entry_id"),
        cast(null(), data).label("data"),
    ).where(Entry.complaint_id == key)  # fmt: skip
    events = select(
        literal(EVENT), ComplaintEvent.id, ComplaintEvent.uuid, ComplaintEvent.at, ComplaintEvent.act,
        ComplaintEvent.actor_kind, ComplaintEvent.actor_person_id, ComplaintEvent.actor_name,
        cast(ComplaintEvent.reason, words), ComplaintEvent.from_state, ComplaintEvent.to_state, cast(null(), day),
        cast(null(), number), cast(null(), number), ComplaintEvent.data,
    ).where(ComplaintEvent.complaint_id == key)  # fmt: skip
    files = select(
        literal(FILE), Attachment.id, Attachment.uuid, Attachment.created_at, Attachment.media_type,
        Attachment.author_kind, Attachment.author_person_id, Attachment.name, cast(literal(""), words),
        literal(""), literal(""), cast(null(), day), Attachment.size, Attachment.entry_id, cast(null(), data),
    ).where(Attachment.complaint_id == key, Attachment.removed_at.is_(None))  # fmt: skip
    every = union_all(entries, events, files).subquery()
    return select(every).order_by(every.c.at, every.c.what, every.c.id)


_SAID = _said(_KEY)
