"""A partner asks a customer to share: what for, which data, how long, and what the customer gets for it."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from portal import db
from portal.domain import audit, clock, partners
from portal.domain.accounts import people_of
from portal.domain.accounts.models import Account
from portal.domain.accounts.shapes import line
from portal.domain.actor import Actor, PartnerRight, Right
from portal.domain.audit import Tag
from portal.domain.errors import Conflict, Denied, Invalid, NotFound, TooMany
from portal.domain.references import is_number
from portal.text import _t

from . import messages, rules
from .data import ATTRIBUTES
from .granting import give, guard
from .models import ShareGrant, ShareRequest
from .rules import Terms

A_DAY = 50  # requests of one partner
MOST_TOLD = 10  # people of a company who are told


def ask(number: str, terms: Terms, *, benefit: str, days: int, actor: Actor) -> ShareRequest:
    """Ask the customer with this number to share; ``terms.until`` does not matter, ``days`` begin with the yes.

    Whether the number is anybody's is not said: the request then runs out. Raises Denied, Invalid at the field,
    Conflict while a request waits or a no holds, TooMany after fifty in a day.
    """
    if not actor.partner_may(PartnerRight.SHARES_REQUEST) or actor.partner_id is None:
        raise Denied()
    now = clock.now()
    digits = "".join(sign for sign in number if sign.isdigit())
    if not is_number(digits):
        message = _t("This is no customer number of ours. Ask the customer to read it out again: ten digits.")
        raise Invalid(message, code="sharing.number", field="number")
    if not 1 <= days <= rules.LONGEST.days:
        message = _t("Write a number of days from 1 to {most}.", most=rules.LONGEST.days)
        raise Invalid(message, code="sharing.days", field="days")
    benefit = line(benefit, most=300, field="benefit", needed=True)
    words = line(terms.words, most=500, field="words", needed=True)
    terms = rules.checked(
        replace(terms, words=words, until=now + timedelta(days=days)),
        now,
        offered=list(ATTRIBUTES),
    )
    session = db.session()
    # The row of the partner is held, so that two presses at once do not ask twice.
    session.execute(
        select(partners.PartnerCompany.id)
        .where(partners.PartnerCompany.id == actor.partner_id)
        .with_for_update(key_share=True)
    )
    mine = ShareRequest.partner_id == actor.partner_id
    _not_again(actor.partner_id, digits)
    today = session.scalar(
        select(func.count())
        .where(mine, ShareRequest.created_at > now - timedelta(days=1))
        .select_from(ShareRequest)
    )
    if (today or 0) >= A_DAY:
        raise TooMany(3600)
    account_id = session.scalar(
        select(Account.id).where(
            Account.number == digits, Account.closed_at.is_(None), Account.claimed_at.is_not(None)
        )
    )
    row = ShareRequest(
        uuid=uuidlib.uuid4(), partner_id=actor.partner_id, number=digits, account_id=account_id,
        asked_by_id=actor.person_id, asked_by_name=actor.name, purpose=terms.purpose, words=terms.words,
        benefit=benefit, fields=list(terms.fields), data_since=terms.data_since, often=terms.often, days=days,
        sub_recipients=", ".join(rules.recipients(line(terms.sub_recipients, most=300, field="sub_recipients"))),
        keep_days=terms.keep_days,
        created_at=now, expires_at=now + rules.REQUEST_LIVES, answered_at=None, not_before=None, answer="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    if account_id is not None:
        audit.record(
            Tag.SHARE_ASKED, actor=actor, account_id=account_id, subject=("share_request", row.uuid),
            partner=actor.acting_for,
        )  # fmt: skip
        for one in people_of(account_id, Right.PERMISSIONS)[:MOST_TOLD]:
            messages.asked(row, person_id=one.person_id, partner=actor.acting_for)
    return row


def _not_again(partner_id: int, number: str) -> None:
    now = clock.now()
    last = (
        db.session()
        .scalars(
            select(ShareRequest)
            .where(ShareRequest.partner_id == partner_id, ShareRequest.number == number)
            .order_by(ShareRequest.id.desc())
            .limit(1)
        )
        .first()
    )
    if last is None:
        return
    if last.answered_at is None and last.expires_at > now:
        message = _t("You have asked this customer already. Wait for the answer.")
        raise Conflict(message, code="sharing.asked")
    if last.not_before is not None and last.not_before > now:
        message = _t(
            "This customer said no and will not be asked again before {day}.", day=last.not_before.date()
        )
        raise Conflict(message, code="sharing.refused")


def agree(uuid: uuidlib.UUID, terms: Terms, *, actor: Actor, notice: str = "") -> ShareGrant:
    """Answer a request with a yes, to all of it or to less; what is given is what ``terms`` say."""
    row = _waiting(uuid, actor)
    partner = (
        db.session()
        .scalars(select(partners.PartnerCompany.uuid).where(partners.PartnerCompany.id == row.partner_id))
        .one()
    )
    if set(terms.fields) - set(row.fields):
        message = _t("They did not ask for that. Share it from your side if you want to.")
        raise Invalid(message, code="sharing.not_asked", field="fields")
    rules.only_known(terms, row.sub_recipients)
    grant = give(partner, terms, actor=actor, notice=notice, request=row)
    row.answered_at, row.answer = clock.now(), "given"
    db.session().flush()
    return grant


def refuse(uuid: uuidlib.UUID, *, actor: Actor) -> ShareRequest:
    """Answer a request with a no; this partner does not ask again for half a year."""
    row = _waiting(uuid, actor)
    now = clock.now()
    row.answered_at, row.answer, row.not_before = now, "refused", now + rules.NO_LASTS
    audit.record(
        Tag.SHARE_REFUSED, actor=actor, account_id=row.account_id, subject=("share_request", row.uuid),
        partner=partners.named([row.partner_id])[row.partner_id],
    )  # fmt: skip
    db.session().flush()
    return row


def take_back(uuid: uuidlib.UUID, *, actor: Actor) -> None:
    """Take a request back that waits, by the partner who asked; a second press changes nothing."""
    if not actor.partner_may(PartnerRight.SHARES_REQUEST):
        raise Denied()
    row = (
        db.session()
        .scalars(
            select(ShareRequest)
            .where(ShareRequest.uuid == uuid, ShareRequest.partner_id == actor.partner_id)
            .with_for_update()
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound()
    if row.answered_at is None:
        row.answered_at, row.answer = clock.now(), "withdrawn"
        db.session().flush()


def _waiting(uuid: uuidlib.UUID, actor: Actor) -> ShareRequest:
    guard(actor)
    row = (
        db.session()
        .scalars(
            select(ShareRequest)
            .where(ShareRequest.uuid == uuid, ShareRequest.account_id == actor.account_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound()
    if row.answered_at is not None or row.expires_at <= clock.now():
        raise Conflict(_t("This request was answered, taken back, or has run out."), code="sharing.answered")
    return row
