"""Complaints that reach us by phone, letter, counter or mail: written down by staff, dated when they reached us."""

from __future__ import annotations

import uuid as uuidlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal import config, db
from portal.domain import clock, errors
from portal.domain.accounts.models import Account, Membership, Person
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.references import new_number
from portal.text import _t

from . import categories, drafts, messages, moving, rules, thread
from .acts import Act, Role
from .categories import Sort
from .models import Complaint
from .moving import Timed
from .states import K, State
from .words import CONTACT_CHANNELS, FROM_INTAKE, INTAKE_CHANNELS, LIMITS, REMEDIES

OLDEST = timedelta(days=366)
LEEWAY = timedelta(minutes=5)


def enter(
    *,
    actor: Actor,
    account: Account | int | uuidlib.UUID,
    person: Person | int | uuidlib.UUID | None,
    channel: str,
    received_at: datetime,
    words: str,
    subject: str = "",
    about: str = "",
    happened_on: date | None = None,
    remedy_wanted: str = "",
    remedy_text: str = "",
    amount_wanted: Any = None,
    currency: str = "",
    contact_channel: str = "",
    harm: bool = False,
    key: str = "",
    kind_key: str = "",
    subject_key: str = "",
) -> Complaint:
    """Write down a complaint for a customer; its clocks run from ``received_at``, with the time already used.

    Needs ``any:complaint:intake``. The same ``key`` (of one form) is written once. Raises Invalid with the field.
    """
    actor.require(Permission.COMPLAINTS_INTAKE)
    session, at = db.session(), clock.now()
    if key:
        known = session.scalars(
            select(Complaint).where(Complaint.source == FROM_INTAKE, Complaint.source_key == key)
        ).one_or_none()
        if known is not None:
            return known
    owner, complainant = _parties(account, person)
    if channel not in INTAKE_CHANNELS:
        raise errors.Invalid(_t("Say how it reached us."), field="channel")
    received_at = _receipt(received_at, at)
    text = moving.clean(words, "words", LIMITS["words"], needed=rules.NEEDED["words"])
    if remedy_wanted and remedy_wanted not in REMEDIES:
        raise errors.Invalid(_t("Please choose one of the answers."), field="remedy_wanted")
    if contact_channel and contact_channel not in CONTACT_CHANNELS:
        raise errors.Invalid(_t("Please choose one of the answers."), field="contact_channel")
    row = rules.check(None, Act.ENTER, Role.HANDLER, given={"words": text, "received_at": received_at})
    complaint = Complaint(
        uuid=uuidlib.uuid4(),
        account_id=owner.id,
        person_id=complainant.id,
        number=new_number(),
        state=State.RECEIVED.value,
        version=0,
        subject=moving.clean(subject, "subject", LIMITS["subject"]) or drafts.subject_from(text),
        about=moving.clean(about, "about", LIMITS["about"]),
        happened_on=drafts.past_day("happened_on", happened_on),
        words=text,
        remedy_wanted=remedy_wanted,
        remedy_text=moving.clean(remedy_text, "remedy_text", LIMITS["remedy_text"]),
        amount_wanted=drafts.amount("amount_wanted", amount_wanted),
        currency=drafts.currency("currency", currency) or config.load().firm_currency,
        contact_channel=contact_channel or ("letter" if channel == "letter" else "email"),
        language=complainant.language,
        zone=complainant.zone,
        channel=channel,
        created_at=at,
        received_at=received_at,
        entered_at=at,
        entered_by_id=actor.person_id,
        stage=1,
        harm=0 if harm else 1,
        kind_key=categories.checked(Sort.KIND, kind_key),
        subject_key=categories.checked(Sort.SUBJECT, subject_key),
        source=FROM_INTAKE if key else None,
        source_key=key or None,
    )
    session.add(complaint)
    session.flush()
    law = drafts.legal(complaint)
    # Whoever wrote it down has said so to the customer: there is no automatic acknowledgement to wait for.
    timed = Timed(lengths=law.lengths, extra=law.extra, skip=frozenset({K.ACKNOWLEDGED}), since=at)
    clocks = moving.carry(
        complaint, row, actor=actor, at=received_at, logged_at=at, clocks={}, timed=timed,
        data={"channel": channel, "received_at": received_at.isoformat()},
    )  # fmt: skip
    moving.note(
        Tag.COMPLAINT_ENTERED, complaint, actor, at, channel=channel, received=received_at.isoformat()
    )
    thread.put(complaint)
    messages.entered(complaint, clocks, actor)
    session.flush()
    return complaint


def _parties(
    account: Account | int | uuidlib.UUID, person: Person | int | uuidlib.UUID | None
) -> tuple[Account, Person]:
    """Return the account and the person who complains; the person must act for the account."""
    session = db.session()
    owner = _find(Account, account)
    if owner is None:
        raise errors.Invalid(_t("Choose the customer."), field="account")
    acting = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.account_id == owner.id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    if person is None:
        found = session.scalars(acting.limit(1)).one_or_none()
    else:
        wanted = _find(Person, person)
        found = session.scalars(acting.where(Person.id == (wanted.id if wanted else 0))).one_or_none()
    if found is None:
        raise errors.Invalid(_t("Choose a person who acts for this customer."), field="person")
    return owner, found


def _find(model: Any, given: Any) -> Any:
    if isinstance(given, model):
        return given
    column = model.id if isinstance(given, int) else model.uuid
    return db.session().scalars(select(model).where(column == given)).one_or_none()


def _receipt(received_at: datetime, at: datetime) -> datetime:
    """Return the true instant of receipt in UTC; it lies in the last year."""
    if received_at.tzinfo is None:
        raise errors.Invalid(_t("Say when it reached us."), field="received_at")
    if received_at > at + LEEWAY:
        raise errors.Invalid(_t("It cannot have reached us in the future."), field="received_at")
    if received_at < at - OLDEST:
        raise errors.Invalid(_t("This is more than a year ago. Please check the date."), field="received_at")
    return min(received_at, at).astimezone(UTC)
