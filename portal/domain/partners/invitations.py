"""Invitations to the people of a partner: by its administrators or our staff, to one address, for one role.

Who is invited proves the address at the provider of the company, which must have verified it, or through the link of
the mail where the company has no provider.
"""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from portal import db
from portal.domain import audit, clock, outbox
from portal.domain.accounts import links, shapes
from portal.domain.accounts.models import Person
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Invalid, NotFound, TooMany
from portal.text import _t

from . import rules
from .languages import first_language
from .models import PartnerCompany, PartnerIdentity, PartnerInvitation, PartnerMember, PartnerProvider
from .people import guard, hold
from .rules import SignsInBy

LIFE = timedelta(days=14)
MOST_A_DAY, MOST_TIMES = 30, 5


class InvitationLine(NamedTuple):
    """An invitation that is open, as those who look after people read it."""

    uuid: uuidlib.UUID
    name: str
    address: str
    role: str
    regions: list[str]
    by: str
    sent_at: datetime
    expires_at: datetime
    times: int


def open_invitation(company_id: int, key: str) -> PartnerInvitation | None:
    """Return the newest invitation to an address that is neither answered nor over."""
    return db.session().scalar(
        select(PartnerInvitation)
        .where(
            PartnerInvitation.partner_id == company_id,
            PartnerInvitation.address_key == key,
            PartnerInvitation.ended_at.is_(None),
            PartnerInvitation.expires_at > clock.now(),
        )
        .order_by(PartnerInvitation.id.desc())
        .limit(1)
    )


def invitations_of(partner_id: int, *, actor: Actor) -> list[InvitationLine]:
    """Return the open invitations of a company, the newest first; raise NotFound, Denied."""
    guard(actor, partner_id)
    rows = db.session().execute(
        select(
            PartnerInvitation.uuid, PartnerInvitation.name, PartnerInvitation.address, PartnerInvitation.role,
            PartnerInvitation.regions, PartnerInvitation.invited_by_name, PartnerInvitation.sent_at,
            PartnerInvitation.expires_at, PartnerInvitation.round,
        )
        .where(
            PartnerInvitation.partner_id == partner_id,
            PartnerInvitation.ended_at.is_(None),
            PartnerInvitation.expires_at > clock.now(),
        )
        .order_by(PartnerInvitation.id.desc())
        .limit(200)
    )  # fmt: skip
    return [InvitationLine(*row) for row in rows]


