"""Mailboxes: asked for by a stranger, proved by a link, changed by their owner.

What a stranger asks writes one row, known address or not; :func:`handle_mailbox_requests` finds out later,
in the worker, so that neither words nor time tell who is a customer.
"""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update

from portal import config, db
from portal.domain import audit, clock, firm
from portal.domain.actor import ANONYMOUS, Actor, ActorKind
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.text import _t

from . import keys, limits, links, messages, own_sessions, passwords, sessions, shapes
from .actors import first_account, has_account
from .credentials import MailboxRequest
from .models import Account, EmailAddress, Membership, Person
from .people import TAKEN, claim, index_account, open_account, own_account


@dataclass(frozen=True, slots=True)
class Proved:
    """Who has just chosen a password through a link."""

    person_id: int
    claimed: bool = False


def _ask(kind: str, email: str, data: dict[str, str]) -> None:
    mailbox = shapes.mailbox(email)
    session = db.session()
    session.add(
        MailboxRequest(
            uuid=uuidlib.uuid4(),
            kind=kind,
            address=mailbox.address,
            address_key=mailbox.key,
            data=data,
            created_at=clock.now(),
            handled_at=None,
        )
    )
    session.flush()


def ask_to_register(*, name: str, email: str, language: str) -> None:
    """Write down that somebody wants an account; raise Invalid at the field whose shape is wrong."""
    name = shapes.line(name, most=120, field="name", needed=True)
    _ask("register", email, {"name": name, "language": shapes.language(language)})


def ask_to_reset(*, email: str, language: str) -> None:
    """Write down that somebody wants a new password; raise Invalid at ``email`` when it is no address."""
    _ask("reset", email, {"name": "", "language": shapes.language(language)})


def handle_mailbox_requests(*, most: int = 50) -> int:
    """Answer waiting requests by mail and return how many there were; for the worker, safe to run twice at once."""
    session = db.session()
    waiting = session.scalars(
        select(MailboxRequest)
        .where(MailboxRequest.handled_at.is_(None))
        .order_by(MailboxRequest.id)
        .limit(most)
    ).all()
    done = 0
    for request in waiting:
        mine = session.execute(
            update(MailboxRequest)
            .where(MailboxRequest.id == request.id, MailboxRequest.handled_at.is_(None))
            .values(handled_at=clock.now())
            .returning(MailboxRequest.id)
        ).one_or_none()
        if mine is not None:
            _answer(request)
            done += 1
    return done


def _answer(request: MailboxRequest) -> None:
    if _too_many(request):
        return
    person = db.session().scalar(
        select(Person)
        .join(EmailAddress, EmailAddress.person_id == Person.id)
        .where(EmailAddress.address_key == request.address_key)
    )
    if person is None:
        # An unknown address that asks for a new password gets nothing: it may belong to anybody.
        if request.kind == "register":
            messages.prove_mailbox(request)
    elif person.deactivated_at is not None:
        return
    elif person.claimed_at is None or (request.kind == "register" and not has_account(person.id)):
        messages.prove_mailbox(request)
    elif request.kind == "register":
        messages.known_mailbox(request, person)
    else:
        messages.reset_password(request, person)


def _too_many(request: MailboxRequest) -> bool:
    settings = config.load()
    most, hours = (settings.proof_mails_per_6_hours, 6) if request.kind == "register" else (
        settings.reset_mails_per_day, 24
    )  # fmt: skip
    earlier = db.session().scalar(
        select(func.count(MailboxRequest.id)).where(
            MailboxRequest.address_key == request.address_key,
            MailboxRequest.kind == request.kind,
            MailboxRequest.created_at > request.created_at - timedelta(hours=hours),
            MailboxRequest.id < request.id,
        )
    )
    return (earlier or 0) >= most


def _checked(password: str, *about: str) -> str:
    passwords.check(password, about=about)
    return passwords.hash_of(password)


def register(token: str, password: str) -> Proved:
    """Use the proof of a mailbox: open the account, or claim the imported record of that address.

    Raise NotFound when the link is over, Invalid at ``password``, Conflict when the address was taken meanwhile.
    """
    with db.unit_of_work(write=False):
        link = links.peek(links.PROOF, token)
    name, language = str(link.data.get("name") or ""), str(link.data.get("language") or "en")
    hashed = _checked(password, name, link.address)
    links.use(links.PROOF, token)
    session = db.session()
    mailbox = shapes.mailbox(link.address)
    known = session.scalar(select(EmailAddress).where(EmailAddress.address_key == mailbox.key))
    if known is None:
        actor = Actor(ActorKind.CUSTOMER, name=name or mailbox.address, language=language)
        try:
            _account, person = open_account(
                actor=actor, name=name or mailbox.address, email=mailbox.address, language=language,
                zone=firm.now().zone, country=firm.now().country, claimed=True,
            )  # fmt: skip
        except Invalid as error:
            if error.code == "accounts.address_taken":
                raise Conflict(TAKEN) from None
            raise
        passwords.store(person.id, hashed)
        return Proved(person.id)
    person = session.get_one(Person, known.person_id)
    if person.claimed_at is not None and not has_account(person.id):
        # Somebody who acted for a company and does no more opens an account of their own.
        actor = Actor(ActorKind.CUSTOMER, name=person.name, language=language)
        own_account(person, actor=actor, country=config.load().firm_country)
        own_sessions.end_all(person.id, actor=actor, how="password")
        passwords.store(person.id, hashed)
        return Proved(person.id)
    claim(person, known, language=language)
    passwords.store(person.id, hashed)
    return Proved(person.id, claimed=True)


