"""The way back for a company whose only administrator is gone: a letter with a code to its seat.

1. A colleague asks, with a reason; everybody who acts for the company is told. 2. Two of staff have to agree, who never
   see the code.
3. A letter goes to the seat on record; the code in it works once, for thirty days, and five wrong ones end it.
4. Who asked enters it; everybody is told again, and nothing happens for seven days but that an administrator, if there
   is one after all, can stop it with one press.
5. Then who asked administers the company.
"""

from __future__ import annotations

import secrets
import uuid as uuidlib
from datetime import datetime

from sqlalchemy import or_, select, update

from portal import db
from portal.domain import audit, clock, outbox
from portal.domain.actor import SYSTEM, Actor, Permission, Right
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Denied, Invalid, NotFound
from portal.text import _t

from . import links, memberships, shapes
from .company_reading import company_of
from .models import Membership, SeatClaim
from .rights import Held
from .seat_claims import (
    AGAIN,
    ASKED_LIVES,
    CODE_LIVES,
    LENGTH,
    MOST,
    SIGNS,
    TRIES,
    WAIT,
    Claim,
    end,
    hash_of,
    is_code,
    open_one,
    read,
    seat_lines,
    tell,
)  # fmt: skip


def current(actor: Actor) -> Claim | None:
    """Return the open request of the company in hand; raise NotFound where the account in hand is none."""
    account = company_of(actor)
    return next(iter(read(SeatClaim.account_id == account.id)), None)


def open_claims(actor: Actor) -> list[Claim]:
    """Return every open request, the oldest first, for staff; one query. Raise Denied."""
    actor.require(Permission.COMPANIES_RECOVER)
    return read()


def claim(*, actor: Actor, why: str) -> None:
    """Ask to administer the company in hand; a second press of the same person changes nothing.

    Raise NotFound where the account in hand is no company, Invalid at ``why``, Conflict for who administers it, where
    somebody asked already, too often, or where no seat is on record.
    """
    account, now, session = company_of(actor), clock.now(), db.session()
    reason = shapes.line(why, most=300, field="why", needed=True)
    session.refresh(account, with_for_update={"key_share": True})
    if actor.administers:
        raise Conflict(_t("You administer the company already."), code="accounts.seat")
    if not seat_lines(account):
        raise Conflict(_t("We have no address of the company’s seat. Please call us."), code="accounts.seat")
    known = session.scalars(
        select(SeatClaim).where(
            SeatClaim.account_id == account.id,
            or_(SeatClaim.ended_at.is_(None), SeatClaim.asked_at > now - AGAIN),
        )
    ).all()
    running = next((one for one in known if one.ended_at is None), None)
    if running is not None and running.person_id == actor.person_id:
        return
    if running is not None:
        raise Conflict(_t("A colleague has asked already. Wait for what comes of it."), code="accounts.seat")
    if len(known) >= MOST:
        raise Conflict(_t("This was asked for twice within a month. Please call us."), code="accounts.seat")
    row = SeatClaim(
        account_id=account.id, person_id=actor.person_id, why=reason, asked_at=now, first_id=None, second_id=None,
        code_until=None, ready_at=None, ended_at=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        Tag.SEAT_CLAIMED, actor=actor, account_id=account.id, subject=("seat_claim", row.uuid), why=reason
    )
    tell(row, account, actor.name, "asked")


def agree(uuid: uuidlib.UUID, *, actor: Actor) -> bool:
    """Agree as one of two of staff; with the second the letter is written. Tell whether it was the second.

    Raise Denied, also for the first one again, NotFound, Conflict when it was agreed to already.
    """
    actor.require(Permission.COMPANIES_RECOVER)
    row, account, person = open_one(uuid)
    if row.second_id is not None:
        raise Conflict(_t("Two of you agreed already: the letter is on its way."), code="accounts.seat")
    if actor.person_id in (row.first_id, row.person_id):
        raise Denied(_t("Another colleague has to agree too."))
    if row.first_id is None:
        row.first_id, row.first_name = actor.person_id, actor.name[:120]
        db.session().flush()
        return False
    row.second_id, row.second_name = actor.person_id, actor.name[:120]
    row.code_until = clock.now() + CODE_LIVES
    db.session().flush()
    audit.record(
        Tag.SEAT_AGREED, actor=actor, account_id=account.id, subject=("seat_claim", row.uuid), first=row.first_name,
        second=row.second_name,
    )  # fmt: skip
    outbox.write(
        "seat_code",
        key=f"seat_code:{row.uuid}",
        account_id=account.id,
        person_id=person.id,
        channel="letter",
        address="\n".join(seat_lines(account)),
        data={
            "company": account.name,
            "name": person.name,
            "until": row.code_until.isoformat(),
            "days": WAIT.days,
        },
        about=("seat_claim", row.uuid),
        secret=links.SEAT,
        urgent=True,
        expires_at=row.code_until,
    )
    tell(row, account, person.name, "agreed")
    return True


