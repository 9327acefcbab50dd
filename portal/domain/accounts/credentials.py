"""How a person proves who they are: the tables of passwords, factors, links, sessions and limits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId, Json, Keyed, Public


class Password(Keyed, Base):
    """The argon2id hash of a person's password."""

    __tablename__ = "password"

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), unique=True)
    hash: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime]


class TotpFactor(Keyed, Base):
    """A time-based code (RFC 6238); the secret is encrypted, and a step is accepted once."""

    __tablename__ = "totp_factor"

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), unique=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigId, default=0)


class Passkey(Public, Base):
    """A public key credential (WebAuthn level 3); the private half never leaves its authenticator."""

    __tablename__ = "passkey"
    __table_args__ = (Index("ix_passkey_person", "person_id"),)

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)  # COSE
    sign_count: Mapped[int] = mapped_column(BigId, default=0)
    aaguid: Mapped[str] = mapped_column(String(36), default="")  # the make of the authenticator
    name: Mapped[str] = mapped_column(String(60))
    transports: Mapped[list[Any]] = mapped_column(default=list)
    backup_eligible: Mapped[bool]  # may be copied by its own maker, as between the devices of one person
    backed_up: Mapped[bool]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]  # its counter went back: there may be a copy, it signs nobody in


class RecoveryCode(Keyed, Base):
    """One of the codes for the day the phone is lost."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("ix_recovery_code_person", "person_id"),)

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TwoSteps(Keyed, Base):
    """A person wants the password never to be enough, even where there is no app but a passkey."""

    __tablename__ = "two_steps"

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), unique=True)
    since: Mapped[datetime]


class LostSecondStep(Keyed, Base):
    """A customer lost the second step and every recovery code: asked, confirmed, waited for, done or stopped."""

    __tablename__ = "lost_second_step"
    __table_args__ = (Index("ix_lost_second_step_ready", "ended_at", "ready_at"),)

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]  # set when the mailbox has confirmed
    told_at: Mapped[datetime | None]  # when the link that ends the wait was written
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str] = mapped_column(String(12), default="")  # done, signed_in, not_me, stopped


class SignInSession(Public, Base):
    """A signed-in browser; ending the row ends the session at the next request."""

    __tablename__ = "sign_in_session"
    __table_args__ = (Index("ix_sign_in_session_person", "person_id", "ended_at"),)

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    face: Mapped[str] = mapped_column(String(10))  # customer, staff, extranet
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))  # the account in hand
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    proved_at: Mapped[datetime]  # last full sign-in: what sensitive acts ask for
    factor: Mapped[str] = mapped_column(String(12))  # password, totp, recovery, passkey, link
    device: Mapped[str] = mapped_column(String(120), default="")
    network: Mapped[str] = mapped_column(String(60), default="")
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str] = mapped_column(String(20), default="")


class KnownDevice(Keyed, Base):
    """A browser in which a person has signed in before: a random token in its cookie, nothing else about it."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("person_id", "face", "token_hash"),)

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    face: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[str] = mapped_column(String(64))
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class RefusedSignIn(Keyed, Base):
    """A sign-in that was refused, known address or not; its owner reads it in the history."""

    __tablename__ = "refused_sign_in"
    __table_args__ = (Index("ix_refused_sign_in_bucket_at", "bucket", "at"),)

    bucket: Mapped[str] = mapped_column(String(100))  # as in Attempt: whom it was for, as a keyed hash
    at: Mapped[datetime]
    face: Mapped[str] = mapped_column(String(10))
    how: Mapped[str] = mapped_column(String(12))  # password, code
    device: Mapped[str] = mapped_column(String(120), default="")
    network: Mapped[str] = mapped_column(String(60), default="")


class OneTimeLink(Keyed, Base):
    """A random link that works once: proof of a mailbox, reset, change of address, demo sign-in."""

    __tablename__ = "one_time_link"
    __table_args__ = (Index("ix_one_time_link_person", "person_id", "kind"),)

    kind: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    address: Mapped[str] = mapped_column(String(320), default="")
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class MailboxRequest(Public, Base):
    """Someone typed an address to register or to reset; the worker finds out later whether it is known."""

    __tablename__ = "mailbox_request"
    __table_args__ = (Index("ix_mailbox_request_open", "handled_at", "id"),)

    kind: Mapped[str] = mapped_column(String(12))  # register, reset
    address: Mapped[str] = mapped_column(String(320))
    address_key: Mapped[str] = mapped_column(String(320))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]


class Attempt(Keyed, Base):
    """One counted attempt against a limit, in the database so that limits hold over processes."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_bucket_at", "bucket", "at"),)

    bucket: Mapped[str] = mapped_column(String(100))  # limit name and a keyed hash of what it is counted for
    at: Mapped[datetime]


class HeldForm(Public, Base):
    """What was typed when a session had run out: encrypted, for thirty minutes, for the same person only."""

    __tablename__ = "held_form"

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    face: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(Text)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Program(Public, Base):
    """A token by which a program acts as one person in one account; what it may, the person must be able to."""

    __tablename__ = "program"
    __table_args__ = (Index("ix_program_account", "account_id", "person_id"),)

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(12), unique=True)  # finds the row, proves nothing
    token_hash: Mapped[str] = mapped_column(String(64))  # keyed, so that the table alone checks no guess
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
