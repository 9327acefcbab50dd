"""Partner companies as our staff set them up: who they are, which mail domains are theirs, in or out."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Iterable
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portal import config, db
from portal.domain import audit, clock
from portal.domain.accounts import shapes
from portal.domain.accounts.credentials import SignInSession
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Invalid
from portal.text import _t

from . import rules, tiers
from .finders import company
from .models import PartnerCompany, PartnerDomain, PartnerMember, PartnerSignIn
from .rules import PartnerKind, PartnerRole, SignsInBy

FIELDS = (
    "name",
    "legal_name",
    "kind",
    "country",
    "website",
    "contact_name",
    "contact_email",
    "signs_in_by",
    "tier",
)


def _website(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"http", "https"} or "." not in host or len(text) > 290:
        raise Invalid(_t("Write the address like https://example.org."), field="website")
    return parts.geturl()


def _checked(
    *, name: str, legal_name: str, kind: str, country: str, website: str, contact_name: str, contact_email: str,
    signs_in_by: str, default_role: str, tier: str | None, present: str | None = None,
) -> dict[str, str | None]:  # fmt: skip
    if kind not in list(PartnerKind):
        raise Invalid(_t("Say partner or supplier."), code="partners.kind", field="kind")
    if signs_in_by not in list(SignsInBy):
        raise Invalid(_t("Choose how its people sign in."), code="partners.signs_in_by", field="signs_in_by")
    if signs_in_by == SignsInBy.PASSWORD and not config.load().partners_may_use_passwords:
        message = _t("This installation lets partners in by their own company's sign-in only.")
        raise Invalid(message, code="partners.passwords", field="signs_in_by")
    first = rules.role(default_role, field="default_role")
    if first is PartnerRole.ADMINISTRATOR:
        message = _t("Nobody becomes an administrator by a mail domain alone. Choose another role.")
        raise Invalid(message, code="partners.default_role", field="default_role")
    return {
        "name": shapes.line(name, most=120, field="name", needed=True),
        "legal_name": shapes.line(legal_name, most=200, field="legal_name"),
        "kind": kind,
        "country": shapes.country(country),
        "website": _website(website),
        "contact_name": shapes.line(contact_name, most=120, field="contact_name"),
        "contact_email": shapes.mailbox(contact_email, field="contact_email").address
        if contact_email
        else "",
        "signs_in_by": signs_in_by,
        "default_role": first.value,
        "tier": tiers.checked(tier, present=present),
    }


def set_up(
    *, actor: Actor, name: str, kind: str = "partner", country: str = "PL", legal_name: str = "", website: str = "",
    contact_name: str = "", contact_email: str = "", signs_in_by: str = "oidc", default_role: str = "reader",
    tier: str = "",
) -> PartnerCompany:  # fmt: skip
    """Set up a partner company; raise Denied, or Invalid at the field that does not fit."""
    actor.require(Permission.PARTNERS_WRITE)
    fields = _checked(
        name=name, legal_name=legal_name, kind=kind, country=country, website=website, contact_name=contact_name,
        contact_email=contact_email, signs_in_by=signs_in_by, default_role=default_role, tier=tier,
    )  # fmt: skip
    row = PartnerCompany(uuid=uuidlib.uuid4(), created_at=clock.now(), deactivated_at=None, **fields)
    session = db.session()
    session.add(row)
    session.flush()
    audit.record(Tag.PARTNER_SET_UP, actor=actor, subject=("partner", row.uuid), partner=row.name)
    return row


def change(uuid: uuidlib.UUID, *, actor: Actor, **fields: str | None) -> PartnerCompany:
    """Change what is written of a company; whoever it then proves in another way is signed out.

    Raise Denied, NotFound, or Invalid at the field that does not fit.
    """
    row = company(actor, uuid)
    before = {one: getattr(row, one) for one in (*FIELDS, "default_role")}
    wanted = _checked(**{**before, **fields}, present=row.tier)
    changed = [one for one in wanted if wanted[one] != before[one]]
    if not changed:
        return row
    for one in changed:
        setattr(row, one, wanted[one])
    db.session().flush()
    if "signs_in_by" in changed:
        end_sign_ins(row.id, how="way_changed")
    if changed != ["tier"]:
        audit.record(Tag.PARTNER_CHANGED, actor=actor, subject=("partner", row.uuid), partner=row.name)
    if "tier" in changed:
        told = tiers.name_of(row.tier, "en") or "–"
        audit.record(
            Tag.PARTNER_TIER_SET, actor=actor, subject=("partner", row.uuid), partner=row.name, tier=told
        )
    return row


def end_sign_ins(partner_id: int, *, how: str, person_id: int | None = None) -> int:
    """End the sign-ins that are for a company (of one person only, where named); return how many there were."""
    theirs = (
        select(PartnerSignIn.session_id)
        .join(PartnerMember, PartnerMember.id == PartnerSignIn.member_id)
        .where(PartnerMember.partner_id == partner_id)
    )
    if person_id is not None:
        theirs = theirs.where(PartnerMember.person_id == person_id)
    ended = db.session().execute(
        update(SignInSession)
        .where(SignInSession.id.in_(theirs), SignInSession.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_how=how)
        .returning(SignInSession.id)
    )
    return len(ended.all())


def deactivate(uuid: uuidlib.UUID, *, actor: Actor) -> PartnerCompany:
    """Shut a company out: every sign-in for it ends now; twice changes nothing. Raise Denied, NotFound."""
    row = company(actor, uuid)
    if row.deactivated_at is None:
        row.deactivated_at = clock.now()
        db.session().flush()
        end_sign_ins(row.id, how="deactivated")
        audit.record(Tag.PARTNER_DEACTIVATED, actor=actor, subject=("partner", row.uuid), partner=row.name)
    return row


def activate(uuid: uuidlib.UUID, *, actor: Actor) -> PartnerCompany:
    """Let a company in again; twice changes nothing. Raise Denied, NotFound."""
    row = company(actor, uuid)
    if row.deactivated_at is not None:
        row.deactivated_at = None
        db.session().flush()
        audit.record(Tag.PARTNER_ACTIVATED, actor=actor, subject=("partner", row.uuid), partner=row.name)
    return row


def domains_of(partner_id: int) -> list[PartnerDomain]:
    """Return the mail domains of a company, by name."""
    statement = select(PartnerDomain).where(PartnerDomain.company_id == partner_id)
    return list(db.session().scalars(statement.order_by(PartnerDomain.domain)))


def set_domains(uuid: uuidlib.UUID, domains: Iterable[str], *, actor: Actor, verified: bool) -> None:
    """Let exactly these mail domains lead to a company; ``verified`` says that staff made sure they are its own.

    Through a verified domain anybody with a mailbox there may come in, through another only who is invited.
    Raise Denied, NotFound, Invalid at ``domains`` for one that is none, is anybody's, or is another company's.
    """
    row = company(actor, uuid)
    wanted = {rules.domain(one) for one in domains if one.strip()}
    session, now = db.session(), clock.now()
    known = {one.domain: one for one in domains_of(row.id)}
    before = _told(known.values())
    gone = [one.id for name, one in known.items() if name not in wanted]
    if gone:
        session.execute(delete(PartnerDomain).where(PartnerDomain.id.in_(gone)))
    kept = [one for name, one in known.items() if name in wanted]
    for name in sorted(wanted - known.keys()):
        kept.append(_new_domain(row, name))
    for one in kept:
        if verified and one.verified_at is None:
            one.verified_at, one.verified_by_id = now, actor.person_id
        elif not verified:
            one.verified_at, one.verified_by_id = None, None
    session.flush()
    told = _told(kept)
    if told != before:
        audit.record(
            Tag.PARTNER_DOMAINS_SET, actor=actor, subject=("partner", row.uuid), partner=row.name, domains=told or "–"
        )  # fmt: skip


def _new_domain(row: PartnerCompany, name: str) -> PartnerDomain:
    one = PartnerDomain(
        company_id=row.id, domain=name, created_at=clock.now(), verified_at=None, verified_by_id=None
    )
    session = db.session()
    try:
        with session.begin_nested():
            session.add(one)
    except IntegrityError as error:
        if db.constraint_of(error) != "uq_partner_domain_domain":
            raise
        message = _t("{domain} leads to another partner already.", domain=name)
        raise Invalid(message, code="partners.domain_taken", field="domains") from None
    return one


def _told(domains: Iterable[PartnerDomain]) -> str:
    return ", ".join(sorted(one.domain + (" ✓" if one.verified_at is not None else "") for one in domains))
