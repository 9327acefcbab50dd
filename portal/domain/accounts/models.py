"""Who the customers are: accounts, the people who act for them, and what each may do."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Keyed, Public


class Person(Public, Base):
    """A human being, whether a customer, a colleague at a customer company, or staff."""

    __tablename__ = "person"

    name: Mapped[str] = mapped_column(String(120))
    salutation: Mapped[str] = mapped_column(String(120), default="")  # how this person wants to be addressed
    language: Mapped[str] = mapped_column(String(5), default="en")
    zone: Mapped[str] = mapped_column(String(60), default="Europe/Warsaw")
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]  # when a living person proved to be this record
    deactivated_at: Mapped[datetime | None]


class EmailAddress(Keyed, Base):
    """A mailbox of a person; proved means that a link sent there came back."""

    __tablename__ = "email_address"
    __table_args__ = (
        # One living owner per mailbox; an import may name an address that nobody has proved yet.
        Index("uq_email_address_key", "address_key", unique=True),
        Index("ix_email_address_person", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    address: Mapped[str] = mapped_column(String(320))
    address_key: Mapped[str] = mapped_column(String(320))  # folded for comparison
    proved_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]


class Account(Public, Base):
    """A customer as a party: a person or a company."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        Index("ix_account_name_key", "name_key", "id"),
    )

    kind: Mapped[str] = mapped_column(String(8))  # person, company
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))  # folded, for sorting and search
    number: Mapped[str] = mapped_column(String(12), unique=True)
    zone: Mapped[str] = mapped_column(String(60), default="Europe/Warsaw")
    country: Mapped[str] = mapped_column(String(2), default="PL")
    phone: Mapped[str] = mapped_column(String(20), default="")  # E.164
    street: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    city: Mapped[str] = mapped_column(String(100), default="")
    tax_number: Mapped[str] = mapped_column(String(20), default="")
    source: Mapped[str | None] = mapped_column(String(30))
    source_key: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Membership(Public, Base):
    """A person acting for an account, from one date to another."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("account_id", "person_id"),
        Index("ix_membership_person", "person_id"),
    )

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class MembershipRight(Keyed, Base):
    """One right of a membership, with an amount and an end where the administrator set them."""

    __tablename__ = "membership_right"
    __table_args__ = (
        Index(
            "uq_membership_right_live",
            "membership_id",
            "right",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    membership_id: Mapped[int] = mapped_column(BigId, ForeignKey("membership.id"))
    right: Mapped[str] = mapped_column(String(30))
    amount_limit: Mapped[Decimal | None]
    currency: Mapped[str] = mapped_column(String(3), default="")  # of the amount
    starts_at: Mapped[datetime | None]  # of a deputy: the first instant of the period
    until: Mapped[datetime | None]  # the instant at which it falls away by itself
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]


class Invitation(Public, Base):
    """A company asks somebody to act for it: what is offered, by whom, and what became of it."""

    __tablename__ = "invitation"
    __table_args__ = (Index("ix_invitation_account", "account_id", "id"),)

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    address: Mapped[str] = mapped_column(String(320))
    address_key: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(5))
    rights: Mapped[list[Any]] = mapped_column(Json, default=list)
    invited_by_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    invited_by_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    round: Mapped[int] = mapped_column(default=1)  # how often it was sent: only the newest link opens it
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str] = mapped_column(String(12), default="")  # accepted, declined, cancelled
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))  # who accepted


class StaffMember(Keyed, Base):
    """A person employed by the firm; rights come from roles, read at each request."""

    __tablename__ = "staff_member"

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), unique=True)
    team: Mapped[str] = mapped_column(String(60))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    absent_until: Mapped[datetime | None]
    invited_at: Mapped[
        datetime | None
    ]  # while an invitation is open; who has not accepted it is no staff yet


class SeatClaim(Public, Base):
    """A colleague asks to administer a company whose administrators are gone; a code goes to its seat by letter."""

    __tablename__ = "seat_claim"
    __table_args__ = (
        # One at a time for each company.
        Index(
            "uq_seat_claim_open",
            "account_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    why: Mapped[str] = mapped_column(String(300))
    asked_at: Mapped[datetime]
    first_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))  # two of staff have to agree
    first_name: Mapped[str] = mapped_column(String(120), default="")
    second_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    second_name: Mapped[str] = mapped_column(String(120), default="")
    code_hash: Mapped[str] = mapped_column(String(40), default="")
    code_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    ready_at: Mapped[datetime | None]  # the code was right; from then on the wait is over
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str] = mapped_column(String(12), default="")  # done, stopped, refused, expired, wrong


class Role(Keyed, Base):
    """A named set of staff permissions."""

    __tablename__ = "role"

    key: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(60))


class RolePermission(Base):
    """One permission of a role, as ``scope:resource:action``."""

    __tablename__ = "role_permission"

    role_id: Mapped[int] = mapped_column(BigId, ForeignKey("role.id"), primary_key=True)
    permission: Mapped[str] = mapped_column(String(40), primary_key=True)


class StaffRole(Base):
    """A role held by a staff member."""

    __tablename__ = "staff_role"

    staff_member_id: Mapped[int] = mapped_column(BigId, ForeignKey("staff_member.id"), primary_key=True)
    role_id: Mapped[int] = mapped_column(BigId, ForeignKey("role.id"), primary_key=True)
