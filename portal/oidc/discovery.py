"""What a provider says of itself (OpenID Connect Discovery) and its keys, remembered for a while by each process."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from joserfc import jwk
from joserfc.errors import JoseError

from portal import config
from portal.config import LOOPBACK

from .calls import Deadline, fitted
from .refusals import Reason, Refused

LIFE = 300.0  # seconds for which what a provider says of itself is believed
KEYS_LIFE = 600.0
AGAIN = 20.0  # seconds between two looks for a key that is not known
MOST_KEYS = 40
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
ENDPOINTS = (*NEEDED, "userinfo_endpoint", "end_session_endpoint")


@dataclass(slots=True)
class _Known:
    metadata: dict[str, Any]
    at: float
    keys: list[Any] = field(default_factory=list)
    keys_at: float = 0.0
    looked_at: float = 0.0  # when a key was last looked for that was not there


_known: dict[str, _Known] = {}
_lock = threading.Lock()


def forget(issuer: str = "") -> None:
    """Forget what is remembered of one provider, or of all."""
    with _lock:
        if issuer:
            _known.pop(issuer, None)
        else:
            _known.clear()


def may_be_called(address: str) -> bool:
    """Tell whether an address of a provider is safe to call: https; in demo mode http on this machine too."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.username or parts.password or parts.fragment or not host:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK and config.load().demo)


def read(address: str, deadline: Deadline, *, token: str = "") -> dict[str, Any]:
    """Return the JSON object at an address of a provider; raise Refused for everything else."""
    if not may_be_called(address):
        raise Refused(Reason.NONSENSE, "an address of it is not https")
    with fitted(requests.Session(), deadline) as session:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = session.get(address, headers=headers)
    if answer.status_code >= 500:
        raise Refused(Reason.DOWN, f"it answers with {answer.status_code}")
    if answer.status_code != 200:
        raise Refused(Reason.NONSENSE, f"it answers with {answer.status_code}")
    return an_object(answer.content)


def an_object(content: bytes) -> dict[str, Any]:
    """Return the JSON object in ``content``; raise Refused for everything else."""
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Refused(Reason.NONSENSE, "the answer is no JSON object")
    return found


def address_of(issuer: str) -> str:
    """Return where a provider says what it is."""
    return issuer.rstrip("/") + "/.well-known/openid-configuration"


def metadata_of(issuer: str, deadline: Deadline) -> dict[str, Any]:
    """Return what the provider says of itself, at most some minutes old; raise Refused where it says nonsense."""
    known = _known.get(issuer)
    if known is not None and monotonic() - known.at < LIFE:
        return known.metadata
    found = read(address_of(issuer), deadline)
    if found.get("issuer") != issuer:
        raise Refused(Reason.NONSENSE, "it calls itself by another issuer")
    for name in ENDPOINTS:
        value = found.get(name)
        if (value is None and name in NEEDED) or (value is not None and not _is_endpoint(value)):
            raise Refused(Reason.NONSENSE, f"{name} is missing or no https address")
    with _lock:
        before = _known.get(issuer)
        fresh = _Known(found, monotonic())
        if before is not None and before.metadata.get("jwks_uri") == found["jwks_uri"]:
            fresh.keys, fresh.keys_at, fresh.looked_at = before.keys, before.keys_at, before.looked_at
        _known[issuer] = fresh
    return found


def _is_endpoint(value: Any) -> bool:
    return isinstance(value, str) and len(value) < 2000 and may_be_called(value)


def keys_of(issuer: str, deadline: Deadline, *, wanted: str = "") -> list[Any]:
    """Return the public keys by which the provider signs, fetched anew when ``wanted`` is none of them.

    So a key that was changed a moment ago is found; nonsense asks the provider three times a minute at most.
    """
    metadata = metadata_of(issuer, deadline)
    known, now = _known[issuer], monotonic()
    stale = not known.keys or now - known.keys_at >= KEYS_LIFE
    missing = bool(wanted) and not any(key.kid == wanted for key in known.keys)
    with _lock:
        look = stale or (missing and now - known.looked_at >= AGAIN)
        if missing and not stale and look:
            known.looked_at = now
    if look:
        found = usable(read(str(metadata["jwks_uri"]), deadline))
        with _lock:
            known.keys, known.keys_at = found, monotonic()
    return known.keys


def usable(found: dict[str, Any]) -> list[Any]:
    """Return the public keys of a key set that can prove a signature; others are passed over."""
    kept = []
    listed = found.get("keys")
    if not isinstance(listed, list):
        raise Refused(Reason.NONSENSE, "its key set has no keys")
    for one in listed[:MOST_KEYS]:
        if not isinstance(one, dict) or one.get("kty") not in {"RSA", "EC", "OKP"}:
            continue
        if one.get("use", "sig") != "sig" or "d" in one:
            continue
        try:
            key = jwk.import_key(
                {name: one[name] for name in one if name not in {"x5c", "x5t", "x5u", "alg"}}
            )
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if one["kty"] == "RSA" and key.as_dict().get("n", "") and len(str(one.get("n", ""))) < 340:
            continue  # shorter than 2048 bits
        kept.append(key)
    return kept
