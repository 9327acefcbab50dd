"""One-time links: 256 random bits, only their hash is stored, used once, short-lived, the older of a kind die."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from portal import db
from portal.domain import clock
from portal.domain.errors import NotFound

from . import keys
from .credentials import OneTimeLink

PROOF, RESET, ADDRESS, DEMO, STEP, FACTOR = "proof", "reset", "address", "demo", "step", "factor"
INVITATION = "invitation"
SEAT = "seat"  # the code in the letter to the seat of a company
WAY_BACK = "way_back"  # for the only administrator of staff, from the command line
COLLEAGUE = "colleague"  # an invitation to act for a company
PASSKEY = "passkey"  # the challenge of a passkey
NOT_ME = "not_me"  # in the mails about security
SHARED = "shared"  # in the mail that tells a partner what became of a grant
PARTNER = "partner"  # a browser on its way to the identity provider of a partner, and back
PARTNER_INVITATION = "partner_invitation"  # an invitation to act for a partner
LOST, REGAIN = "lost", "regain"  # a lost second step: the wait begins, the wait is over
LIVES: dict[str, timedelta] = {
    PROOF: timedelta(hours=48),
    RESET: timedelta(hours=1),
    ADDRESS: timedelta(hours=48),
    DEMO: timedelta(hours=1),
    STEP: timedelta(minutes=20),
    FACTOR: timedelta(minutes=30),
    INVITATION: timedelta(hours=72),
    WAY_BACK: timedelta(hours=1),
    COLLEAGUE: timedelta(days=7),
    PASSKEY: timedelta(minutes=5),
    NOT_ME: timedelta(days=7),
    PARTNER: timedelta(minutes=10),
    PARTNER_INVITATION: timedelta(days=14),
    LOST: timedelta(hours=24),
    REGAIN: timedelta(days=7),
    SHARED: timedelta(days=30),
}
# A browser between password and code must not end another browser's sign-in, nor a script's another script's.
# Two companies may invite the same mailbox; within one the invitation itself knows its newest link.
SEVERAL = {STEP, FACTOR, DEMO, PASSKEY, NOT_ME, LOST, REGAIN, COLLEAGUE, SHARED, PARTNER, PARTNER_INVITATION}


@dataclass(frozen=True, slots=True)
class Link:
    """An open link as its holder may use it."""

    id: int
    kind: str
    person_id: int | None
    address: str
    data: dict[str, Any]
    expires_at: datetime


def mint_link(
    kind: str, *, person_id: int | None = None, address: str = "", data: dict[str, Any] | None = None
) -> str:
    """Make a link of ``kind`` and return its token, which is stored nowhere; older open ones of the kind die."""
    now = clock.now()
    session = db.session()
    if kind not in SEVERAL:
        same = OneTimeLink.person_id == person_id if person_id is not None else OneTimeLink.address == address
        session.execute(
            update(OneTimeLink)
            .where(
                OneTimeLink.kind == kind, same, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now
            )
            .values(expires_at=now)
        )
    token = keys.new_token()
    session.add(
        OneTimeLink(
            kind=kind,
            token_hash=keys.digest(token),
            person_id=person_id,
            address=address,
            data=data or {},
            created_at=now,
            expires_at=now + LIVES[kind],
            used_at=None,
        )
    )
    session.flush()
    return token


def peek(kind: str, token: str) -> Link:
    """Return the open link of ``kind``; raise NotFound when it is unknown, used, or over. Nothing changes."""
    row = (
        db.session()
        .execute(
            select(
                OneTimeLink.id,
                OneTimeLink.kind,
                OneTimeLink.person_id,
                OneTimeLink.address,
                OneTimeLink.data,
                OneTimeLink.expires_at,
            ).where(
                OneTimeLink.token_hash == keys.digest(token),
                OneTimeLink.kind == kind,
                OneTimeLink.used_at.is_(None),
                OneTimeLink.expires_at > clock.now(),
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound()
    return Link(*row)


def use(kind: str, token: str) -> Link:
    """Use up a link and return it; of several at the same instant one gets it, the others raise NotFound."""
    link = peek(kind, token)
    now = clock.now()
    done = db.session().execute(
        update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now)
        .values(used_at=now)
        .returning(OneTimeLink.id)
    )
    if done.one_or_none() is None:
        raise NotFound()
    return link


def end_all(person_id: int, *kinds: str) -> None:
    """End every open link of a person of these kinds."""
    now = clock.now()
    db.session().execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.person_id == person_id,
            OneTimeLink.kind.in_(kinds),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
        )
        .values(expires_at=now)
    )
