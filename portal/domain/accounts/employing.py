"""How people come to work here and how long: invited by a link, absent, deactivated, taken back."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select

from portal import db
from portal.domain import audit, calendars, clock, firm
from portal.domain.actor import Actor, ActorKind
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.text import _t

from . import administrators, limits, links, messages, own_sessions, passwords, shapes, staff
from .models import EmailAddress, Person, StaffMember
from .people import new_address, new_person

HOURS = int(links.LIVES[links.INVITATION].total_seconds() // 3600)


def invite(
    *, actor: Actor, name: str, email: str, team: str, roles: Iterable[str], language: str = "en",
    by_mail: bool = True,
) -> Person:  # fmt: skip
    """Invite somebody to work here in these roles; nothing is open to them before they use the link.

    A customer with that mailbox keeps the record and becomes staff beside it. Raise Denied, FreshSignInNeeded,
    Invalid at the field that does not fit (a colleague with that mailbox is one already).
    """
    administrators.guard(actor)
    mailbox, wanted = shapes.mailbox(email), list(roles)
    called = shapes.line(name, most=120, field="name", needed=True)
    if not wanted:
        raise Invalid(_t("Choose at least one role."), code="accounts.roles", field="roles")
    session, now = db.session(), clock.now()
    person = session.scalar(
        select(Person)
        .join(EmailAddress, EmailAddress.person_id == Person.id)
        .where(EmailAddress.address_key == mailbox.key)
    )
    if person is None:
        person = new_person(
            name=called, language=shapes.language(language), zone=firm.now().zone, claimed=False
        )
        new_address(person, mailbox, proved=False)
    elif session.scalar(select(StaffMember.id).where(StaffMember.person_id == person.id)) is not None:
        message = _t("Somebody with this address works here already, or did.")
        raise Invalid(message, code="accounts.colleague", field="email")
    member = staff.employ(person, team=team, invited_at=now)
    _, given = staff.put_roles(member, wanted)
    audit.record(
        Tag.STAFF_INVITED, actor=actor, subject=("person", person.uuid), person=person.name, team=member.team,
        roles=", ".join(given),
    )  # fmt: skip
    if by_mail:
        messages.invited(person, mailbox.address, actor=actor, hours=HOURS)
    return person


def invite_again(uuid: uuidlib.UUID, *, actor: Actor) -> str:
    """Send a new link to somebody who has not accepted yet; the older one dies. Return the address.

    Raise NotFound, Conflict when there is nothing to accept any more.
    """
    administrators.guard(actor)
    person, member = staff.found(uuid)
    address = _open_invitation(person, member)
    member.invited_at = clock.now()
    messages.invited(person, address, actor=actor, hours=HOURS)
    return address


def invitation_link(person_id: int, *, actor: Actor) -> str:
    """Return the token of a new invitation for the command line, which shows it once."""
    administrators.guard(actor)
    member = staff.member_of(person_id)
    person = db.session().get_one(Person, person_id)
    return links.mint_link(
        links.INVITATION, person_id=person_id, address=_open_invitation(person, member)
    )  # fmt: skip


def _open_invitation(person: Person, member: StaffMember) -> str:
    if member.invited_at is None or member.ended_at is not None:
        raise Conflict(_t("There is no open invitation for {name}.", name=person.name))
    address = db.session().scalar(select(EmailAddress.address).where(EmailAddress.person_id == person.id))
    return address or ""


def accept_invitation(token: str, password: str) -> int:
    """Use an invitation: the mailbox is proved, the password set, the person is staff. Return the person's id.

    The second step is enrolled next. Raise NotFound when the link is over, Invalid at ``password``.
    """
    with db.unit_of_work(write=False):
        link = links.peek(links.INVITATION, token)
        person = db.session().get(Person, link.person_id)
        if person is None or person.deactivated_at is not None:
            raise NotFound()
        name = person.name
    passwords.check(password, about=(name, link.address))
    hashed = passwords.hash_of(password)
    links.use(links.INVITATION, token)
    session, now = db.session(), clock.now()
    person = session.get_one(Person, link.person_id)
    member = staff.member_of(person.id)
    if member.ended_at is not None or member.invited_at is None:
        raise NotFound()
    member.invited_at = None
    person.claimed_at = person.claimed_at or now
    for address in session.scalars(select(EmailAddress).where(EmailAddress.person_id == person.id)):
        address.proved_at = address.proved_at or now
    passwords.store(person.id, hashed)
    actor = Actor(ActorKind.STAFF, person_id=person.id, name=person.name, team=member.team)
    own_sessions.end_all(person.id, actor=actor, how="password")
    links.end_all(person.id, links.RESET, links.STEP)
    limits.forget_passwords(shapes.key_of(link.address))
    session.flush()
    audit.record(Tag.STAFF_JOINED, actor=actor, subject=("person", person.uuid), person=person.name)
    return person.id


def change_team(uuid: uuidlib.UUID, team: str, *, actor: Actor) -> None:
    """Move a member of staff to another team; raise Invalid at ``team``."""
    administrators.guard(actor)
    person, member = staff.found(uuid)
    before, member.team = member.team, shapes.line(team, most=60, field="team", needed=True)
    if before != member.team:
        db.session().flush()
        audit.record(
            Tag.STAFF_TEAM_CHANGED, actor=actor, subject=("person", person.uuid), person=person.name,
            before=before, team=member.team,
        )  # fmt: skip


def set_absence(uuid: uuidlib.UUID, last_day: date | None, *, actor: Actor) -> None:
    """Note until the end of which day somebody is away, in the zone of the firm; None: they are here.

    Who is away is offered no new work. Raise Invalid at ``last_day`` for a day that is over or a year ahead.
    """
    administrators.guard(actor)
    person, member = staff.found(uuid)
    now = clock.now()
    if last_day is None:
        if member.absent_until is not None:
            member.absent_until = None
            audit.record(Tag.STAFF_BACK, actor=actor, subject=("person", person.uuid), person=person.name)
        return
    zone = firm.now().zone
    today = calendars.local_day(now, zone)
    if not today <= last_day <= today + timedelta(days=366):
        message = _t("Choose a day from today on, at most a year ahead.")
        raise Invalid(message, code="accounts.absence", field="last_day")
    until = calendars.day_end(last_day, zone)
    if member.absent_until != until:
        member.absent_until = until
        audit.record(
            Tag.STAFF_ABSENT, actor=actor, subject=("person", person.uuid), person=person.name,
            until=last_day.isoformat(),
        )  # fmt: skip


def take_back(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """Let somebody who was deactivated work here again, in the roles held before; twice changes nothing.

    Their sign-ins stay ended; who never accepted the invitation needs a new one.
    """
    administrators.guard(actor)
    person, member = staff.found(uuid)
    if member.ended_at is not None:
        member.ended_at = None
        db.session().flush()
        audit.record(Tag.STAFF_TAKEN_BACK, actor=actor, subject=("person", person.uuid), person=person.name)
