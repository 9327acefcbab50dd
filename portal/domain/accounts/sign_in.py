"""Signing in: password, second step, and the proof that sensitive acts ask for.

Same words and same time, whether the address is known or not: the limits count both, and a hash is computed
for both. The hash is computed before the transaction of the request begins, so that nobody waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import bindparam, select

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import Actor
from portal.domain.audit import Tag
from portal.domain.errors import Invalid, NotFound
from portal.prepared import Prepared
from portal.text import _t

from . import duty, factors, history, limits, links, lost, messages, own_sessions, passwords, sessions, shapes
from .actors import Face, actor_of, face_of
from .credentials import Password
from .models import EmailAddress, Person

SECOND = {"totp", "recovery", "passkey"}  # signs of a second step
WRONG = _t("The address or the password is not right.")
_STORED = Prepared(
    select(Person.id, Password.hash)
    .join(EmailAddress, EmailAddress.person_id == Person.id)
    .join(Password, Password.person_id == Person.id)
    .where(EmailAddress.address_key == bindparam("key"), EmailAddress.proved_at.is_not(None))
)


class Next(StrEnum):
    """What comes after a step of signing in."""

    DONE = "done"
    CODE = "code"
    ENROL = "enrol"


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of one step: with DONE the token of the sign-in, otherwise the token of the next step."""

    next: Next
    token: str
    person_id: int


def sign_in(*, email: str, password: str, face: Face, device: str, network: str) -> Step:
    """Check address and password; raise Invalid (same words for every reason) or TooMany.

    Staff always go on to a second step, or to enrol one; customers do when they have one.
    """
    key = shapes.key_of(email)
    counted = limits.of_password(key or email[:320].casefold(), network)
    rows = limits.take(counted)
    with db.unit_of_work(write=False):
        person_id, stored = _STORED.first(key=key) or (0, None)
    if not (passwords.fits(stored, password) and _may_enter(person_id, face)):
        history.note_refusal(counted[0].bucket, face=face, how="password", device=device, network=network)
        raise Invalid(WRONG, code="accounts.sign_in")
    limits.give_back(rows, also=counted[0])
    if stored and passwords.is_stale(stored):
        passwords.strengthen(person_id, passwords.hash_of(password))
    return after_password(person_id, face=face, device=device, network=network)


def _may_enter(person_id: int, face: Face) -> bool:
    with db.unit_of_work(write=False):
        try:
            actor_of(person_id, face=face)
        except NotFound:
            return False
    return True


def after_password(
    person_id: int, *, face: Face, device: str, network: str, factor: str = "password"
) -> Step:
    """Go on from a right password, or from a link that stands for it, to the second step or into the portal."""
    held = factors.factors_of(person_id)
    must = duty.must_have(face)
    if held.asked(must=must):
        return Step(Next.CODE, _mint_step(person_id, face), person_id)
    if must:
        return Step(Next.ENROL, _mint_step(person_id, face, enrol=True), person_id)
    return Step(Next.DONE, enter(person_id, face, factor, device, network), person_id)


def after_link(person_id: int, *, device: str, network: str) -> Step | None:
    """Go on after a password was chosen through a link; None where the person is no customer but staff."""
    try:
        actor_of(person_id)
    except NotFound:
        return None
    return after_password(person_id, face=Face.CUSTOMER, device=device, network=network, factor="link")


def after_invitation(person_id: int, *, device: str, network: str) -> Step:
    """Go on after an invitation was accepted: staff enrol a second step, or use the one they have."""
    return after_password(person_id, face=Face.STAFF, device=device, network=network, factor="link")


def _mint_step(person_id: int, face: Face, *, enrol: bool = False) -> str:
    data: dict[str, object] = {"face": face.value}
    if enrol:
        address = db.session().scalar(select(EmailAddress.address).where(EmailAddress.person_id == person_id))
        data["enrolment"] = factors.begin_enrolment(person_id, address or "").token
    return links.mint_link(links.STEP, person_id=person_id, data=data)


def step_of(token: str, face: Face) -> links.Link:
    """Return the second step that waits behind a right password; raise NotFound when it is over or of another face."""
    link = links.peek(links.STEP, token)
    if link.data.get("face") != face.value:
        raise NotFound()
    return link


def sign_in_code(token: str, code: str, *, face: Face, device: str, network: str) -> Step:
    """Check the second step; raise Invalid at ``code``, TooMany, NotFound when the step took too long."""
    with db.unit_of_work(write=False):
        link = step_of(token, face)
        if "enrolment" in link.data:
            raise NotFound()
        person_id = link.person_id or 0
        actor = actor_of(person_id, face=face)
    counted = factors.count_try(person_id)
    # Committed apart, and so before the first write of this request; it is taken back when the code is right.
    bucket = limits.buckets_of("", person_id)[1]
    noted = history.note_refusal(bucket, face=face, how="code", device=device, network=network)
    how = factors.accept_code(person_id, code, actor=actor, counted=counted)
    history.take_back(noted)
    links.use(links.STEP, token)
    return Step(Next.DONE, enter(person_id, face, how, device, network), person_id)


def enrolling(token: str, *, face: Face = Face.STAFF) -> factors.Enrolment:
    """Return the enrolment between password and second step; raise NotFound when it is over."""
    link = step_of(token, face)
    return factors.enrolment(str(link.data.get("enrolment") or ""))


