"""The way to a provider and back: OpenID Connect by code, with PKCE (S256), a state and a nonce of this browser.

State, nonce and the verifier of PKCE all come from one random token that only the browser's cookie holds. So what is
in the address, in the database or at the provider is worth nothing without that browser.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwk

from portal.domain.partners import Provider

from . import discovery, tokens
from .calls import Deadline, fitted, within
from .refusals import Reason, Refused

SCOPE = "openid email profile"


@dataclass(frozen=True, slots=True)
class Person:
    """Who came back from a provider, as far as the provider says so."""

    issuer: str
    sub: str
    email: str
    email_verified: bool
    name: str
    locale: str
    sid: str
    id_token: str


def _derived(token: str, use: str) -> str:
    made = hmac.new(token.encode(), use.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def state_of(token: str) -> str:
    """Return the state that belongs to the token of a browser."""
    return _derived(token, "state")


def is_state_of(token: str, state: str) -> bool:
    """Tell whether a state is that of the token of this browser."""
    return hmac.compare_digest(state_of(token).encode(), state.encode())


def session_for(provider: Provider, redirect: str, deadline: Deadline) -> OAuth2Session:
    """Return a client of this provider that proves itself as agreed, with bounded calls."""
    secret: Any = provider.secret
    if provider.proves_by == "private_key_jwt":
        secret = jwk.import_key(orjson.loads(provider.secret))
    session = OAuth2Session(
        client_id=provider.client_id,
        client_secret=secret,
        token_endpoint_auth_method=provider.proves_by,
        redirect_uri=redirect,
        scope=SCOPE,
        code_challenge_method="S256",
    )
    if provider.proves_by == "private_key_jwt":
        header = {"kid": secret.kid, "alg": "RS256"}
        session.register_client_auth_method(PrivateKeyJWT(headers=header, alg="RS256"))
    fitted(session, deadline)
    return session


def begin(
    provider: Provider, *, token: str, redirect: str, hint: str = "", language: str = "", anew: bool = False
) -> str:
    """Return the address at the provider that a browser holding ``token`` goes to; raise Refused.

    ``hint`` is the mail address that was typed; ``anew`` asks the provider to ask the person once more.
    """

    def work(deadline: Deadline) -> str:
        metadata = discovery.metadata_of(provider.issuer, deadline)
        more: dict[str, Any] = {"nonce": _derived(token, "nonce")}
        if hint:
            more["login_hint"] = hint
        if language:
            more["ui_locales"] = language
        if anew:
            more |= {"prompt": "login", "max_age": "0"}
        with session_for(provider, redirect, deadline) as session:
            address, _state = session.create_authorization_url(
                metadata["authorization_endpoint"],
                state=state_of(token),
                code_verifier=_derived(token, "verifier"),
                **more,
            )
        return str(address)

    return within(work)


def finish(
    provider: Provider,
    answer: Mapping[str, str],
    *,
    token: str,
    redirect: str,
    proved_since: float | None = None,
) -> Person:
    """Return who came back with this ``answer`` of the provider; raise Refused for every reason not to believe it.

    That the state is this browser's, and that the way was not walked before, is the caller's check.
    """

    def work(deadline: Deadline) -> Person:
        metadata = discovery.metadata_of(provider.issuer, deadline)
        _same_issuer(provider, metadata, answer)
        if answer.get("error"):
            said = str(answer["error"])[:60]
            raise Refused(Reason.DENIED if said == "access_denied" else Reason.PROVIDER_ERROR, said)
        code = answer.get("code") or ""
        if not code or len(code) > 4096:
            raise Refused(Reason.BARE)
        given = _exchange(provider, metadata, code, token=token, redirect=redirect, deadline=deadline)
        access = given.get("access_token")
        access = access if isinstance(access, str) else ""
        id_token = given.get("id_token")
        claims = tokens.check_id_token(
            id_token, issuer=provider.issuer, client_id=provider.client_id, nonce=_derived(token, "nonce"),
            access_token=access, deadline=deadline, proved_since=proved_since,
        )  # fmt: skip
        claims = _with_mail(provider, metadata, claims, access, deadline)
        return _person(provider, claims, str(id_token))

    return within(work)


def _same_issuer(provider: Provider, metadata: dict[str, Any], answer: Mapping[str, str]) -> None:
    """Refuse the answer of another provider (RFC 9207, against mix-up)."""
    said = answer.get("iss")
    if said is None:
        if metadata.get("authorization_response_iss_parameter_supported") is True:
            raise Refused(Reason.ISSUER_MISSING)
        return
    if said != provider.issuer:
        raise Refused(Reason.ISSUER_WRONG)


def _exchange(
    provider: Provider, metadata: dict[str, Any], code: str, *, token: str, redirect: str, deadline: Deadline
) -> dict[str, Any]:
    try:
        with session_for(provider, redirect, deadline) as session:
            given = session.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=_derived(token, "verifier"),
            )
    except OAuthError as error:
        reason = Reason.CLIENT if error.error in {"invalid_client", "unauthorized_client"} else Reason.CODE
        raise Refused(reason, str(error.error)[:60]) from None
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        raise Refused(Reason.DOWN if status >= 500 else Reason.CODE, f"it answers with {status}") from None
    except (ValueError, TypeError, AttributeError, KeyError):
        raise Refused(Reason.NONSENSE, "the answer to the code cannot be read") from None
    if not isinstance(given, dict):
        raise Refused(Reason.NONSENSE, "the answer to the code cannot be read")
    return given


def _with_mail(
    provider: Provider, metadata: dict[str, Any], claims: dict[str, Any], access: str, deadline: Deadline
) -> dict[str, Any]:
    """Return the claims with those of the user info, where the ID token says nothing of the mail address."""
    address = metadata.get("userinfo_endpoint")
    if provider.claim("email") in claims or not access or not isinstance(address, str):
        return claims
    more = discovery.read(address, deadline, token=access)
    if more.get("sub") != claims["sub"]:
        raise Refused(Reason.SUBJECT, "the user info is about somebody else")
    return {**more, **claims}


def _person(provider: Provider, claims: dict[str, Any], id_token: str) -> Person:
    def text(name: str, most: int) -> str:
        value = claims.get(provider.claim(name))
        return " ".join(value.split())[:most] if isinstance(value, str) else ""

    verified = claims.get(provider.claim("email_verified"))
    return Person(
        issuer=provider.issuer,
        sub=str(claims["sub"]),
        email=text("email", 320),
        email_verified=verified is True or verified == "true" or provider.mails_are_verified,
        name=text("name", 120),
        locale=text("locale", 20),
        sid=claims["sid"][:255] if isinstance(claims.get("sid"), str) else "",
        id_token=id_token,
    )


def sign_out_address(provider: Provider, *, id_token: str, back: str) -> str:
    """Return where the provider signs somebody out too (RP-Initiated Logout 1.0); '' where it does not, or is away."""
    try:
        metadata = within(lambda deadline: discovery.metadata_of(provider.issuer, deadline), seconds=3)
    except Refused:
        return ""
    address = metadata.get("end_session_endpoint")
    if not isinstance(address, str):
        return ""
    told = {"client_id": provider.client_id, "post_logout_redirect_uri": back}
    if tokens.is_for(id_token, provider.client_id):
        told["id_token_hint"] = id_token
    return address + ("&" if urlsplit(address).query else "?") + urlencode(told)


def read_notice(provider: Provider, token: Any) -> tokens.Notice:
    """Return what a notice of this provider about a sign-out says; raise Refused."""
    return within(
        lambda deadline: tokens.check_notice(
            token, issuer=provider.issuer, client_id=provider.client_id, deadline=deadline
        )
    )
