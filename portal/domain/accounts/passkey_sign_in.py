"""Signing in with a passkey: alone, after the password, or as the fresh proof that sensitive acts ask for.

The authenticator asks for its own lock (a finger, a face, a PIN), so that one press proves both what a person has
and what a person is or knows: both steps at once. No lock of tries stands in front: there is nothing to guess, and
so a stranger who keeps a password locked shuts nobody out.
"""

from __future__ import annotations

from typing import Any

from portal import db
from portal.domain.actor import Actor

from . import ceremonies, links, passkeys, sessions
from .actors import Face, face_of
from .ceremonies import Ceremony, Use
from .sign_in import Next, Step, enter, step_of


def begin_passkey_sign_in(face: Face) -> Ceremony:
    """Begin a sign-in by passkey alone; nobody says who they are, the authenticator does."""
    token, challenge = ceremonies.begin(Use.SIGN_IN, face=face)
    return Ceremony(token, ceremonies.request_options(challenge))


def sign_in_by_passkey(token: str, answer: Any, *, face: Face, device: str, network: str) -> Step:
    """Sign in with what a passkey has signed; it counts as both steps; raise Invalid, in the same words for all."""
    challenge = ceremonies.take(token, Use.SIGN_IN, face=face)
    person_id = passkeys.accept(answer, challenge, face=face)
    return Step(Next.DONE, enter(person_id, face, "passkey", device, network), person_id)


def begin_passkey_step(step: str, face: Face) -> Ceremony:
    """Begin the second step by passkey behind a right password; raise NotFound when the step is over."""
    person_id = step_of(step, face).person_id or 0
    token, challenge = ceremonies.begin(Use.STEP, face=face, person_id=person_id)
    return Ceremony(token, ceremonies.request_options(challenge, known=passkeys.known_to(person_id)))


def step_by_passkey(
    step: str, token: str, answer: Any, *, face: Face, device: str, network: str
) -> Step:  # fmt: skip
    """Take the second step with a passkey of the same person; raise Invalid, NotFound when the step is over."""
    with db.unit_of_work(write=False):
        person_id = step_of(step, face).person_id or 0
    challenge = ceremonies.take(token, Use.STEP, face=face, person_id=person_id)
    passkeys.accept(answer, challenge, face=face, person_id=person_id)
    links.use(links.STEP, step)
    return Step(Next.DONE, enter(person_id, face, "passkey", device, network), person_id)


def passkeys_for_step(step: str, face: Face) -> int:
    """Return with how many passkeys the second step can be taken; raise NotFound when the step is over."""
    return len(passkeys.known_to(step_of(step, face).person_id or 0))


def begin_passkey_confirm(actor: Actor) -> Ceremony:
    """Begin a fresh proof by passkey for somebody who is signed in."""
    face = face_of(actor)
    person_id = actor.person_id or 0
    token, challenge = ceremonies.begin(
        Use.CONFIRM, face=face, person_id=person_id, session_id=actor.session_id
    )
    return Ceremony(token, ceremonies.request_options(challenge, known=passkeys.known_to(person_id)))


def confirm_by_passkey(actor: Actor, token: str, answer: Any) -> str:
    """Prove by passkey that it is the same person still; return the new token of the sign-in; raise Invalid."""
    face = face_of(actor)
    challenge = ceremonies.take(
        token, Use.CONFIRM, face=face, person_id=actor.person_id, session_id=actor.session_id
    )
    passkeys.accept(answer, challenge, face=face, person_id=actor.person_id)
    return sessions.prove_again(actor)