def reset(token: str, password: str) -> Proved:
    """Use a reset link: a new password, every sign-in of the person ends, the lock of the mailbox is lifted.

    The second step is still asked for. Raise NotFound when the link is over, Invalid at ``password``.
    """
    with db.unit_of_work(write=False):
        link = links.peek(links.RESET, token)
        person = db.session().get(Person, link.person_id)
        if person is None or person.deactivated_at is not None:
            raise NotFound()
        about = (person.name, link.address)
    hashed = _checked(password, *about)
    links.use(links.RESET, token)
    person_id = person.id
    passwords.store(person_id, hashed)
    actor = Actor(
        ActorKind.CUSTOMER, person_id=person_id, account_id=first_account(person_id), name=person.name,
        language=person.language, zone=person.zone,
    )  # fmt: skip
    own_sessions.end_all(person_id, actor=actor, how="password")
    links.end_all(person_id, links.RESET, links.STEP)
    limits.forget_passwords(shapes.key_of(link.address))
    audit.record(Tag.PASSWORD_SET, actor=actor, account_id=actor.account_id)
    messages.password_changed(person_id, actor=actor, key=f"reset-{link.id}")
    return Proved(person_id)


def peek_link(kind: str, token: str) -> str:
    """Return the address a link was sent to, without using it; raise NotFound when it is over."""
    return links.peek(kind, token).address


def ask_address_change(actor: Actor, email: str) -> str:
    """Send a proof to a new mailbox and a notice to the old one; the address changes when the proof comes back.

    Return the address as it will be. Raise FreshSignInNeeded, Invalid at ``email``. Whether somebody else has
    the address is told only to who can open that mailbox.
    """
    sessions.require_fresh(actor)
    wanted = shapes.mailbox(email)
    own = _own(actor)
    if own is not None and own.address_key == wanted.key:
        raise Invalid(_t("This is the address you have now."), code="accounts.same_address", field="email")
    key = keys.new_token()[:20]
    person_id = actor.person_id or 0
    messages.address_change(person_id, actor=actor, address=wanted.address, key=key)
    if own is not None:
        messages.address_changed(
            person_id, actor=actor, to=own.address, new=wanted.address, key=f"{key}-asked", done=False
        )
    audit.record(
        Tag.ADDRESS_CHANGE_ASKED,
        actor=actor,
        account_id=actor.account_id,
        address=messages.masked(wanted.address),
    )
    return wanted.address


def wanted_address(actor: Actor, token: str) -> str:
    """Return the address the actor asked to change to; raise NotFound when the link is over or another's."""
    link = links.peek(links.ADDRESS, token)
    if link.person_id != actor.person_id or actor is ANONYMOUS:
        raise NotFound()
    return link.address


def change_address(actor: Actor, token: str) -> str:
    """Use the proof of a new mailbox, signed in as its asker; return the address and end every other sign-in.

    Raise NotFound when the link is over or another's, Conflict when somebody else has the address by now.
    """
    wanted_address(actor, token)
    link = links.use(links.ADDRESS, token)
    session, now = db.session(), clock.now()
    wanted = shapes.mailbox(link.address)
    taken = session.scalar(select(EmailAddress.person_id).where(EmailAddress.address_key == wanted.key))
    if taken is not None and taken != actor.person_id:
        raise Conflict(TAKEN)
    own = _own(actor)
    if own is None:
        own = EmailAddress(person_id=actor.person_id or 0, bounced_at=None)
        session.add(own)
    else:
        messages.address_changed(
            own.person_id, actor=actor, to=own.address, new=wanted.address, key=f"{link.id}-done", done=True,
            undo=own.proved_at is not None,
        )  # fmt: skip
        messages.address_changed(
            own.person_id,
            actor=actor,
            to=wanted.address,
            new=wanted.address,
            key=f"{link.id}-here",
            done=True,
        )
    own.address, own.address_key, own.proved_at, own.bounced_at = wanted.address, wanted.key, now, None
    session.flush()
    links.end_all(own.person_id, links.RESET, links.ADDRESS)
    own_sessions.end_others(actor, how="address")
    for account in session.scalars(
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.person_id == own.person_id, Membership.ended_at.is_(None))
        .order_by(Account.id)
        .limit(50)
    ):
        index_account(account)
        audit.record(
            Tag.ADDRESS_CHANGED, actor=actor, account_id=account.id, address=messages.masked(wanted.address)
        )
    return wanted.address


def _own(actor: Actor) -> EmailAddress | None:
    return db.session().scalar(select(EmailAddress).where(EmailAddress.person_id == actor.person_id))


def mailbox_of(person_id: int) -> str:
    """Return the proved or imported address of a person; '' when there is none."""
    found = db.session().scalar(select(EmailAddress.address).where(EmailAddress.person_id == person_id))
    return found or ""
