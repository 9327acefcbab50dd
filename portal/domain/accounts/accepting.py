"""The other side of an invitation: who holds its link reads what is offered, and says yes or no."""

from __future__ import annotations

import uuid as uuidlib

from sqlalchemy import and_, select

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import ANONYMOUS, Actor, ActorKind, Right
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, NotFound
from portal.text import _t

from . import company_messages, links, memberships, own_sessions, passwords, shapes
from .actors import has_account
from .companies import changed, own_end
from .invitations import Offered, Way, ended, given, offered, stands
from .mailboxes import Proved
from .models import Account, EmailAddress, Invitation, Membership, Person, StaffMember
from .people import claim, index_account, new_address, new_person


def _found(link: links.Link, *, lock: bool = False) -> tuple[Invitation, Account]:
    statement = (
        select(Invitation, Account)
        .join(Account, Account.id == Invitation.account_id)
        .where(
            Invitation.uuid == uuidlib.UUID(str(link.data["invitation"])),
            Invitation.round == link.data["round"],
            Account.closed_at.is_(None),
            stands(clock.now()),
        )
    )
    if lock:
        statement = statement.with_for_update(of=[Account, Invitation], key_share=True)
        statement = statement.execution_options(populate_existing=True)
    row = db.session().execute(statement).one_or_none()
    now = clock.now()
    if row is None or not any(one.until is None or one.until > now for one in map(given, row[0].rights)):
        raise NotFound()
    return row[0], row[1]


def invitation_of(token: str, *, actor: Actor = ANONYMOUS) -> Offered:
    """Return what a link offers and what its holder does to accept; raise NotFound when it is over. Nothing changes."""
    row, account = _found(links.peek(links.COLLEAGUE, token))
    return offered(account, row, True, _way(row.address_key, actor))


def _owner(address_key: str) -> tuple[Person, EmailAddress, bool] | None:
    row = (
        db.session()
        .execute(
            select(Person, EmailAddress, StaffMember.id)
            .join(EmailAddress, EmailAddress.person_id == Person.id)
            .outerjoin(StaffMember, and_(StaffMember.person_id == Person.id, StaffMember.ended_at.is_(None)))
            .where(EmailAddress.address_key == address_key)
        )
        .one_or_none()
    )
    return None if row is None else (row[0], row[1], row[2] is not None)


def _way(address_key: str, actor: Actor) -> Way:
    owner = _owner(address_key)
    if actor.is_customer and actor.person_id is not None:
        # Whoever is signed in and holds the link of a mailbox that is nobody's here has proved it.
        return Way.ACCEPT if owner is None or owner[0].id == actor.person_id else Way.OTHER
    if owner is None:
        return Way.PASSWORD
    person, _address, works_here = owner
    if works_here or person.deactivated_at is not None:
        return Way.STAFF
    return Way.SIGN_IN if person.claimed_at is not None and has_account(person.id) else Way.PASSWORD


def accept_as_self(token: str, *, actor: Actor) -> Account:
    """Accept, signed in as who is invited, and return the company; of several presses at once one accepts.

    Raise NotFound when the link is over or somebody else's, Conflict for who acts for the company already.
    """
    row, account = _found(links.peek(links.COLLEAGUE, token))
    if _way(row.address_key, actor) is not Way.ACCEPT:
        raise NotFound()
    own = select(Membership.id).where(
        Membership.account_id == account.id,
        Membership.person_id == actor.person_id,
        Membership.ended_at.is_(None),
    )
    if db.session().scalar(own) is not None:
        raise Conflict(_t("You act for {company} already.", company=account.name))
    row, account = _found(links.use(links.COLLEAGUE, token), lock=True)
    _begin(row, account, db.session().get_one(Person, actor.person_id))
    return account


def accept_with_password(token: str, *, name: str, password: str) -> Proved:
    """Accept with a new password: the link has proved the mailbox of somebody who has no account here (any more).

    A second step that the person has is still asked for. Raise NotFound when the link is over or its mailbox belongs
    to somebody with an account, Invalid at ``name`` or ``password``.
    """
    with db.unit_of_work(write=False):
        row, _account = _found(links.peek(links.COLLEAGUE, token))
        if _way(row.address_key, ANONYMOUS) is not Way.PASSWORD:
            raise NotFound()
        address = row.address
    name = shapes.line(name, most=120, field="name", needed=True)
    passwords.check(password, about=(name, address))
    hashed = passwords.hash_of(password)
    row, account = _found(links.use(links.COLLEAGUE, token), lock=True)
    owner = _owner(row.address_key)
    if owner is None:
        person = new_person(name=name, language=row.language, zone=account.zone, claimed=True)
        new_address(person, shapes.mailbox(row.address), proved=True)
    else:
        person, mailbox, _ = owner
        if _way(row.address_key, ANONYMOUS) is not Way.PASSWORD:
            raise NotFound()
        if person.claimed_at is None:
            claim(person, mailbox, language=row.language)
        else:
            actor = Actor(ActorKind.CUSTOMER, person_id=person.id, name=person.name)
            own_sessions.end_all(person.id, actor=actor, how="password")
            links.end_all(person.id, links.RESET, links.STEP)
        mailbox.proved_at = clock.now()
    passwords.store(person.id, hashed)
    _begin(row, account, person)
    return Proved(person.id)


def _begin(row: Invitation, account: Account, person: Person) -> None:
    """Begin the membership with what was offered and has not ended by now; the right comes from who invited."""
    now = clock.now()
    me = Actor(
        ActorKind.CUSTOMER, person_id=person.id, account_id=account.id, name=person.name,
        acting_for=account.name, language=person.language, zone=person.zone,
    )  # fmt: skip
    giver = Actor(
        ActorKind.CUSTOMER, person_id=row.invited_by_id, account_id=account.id, name=row.invited_by_name,
        acting_for=account.name, rights=frozenset({Right.ADMINISTER.value}),
    )  # fmt: skip
    limit = own_end(account.id, row.invited_by_id)
    wanted = [
        one
        for one in map(given, row.rights)
        if (one.until is None or one.until > now) and (one.right is not Right.ADMINISTER or limit is not None)
    ]
    membership = memberships.begin(account, person, actor=me)
    memberships.replace(membership, wanted, by_id=row.invited_by_id)
    row.person_id = person.id
    ended(account, row, "accepted", Tag.INVITATION_ACCEPTED, me)
    changed(account, membership, person, wanted, actor=giver, tell=False)
    company_messages.invitation_answered(account, row, accepted=True, name=person.name)
    index_account(account)


def decline_invitation(token: str) -> Offered:
    """Say no and return what was offered; who invited is told. Raise NotFound when the link is over."""
    row, account = _found(links.use(links.COLLEAGUE, token), lock=True)
    told = offered(account, row, False)
    row.ended_at, row.ended_how = clock.now(), "declined"
    db.session().flush()
    audit.record(
        Tag.INVITATION_DECLINED,
        actor=Actor(ActorKind.ANONYMOUS, name=row.name),
        account_id=account.id,
        subject=("invitation", row.uuid),
        person=row.name,
    )
    company_messages.invitation_answered(account, row, accepted=False, name=row.name)
    return told
