"""Invitations: an administrator offers rights to a mailbox; its owner proves it by a link and says yes or no.

Inviting writes the same rows whether the address is known or not. What the owner of the mailbox has to do is found
out only when the link is open before them: sign in, choose a password, or just say yes.
"""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select

from portal import db
from portal.domain import audit, clock, outbox
from portal.domain.actor import Actor, Right
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid, NotFound, TooMany
from portal.text import _t

from . import company_messages, shapes
from .companies import take, within_own
from .company_reading import company_of
from .models import Account, EmailAddress, Invitation, Membership, MembershipRight
from .rights import Grant, Held, checked, live

LIFE = timedelta(days=7)
MOST_A_DAY = 30
MOST_TIMES = 5


class Way(StrEnum):
    """What the owner of the invited mailbox does to accept."""

    ACCEPT = "accept"  # signed in as the one who is invited
    SIGN_IN = "sign_in"  # the mailbox belongs to somebody who has an account here
    PASSWORD = "password"  # noqa: S105 - nobody, an imported record, or somebody without an account any more
    OTHER = "other"  # signed in, but the mailbox is somebody else's
    STAFF = "staff"  # somebody who works here does not act for a customer


@dataclass(frozen=True, slots=True)
class Offered:
    """An invitation as both sides read it."""

    uuid: uuidlib.UUID
    company: str
    zone: str
    name: str
    address: str
    by: str
    rights: tuple[Held, ...]
    sent_at: datetime
    expires_at: datetime
    times: int
    open: bool  # its link still works
    way: Way = Way.PASSWORD
    language: str = "en"


def kept(one: Held) -> dict[str, Any]:
    """Return a right as an invitation keeps it, by its instants."""
    return {
        "right": one.right.value,
        "amount": f"{one.amount:.2f}" if one.amount is not None else None,
        "currency": one.currency,
        "starts_at": one.starts_at.isoformat() if one.starts_at else None,
        "until": one.until.isoformat() if one.until else None,
    }


def given(kept: dict[str, Any]) -> Held:
    """Return a right that an invitation has kept."""
    return Held(
        Right(kept["right"]),
        Decimal(kept["amount"]) if kept["amount"] is not None else None,
        kept["currency"],
        datetime.fromisoformat(kept["starts_at"]) if kept["starts_at"] else None,
        datetime.fromisoformat(kept["until"]) if kept["until"] else None,
    )


def stands(at: datetime) -> ColumnElement[bool]:
    """Return the condition that an invitation is open: not answered, not over, its sender still administers."""
    administers = exists(
        select(MembershipRight.id)
        .join(Membership, Membership.id == MembershipRight.membership_id)
        .where(
            Membership.account_id == Invitation.account_id,
            Membership.person_id == Invitation.invited_by_id,
            Membership.ended_at.is_(None),
            MembershipRight.right == Right.ADMINISTER.value,
            live(at),
        )
        .correlate(Invitation)
    )
    return and_(Invitation.ended_at.is_(None), Invitation.expires_at > at, administers)


def invitations_of(actor: Actor) -> list[Offered]:
    """Return what was offered and is not answered yet, the newest first, over ones of the last month too; one query.

    Raise NotFound where the account in hand is no company.
    """
    account, now = company_of(actor), clock.now()
    if not actor.administers:
        return []
    rows = db.session().execute(
        select(Invitation, stands(now).label("open"))
        .where(
            Invitation.account_id == account.id,
            Invitation.ended_at.is_(None),
            Invitation.expires_at > now - timedelta(days=30),
        )
        .order_by(Invitation.id.desc())
        .limit(100)
    )
    return [offered(account, row.Invitation, row.open) for row in rows]


def offered(account: Account, row: Invitation, still: bool, way: Way = Way.PASSWORD) -> Offered:
    """Return an invitation as both sides read it."""
    return Offered(
        row.uuid, account.name, account.zone, row.name, row.address, row.invited_by_name,
        tuple(map(given, row.rights)), row.sent_at, row.expires_at, row.round, still, way, row.language,
    )  # fmt: skip


