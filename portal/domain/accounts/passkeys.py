"""Passkeys of a person: made, named, listed, removed, and the check of what one of them has signed."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Denied, Invalid, NotFound
from portal.text import _t

from . import ceremonies, duty, factors, messages, sessions, shapes
from .actors import Face, actor_of, face_of
from .ceremonies import Ceremony, Use
from .credentials import Passkey
from .makes import name_of_make
from .models import EmailAddress, Person

MOST = 20  # of one person
COPIED = _t(
    "This passkey was refused: its counter went back, so there may be a copy of it. It is shut now, and we have "
    "written to you. Sign in another way."
)


class OwnPasskey(NamedTuple):
    """A passkey as its owner sees it."""

    uuid: uuidlib.UUID
    name: str
    make: str
    created_at: datetime
    last_used_at: datetime | None
    backed_up: bool
    refused_at: datetime | None


def passkeys_of(actor: Actor) -> list[OwnPasskey]:
    """Return the actor's own passkeys, the oldest first."""
    rows = db.session().execute(
        select(
            Passkey.uuid, Passkey.name, Passkey.aaguid, Passkey.created_at, Passkey.last_used_at,
            Passkey.backed_up, Passkey.refused_at,
        )
        .where(Passkey.person_id == actor.person_id)
        .order_by(Passkey.id)
        .limit(MOST)
    )  # fmt: skip
    return [OwnPasskey(r[0], r[1], name_of_make(r[2]), *r[3:]) for r in rows]


def passkey_of(actor: Actor, uuid: uuidlib.UUID) -> OwnPasskey:
    """Return one of the actor's own passkeys; raise NotFound when it is none of theirs."""
    for one in passkeys_of(actor):
        if one.uuid == uuid:
            return one
    raise NotFound()


def known_to(person_id: int) -> list[tuple[bytes, list[str]]]:
    """Return the credentials of a person that still count, with the ways they travel."""
    rows = db.session().execute(
        select(Passkey.credential_id, Passkey.transports)
        .where(Passkey.person_id == person_id, Passkey.refused_at.is_(None))
        .order_by(Passkey.id)
        .limit(MOST)
    )
    return [(bytes(row.credential_id), list(row.transports)) for row in rows]


def begin_passkey(actor: Actor) -> Ceremony:
    """Begin to make a passkey for the actor; raise FreshSignInNeeded, or Denied where there are enough."""
    sessions.require_fresh(actor)
    person = db.session().get(Person, actor.person_id)
    if person is None:
        raise NotFound()
    known = known_to(person.id)
    if len(known) >= MOST:
        raise Denied(_t("You have {most} passkeys. Remove one that you no longer use first.", most=MOST))
    address = db.session().scalar(select(EmailAddress.address).where(EmailAddress.person_id == person.id))
    token, challenge = ceremonies.begin(
        Use.ADD, face=face_of(actor), person_id=person.id, session_id=actor.session_id
    )
    options = ceremonies.creation_options(
        challenge, handle=person.uuid.bytes, address=address or "", name=person.name, known=known
    )
    return Ceremony(token, options)


def add_passkey(actor: Actor, token: str, answer: Any, *, device: str = "") -> uuidlib.UUID:
    """Keep the passkey that answers the ceremony of ``token`` and return its public id.

    Raise Invalid for every fault of the answer, Conflict when the credential is known already,
    FreshSignInNeeded. It is named after its make, else after the ``device`` it was made on.
    """
    with db.unit_of_work(write=False):
        sessions.require_fresh(actor)
    challenge = ceremonies.take(
        token, Use.ADD, face=face_of(actor), person_id=actor.person_id, session_id=actor.session_id
    )
    made = ceremonies.check_made(answer, challenge)
    name = name_of_make(made.aaguid) or device or str(_t("Passkey"))
    row = Passkey(
        uuid=uuidlib.uuid4(), person_id=actor.person_id or 0, credential_id=made.credential_id,
        public_key=made.public_key, sign_count=made.sign_count, aaguid=made.aaguid, name=name[:60],
        transports=made.transports, backup_eligible=made.backup_eligible, backed_up=made.backed_up,
        created_at=clock.now(), last_used_at=None, refused_at=None,
    )  # fmt: skip
    session = db.session()
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        if db.constraint_of(error) != "uq_passkey_credential_id":
            raise
        raise Conflict(_t("This passkey is known already. Each device or key makes its own.")) from None
    audit.record(Tag.FACTOR_ADDED, actor=actor, account_id=actor.account_id, factor="passkey")
    messages.factor_changed(
        row.person_id, actor=actor, change="added", factor="passkey", name=row.name, passkey=str(row.uuid),
        key=f"passkey-{row.uuid}",
    )  # fmt: skip
    return row.uuid


