"""The proof a sign-in by a provider stands on: said back to it, made anew, and ended when the provider says so."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.domain import audit, clock
from portal.domain.accounts import keys, sessions
from portal.domain.accounts.actors import Face
from portal.domain.accounts.credentials import SignInSession
from portal.domain.accounts.models import Person
from portal.domain.actor import Actor, ActorKind
from portal.domain.audit import Tag

from .entering import Came, NotLetIn, Refusal, identity_of
from .models import PartnerIdentity, PartnerMember, PartnerSignIn, PartnerSpentToken
from .providers import TOKEN_SEAL, Provider


def prove_again(actor: Actor, provider: Provider, came: Came) -> str:
    """Note that the same person proved it anew at the same provider; return the new token of the sign-in.

    Raise NotLetIn when it is somebody else.
    """
    row = db.session().scalar(select(PartnerSignIn).where(PartnerSignIn.session_id == actor.session_id))
    found = identity_of(provider.issuer, came.sub)
    if row is None or found is None or found.person_id != actor.person_id:
        raise NotLetIn(Refusal.OTHER_PERSON)
    if row.identity_id is None:  # by a link of the demo, which proved nothing
        row.identity_id = found.id
    if row.identity_id != found.id:
        raise NotLetIn(Refusal.OTHER_PERSON)
    return sessions.prove_again(actor)


def proof_of(actor: Actor) -> tuple[int, str] | None:
    """Return the company in hand and the ID token of a sign-in by a provider; None for one by password."""
    row = db.session().execute(
        select(PartnerMember.partner_id, PartnerSignIn.id_token)
        .join(PartnerMember, PartnerMember.id == PartnerSignIn.member_id)
        .where(PartnerSignIn.session_id == actor.session_id, PartnerSignIn.identity_id.is_not(None))
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    try:
        return row[0], keys.unseal(TOKEN_SEAL, row[1]) if row[1] else ""
    except keys.Unreadable:
        return row[0], ""


def sign_out_by_notice(provider: Provider, *, sub: str, sid: str, jti: str, until: int) -> int | None:
    """End the sign-ins that a provider says have ended there; return how many, None for a notice that was used.

    With ``sid`` those of that session, else all of the subject. ``until`` (seconds since 1970) is as long as the
    notice could come again.
    """
    session, now = db.session(), clock.now()
    session.execute(delete(PartnerSpentToken).where(PartnerSpentToken.expires_at < now))
    spent = PartnerSpentToken(
        issuer=provider.issuer,
        jti_hash=hashlib.sha256(jti.encode()).hexdigest(),
        expires_at=datetime.fromtimestamp(until, UTC),
    )
    try:
        with session.begin_nested():
            session.add(spent)
    except IntegrityError as error:
        if db.constraint_of(error) != "uq_partner_spent_token_issuer_jti_hash":
            raise
        return None
    theirs = (
        select(PartnerSignIn.session_id)
        .join(PartnerIdentity, PartnerIdentity.id == PartnerSignIn.identity_id)
        .where(PartnerIdentity.issuer == provider.issuer)
    )
    if sid:
        theirs = theirs.where(PartnerSignIn.sid == sid)
    if sub:
        theirs = theirs.where(PartnerIdentity.sub == sub)
    ended = session.execute(
        update(SignInSession)
        .where(SignInSession.id.in_(theirs), SignInSession.ended_at.is_(None))
        .values(ended_at=now, ended_how="provider")
        .returning(SignInSession.person_id)
    ).all()
    for person_id in {row.person_id for row in ended}:
        count = sum(row.person_id == person_id for row in ended)
        by = Actor(ActorKind.PARTNER, person_id=person_id, name=session.get_one(Person, person_id).name)
        audit.record(Tag.SESSION_ENDED, actor=by, count=count, face=Face.PARTNER.value)
    return len(ended)