def invite(
    company: PartnerCompany, *, actor: Actor, name: str, email: str, role: str, regions: str = "", language: str = ""
) -> PartnerInvitation:  # fmt: skip
    """Ask somebody in, for two weeks; raise NotFound, Denied, TooMany, Invalid at the field that is wrong.

    Without a ``language`` in that of the company.
    Somebody of the company who never proved it at its present provider may be asked to.
    """
    guard(actor, company.id)
    company = hold(company.id)
    called = shapes.line(name, most=120, field="name", needed=True)
    mailbox = shapes.mailbox(email)
    wanted, places = rules.role(role), rules.regions(regions)
    language = shapes.language(language or first_language(company.country))
    session, now = db.session(), clock.now()
    if _works_here(company, mailbox.key):
        message = _t(
            "{address} works here for {company} already.", address=mailbox.address, company=company.name
        )
        raise Invalid(message, field="email")
    if open_invitation(company.id, mailbox.key) is not None:
        message = _t(
            "{address} has an open invitation. Send it again from the list.", address=mailbox.address
        )
        raise Invalid(message, field="email")
    today = session.scalar(
        select(func.count(PartnerInvitation.id)).where(
            PartnerInvitation.partner_id == company.id, PartnerInvitation.created_at > now - timedelta(days=1)
        )
    )
    if (today or 0) >= MOST_A_DAY:
        raise TooMany(3600, _t("That is enough for one day. Go on tomorrow."))
    row = PartnerInvitation(
        uuid=uuidlib.uuid4(), partner_id=company.id, address=mailbox.address, address_key=mailbox.key, name=called,
        language=language, role=wanted.value, regions=places, invited_by_id=actor.person_id,
        invited_by_name=actor.name, created_at=now, sent_at=now, round=1, expires_at=now + LIFE, ended_at=None,
        ended_how="", person_id=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _send(company, row, actor)
    return row


def _works_here(company: PartnerCompany, key: str) -> bool:
    """Tell whether somebody present has this address and can sign in by the company's present provider."""
    rows = db.session().execute(
        select(PartnerMember.email, PartnerMember.person_id).where(
            PartnerMember.partner_id == company.id, PartnerMember.ended_at.is_(None)
        )
    )
    mine = next((row.person_id for row in rows if shapes.key_of(row.email) == key), None)
    if mine is None:
        return False
    if company.signs_in_by != SignsInBy.OIDC:
        return True
    proved = (
        select(PartnerIdentity.id)
        .join(PartnerProvider, PartnerProvider.issuer == PartnerIdentity.issuer)
        .where(PartnerIdentity.person_id == mine, PartnerProvider.company_id == company.id)
    )
    return db.session().scalar(proved) is not None


def _send(company: PartnerCompany, row: PartnerInvitation, actor: Actor) -> None:
    audit.record(
        Tag.PARTNER_INVITED, actor=actor, subject=("partner", company.uuid), person=row.name, partner=company.name,
        partner_role=row.role,
    )  # fmt: skip
    outbox.write(
        "partner_invitation",
        key=f"partner_invitation:{row.uuid}:{row.round}",
        account_id=None,
        person_id=None,
        address=row.address,
        data={
            "language": row.language, "name": row.name, "company": company.name, "by": row.invited_by_name,
            "role": row.role, "until": row.expires_at.isoformat(), "invitation": str(row.uuid), "round": row.round,
        },
        about=("partner_invitation", row.uuid),
        secret=links.PARTNER_INVITATION,
        urgent=True,
        expires_at=row.expires_at,
        actor_name=row.invited_by_name,
    )  # fmt: skip


def _own(uuid: uuidlib.UUID, actor: Actor) -> tuple[PartnerInvitation, PartnerCompany]:
    row = db.session().scalar(
        select(PartnerInvitation).where(PartnerInvitation.uuid == uuid, PartnerInvitation.ended_at.is_(None))
    )
    if row is None:
        raise NotFound()
    guard(actor, row.partner_id)
    company = hold(row.partner_id)
    db.session().refresh(row)
    if row.ended_at is not None:
        raise NotFound()
    return row, company


def send_again(uuid: uuidlib.UUID, *, actor: Actor) -> str:
    """Send an invitation once more, for two weeks from now; the older link is dead. Return the address.

    Raise NotFound, Denied, Conflict after the fifth time.
    """
    row, company = _own(uuid, actor)
    if row.round >= MOST_TIMES:
        raise Conflict(
            _t("It was sent {count} times. Take it back, and ask for another address.", count=MOST_TIMES)
        )
    _recall(row, actor)
    now = clock.now()
    row.round, row.sent_at, row.expires_at = row.round + 1, now, now + LIFE
    row.invited_by_id, row.invited_by_name = actor.person_id, actor.name
    db.session().flush()
    _send(company, row, actor)
    return row.address


def cancel_invitation(uuid: uuidlib.UUID, *, actor: Actor) -> str:
    """Take an invitation back and return who was invited; it opens nothing any more. Raise NotFound, Denied."""
    row, company = _own(uuid, actor)
    row.ended_at, row.ended_how = clock.now(), "cancelled"
    db.session().flush()
    _recall(row, actor)
    audit.record(
        Tag.PARTNER_INVITATION_CANCELLED, actor=actor, subject=("partner", company.uuid), person=row.name,
        partner=company.name,
    )  # fmt: skip
    return row.name


def _recall(row: PartnerInvitation, actor: Actor) -> None:
    outbox.recall(
        about=("partner_invitation", row.uuid), names=["partner_invitation"], reason="invitation_cancelled",
        actor=actor,
    )  # fmt: skip


def accepted(row: PartnerInvitation, person: Person) -> None:
    """Note who accepted an invitation."""
    row.ended_at, row.ended_how, row.person_id = clock.now(), "accepted", person.id
    db.session().flush()
