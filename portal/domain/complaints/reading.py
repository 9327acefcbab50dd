"""The four queries of one complaint's page: the case, its clocks, its offers, and everything said and done."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, cast, literal, null, select, union_all
from sqlalchemy.orm import aliased

from portal.domain import errors
from portal.domain.accounts.models import Account, Person
from portal.domain.actor import Actor
from portal.prepared import Prepared, record

from .models import Attachment, Clock, Complaint, ComplaintEvent, Entry, Offer, Remedy
from .scope import Scope, condition, reach, require_read, values

ENTRY, EVENT, FILE = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Raw:
    """What the four queries brought."""

    head: Any
    clocks: Sequence[Any]
    offers: Sequence[Any]
    said: Sequence[Any]


def read(actor: Actor, uuid: uuidlib.UUID) -> Raw:
    """Read one complaint in scope; raise NotFound outside of it, Denied for staff without the right."""
    require_read(actor)
    head = _head(reach(actor)).first(uuid=uuid, **values(actor))
    if head is None:
        raise errors.NotFound()
    key = head.Complaint.id
    return Raw(head, _CLOCKS.all(complaint=key), _OFFERS.all(complaint=key), _SAID.all(complaint=key))


_handler, _reviewer, _writer = aliased(Person), aliased(Person), aliased(Person)
_maker, _doer = aliased(Person), aliased(Person)
_KEY = bindparam("complaint", type_=Complaint.id.type)

# Put together once: a page only fills in which complaint.
_HEAD = (
    select(
        *record("Complaint", Complaint),
        *record(
            "Account", Account.id, Account.uuid, Account.name, Account.number, Account.kind, Account.phone,
            Account.street, Account.postcode, Account.city, Account.country, Account.zone,
        ),
        *record("Person", Person.id, Person.uuid, Person.name, Person.language, Person.zone),
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
)  # fmt: skip


@cache
def _head(scope: Scope) -> Prepared:
    account = bindparam("account", type_=Complaint.account_id.type)
    person = bindparam("person", type_=Complaint.person_id.type)
    return Prepared(_HEAD.where(condition(scope, account, person)))


_CLOCKS = Prepared(
    select(
        Clock.k, Clock.started_at, Clock.due_at, Clock.promised_at, Clock.zone, Clock.explanation, Clock.ended_at,
        Clock.ended_how, Clock.alarms,
    )
    .where(Clock.complaint_id == _KEY)
    .order_by(Clock.id)
)  # fmt: skip
_OFFERS = Prepared(
    select(
        *record("Offer", Offer),
        *record("Remedy", Remedy),
        _maker.name.label("made_by"),
        _doer.name.label("done_by"),
    )
    .outerjoin(Remedy, Remedy.offer_id == Offer.id)
    .outerjoin(_maker, _maker.id == Offer.made_by_id)
    .outerjoin(_doer, _doer.id == Remedy.done_by_id)
    .where(Offer.complaint_id == _KEY)
    .order_by(Offer.number, Remedy.id)
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


_SAID = Prepared(_said(_KEY))
