"""The tokens a provider signs, checked against what we asked for: ID tokens, and the notices of a sign-out.

Only algorithms of the list, only keys of the configured issuer; every claim that OpenID Connect Core 3.1.3.7 and
Back-Channel Logout 2.6 name, and some that they leave open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError

from .calls import Deadline
from .discovery import keys_of
from .refusals import Reason, Refused

KINDS = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
ALGORITHMS = frozenset({
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519",
})  # fmt: skip
SKEW = 60  # seconds by which two clocks may differ
NOTICE_LIFE = 120  # seconds for which the notice of a sign-out is fresh
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LARGEST = 16 * 1024


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of a provider that somebody signed out: of one session, or of all of a subject."""

    sub: str
    sid: str
    jti: str
    expires: int  # seconds since 1970, until when it must not be taken a second time


def _part(text: str) -> Any:
    try:
        return orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        raise Refused(Reason.TOKEN, "it cannot be read") from None


def opened(token: Any, issuer: str, deadline: Deadline) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims of a token that a key of ``issuer`` has signed; raise Refused for any other."""
    if not isinstance(token, str) or len(token) > LARGEST or token.count(".") != 2:
        raise Refused(Reason.TOKEN, "it is no signed token")
    header = _part(token.partition(".")[0])
    if not isinstance(header, dict) or "crit" in header:
        raise Refused(Reason.TOKEN, "its header cannot be read")
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise Refused(_of_algorithm(str(algorithm)), str(algorithm)[:20])
    wanted = kid if isinstance(kid, str) else ""
    known = keys_of(issuer, deadline, wanted=wanted)
    fitting = [
        key for key in known if key.key_type == KINDS[algorithm[:2]] and (not wanted or key.kid == wanted)
    ]
    # Without a name there must be one key only, or a forger could choose among them.
    if not fitting or (not wanted and len(fitting) > 1):
        raise Refused(Reason.KEY, "no key of the provider fits")
    try:
        found = jws.deserialize_compact(token, fitting[0], algorithms=[algorithm])
    except (JoseError, ValueError):
        raise Refused(Reason.SIGNATURE) from None
    try:
        claims = orjson.loads(found.payload or b"")
    except orjson.JSONDecodeError:
        claims = None
    if not isinstance(claims, dict):
        raise Refused(Reason.TOKEN, "its claims cannot be read")
    return header, claims


def _of_algorithm(name: str) -> Reason:
    if name.lower() == "none":
        return Reason.UNSIGNED
    return Reason.PUBLIC_KEY if name.upper().startswith("HS") else Reason.ALGORITHM


def _number(claims: dict[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _for_us(claims: dict[str, Any], *, issuer: str, client_id: str) -> None:
    if claims.get("iss") != issuer:
        raise Refused(Reason.TOKEN_ISSUER)
    meant = claims.get("aud")
    audience = [meant] if isinstance(meant, str) else meant
    if not isinstance(audience, list) or client_id not in audience:
        raise Refused(Reason.AUDIENCE)
    party = claims.get("azp")
    if party != client_id and (party is not None or len(audience) > 1):
        raise Refused(Reason.AUDIENCE, "it was made for another party")


def check_id_token(
    token: Any, *, issuer: str, client_id: str, nonce: str, access_token: str, deadline: Deadline,
    proved_since: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return the claims of an ID token that answers our question and no other; raise Refused.

    ``proved_since`` (seconds since 1970) asks that the person proved it to the provider no earlier.
    """
    if token is None:
        raise Refused(Reason.NO_TOKEN)
    header, claims = opened(token, issuer, deadline)
    if str(header.get("typ") or "JWT").upper() != "JWT":
        raise Refused(Reason.TOKEN, "it is a token of another kind")
    _for_us(claims, issuer=issuer, client_id=client_id)
    now = time.time()
    expires, issued, early = _number(claims, "exp"), _number(claims, "iat"), _number(claims, "nbf")
    if expires is None or now >= expires + SKEW:
        raise Refused(Reason.EXPIRED)
    if issued is None or issued > now + SKEW or (early is not None and early > now + SKEW):
        raise Refused(Reason.TOO_EARLY)
    said = claims.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise Refused(Reason.NONCE)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject.strip() or len(subject) > 255:
        raise Refused(Reason.SUBJECT)
    _check_hash(claims.get("at_hash"), access_token, str(header["alg"]))
    if proved_since is not None:
        proved = _number(claims, "auth_time")
        if proved is None or proved < proved_since - SKEW:
            raise Refused(Reason.NOT_FRESH)
    return claims


def _check_hash(said: Any, access_token: str, algorithm: str) -> None:
    """Refuse an access token that is not the one which the ID token was made with, where that says so."""
    if said is None or not access_token:
        return
    name = {"384": "sha384", "512": "sha512"}.get(
        algorithm[2:], "sha512" if algorithm == "Ed25519" else "sha256"
    )
    whole = hashlib.new(name, access_token.encode()).digest()
    half = base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), half):
        raise Refused(Reason.TOKEN, "it belongs to another access token")


def is_for(token: str, client_id: str) -> bool:
    """Tell for which client an ID token was made that was checked before; one sign-in may serve two partners."""
    try:
        claims = _part(token.split(".")[1]) if token.count(".") == 2 else {}
    except Refused:
        return False
    meant = claims.get("aud") if isinstance(claims, dict) else None
    return client_id in ([meant] if isinstance(meant, str) else meant or [])


def check_notice(token: Any, *, issuer: str, client_id: str, deadline: Deadline) -> Notice:
    """Return what the notice of a sign-out says (OpenID Connect Back-Channel Logout 1.0); raise Refused.

    It must be of its own type, fresh, without a nonce, and say whom or which session it is about.
    """
    header, claims = opened(token, issuer, deadline)
    kind = str(header.get("typ") or "").lower().removeprefix("application/")
    if kind != "logout+jwt":
        raise Refused(Reason.TOKEN, "it is a token of another kind")
    _for_us(claims, issuer=issuer, client_id=client_id)
    if "nonce" in claims:
        raise Refused(Reason.NONCE, "a notice has none")
    now = time.time()
    issued, expires = _number(claims, "iat"), _number(claims, "exp")
    if issued is None or issued > now + SKEW:
        raise Refused(Reason.TOO_EARLY)
    if now >= issued + NOTICE_LIFE + SKEW or (expires is not None and now >= expires + SKEW):
        raise Refused(Reason.EXPIRED)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise Refused(Reason.TOKEN, "it is about something else")
    sub, sid, jti = (claims.get(name) for name in ("sub", "sid", "jti"))
    if not isinstance(jti, str) or not jti or len(jti) > 512:
        raise Refused(Reason.TOKEN, "it has no jti")
    if any(one is not None and not isinstance(one, str) for one in (sub, sid)) or not (sub or sid):
        raise Refused(Reason.SUBJECT)
    return Notice(sub or "", sid or "", jti, int(issued) + NOTICE_LIFE + 2 * SKEW)
