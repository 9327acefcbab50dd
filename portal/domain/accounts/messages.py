"""The messages about accounts; all are service, and a hurry that hours do not delay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import clock, outbox
from portal.domain.actor import Actor

from . import links
from .credentials import MailboxRequest
from .models import Account, EmailAddress, Person, StaffMember

PURPOSE = "security"


def _to_person(name: str, person_id: int, *, actor: Actor, key: str, address: str = "", **data: Any) -> None:
    """Write to the mailbox of a person, or to ``address`` where it is about another one."""
    if not address:
        found = db.session().scalar(select(EmailAddress.address).where(EmailAddress.person_id == person_id))
        if found is None:
            return
        address = found
    outbox.write(
        name,
        key=f"{name}:{key}",
        account_id=actor.account_id,
        person_id=person_id,
        purpose=PURPOSE,
        address=address,
        data={"at": clock.now().isoformat(), **data},
        secret=links.NOT_ME,
        urgent=True,
        actor_name=actor.name,
    )


def prove_mailbox(request: MailboxRequest) -> None:
    """Write the link to a mailbox that nobody has proved yet; what a stranger typed as a name is not repeated."""
    outbox.write(
        "prove_mailbox",
        key=f"prove_mailbox:{request.uuid}",
        account_id=None,
        person_id=None,
        purpose=PURPOSE,
        address=request.address,
        data={
            "name": request.data.get("name", ""),
            "language": request.data.get("language", "en"),
            "hours": 48,
        },
        secret=links.PROOF,
        urgent=True,
        expires_at=clock.now() + timedelta(hours=24),
    )


def known_mailbox(request: MailboxRequest, person: Person) -> None:
    """Tell the owner of a mailbox that somebody tried to register it again."""
    outbox.write(
        "known_mailbox",
        key=f"known_mailbox:{request.uuid}",
        account_id=None,
        person_id=person.id,
        purpose=PURPOSE,
        address=request.address,
        data={"language": person.language, "at": clock.now().isoformat()},
        urgent=True,
        expires_at=clock.now() + timedelta(hours=24),
    )


def reset_password(request: MailboxRequest, person: Person) -> None:
    """Write the link by which a person chooses a new password."""
    outbox.write(
        "reset_password",
        key=f"reset_password:{request.uuid}",
        account_id=None,
        person_id=person.id,
        purpose=PURPOSE,
        address=request.address,
        data={"language": person.language, "minutes": 60},
        secret=links.RESET,
        urgent=True,
        expires_at=clock.now() + timedelta(hours=6),
    )


def invited(person: Person, address: str, *, actor: Actor, hours: int) -> None:
    """Write the link by which somebody begins to work here, to the mailbox the administrator named."""
    now = clock.now()
    outbox.write(
        "staff_invitation",
        key=f"staff_invitation:{person.uuid}:{now.isoformat()}",
        account_id=None,
        person_id=person.id,
        purpose=PURPOSE,
        address=address,
        data={"language": person.language, "hours": hours, "by": actor.name},
        secret=links.INVITATION,
        urgent=True,
        expires_at=now + timedelta(hours=24),
        actor_name=actor.name,
    )


def password_changed(person_id: int, *, actor: Actor, key: str) -> None:
    """Tell a person that the password is a new one."""
    _to_person("password_changed", person_id, actor=actor, key=key)


def factor_changed(
    person_id: int, *, actor: Actor, change: str, factor: str, key: str, name: str = "", passkey: str = ""
) -> None:
    """Tell a person that a way to sign in, ``totp`` or ``passkey``, was ``added`` or ``removed``."""
    data = {"change": change, "factor": factor, "what": name, "passkey": passkey}
    _to_person("factor_changed", person_id, actor=actor, key=key, **data)


def recovery_codes(person_id: int, *, actor: Actor, change: str, count: int, key: str) -> None:
    """Tell a person that recovery codes were ``made`` (so many) or that one was ``used`` (so many are left)."""
    _to_person("recovery_codes", person_id, actor=actor, key=key, change=change, count=count)


def passkey_copied(person_id: int, *, actor: Actor, name: str, key: str) -> None:
    """Tell a person that a passkey of theirs may exist twice and signs nobody in any more."""
    _to_person("passkey_copied", person_id, actor=actor, key=key, what=name)


def new_device(person_id: int, *, actor: Actor, device: str, network: str, key: str) -> None:
    """Tell a person of a sign-in from a device never seen before."""
    _to_person("new_device", person_id, actor=actor, key=key, device=device, network=network)


def second_step_lost(
    person_id: int, *, actor: Actor, stage: str, key: str, hours: int, until: str = ""
) -> None:
    """Write to every mailbox of a person about a lost second step: ``asked``, ``waiting`` or ``ready``.

    The first and the last carry the link that goes on; while it waits, the one that stops it, and a phone is told too.
    """
    secret = {"asked": links.LOST, "waiting": links.NOT_ME, "ready": links.REGAIN}[stage]
    data = {"at": clock.now().isoformat(), "hours": hours, "until": until}
    session = db.session()
    addresses = session.scalars(select(EmailAddress.address).where(EmailAddress.person_id == person_id)).all()
    every: dict[str, Any] = {
        "account_id": actor.account_id, "person_id": person_id, "purpose": PURPOSE, "data": data, "urgent": True,
        "actor_name": actor.name,
    }  # fmt: skip
    name = f"second_step_{stage}"
    for number, address in enumerate(addresses):
        outbox.write(name, key=f"{name}:{key}-{number}", address=address, secret=secret, **every)
    phone = session.scalar(
        select(Account.phone).where(Account.id == actor.account_id, Account.kind == "person")
    )
    if stage == "waiting" and phone:
        outbox.write(name, key=f"{name}:{key}-sms", channel="sms", **every)


def address_change(person_id: int, *, actor: Actor, address: str, key: str) -> None:
    """Write the link that proves the new mailbox, to the new mailbox."""
    outbox.write(
        "address_change",
        key=f"address_change:{key}",
        account_id=actor.account_id,
        person_id=person_id,
        purpose=PURPOSE,
        address=address,
        data={"address": address, "hours": 48},
        secret=links.ADDRESS,
        urgent=True,
        expires_at=clock.now() + timedelta(hours=24),
        actor_name=actor.name,
    )


def address_changed(
    person_id: int, *, actor: Actor, to: str, new: str, key: str, done: bool, undo: bool = False
) -> None:
    """Tell the mailbox ``to`` that a change to ``new`` was asked for, or is done; ``undo`` lets its link undo it."""
    here = to == new
    data = {"new": new if here else masked(new), "done": done, "here": here, "undo": undo}
    _to_person("address_changed", person_id, actor=actor, key=key, address=to, **data)


def way_back(person: Person, *, stage: str, why: str = "") -> None:
    """Tell everybody who works here that a way back for an administrator was ``opened`` on the server, or ``used``."""
    now = clock.now()
    readers = db.session().execute(
        select(StaffMember.person_id, EmailAddress.address)
        .join(EmailAddress, EmailAddress.person_id == StaffMember.person_id)
        .where(StaffMember.ended_at.is_(None), StaffMember.invited_at.is_(None))
    )
    for number, (person_id, address) in enumerate(readers.all()):
        outbox.write(
            "staff_way_back",
            key=f"staff_way_back:{stage}:{person.uuid}:{now.isoformat()}:{number}",
            account_id=None,
            person_id=person_id,
            purpose=PURPOSE,
            address=address,
            data={"at": now.isoformat(), "name": person.name, "stage": stage, "reason": why},
            urgent=True,
        )


def masked(address: str) -> str:
    """Return an address that its owner knows and a stranger cannot read: ``a…@example.org``."""
    local, _, host = address.partition("@")
    return f"{local[:1]}…@{host}"
