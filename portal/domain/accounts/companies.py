"""A company runs itself: who acts for it, what each may do and until when, deputies, leaving, and never nobody.

Every change takes the account first, so that two administrators act one after the other, and asks anew under that
lock whether the one who acts still administers it.
"""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Select, select

from portal import db
from portal.domain import audit, clock, matters
from portal.domain.actor import Actor, Right
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Denied, Invalid, NotFound
from portal.text import _t

from . import company_messages, memberships, sessions
from .actors import first_account
from .company_reading import company_of, lasts, mark
from .models import Account, Membership, MembershipRight, Person
from .people import index_account
from .rights import Grant, Held, checked, held, live

LAST = _t(
    "Somebody has to administer the account. First make another colleague administrator without an end date."
)
MOVED_ON = _t("Somebody changed these rights in the meantime. Look at how they stand now, then decide again.")


def take(actor: Actor, *, administers: bool = True) -> Account:
    """Take the company in hand for a change; raise NotFound, or Denied for who does not administer it (any more)."""
    account = company_of(actor)
    session = db.session()
    session.refresh(account, with_for_update={"key_share": True})
    if administers and own_end(account.id, actor.person_id) is None:
        raise Denied()
    return account


FOREVER = datetime.max.replace(tzinfo=UTC)


def own_end(account_id: int, person_id: int | None) -> datetime | None:
    """Return until when a person administers an account at this instant: FOREVER, the end of a deputy, or None."""
    row = (
        db.session()
        .execute(
            select(MembershipRight.until)
            .join(Membership, Membership.id == MembershipRight.membership_id)
            .where(
                Membership.account_id == account_id,
                Membership.person_id == person_id,
                Membership.ended_at.is_(None),
                MembershipRight.right == Right.ADMINISTER.value,
                live(clock.now()),
            )
        )
        .one_or_none()
    )
    return None if row is None else row.until or FOREVER


def within_own(account: Account, actor: Actor, wanted: Iterable[Held], present: Iterable[Held] = ()) -> None:
    """Raise Denied where a deputy would make somebody administrator for longer, or change an administrator's rights."""
    mine = own_end(account.id, actor.person_id) or clock.now()
    if mine == FOREVER:
        return
    longer = any(one.right is Right.ADMINISTER and (one.until or FOREVER) > mine for one in wanted)
    if longer or any(lasts(one, clock.now()) for one in present):
        raise Denied(
            _t("As a deputy you decide about colleagues, but not about who administers the company."),
            code="accounts.deputy",
        )


