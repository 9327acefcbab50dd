"""The second step: time-based codes (RFC 6238) that work once, and recovery codes for the day the phone is lost."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from sqlalchemy import delete, func, select, update

from portal import db
from portal.domain import audit, clock, firm
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.errors import Denied, Invalid
from portal.text import _t

from . import duty, keys, limits, links, messages, sessions
from .credentials import Passkey, Password, RecoveryCode, TotpFactor, TwoSteps
from .models import Person

STEP_SECONDS = 30
RECOVERY_CODES = 10
# Without 0, 1, 8 and 9, which look like letters: twenty-four signs are 120 bits, enough for a hash without salt.
CODE_SIGNS, CODE_SIGNS_ONCE = 24, 16  # codes that were made shorter open until they are used or replaced
_SIGNS = "abcdefghijklmnopqrstuvwxyz234567"
WRONG = _t("This code is not right, or it was used already. Take the newest one from your app.")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A second step in the making: what the person scans or types, and the token that finishes it."""

    token: str
    secret: str
    picture: str


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person can use as a second step."""

    totp_since: datetime | None
    recovery_left: int
    passkeys: int
    password_set_at: datetime | None
    two_steps_since: datetime | None  # the person's own wish, where there is no app

    def asked(self, *, must: bool) -> bool:
        """Whether the password leads on to a second step; ``must`` where the firm wants one of everybody."""
        wanted = must or self.two_steps_since is not None
        return self.totp_since is not None or (self.passkeys > 0 and wanted)

    @property
    def any(self) -> bool:
        """Whether there is a second step at all; recovery codes alone are none."""
        return self.totp_since is not None or self.passkeys > 0


def has_totp(person_id: int) -> bool:
    """Tell whether a person has confirmed an authenticator app."""
    return db.session().scalar(select(TotpFactor.id).where(TotpFactor.person_id == person_id)) is not None


def factors_of(person_id: int) -> Factors:
    """Return the second steps of a person, in one statement."""
    since = select(TotpFactor.confirmed_at).where(TotpFactor.person_id == person_id).scalar_subquery()
    left = (
        select(func.count(RecoveryCode.id))
        .where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
        .scalar_subquery()
    )
    keys_held = (
        select(func.count(Passkey.id))
        .where(Passkey.person_id == person_id, Passkey.refused_at.is_(None))
        .scalar_subquery()
    )
    password = select(Password.set_at).where(Password.person_id == person_id).scalar_subquery()
    wish = select(TwoSteps.since).where(TwoSteps.person_id == person_id).scalar_subquery()
    return Factors(*db.session().execute(select(since, left, keys_held, password, wish)).one())


def new_secret() -> str:
    """Return a new shared secret of 160 bits in base32."""
    return pyotp.random_base32()


def picture_of(secret: str, account: str) -> str:
    """Return the QR code for an authenticator app as SVG without style, black on white in both themes."""
    address = pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=firm.now().name)
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None)


def begin_enrolment(person_id: int, address: str) -> Enrolment:
    """Make a secret that counts only after :func:`enrol` has seen a code made with it."""
    secret = new_secret()
    sealed = keys.seal("totp", secret).decode()
    token = links.mint_link(links.FACTOR, person_id=person_id, data={"secret": sealed, "address": address})
    return Enrolment(token, secret, picture_of(secret, address))


def enrolment(token: str) -> Enrolment:
    """Return an enrolment that has begun; raise NotFound when it is over."""
    link = links.peek(links.FACTOR, token)
    secret = keys.unseal("totp", str(link.data["secret"]).encode())
    return Enrolment(token, secret, picture_of(secret, str(link.data["address"])))


def enrol(token: str, code: str, *, actor: Actor) -> list[str]:
    """Confirm the enrolment by a first code and return new recovery codes, shown this once.

    Raise Invalid at ``code`` when it does not fit, NotFound when the enrolment is over or somebody else's.
    """
    link = links.peek(links.FACTOR, token)
    if link.person_id is None or link.person_id != actor.person_id:
        raise Denied()
    sealed = str(link.data["secret"]).encode()
    step = _step_of(keys.unseal("totp", sealed), code)
    if step is None:
        raise Invalid(WRONG, code="accounts.code", field="code")
    links.use(links.FACTOR, token)
    set_totp(link.person_id, sealed=sealed, last_step=step)
    audit.record(Tag.FACTOR_ADDED, actor=actor, account_id=actor.account_id, factor="totp")
    messages.factor_changed(link.person_id, actor=actor, change="added", factor="totp", key=f"{link.id}")
    return make_recovery_codes(link.person_id, actor=actor, tell=False)  # the mail about the app says so


def set_totp(person_id: int, *, sealed: bytes, last_step: int = 0) -> None:
    """Store a confirmed secret, sealed for the use ``totp``."""
    now, session = clock.now(), db.session()
    session.execute(delete(TotpFactor).where(TotpFactor.person_id == person_id))
    session.add(
        TotpFactor(person_id=person_id, secret=sealed, created_at=now, confirmed_at=now, last_step=last_step)
    )
    session.flush()


def remove_totp(person_id: int, *, actor: Actor) -> None:
    """Take the authenticator app away, without a passkey the recovery codes too; raise Denied at the last of staff."""
    session = db.session()
    left = factors_of(person_id).passkeys
    if not left:
        duty.guard_last(person_id)
    sessions.require_fresh(actor)
    gone = session.execute(
        delete(TotpFactor).where(TotpFactor.person_id == person_id).returning(TotpFactor.id)
    ).one_or_none()
    if not left:
        forget_recovery_codes(person_id)
    if gone is not None:
        audit.record(Tag.FACTOR_REMOVED, actor=actor, account_id=actor.account_id, factor="totp")
        key = f"{gone.id}-removed"
        messages.factor_changed(person_id, actor=actor, change="removed", factor="totp", key=key)


def forget_recovery_codes(person_id: int) -> None:
    """Make the recovery codes of a person and the wish for two steps void: nothing is left that they stand in for."""
    for model in (RecoveryCode, TwoSteps):
        db.session().execute(delete(model).where(model.person_id == person_id))


def _step_of(secret: str, code: str) -> int | None:
    """Return the step of 30 seconds that ``code`` belongs to: now, the one before or after; None if none."""
    code = "".join(code.split())
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return None
    here = int(clock.now().timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret)
    found = None
    for step in (here - 1, here, here + 1):
        if secrets.compare_digest(generator.at(step * STEP_SECONDS), code):
            found = step
    return found


def count_try(person_id: int) -> list[int]:
    """Count a try at the second step, before the transaction of the request begins; raise TooMany."""
    return limits.take(limits.of_code(person_id))


def accept_code(person_id: int, code: str, *, actor: Actor, counted: list[int]) -> str:
    """Accept a code of the app or a recovery code once and return which it was: ``totp`` or ``recovery``.

    ``counted`` is from :func:`count_try`; a wrong code stays counted; raise Invalid at ``code``.
    """
    how = _accept_totp(person_id, code) or _accept_recovery(person_id, code, actor=actor)
    if how is None:
        raise Invalid(WRONG, code="accounts.code", field="code")
    limits.give_back(counted, also=limits.of_code(person_id)[0])
    return how


def _accept_totp(person_id: int, code: str) -> str | None:
    session = db.session()
    sealed = session.scalar(select(TotpFactor.secret).where(TotpFactor.person_id == person_id))
    step = _step_of(keys.unseal("totp", sealed), code) if sealed else None
    if step is None:
        return None
    # Only a later step than the last one is taken, so that a code read over a shoulder is worth nothing.
    taken = session.execute(
        update(TotpFactor)
        .where(TotpFactor.person_id == person_id, TotpFactor.last_step < step)
        .values(last_step=step)
        .returning(TotpFactor.id)
    ).one_or_none()
    return "totp" if taken is not None else None


def _accept_recovery(person_id: int, code: str, *, actor: Actor) -> str | None:
    plain = "".join(sign for sign in code.casefold() if sign.isalnum())
    if len(plain) not in (CODE_SIGNS, CODE_SIGNS_ONCE):
        return None
    session = db.session()
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == keys.digest(plain),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    ).one_or_none()
    if used is None:
        return None
    left = factors_of(person_id).recovery_left
    audit.record(Tag.RECOVERY_CODE_USED, actor=actor, account_id=actor.account_id, left=left)
    messages.recovery_codes(person_id, actor=actor, change="used", count=left, key=f"used-{used.id}")
    return "recovery"


def make_recovery_codes(person_id: int, *, actor: Actor, tell: bool = True) -> list[str]:
    """Replace the recovery codes of a person, ``tell`` them by mail, and return the new ones, shown this once."""
    session, now = db.session(), clock.now()
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = ["".join(secrets.choice(_SIGNS) for _ in range(CODE_SIGNS)) for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(person_id=person_id, code_hash=keys.digest(code), created_at=now, used_at=None)
        for code in codes
    )
    session.flush()
    audit.record(Tag.RECOVERY_CODES_MADE, actor=actor, account_id=actor.account_id, count=len(codes))
    if tell:
        key = f"made-{person_id}-{now.isoformat()}"
        messages.recovery_codes(person_id, actor=actor, change="made", count=len(codes), key=key)
    return ["-".join(code[at : at + 4] for at in range(0, CODE_SIGNS, 4)) for code in codes]


def current_code(person_id: int) -> str:
    """Return the code that the person's app shows now; for the demo and the tests; raise Invalid without an app."""
    sealed = db.session().scalar(select(TotpFactor.secret).where(TotpFactor.person_id == person_id))
    if sealed is None:
        raise Invalid(_t("This person has no authenticator app."), code="accounts.no_factor")
    return pyotp.TOTP(keys.unseal("totp", sealed)).at(clock.now())


def enrol_known(person: Person, secret: str) -> None:
    """Give a person an app with a known secret; for the demo and the tests."""
    set_totp(person.id, sealed=keys.seal("totp", secret))