def invite_colleague(
    *, name: str, email: str, language: str, grants: Sequence[Grant], actor: Actor
) -> Offered:
    """Offer somebody to act for the company in hand; the answer is the same whether the address is known or not.

    Raise NotFound, Denied, TooMany, Invalid at ``name``, ``email``, ``language``, ``rights`` or a field of a right.
    """
    account = take(actor)
    called = shapes.line(name, most=120, field="name", needed=True)
    mailbox = shapes.mailbox(email)
    language = shapes.language(language)
    wanted = [checked(grant, account.zone) for grant in grants]
    if not wanted:
        raise Invalid(_t("Choose at least one thing that this person may do."), field="rights")
    within_own(account, actor, wanted)
    session, now = db.session(), clock.now()
    colleague = session.scalar(
        select(Membership.id)
        .join(EmailAddress, EmailAddress.person_id == Membership.person_id)
        .where(
            Membership.account_id == account.id,
            Membership.ended_at.is_(None),
            EmailAddress.address_key == mailbox.key,
        )
    )
    if colleague is not None:
        raise Invalid(_t("This person acts for the company already."), field="email")
    mine = select(func.count(Invitation.id)).where(Invitation.account_id == account.id)
    if session.scalar(mine.where(Invitation.address_key == mailbox.key, stands(now))):
        raise Invalid(
            _t("This address has an open invitation. You can send it again or cancel it."), field="email"
        )
    if (session.scalar(mine.where(Invitation.created_at > now - timedelta(days=1))) or 0) >= MOST_A_DAY:
        raise TooMany(3600, _t("These were many invitations for one day. Please send more tomorrow."))
    row = Invitation(
        uuid=uuidlib.uuid4(), account_id=account.id, address=mailbox.address, address_key=mailbox.key, name=called,
        language=language, rights=list(map(kept, wanted)), invited_by_id=actor.person_id,
        invited_by_name=actor.name, created_at=now, sent_at=now, round=1, expires_at=now + LIFE, ended_at=None,
        person_id=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _send(account, row, actor)
    return offered(account, row, True)


def _send(account: Account, row: Invitation, actor: Actor) -> None:
    told = [one.told(account.zone) for one in map(given, row.rights)]
    audit.record(
        Tag.INVITATION_SENT,
        actor=actor,
        account_id=account.id,
        subject=("invitation", row.uuid),
        person=row.name,
        rights=told,
    )
    company_messages.invitation(account, row, told)


def _own(account: Account, uuid: uuidlib.UUID) -> Invitation:
    row = db.session().scalar(
        select(Invitation)
        .where(Invitation.uuid == uuid, Invitation.account_id == account.id, Invitation.ended_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    return row


def send_again(uuid: uuidlib.UUID, *, actor: Actor) -> Offered:
    """Send an invitation once more, for seven days from now, in the name of ``actor``; the older link is dead.

    Raise NotFound, Denied, Conflict after the fifth time.
    """
    account = take(actor)
    row, now = _own(account, uuid), clock.now()
    within_own(account, actor, map(given, row.rights))
    if row.round >= MOST_TIMES:
        raise Conflict(
            _t(
                "It was sent {count} times. Cancel it, and ask the person for another address.",
                count=MOST_TIMES,
            )
        )
    _recall(row, actor)
    row.round, row.sent_at, row.expires_at = row.round + 1, now, now + LIFE
    row.invited_by_id, row.invited_by_name = actor.person_id or 0, actor.name
    db.session().flush()
    _send(account, row, actor)
    return offered(account, row, True)


def cancel_invitation(uuid: uuidlib.UUID, *, actor: Actor) -> str:
    """Take an invitation back and return who was invited; its link is dead at once. Raise NotFound, Denied."""
    account = take(actor)
    row = _own(account, uuid)
    ended(account, row, "cancelled", Tag.INVITATION_CANCELLED, actor)
    _recall(row, actor)
    return row.name


def _recall(row: Invitation, actor: Actor) -> None:
    outbox.recall(
        about=("invitation", row.uuid), names=["invitation"], reason="invitation_cancelled", actor=actor
    )


def ended(account: Account, row: Invitation, how: str, tag: Tag, actor: Actor) -> None:
    """Note how an invitation ended: accepted, declined, cancelled."""
    row.ended_at, row.ended_how = clock.now(), how
    db.session().flush()
    audit.record(tag, actor=actor, account_id=account.id, subject=("invitation", row.uuid), person=row.name)
