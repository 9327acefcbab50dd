"""A complaint begins: as a draft, once for each form, or begun, filled in and sent in one act."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from sqlalchemy import select

from portal import config, db
from portal.domain import clock, errors
from portal.domain.accounts.models import Person
from portal.domain.actor import Actor, Right
from portal.domain.references import new_number

from . import drafts, moving, rules
from .acts import Act, Role
from .models import Complaint
from .states import State
from .words import FROM_FORM, LIMITS


def start_draft(
    *, actor: Actor, subject: str = "", about: str = "", words: str = "", key: str = ""
) -> Complaint:
    """Begin a complaint that only its author sees; an empty one that was begun before is handed back.

    The same ``key`` (of one form) begins one, whatever became of it since: a form sent twice is one complaint.
    """
    if not actor.has_right(Right.COMPLAINTS_OWN, Right.COMPLAINTS_ALL):
        raise errors.Denied()
    if not key:
        return _start(actor, subject, about, words)
    mark = f"{actor.person_id}:{key}"
    # Two presses at once follow one another here.
    db.session().execute(
        select(Person.id).where(Person.id == actor.person_id).with_for_update(key_share=True)
    )
    known = (
        db.session()
        .scalars(select(Complaint).where(Complaint.source == FROM_FORM, Complaint.source_key == mark))
        .one_or_none()
    )
    if known is not None:
        return known
    draft = _start(actor, subject, about, words)
    draft.source, draft.source_key = FROM_FORM, mark
    db.session().flush()  # a verb that locks the draft next would read it anew
    return draft


def _start(actor: Actor, subject: str, about: str, words: str) -> Complaint:
    given = {"subject": subject, "about": about, "words": words}
    session = db.session()
    empty = session.scalars(
        select(Complaint)
        .where(
            Complaint.account_id == actor.account_id,
            Complaint.person_id == actor.person_id,
            Complaint.state == State.DRAFT.value,
            Complaint.subject == "",
            Complaint.words == "",
            Complaint.remedy_wanted == "",
        )
        .order_by(Complaint.id.desc())
        .limit(1)
    ).one_or_none()
    if empty is not None:
        typed: dict[str, Any] = {key: value for key, value in given.items() if value}
        return drafts.save_draft(empty, actor=actor, **typed)
    return _begin(actor, given)


def file(*, actor: Actor, **fields: Any) -> Complaint:
    """File a complaint in one act: begun, filled in and sent; a draft that lies about stays as it is.

    Raises Invalid at the field that does not fit or is missing.
    """
    if not actor.has_right(Right.COMPLAINTS_OWN, Right.COMPLAINTS_ALL):
        raise errors.Denied()
    return drafts.send(drafts.save_draft(_begin(actor, {}), actor=actor, **fields), actor=actor)


def _begin(actor: Actor, given: dict[str, str]) -> Complaint:
    session = db.session()
    row = rules.check(None, Act.START, Role.CUSTOMER)
    at = clock.now()
    assert actor.account_id is not None and actor.person_id is not None, "a customer acts for an account"
    complaint = Complaint(
        uuid=uuidlib.uuid4(),
        account_id=actor.account_id,
        person_id=actor.person_id,
        number=new_number(),
        state=State.DRAFT.value,
        version=0,
        currency=config.load().firm_currency,
        contact_channel="email",
        language=actor.language,
        zone=actor.zone,
        created_at=at,
        stage=1,
        harm=1,
        **{key: moving.clean(value, key, LIMITS[key]) for key, value in given.items()},
    )
    session.add(complaint)
    session.flush()
    moving.carry(complaint, row, actor=actor, at=at, clocks={})
    session.flush()
    return complaint
