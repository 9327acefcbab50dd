"""Memberships and their rights as rows: begun, given, ended. Who may do so is asked by the verbs above."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Iterable

from sqlalchemy import select, update

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import Actor, ActorKind, Right
from portal.domain.audit import Tag
from portal.domain.errors import Denied

from .models import Account, Membership, MembershipRight, Person
from .rights import Held, held


def join(account: Account, person: Person, *, actor: Actor, rights: tuple[Right, ...] = ()) -> Membership:
    """Let ``person`` act for ``account`` with ``rights``; a second time changes nothing but adds rights.

    For what comes with a register, the system or an administrator; raise Denied for staff, who never widen
    what a customer's colleague may do, and for customers who do not administer the account.
    """
    own = actor.administers and account.id == actor.account_id
    if actor.kind not in {ActorKind.SYSTEM, ActorKind.SOURCE} and not own:
        raise Denied()
    membership = begin(account, person, actor=actor)
    known = {row.right for row in standing(membership)}
    give(
        membership,
        [Held(right, None, "", None, None) for right in rights if right.value not in known],
        by_id=actor.person_id,
    )
    return membership


def begin(account: Account, person: Person, *, actor: Actor) -> Membership:
    """Begin a membership without any right; one that lives is handed back as it is."""
    session, now = db.session(), clock.now()
    membership = session.scalar(
        select(Membership).where(Membership.account_id == account.id, Membership.person_id == person.id)
    )
    if membership is not None and membership.ended_at is None:
        return membership
    if membership is None:
        membership = Membership(
            uuid=uuidlib.uuid4(),
            account_id=account.id,
            person_id=person.id,
            started_at=now,
            ended_at=None,
        )
        session.add(membership)
    else:
        membership.started_at, membership.ended_at = now, None
    session.flush()
    if account.kind == "company":
        audit.record(
            Tag.MEMBERSHIP_STARTED,
            actor=actor,
            account_id=account.id,
            subject=("membership", membership.uuid),
            person=person.name,
        )
    return membership


def standing(membership: Membership) -> list[MembershipRight]:
    """Return the rights that nobody has ended, also those whose period is over or still to come."""
    return list(
        db.session().scalars(
            select(MembershipRight)
            .where(MembershipRight.membership_id == membership.id, MembershipRight.ended_at.is_(None))
            .order_by(MembershipRight.id)
            .execution_options(populate_existing=True)
        )
    )


def give(membership: Membership, wanted: Iterable[Held], *, by_id: int | None) -> None:
    """Write rights that the membership does not have yet."""
    session, now = db.session(), clock.now()
    for one in wanted:
        session.add(
            MembershipRight(
                membership_id=membership.id,
                right=one.right.value,
                amount_limit=one.amount,
                currency=one.currency,
                starts_at=one.starts_at,
                until=one.until,
                granted_at=now,
                granted_by_id=by_id,
                ended_at=None,
            )
        )
    session.flush()


def replace(membership: Membership, wanted: list[Held], *, by_id: int | None) -> bool:
    """Let a membership have exactly ``wanted`` from now on, what stays with its date; tell whether it changed."""
    now, kept, changed = clock.now(), [], False
    for row in standing(membership):
        has = held(row)
        if has in wanted:
            kept.append(has)
            continue
        over = row.until is not None and row.until <= now
        row.ended_at = row.until if over else now
        changed = changed or not over
    db.session().flush()  # a right is written anew only when its old row has ended
    new = [one for one in wanted if one not in kept]
    give(membership, new, by_id=by_id)
    return changed or bool(new)


def end(membership: Membership, *, actor: Actor) -> bool:
    """End a membership and every right of it at once; tell whether it lived."""
    if membership.ended_at is not None:
        return False
    session, now = db.session(), clock.now()
    membership.ended_at = now
    session.execute(
        update(MembershipRight)
        .where(MembershipRight.membership_id == membership.id, MembershipRight.ended_at.is_(None))
        .values(ended_at=now)
    )
    session.flush()
    name = session.scalar(select(Person.name).where(Person.id == membership.person_id))
    audit.record(
        Tag.MEMBERSHIP_ENDED,
        actor=actor,
        account_id=membership.account_id,
        subject=("membership", membership.uuid),
        person=name,
    )
    return True
