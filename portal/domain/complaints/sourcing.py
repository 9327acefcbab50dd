"""Complaints that come over from another register: true dates, no messages, no past effects."""

from __future__ import annotations

import uuid as uuidlib
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import config, db
from portal.domain import clock, errors
from portal.domain.accounts.models import Account, Person
from portal.domain.actor import SOURCE, Actor, ActorKind
from portal.domain.audit import Tag
from portal.domain.references import new_number
from portal.text import _t

from . import drafts, moving, rules, thread
from .acts import Act, Role
from .models import Complaint
from .moving import Timed
from .states import K, State
from .words import LIMITS

CLOSED_BY_SOURCE = "source"


def import_complaint(
    *,
    source: str,
    key: str,
    account: Account,
    person: Person,
    words: str,
    received_at: datetime,
    closed: bool,
    how: str = "",
    ended_at: datetime | None = None,
    subject: str = "",
    about: str = "",
    remedy_wanted: str = "",
    channel: str = "import",
    zone: str | None = None,
) -> str:
    """Take over one complaint and return ``new``, or ``known`` when ``source`` and ``key`` came before.

    What the source closed is ``closed_unconfirmed``, "closed by the source"; what it left open is ``received``
    with clocks from its true receipt, of which none rings for a date that has passed. Nothing is sent.
    """
    session = db.session()
    known = select(Complaint.id).where(Complaint.source == source, Complaint.source_key == key).limit(1)
    if session.scalar(known) is not None:
        return "known"
    at = clock.now()
    if received_at.tzinfo is None or received_at > at:
        raise errors.Invalid(_t("The date of receipt lies in the future."), field="received_at")
    received_at = received_at.astimezone(UTC)
    text = moving.clean(words, "words", LIMITS["words"])
    complaint = Complaint(
        uuid=uuidlib.uuid4(),
        account_id=account.id,
        person_id=person.id,
        number=new_number(),
        state=(State.CLOSED_UNCONFIRMED if closed else State.RECEIVED).value,
        version=0,
        subject=(subject.strip() or drafts.subject_from(text))[: LIMITS["subject"]],
        about=about.strip()[: LIMITS["about"]],
        words=text,
        remedy_wanted=remedy_wanted,
        currency=config.load().firm_currency,
        contact_channel="email",
        language=person.language,
        zone=zone or person.zone,
        channel=channel,
        created_at=at,
        received_at=received_at,
        entered_at=at,
        stage=1,
        harm=1,
        source=source,
        source_key=key,
    )
    try:
        with session.begin_nested():
            session.add(complaint)
            session.flush()
    except IntegrityError:  # two imports of one file at once
        return "known"
    act = Act.IMPORT_CLOSED if closed else Act.IMPORT_OPEN
    row = rules.check(None, act, Role.SOURCE)
    ended = min(ended_at or received_at, at).astimezone(UTC)
    begins = ended if closed else received_at
    law = Timed() if closed else drafts.legal(complaint)
    timed = Timed(
        lengths=law.lengths, extra=law.extra, skip=frozenset({K.ACKNOWLEDGED}), since=at, silent=True
    )
    who = Actor(ActorKind.SOURCE, name=source) if source else SOURCE
    moving.carry(
        complaint, row, actor=who, at=begins, logged_at=at, clocks={}, timed=timed, reason=how,
        how=CLOSED_BY_SOURCE, data={"source": source, "received_at": received_at.isoformat()},
    )  # fmt: skip
    moving.note(Tag.COMPLAINT_IMPORTED, complaint, who, at, source=source)
    thread.put(complaint)
    session.flush()
    return "new"