def _membership(account: Account, uuid: uuidlib.UUID) -> tuple[Membership, Person]:
    row = (
        db.session()
        .execute(
            select(Membership, Person)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.uuid == uuid,
                Membership.account_id == account.id,
                Membership.ended_at.is_(None),
            )
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound()
    return row[0], row[1]


def _keep_one(account: Account, membership: Membership, wanted: Sequence[Held] = ()) -> None:
    """Raise Conflict when without this one nobody administers the account for good."""
    now = clock.now()
    others = db.session().scalar(
        select(Membership.id)
        .join(MembershipRight, MembershipRight.membership_id == Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.account_id == account.id,
            Membership.id != membership.id,
            Membership.ended_at.is_(None),
            Person.deactivated_at.is_(None),
            MembershipRight.right == Right.ADMINISTER.value,
            MembershipRight.until.is_(None),
            live(now),
        )
        .limit(1)
    )
    if others is None and not any(lasts(one, now) for one in wanted):
        raise Conflict(LAST, code="accounts.last_administrator")


def set_rights(uuid: uuidlib.UUID, grants: Sequence[Grant], *, actor: Actor, seen: str = "") -> bool:
    """Let a colleague have exactly these rights from now on; tell whether anything changed.

    Raise NotFound, Denied, Invalid at ``amount_…``, ``since_…`` or ``until_…`` of a right, Conflict when the last
    administrator would go, or when ``seen`` (:attr:`Colleague.seen`) is no longer how the rights stand.
    """
    account = take(actor)
    membership, person = _membership(account, uuid)
    if len({grant.right for grant in grants}) < len(grants):
        raise Invalid(_t("Name each right once."), field="rights")
    now = clock.now()
    present = [
        one for one in map(held, memberships.standing(membership)) if one.until is None or one.until > now
    ]
    if seen and seen != mark(present):
        raise Conflict(MOVED_ON, code="accounts.moved_on")
    wanted = [_unchanged(checked(grant, account.zone), present) for grant in grants]
    within_own(account, actor, wanted, present)
    _keep_one(account, membership, wanted)
    if not memberships.replace(membership, wanted, by_id=actor.person_id):
        return False
    changed(account, membership, person, wanted, actor=actor)
    return True


def _unchanged(wanted: Held, present: Sequence[Held]) -> Held:
    """Return the right as it stands when only its beginning lies behind us: that is no change."""
    same = (one for one in present if (one.right, one.amount, one.currency, one.until) ==
            (wanted.right, wanted.amount, wanted.currency, wanted.until))  # fmt: skip
    found = next(same, None)
    begun = found is not None and found.starts_at is not None and found.starts_at <= clock.now()
    return found if found is not None and begun and wanted.starts_at is None else wanted


def changed(
    account: Account,
    membership: Membership,
    person: Person,
    wanted: Sequence[Held],
    *,
    actor: Actor,
    tell: bool = True,
) -> None:
    """Put new rights on the record and tell the colleague; what was to be said about the old ones is taken back."""
    told = [one.told(account.zone) for one in wanted]
    audit.record(
        Tag.RIGHTS_SET,
        actor=actor,
        account_id=account.id,
        subject=("membership", membership.uuid),
        person=person.name,
        rights=told,
    )
    if tell and person.id != actor.person_id:
        company_messages.rights_changed(account, membership, person, told, actor=actor)
    company_messages.remind(account, membership, person, wanted, actor=actor)


def name_deputy(uuid: uuidlib.UUID, *, since: date | None, until: date | None, actor: Actor) -> None:
    """Let a colleague administer the company for a period of whole days; other rights stay as they are.

    Raise NotFound, Denied, Invalid at ``deputy``, ``since`` or ``until``.
    """
    account = take(actor)
    membership, person = _membership(account, uuid)
    if until is None:
        raise Invalid(_t("Choose the last day of the period."), field="until")
    try:
        period = checked(Grant(Right.ADMINISTER, since=since, until=until), account.zone)
    except Invalid as error:
        field = (error.field or "").partition("_")[0]
        raise Invalid(error.message, code=error.code, field=field) from None
    now = clock.now()
    present = [
        one for one in map(held, memberships.standing(membership)) if one.until is None or one.until > now
    ]
    if person.id == actor.person_id or any(lasts(one, now) for one in present):
        raise Invalid(_t("{name} is administrator already.", name=person.name), field="deputy")
    within_own(account, actor, [period])
    wanted = [*(one for one in present if one.right is not Right.ADMINISTER), period]
    if memberships.replace(membership, wanted, by_id=actor.person_id):
        changed(account, membership, person, wanted, actor=actor)


def end_membership(uuid: uuidlib.UUID, *, actor: Actor) -> str:
    """End what a colleague may do for the company and return the name; it holds at that person's next request.

    Raise NotFound, Denied, Conflict for the last administrator.
    """
    account = take(actor)
    membership, person = _membership(account, uuid)
    within_own(account, actor, [], map(held, memberships.standing(membership)))
    _keep_one(account, membership)
    _end(account, membership, person, actor=actor)
    if person.id != actor.person_id:
        company_messages.membership_ended(account, membership, person, actor=actor)
    return person.name


def leave_company(*, actor: Actor) -> str:
    """Leave the company in hand and return its name; the sign-in goes on with another account where there is one.

    Raise NotFound where the account in hand is no company, Conflict for the last administrator.
    """
    account = take(actor, administers=False)
    own = db.session().scalar(
        select(Membership.uuid).where(
            Membership.account_id == account.id, Membership.person_id == actor.person_id
        )
    )
    if own is None:
        raise NotFound()
    membership, person = _membership(account, own)
    _keep_one(account, membership)
    _end(account, membership, person, actor=actor)
    company_messages.colleague_left(account, membership, person, actor=actor)
    onward = first_account(person.id)
    if onward is not None and actor.session_id is not None:
        sessions.switch(actor, onward)
    return account.name


def _end(account: Account, membership: Membership, person: Person, *, actor: Actor) -> None:
    memberships.end(membership, actor=actor)
    company_messages.take_back(membership, actor=actor)
    db.session().flush()
    index_account(account)


def _own_memberships(actor: Actor) -> Select[Any]:
    """What is about a membership is read by who administers the account, and by the colleague it is about."""
    return select(Membership.uuid).where(
        Membership.account_id == actor.account_id, Membership.person_id == actor.person_id
    )


matters.scoped("membership", lambda actor: None if actor.administers else _own_memberships(actor))