def sign_in_enrol(
    token: str, code: str, *, device: str, network: str, face: Face = Face.STAFF
) -> tuple[Step, list[str]]:
    """Confirm the first code and let its person in; return the step and the recovery codes, shown this once."""
    with db.unit_of_work(write=False):
        link = step_of(token, face)
        person_id = link.person_id or 0
        actor = actor_of(person_id, face=face)
    counted = factors.count_try(person_id)
    codes = factors.enrol(str(link.data.get("enrolment") or ""), code, actor=actor)
    limits.give_back(counted)
    links.use(links.STEP, token)
    return Step(Next.DONE, enter(person_id, face, "totp", device, network), person_id), codes


def enter(person_id: int, face: Face, factor: str, device: str, network: str) -> str:
    """Begin the sign-in of a person who has proved all there is to prove, and return its token."""
    actor = actor_of(person_id, face=face, way=factor)
    if factor in SECOND:  # whoever has it has not lost it
        lost.stop_wait(person_id, actor=actor, how="signed_in")
    return sessions.start(
        person_id,
        face=face,
        account_id=actor.account_id,
        factor=factor,
        actor=actor,
        device=device,
        network=network,
    )


def enter_by_link(token: str, *, device: str, network: str) -> tuple[Step, Face]:
    """Sign in by a demo link, which counts as both steps; raise NotFound when it is over."""
    link = links.use(links.DEMO, token)
    person_id, face = link.person_id or 0, Face(link.data["face"])
    return Step(Next.DONE, enter(person_id, face, "link", device, network), person_id), face


def demo_link(person: Person, *, face: Face | None = None) -> tuple[str, Face]:
    """Return a token that signs in as ``person`` once, and the face it leads to; for demo mode only."""
    if face is None:
        face = next((one for one in (Face.STAFF, Face.PARTNER) if _is_of(person.id, one)), Face.CUSTOMER)
    return links.mint_link(links.DEMO, person_id=person.id, data={"face": face.value}), face


def _is_of(person_id: int, face: Face) -> bool:
    try:
        actor_of(person_id, face=face, way="link")
    except NotFound:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Checked:
    """A right password, and the tries to take back once the transaction has begun."""

    rows: list[int]
    mailbox: limits.Limit

    def give_back(self) -> None:
        limits.give_back(self.rows, also=self.mailbox)


def _check_password(person_id: int, password: str, *, network: str, field: str) -> _Checked:
    """Check the password of somebody who is signed in; a wrong one counts; raise Invalid at ``field``, TooMany."""
    with db.unit_of_work(write=False) as reading:
        key = (
            reading.scalar(select(EmailAddress.address_key).where(EmailAddress.person_id == person_id)) or ""
        )
        stored = passwords.stored(person_id)
    counted = limits.of_password(key, network)
    rows = limits.take(counted)
    if not passwords.fits(stored, password):
        raise Invalid(_t("This is not your password."), code="accounts.password", field=field)
    return _Checked(rows, counted[0])


def asks_code(actor: Actor) -> bool:
    """Tell whether the fresh proof by password asks for a code too: of who signs in with a second step."""
    held = factors.factors_of(actor.person_id or 0)
    return held.asked(must=duty.must_have(face_of(actor)))


def confirm(actor: Actor, *, password: str, code: str = "", network: str) -> str:
    """Prove once more that it is the same person; return the new token of the sign-in.

    Raise Invalid at ``password`` or ``code``, TooMany. The code is asked of who has a second step.
    """
    person_id = actor.person_id or 0
    with db.unit_of_work(write=False):
        two = asks_code(actor)
    checked = _check_password(person_id, password, network=network, field="password")
    # Every count is committed apart and so comes before the first write of this request.
    counted = factors.count_try(person_id) if two else []
    if two:
        factors.accept_code(person_id, code, actor=actor, counted=counted)
    checked.give_back()
    return sessions.prove_again(actor)


def change_password(actor: Actor, *, current: str, new: str, network: str) -> str:
    """Set a new password with the current one; every other sign-in ends; return the new token of this one.

    Raise FreshSignInNeeded, Invalid at ``current`` or ``password``, TooMany.
    """
    person_id = actor.person_id or 0
    with db.unit_of_work(write=False) as reading:
        sessions.require_fresh(actor)
        address = (
            reading.scalar(select(EmailAddress.address).where(EmailAddress.person_id == person_id)) or ""
        )
    passwords.check(new, about=(actor.name, address))
    checked = _check_password(person_id, current, network=network, field="current")
    hashed = passwords.hash_of(new)
    checked.give_back()
    passwords.store(person_id, hashed)
    links.end_all(person_id, links.RESET, links.STEP)
    own_sessions.end_others(actor, how="password")
    audit.record(Tag.PASSWORD_SET, actor=actor, account_id=actor.account_id)
    messages.password_changed(person_id, actor=actor, key=f"{person_id}-{clock.now().isoformat()}")
    return sessions.prove_again(actor)


def set_password(person: Person, password: str) -> None:
    """Give a person a password without asking for the old one; for the demo and the tests."""
    passwords.store(person.id, passwords.hash_of(password))
