"""Passwords: argon2id (RFC 9106), a core left for everybody else, common ones refused."""

from __future__ import annotations

import os
import re
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update

from portal import config, db
from portal.domain import clock, firm
from portal.domain.errors import Invalid
from portal.text import _t

from .credentials import Password

LEAST, MOST = 8, 1024

# Three passes over 64 MiB, the second recommended option of RFC 9106 (4). It names four lanes, so that four cores can
# share one hash; in one lane the work and the memory are the same, and one hash keeps exactly one core busy.
_FULL = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_LIGHT = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
# One core stays free for the pages, where there are two and more.
_cores = threading.BoundedSemaphore(max((os.cpu_count() or 1) - 1, 1))


def _hasher() -> PasswordHasher:
    return _LIGHT if config.load().light_passwords else _FULL


def hash_of(password: str) -> str:
    """Return the argon2id hash; waits for a free core."""
    with _cores:
        return _hasher().hash(password)


@cache
def _nobody(hasher: PasswordHasher) -> str:
    with _cores:
        return hasher.hash("the password of nobody")


def fits(stored: str | None, password: str) -> bool:
    """Tell whether ``password`` belongs to the stored hash; takes the same time when there is none."""
    hasher = _hasher()
    decoy = _nobody(hasher)
    with _cores:
        try:
            return hasher.verify(stored or decoy, password[:MOST]) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def is_stale(stored: str) -> bool:
    """Tell whether the hash was made with other settings than today's."""
    return _hasher().check_needs_rehash(stored)


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def check(password: str, *, about: tuple[str, ...] = (), field: str = "password") -> None:
    """Refuse a password that is short, endless, common, or made of the words in ``about`` (ASVS 5.0 6.2).

    Any sign is welcome, nothing is changed, no kind of sign is demanded; raise Invalid at ``field``.
    """
    if len(password) < LEAST:
        message = _t(
            "Use at least {least} signs. Three or four words in a row are easy to remember.", least=LEAST
        )
        raise Invalid(message, code="accounts.password_short", field=field)
    if len(password) > MOST:
        raise Invalid(_t("Use at most {most} signs.", most=MOST), code="accounts.password_long", field=field)
    plain = password.casefold()
    bare = re.sub(r"[\W\d_]+", "", plain)
    if plain in _common() or len(set(plain)) < 3:
        message = _t("This password stands on the lists that thieves try first. Choose another one.")
        raise Invalid(message, code="accounts.password_common", field=field)
    words = {"reins", firm.now().name, *about}
    near = {
        re.sub(r"[\W\d_]+", "", part.casefold())
        for word in words
        for part in (word, *re.split(r"[\s@.]+", word))
    }
    if bare in near - {""}:
        message = _t("This password is made of a name that others know. Choose another one.")
        raise Invalid(message, code="accounts.password_guessable", field=field)


def stored(person_id: int) -> str | None:
    """Return the hash of a person, or None."""
    return db.session().scalar(select(Password.hash).where(Password.person_id == person_id))


def store(person_id: int, hashed: str) -> None:
    """Replace the hash of a person."""
    session = db.session()
    session.execute(delete(Password).where(Password.person_id == person_id))
    session.add(Password(person_id=person_id, hash=hashed, set_at=clock.now()))
    session.flush()


def strengthen(person_id: int, hashed: str) -> None:
    """Keep a stronger hash of the same password, which stays as old as it is."""
    db.session().execute(update(Password).where(Password.person_id == person_id).values(hash=hashed))
