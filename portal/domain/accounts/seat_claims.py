"""Requests to administer a company as rows: read, taken for a change, ended, told to everybody."""

from __future__ import annotations

import secrets
import uuid as uuidlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from portal import db
from portal.domain import audit, clock, firm, outbox
from portal.domain.actor import SYSTEM, Actor
from portal.domain.audit import Tag
from portal.domain.errors import NotFound

from . import keys
from .finders import people_of
from .models import Account, Person, SeatClaim

SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that can be taken for another
LENGTH = 12  # 60 bits
CODE_LIVES = timedelta(days=30)
ASKED_LIVES = timedelta(days=60)
WAIT = timedelta(days=7)
TRIES = 5
AGAIN = timedelta(days=30)
MOST = 2  # requests of one company within that time


class Claim(NamedTuple):
    """A request as pages show it."""

    uuid: uuidlib.UUID
    company: str
    number: str
    seat: Sequence[str]
    person: str
    person_id: int
    why: str
    asked_at: datetime
    first: str
    first_id: int | None
    second: str
    code_until: datetime | None
    ready_at: datetime | None
    tries: int


def seat_lines(account: Account) -> list[str]:
    """Return the seat on record as it stands on a letter; [] where it is not known."""
    if not (account.street and account.city):
        return []
    place = f"{account.postcode} {account.city}".strip()
    abroad = account.country if account.country != firm.now().country else ""
    return [one for one in (account.name, account.street, place, abroad) if one]


def open_one(uuid: uuidlib.UUID) -> tuple[SeatClaim, Account, Person]:
    """Take an open request for a change; raise NotFound."""
    session = db.session()
    row = session.scalar(
        select(SeatClaim)
        .where(SeatClaim.uuid == uuid, SeatClaim.ended_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    return row, session.get_one(Account, row.account_id), session.get_one(Person, row.person_id)


def end(row: SeatClaim, account: Account, person: str, how: str, *, actor: Actor = SYSTEM) -> None:
    """End a request; a letter that has not gone out stays here, and everybody is told."""
    row.ended_at, row.ended_how, row.code_hash = clock.now(), how, ""
    db.session().flush()
    outbox.recall(about=("seat_claim", row.uuid), names=["seat_code"], reason="seat_claim_ended", actor=actor)
    audit.record(
        Tag.SEAT_CLAIM_ENDED, actor=actor, account_id=account.id, subject=("seat_claim", row.uuid), person=person,
        how=how,
    )  # fmt: skip
    tell(row, account, person, how)


def tell(row: SeatClaim, account: Account, name: str, stage: str, *, until: datetime | None = None) -> None:
    """Tell everybody who acts for the company, whatever their rights are."""
    for member in people_of(account.id):
        outbox.write(
            "seat_claim",
            key=f"seat_claim:{row.uuid}:{stage}:{member.person_id}",
            account_id=account.id,
            person_id=member.person_id,
            purpose=outbox.SECURITY,
            data={
                "company": account.name, "name": name, "stage": stage, "reason": row.why, "days": WAIT.days,
                "until": until.isoformat() if until else "",
            },
            about=("seat_claim", row.uuid),
            urgent=True,
        )  # fmt: skip


def hash_of(uuid: uuidlib.UUID, code: str) -> str:
    """Return what is stored of a code."""
    return keys.fingerprint("seat-code", f"{uuid}:{code}")


def is_code(uuid: uuidlib.UUID, code: str, kept: str) -> bool:
    """Tell whether ``kept`` is what is stored of a code, by this secret key or by one before it."""
    known = keys.fingerprints("seat-code", f"{uuid}:{code}")
    return bool(kept) and any(secrets.compare_digest(one[: len(kept)], kept) for one in known)


def read(*narrower: object) -> list[Claim]:
    """Return open requests, the oldest first; one query."""
    rows = db.session().execute(
        select(SeatClaim, Account, Person.name)
        .join(Account, Account.id == SeatClaim.account_id)
        .join(Person, Person.id == SeatClaim.person_id)
        .where(SeatClaim.ended_at.is_(None), *narrower)  # type: ignore[arg-type]  # conditions
        .order_by(SeatClaim.id)
        .limit(200)
    )
    return [
        Claim(
            row.uuid, account.name, account.number, seat_lines(account), name, row.person_id, row.why, row.asked_at,
            row.first_name, row.first_id, row.second_name, row.code_until, row.ready_at, row.tries,
        )
        for row, account, name in rows
    ]  # fmt: skip