def rename_passkey(actor: Actor, uuid: uuidlib.UUID, name: str) -> None:
    """Give one of the actor's passkeys another name; raise NotFound, Invalid at ``name``."""
    name = shapes.line(name, most=60, field="name", needed=True)
    renamed = db.session().execute(
        update(Passkey)
        .where(Passkey.uuid == uuid, Passkey.person_id == actor.person_id)
        .values(name=name)
        .returning(Passkey.id)
    )
    if renamed.one_or_none() is None:
        raise NotFound()


def remove_passkey(actor: Actor, uuid: uuidlib.UUID) -> str:
    """Remove one of the actor's passkeys and return its name.

    Raise NotFound when it is none of theirs, FreshSignInNeeded, Denied when staff would have no second step left.
    """
    person_id = actor.person_id or 0
    one = passkey_of(actor, uuid)
    sessions.require_fresh(actor)
    held = factors.factors_of(person_id)
    last = one.refused_at is None and held.totp_since is None and held.passkeys == 1
    if last:
        duty.guard_last(person_id)
    gone = db.session().execute(
        delete(Passkey).where(Passkey.uuid == uuid, Passkey.person_id == person_id).returning(Passkey.id)
    )
    if gone.one_or_none() is None:
        raise NotFound()
    if last:
        factors.forget_recovery_codes(person_id)
    audit.record(Tag.FACTOR_REMOVED, actor=actor, account_id=actor.account_id, factor="passkey")
    messages.factor_changed(
        person_id,
        actor=actor,
        change="removed",
        factor="passkey",
        name=one.name,
        key=f"passkey-{uuid}-removed",
    )
    return one.name


class _Found(NamedTuple):
    id: int
    uuid: uuidlib.UUID
    person_id: int
    handle: uuidlib.UUID
    public_key: bytes
    sign_count: int
    backup_eligible: bool
    refused_at: datetime | None
    name: str


def accept(answer: Any, challenge: bytes, *, face: Face, person_id: int | None = None) -> int:
    """Accept what a passkey has signed and return whose it is; ``person_id`` says whose it must be.

    Raise Invalid for every fault in the same words: an unknown credential, somebody else's, a wrong signature,
    a person who may not enter this face. A counter that went back shuts the passkey and tells its owner.
    """
    credential_id = ceremonies.credential_id_of(answer)
    with db.unit_of_work(write=False) as reading:
        row = reading.execute(
            select(
                Passkey.id, Passkey.uuid, Passkey.person_id, Person.uuid.label("handle"), Passkey.public_key,
                Passkey.sign_count, Passkey.backup_eligible, Passkey.refused_at, Passkey.name,
            )
            .join(Person, Person.id == Passkey.person_id)
            .where(Passkey.credential_id == credential_id)
        ).one_or_none()  # fmt: skip
        refused = Invalid(ceremonies.REFUSED, code="accounts.passkey")
        if row is None:
            raise refused
        found = _Found(*row)
        if person_id is not None and found.person_id != person_id:
            raise refused
        try:
            actor = actor_of(found.person_id, face=face)
        except NotFound:
            raise refused from None
    if ceremonies.handle_of(answer) not in {None, found.handle.bytes}:
        raise refused
    used = ceremonies.check_used(answer, challenge, public_key=bytes(found.public_key))
    if found.refused_at is not None or used.backup_eligible != found.backup_eligible:
        raise refused
    if (used.sign_count or found.sign_count) and used.sign_count <= found.sign_count:
        _shut(found, actor)
        raise Invalid(COPIED, code="accounts.passkey_copied")
    # Of two answers at the same instant the later one sees the count of the earlier; zero means no counter.
    onward = Passkey.sign_count < used.sign_count if used.sign_count else Passkey.sign_count == 0
    counted = db.session().execute(
        update(Passkey)
        .where(Passkey.id == found.id, Passkey.refused_at.is_(None), onward)
        .values(sign_count=used.sign_count, backed_up=used.backed_up, last_used_at=clock.now())
        .returning(Passkey.id)
    )
    if counted.one_or_none() is None:
        raise refused
    return found.person_id


def _shut(found: _Found, actor: Actor) -> None:
    """Shut a passkey that may exist twice, committed apart because the refusal rolls back; tell its owner once."""
    with db.apart() as session:
        shut = session.execute(
            update(Passkey)
            .where(Passkey.id == found.id, Passkey.refused_at.is_(None))
            .values(refused_at=clock.now())
            .returning(Passkey.id)
        )
        if shut.one_or_none() is not None:
            audit.record(Tag.PASSKEY_REFUSED, actor=actor, account_id=actor.account_id, name=found.name)
            messages.passkey_copied(
                found.person_id, actor=actor, name=found.name, key=f"passkey-{found.uuid}-copied"
            )
