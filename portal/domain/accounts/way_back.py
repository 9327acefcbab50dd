"""The way back for the only administrator of staff, from the command line of the server: whoever may run commands
there owns the data anyway, so this opens nothing new, but it is on the record and everybody who works here is told.

There is no default account and no password that anybody else knows: a link works once, within the hour, and with it
the administrator chooses a password and sets up a second step, as at the very beginning.
"""

from __future__ import annotations

from sqlalchemy import select

from portal import db
from portal.domain import audit
from portal.domain.actor import SYSTEM, Actor, ActorKind, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, NotFound
from portal.text import _t

from . import (
    administrators,
    devices,
    limits,
    links,
    messages,
    own_sessions,
    passwords,
    shapes,
    staff,
    two_steps,
)  # fmt: skip
from .models import EmailAddress, Person, StaffMember

LONGEST_REASON = 200


def open_way_back(email: str, *, why: str) -> str:
    """Return the token of a way back for the only administrator of staff, whose mailbox is ``email``; tell everybody.

    An older one dies. Raise NotFound for who does not work here, Conflict for who is no administrator or where another
    one could help, Invalid at ``why`` without a reason.
    """
    reason = shapes.line(why, most=LONGEST_REASON, field="why", needed=True)
    mailbox = shapes.mailbox(email)
    administrators.hold()
    row = (
        db.session()
        .execute(
            select(Person, StaffMember)
            .join(StaffMember, StaffMember.person_id == Person.id)
            .join(EmailAddress, EmailAddress.person_id == Person.id)
            .where(EmailAddress.address_key == mailbox.key)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound(_t("Nobody with this address works here."))
    person, member = row
    _require_only_one(person, member)
    token = links.mint_link(links.WAY_BACK, person_id=person.id, address=mailbox.address)
    audit.record(
        Tag.STAFF_WAY_BACK_OPENED,
        actor=SYSTEM,
        subject=("person", person.uuid),
        person=person.name,
        why=reason,
    )
    messages.way_back(person, stage="opened", why=reason)
    return token


def use_way_back(token: str, password: str) -> int:
    """Go the way back: second steps, sign-ins and known devices are gone, the password is new; return whose it is.

    The second step is enrolled next. Raise NotFound when the link is over, Invalid at ``password``, Conflict when
    somebody else administers meanwhile.
    """
    with db.unit_of_work(write=False):
        link = links.peek(links.WAY_BACK, token)
        name = db.session().scalar(select(Person.name).where(Person.id == link.person_id)) or ""
    passwords.check(password, about=(name, link.address))
    hashed = passwords.hash_of(password)
    links.use(links.WAY_BACK, token)
    administrators.hold()
    person = db.session().get_one(Person, link.person_id)
    member = staff.member_of(person.id)
    _require_only_one(person, member)
    two_steps.forget_all(person.id)
    passwords.store(person.id, hashed)
    actor = Actor(ActorKind.STAFF, person_id=person.id, name=person.name, team=member.team)
    own_sessions.end_all(person.id, actor=actor, how="second_step")
    devices.forget_devices(person.id)
    links.end_all(person.id, links.RESET, links.STEP, links.FACTOR)
    limits.forget_passwords(shapes.key_of(link.address))
    db.session().flush()
    audit.record(Tag.STAFF_WAY_BACK_USED, actor=actor, subject=("person", person.uuid), person=person.name)
    messages.way_back(person, stage="used")
    return person.id


def _require_only_one(person: Person, member: StaffMember) -> None:
    living = member.ended_at is None and member.invited_at is None and person.deactivated_at is None
    if not living or Permission.STAFF_ADMIN.value not in staff.permissions_of(member):
        raise Conflict(_t("{name} does not administer staff.", name=person.name))
    if administrators.count(besides=person.id):
        message = _t(
            "There is another administrator: they can take the lost second step away under Settings, Staff."
        )
        raise Conflict(message)
