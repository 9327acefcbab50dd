"""Who the partners are: companies, how their people prove themselves, and what each of them may do here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Keyed, Public


class PartnerCompany(Public, Base):
    """A firm that works with ours: a partner or a supplier."""

    __tablename__ = "partner_company"

    name: Mapped[str] = mapped_column(String(120))  # as people call it
    legal_name: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(10))  # partner, supplier
    country: Mapped[str] = mapped_column(String(2))
    website: Mapped[str] = mapped_column(String(300), default="")
    contact_name: Mapped[str] = mapped_column(String(120), default="")  # whom our staff and its people ask
    contact_email: Mapped[str] = mapped_column(String(320), default="")
    tier: Mapped[str | None] = mapped_column(String(40))  # the key of a tier; none: it has none yet
    signs_in_by: Mapped[str] = mapped_column(String(10))  # oidc, password
    default_role: Mapped[str] = mapped_column(
        String(20), default="reader"
    )  # of who comes by a verified domain
    logo: Mapped[str] = mapped_column(String(64), default="")  # digest of the picture
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]

    @property
    def active(self) -> bool:
        """Whether its people may come in."""
        return self.deactivated_at is None


class PartnerTier(Public, Base):
    """A tier of partners as the firm calls it, the first one the lowest; its key never changes."""

    __tablename__ = "partner_tier"

    key: Mapped[str] = mapped_column(String(40), unique=True)
    names: Mapped[dict[str, Any]]  # language → name; English is always there
    position: Mapped[int]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]  # chosen no more; companies that are in it stay


class PartnerAudience(Keyed, Base):
    """Whom something of ours is for: by what companies are to us and by tier, or by name."""

    __tablename__ = "partner_audience"

    whom: Mapped[str] = mapped_column(String(10))  # all, partner, supplier, named
    tiered: Mapped[bool]  # only those in one of its tiers


class PartnerAudiencePart(Keyed, Base):
    """A tier or a company of an audience."""

    __tablename__ = "partner_audience_part"
    __table_args__ = (
        Index("ix_partner_audience_part_audience", "audience_id"),
        Index("ix_partner_audience_part_partner", "partner_id"),
    )

    audience_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_audience.id"))
    tier: Mapped[str | None] = mapped_column(String(40))
    partner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("partner_company.id"))


class PartnerLogo(Keyed, Base):
    """The picture that a partner has as its logo now, as we drew it."""

    __tablename__ = "partner_logo"

    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"), unique=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class PartnerDomain(Keyed, Base):
    """A mail domain that leads to one partner; once staff have verified it, whoever has a mailbox there may come in."""

    __tablename__ = "partner_domain"
    __table_args__ = (Index("ix_partner_domain_company", "company_id"),)

    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"))
    domain: Mapped[str] = mapped_column(String(253), unique=True)
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))


class PartnerProvider(Public, Base):
    """The identity provider of a partner (OpenID Connect): whom we believe, and how we prove ourselves to it."""

    __tablename__ = "partner_provider"
    __table_args__ = (Index("ix_partner_provider_issuer", "issuer"),)

    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"), unique=True)
    issuer: Mapped[str] = mapped_column(String(500))
    client_id: Mapped[str] = mapped_column(String(255))
    proves_by: Mapped[str] = mapped_column(String(30))  # client_secret_basic, private_key_jwt
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed: the secret, or our private key as JWK
    public_key: Mapped[dict[str, Any] | None]  # the other half of our key, as JWK
    # A key that waits until the provider has taken it, and one that is shown still after another took its place.
    next_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    next_public_key: Mapped[dict[str, Any] | None]
    next_since: Mapped[datetime | None]
    old_public_key: Mapped[dict[str, Any] | None]
    old_until: Mapped[datetime | None]
    claims: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # which claim says what
    trial: Mapped[dict[str, Any] | None]  # what the last trial found
    tried_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class PartnerMember(Public, Base):
    """Somebody who works for a partner, from one date to another."""

    __tablename__ = "partner_member"
    __table_args__ = (
        UniqueConstraint("partner_id", "person_id"),
        Index("ix_partner_member_person", "person_id"),
    )

    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    email: Mapped[str] = mapped_column(
        String(320), default=""
    )  # where to write; never proves who somebody is
    role: Mapped[str] = mapped_column(String(20))
    regions: Mapped[list[Any]] = mapped_column(default=list)  # none: all
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def active(self) -> bool:
        """Whether this person works for the partner still."""
        return self.ended_at is None


class PartnerIdentity(Keyed, Base):
    """Who somebody is at an identity provider: its issuer and the subject there, and never the mail address."""

    __tablename__ = "partner_identity"
    __table_args__ = (UniqueConstraint("issuer", "sub"), Index("ix_partner_identity_person", "person_id"))

    issuer: Mapped[str] = mapped_column(String(500))
    sub: Mapped[str] = mapped_column(String(255))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]


class PartnerInvitation(Public, Base):
    """A partner (or our staff for it) asks somebody in: for which role, by whom, and what became of it."""

    __tablename__ = "partner_invitation"
    __table_args__ = (Index("ix_partner_invitation_partner", "partner_id", "id"),)

    partner_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_company.id"))
    address: Mapped[str] = mapped_column(String(320))
    address_key: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(5))
    role: Mapped[str] = mapped_column(String(20))
    regions: Mapped[list[Any]] = mapped_column(default=list)
    invited_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    invited_by_name: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    round: Mapped[int] = mapped_column(default=1)  # how often it was sent: only the newest link opens it
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str] = mapped_column(String(12), default="")  # accepted, cancelled
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))  # who accepted


class PartnerSignIn(Keyed, Base):
    """What a sign-in to the extranet is for and what it stands on; it goes with its session."""

    __tablename__ = "partner_sign_in"
    __table_args__ = (
        Index("ix_partner_sign_in_member", "member_id"),
        Index("ix_partner_sign_in_identity", "identity_id"),
    )

    session_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("sign_in_session.id", ondelete="CASCADE"), unique=True
    )
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("partner_member.id"))
    identity_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("partner_identity.id"))
    sid: Mapped[str] = mapped_column(
        String(255), default=""
    )  # the session at the provider, where it names one
    id_token: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # sealed; said back to the provider at sign-out


class PartnerSpentToken(Keyed, Base):
    """A logout token that was used: it works once."""

    __tablename__ = "partner_spent_token"
    __table_args__ = (UniqueConstraint("issuer", "jti_hash"),)

    issuer: Mapped[str] = mapped_column(String(500))
    jti_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]
