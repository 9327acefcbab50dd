"""Who may come in with what a provider says: the account is issuer and subject, and never the mail address.

A subject that is known is that person. One that is new may come in by an invitation to its verified address, or by a
mail domain that staff have verified as the company's own; an address that somebody of the company had before opens
nothing to another subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal import config, db
from portal.domain import clock
from portal.domain.accounts import keys, sessions, shapes
from portal.domain.accounts.actors import Face
from portal.domain.accounts.credentials import SignInSession
from portal.domain.accounts.models import Person
from portal.domain.accounts.people import new_person
from portal.domain.actor import SYSTEM
from portal.domain.errors import DomainError

from . import entrance, rules
from .invitations import accepted, open_invitation
from .languages import first_language
from .models import (
    PartnerCompany,
    PartnerDomain,
    PartnerIdentity,
    PartnerMember,
    PartnerSignIn,
)
from .people import begin, hold
from .providers import TOKEN_SEAL, Provider
from .rules import PartnerRole


class Refusal(StrEnum):
    """Why somebody whom a provider knows does not come in."""

    COMPANY = "company"  # deactivated
    PERSON = "person"  # deactivated
    ENDED = "ended"  # the access of this person was ended
    UNKNOWN = "unknown"  # neither invited nor of a verified domain
    MAIL = "mail"  # the provider has not verified the address
    NO_MAIL = "no_mail"  # it names none
    OTHER_SUBJECT = "other_subject"  # the address belongs to somebody else of the company
    OTHER_PERSON = "other_person"  # a fresh proof by somebody else
    OTHER_ADDRESS = "other_address"  # an invitation to another address than the one that was proved
    OVER = "invitation_over"  # an invitation that was used or taken back meanwhile


class NotLetIn(DomainError):
    """Somebody proved who they are at the provider, and may not come in."""

    code = "partners.not_let_in"

    def __init__(self, reason: Refusal) -> None:
        super().__init__()
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Came:
    """Who came back from a provider, as far as it says so; the domain knows no protocol."""

    sub: str
    email: str
    email_verified: bool
    name: str
    locale: str = ""
    sid: str = ""
    id_token: str = ""


@dataclass(frozen=True, slots=True)
class LetIn:
    """A sign-in that began."""

    token: str
    person_id: int


def enter(provider: Provider, came: Came, *, device: str, network: str) -> LetIn:
    """Begin the sign-in of who came back from ``provider``; raise NotLetIn with the reason."""
    session, now = db.session(), clock.now()
    company = hold(provider.company_id)
    if not company.active:
        raise NotLetIn(Refusal.COMPANY)
    identity = identity_of(provider.issuer, came.sub)
    if identity is None:
        person, role, regions = _newcomer(company, provider, came)
        identity = PartnerIdentity(
            issuer=provider.issuer, sub=came.sub, person_id=person.id, created_at=now, last_used_at=now
        )
        session.add(identity)
    else:
        person = session.get_one(Person, identity.person_id)
        if person.deactivated_at is not None:
            raise NotLetIn(Refusal.PERSON)
        role, regions = _known(company, person, came)
    member = begin(
        company, person, role=role, regions=regions, email=came.email if came.email_verified else "", actor=SYSTEM
    )  # fmt: skip
    identity.last_used_at = now
    try:
        session.flush()
    except IntegrityError as error:  # the same subject at the same instant, twice
        if db.constraint_of(error) != "uq_partner_identity_issuer_sub":
            raise
        raise NotLetIn(Refusal.OTHER_SUBJECT) from None
    token = sessions.start(
        person.id, face=Face.PARTNER, account_id=None, factor="oidc", actor=entrance.actor_of(member.id),
        device=device, network=network,
    )  # fmt: skip
    stand_on(_session_of(token), member, identity, came)
    return LetIn(token, person.id)


def stand_on(session_id: int, member: PartnerMember, identity: PartnerIdentity, came: Came) -> None:
    """Let a sign-in be for this membership, by this proof and no other."""
    db.session().execute(
        update(PartnerSignIn)
        .where(PartnerSignIn.session_id == session_id)
        .values(
            member_id=member.id, identity_id=identity.id, sid=came.sid,
            id_token=keys.seal(TOKEN_SEAL, came.id_token),
        )
    )  # fmt: skip


def _session_of(token: str) -> int:
    found = db.session().scalar(
        select(SignInSession.id).where(SignInSession.token_hash == keys.digest(token))
    )
    return found or 0


def identity_of(issuer: str, sub: str) -> PartnerIdentity | None:
    """Return who a subject of an issuer is here; None for one that is new."""
    return db.session().scalar(
        select(PartnerIdentity).where(PartnerIdentity.issuer == issuer, PartnerIdentity.sub == sub)
    )


def _known(company: PartnerCompany, person: Person, came: Came) -> tuple[PartnerRole, list[str]]:
    """Return role and regions of a known subject in this company; raise NotLetIn where the access has ended."""
    member = db.session().scalar(
        select(PartnerMember).where(
            PartnerMember.partner_id == company.id, PartnerMember.person_id == person.id
        )
    )
    if member is not None and member.ended_at is None:
        return PartnerRole(member.role), list(member.regions)
    return _by_right(company, person, came, ended=member is not None)


def _by_right(
    company: PartnerCompany, person: Person | None, came: Came, *, ended: bool
) -> tuple[PartnerRole, list[str]]:
    """Return role and regions by an open invitation or a verified domain; raise NotLetIn."""
    key = shapes.key_of(came.email)
    if not key or not came.email_verified:
        raise NotLetIn(Refusal.ENDED if ended else _lacking(key))
    invitation = open_invitation(company.id, key)
    if invitation is not None:
        if person is not None:
            accepted(invitation, person)
        return PartnerRole(invitation.role), list(invitation.regions)
    if ended:
        raise NotLetIn(Refusal.ENDED)
    verified = select(PartnerDomain.id).where(
        PartnerDomain.company_id == company.id,
        PartnerDomain.domain == rules.domain_of(key),
        PartnerDomain.verified_at.is_not(None),
    )
    if db.session().scalar(verified) is None:
        raise NotLetIn(Refusal.UNKNOWN)
    return PartnerRole(company.default_role), []


def _lacking(key: str) -> Refusal:
    return Refusal.MAIL if key else Refusal.NO_MAIL


def _newcomer(
    company: PartnerCompany, provider: Provider, came: Came
) -> tuple[Person, PartnerRole, list[str]]:  # fmt: skip
    """Make the person of a subject that is new, or find who was invited to prove it anew; raise NotLetIn."""
    key = shapes.key_of(came.email)
    if not key or not came.email_verified:
        raise NotLetIn(_lacking(key))
    holder = _holder(company.id, key)
    if holder is not None:
        member, other = holder
        invited = open_invitation(company.id, key)
        # Whoever had the address keeps it, unless the company itself invites it anew: a mailbox may change hands.
        if invited is None or (member.ended_at is None and _has_identity(member.person_id, provider.issuer)):
            raise NotLetIn(Refusal.OTHER_SUBJECT)
        if member.ended_at is None:
            accepted(invited, other)
            return other, PartnerRole(invited.role), list(invited.regions)
    invited = open_invitation(company.id, key)
    role, regions = _by_right(company, None, came, ended=False)
    settings = config.load()
    language = came.locale[:2].lower()
    called = came.name or (invited.name if invited else "") or key.partition("@")[0]
    if language not in settings.languages:
        language = invited.language if invited else first_language(company.country)
    person = new_person(
        name=shapes.line(called[:120], most=120, field="name"),
        language=language,
        zone=settings.firm_zone,
        claimed=True,
    )
    if invited is not None:
        accepted(invited, person)
    return person, role, regions


def _holder(company_id: int, key: str) -> tuple[PartnerMember, Person] | None:
    """Return who of a company has (or had) this address, the present first."""
    rows = db.session().execute(
        select(PartnerMember, Person)
        .join(Person, Person.id == PartnerMember.person_id)
        .where(PartnerMember.partner_id == company_id)
        .order_by(PartnerMember.ended_at.is_not(None), PartnerMember.id)
    )
    return next(((row[0], row[1]) for row in rows if shapes.key_of(row[0].email) == key), None)


def _has_identity(person_id: int, issuer: str) -> bool:
    known = select(PartnerIdentity.id).where(
        PartnerIdentity.person_id == person_id, PartnerIdentity.issuer == issuer
    )
    return db.session().scalar(known) is not None
