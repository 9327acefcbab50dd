"""Keys drawn from the installation's secret, one per use, so that no use can open what another has sealed.

The secret can be changed: the newest seals, every earlier one still opens (HKDF of RFC 5869, Fernet).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal import config


class Unreadable(ValueError):
    """What was sealed does not open with any key of this installation."""


def _secrets() -> tuple[str, ...]:
    settings = config.load()
    return tuple(key.get_secret_value() for key in (settings.secret_key, *settings.previous_secret_keys))


@lru_cache(maxsize=64)
def _derive(secret: str, use: str) -> bytes:
    info = f"reins:{use}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())


@lru_cache(maxsize=16)
def _box(use: str, known: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(secret, use))) for secret in known])


def seal(use: str, text: str) -> bytes:
    """Encrypt ``text`` for one use."""
    return _box(use, _secrets()).encrypt(text.encode())


def unseal(use: str, sealed: bytes) -> str:
    """Decrypt what :func:`seal` made for the same use; raise :class:`Unreadable`."""
    try:
        return _box(use, _secrets()).decrypt(sealed).decode()
    except InvalidToken:
        raise Unreadable(use) from None


def resealed(use: str, sealed: bytes) -> bytes | None:
    """Return the same sealed by the newest secret, or None when it is already; raise :class:`Unreadable`."""
    known = _secrets()
    try:
        _box(use, known[:1]).decrypt(sealed)
    except InvalidToken:
        try:
            return _box(use, known).rotate(sealed)
        except InvalidToken:
            raise Unreadable(use) from None
    return None


def fingerprint(use: str, value: str) -> str:
    """Return 40 hex digits that stand for ``value`` without telling it (HMAC-SHA-256)."""
    return hmac.new(_derive(_secrets()[0], use), value.encode(), hashlib.sha256).hexdigest()[:40]


def fingerprints(use: str, value: str) -> tuple[str, ...]:
    """Return 64 hex digits for ``value`` by each secret that holds, the newest first (HMAC-SHA-256)."""
    return tuple(
        hmac.new(_derive(secret, use), value.encode(), hashlib.sha256).hexdigest() for secret in _secrets()
    )


def own_marks() -> tuple[str, ...]:
    """Return what tells each secret of this installation, the newest first, without saying it."""
    return fingerprints("own-mark", "secret")


@lru_cache(maxsize=4096)
def mark_of(person_id: int) -> str:
    """Return twelve signs by which a browser tells its people apart, and which tell nothing else of them."""
    return fingerprint("browser", str(person_id))[:12]


def new_token() -> str:
    """Return 256 random bits as a text for a cookie or an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is stored of a random token: its SHA-256; a token of 112 bits and more needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