def refuse(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """End a request as staff, at any step before it is done; raise Denied, NotFound."""
    actor.require(Permission.COMPANIES_RECOVER)
    row, account, person = open_one(uuid)
    end(row, account, person.name, "refused", actor=actor)


def mint_code(claim_uuid: str) -> str:
    """Return a new code for a request whose letter is being written; only its hash is kept. Raise NotFound."""
    row, _account, _person = open_one(uuidlib.UUID(claim_uuid))
    code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    row.code_hash = hash_of(row.uuid, code)
    db.session().flush()
    return "-".join(code[n : n + 4] for n in range(0, LENGTH, 4))


def agreed_by(claim_uuid: str, actor: Actor) -> bool:
    """Tell whether a member of staff agreed, or is who asked, and so never sees the code."""
    part = (SeatClaim.first_id, SeatClaim.second_id, SeatClaim.person_id)
    found = select(SeatClaim.id).where(
        SeatClaim.uuid == uuidlib.UUID(claim_uuid), or_(*(one == actor.person_id for one in part))
    )
    return db.session().scalar(found) is not None


def enter_code(code: str, *, actor: Actor) -> datetime:
    """Enter the code from the letter and return when the wait is over.

    Every try is counted, apart, before it is judged; the fifth wrong one ends the request. Raise NotFound without a
    request of the actor's own whose letter has gone out, Invalid at ``code``.
    """
    mine = (
        SeatClaim.account_id == actor.account_id, SeatClaim.person_id == actor.person_id, SeatClaim.ended_at.is_(None),
        SeatClaim.second_id.is_not(None), SeatClaim.ready_at.is_(None), SeatClaim.code_until > clock.now(),
    )  # fmt: skip
    with db.apart() as session:
        counted = session.execute(
            update(SeatClaim)
            .where(*mine, SeatClaim.tries < TRIES)
            .values(tries=SeatClaim.tries + 1)
            .returning(SeatClaim.id, SeatClaim.uuid, SeatClaim.code_hash, SeatClaim.tries)
        ).one_or_none()
    if counted is None:
        raise NotFound()
    clean = "".join(sign for sign in code.upper() if sign.isalnum())
    if not is_code(counted.uuid, clean, counted.code_hash):
        left = TRIES - counted.tries
        if left <= 0:
            with db.apart():
                row, owner, person = open_one(counted.uuid)
                end(row, owner, person.name, "wrong")
            raise Invalid(_t("This code is wrong, and that was the last try. Please call us."), field="code")
        raise Invalid(
            _t("This code is wrong. Tries left: {left}", left=left), code="accounts.seat", field="code"
        )
    row, account, person = open_one(counted.uuid)
    until = clock.now() + WAIT
    row.ready_at, row.code_hash = until, ""
    db.session().flush()
    audit.record(
        Tag.SEAT_CODE_ENTERED,
        actor=actor,
        account_id=account.id,
        subject=("seat_claim", row.uuid),
        until=until,
    )
    tell(row, account, person.name, "waiting", until=until)
    return until


def stop(*, actor: Actor) -> None:
    """Stop the request of the company in hand: who asked, or who administers it after all. Raise NotFound, Denied."""
    account = company_of(actor)
    found = db.session().scalar(
        select(SeatClaim.uuid).where(SeatClaim.account_id == account.id, SeatClaim.ended_at.is_(None))
    )
    if found is None:
        raise NotFound()
    row, account, person = open_one(found)
    if not actor.administers and row.person_id != actor.person_id:
        raise Denied()
    end(row, account, person.name, "stopped", actor=actor)


def carry_out_due() -> int:
    """Make those administrators whose wait is over, and end what nobody went on with; return how many were made.

    For the worker: each in a transaction of its own, several may run at once, each is done once.
    """
    now = clock.now()
    over = or_(
        SeatClaim.ready_at <= now,
        SeatClaim.ready_at.is_(None) & (SeatClaim.code_until <= now),
        SeatClaim.second_id.is_(None) & (SeatClaim.asked_at <= now - ASKED_LIVES),
    )
    with db.unit_of_work(write=False) as session:
        due = session.scalars(select(SeatClaim.uuid).where(SeatClaim.ended_at.is_(None), over)).all()
    return sum(_carry_out(uuid) for uuid in due)


def _carry_out(uuid: uuidlib.UUID) -> bool:
    with db.unit_of_work():
        try:
            row, account, person = open_one(uuid)
        except NotFound:
            return False  # another worker was quicker, or somebody stopped it
        member = db.session().scalar(
            select(Membership).where(
                Membership.account_id == account.id,
                Membership.person_id == person.id,
                Membership.ended_at.is_(None),
            )
        )
        if (
            row.ready_at is None
            or row.ready_at > clock.now()
            or member is None
            or person.deactivated_at is not None
        ):
            end(row, account, person.name, "expired")
            return False
        known = {one.right for one in memberships.standing(member)}
        if Right.ADMINISTER.value not in known:
            memberships.give(member, [Held(Right.ADMINISTER, None, "", None, None)], by_id=None)
        told = [Held(Right.ADMINISTER, None, "", None, None).told(account.zone)]
        audit.record(
            Tag.RIGHTS_SET, actor=SYSTEM, account_id=account.id, subject=("membership", member.uuid),
            person=person.name, rights=told,
        )  # fmt: skip
        end(row, account, person.name, "done")
        return True
