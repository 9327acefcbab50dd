"""An identity provider as one of another company is: Authlib's server, codes that work once, PKCE, signed tokens.

The demo shows the sign-in of a partner by it, and the tests make it fail in every way there is.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson
import requests
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError, grants
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask, Response, request
from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError

LIFE = 120  # seconds of a code
MOST = 1000  # codes and sign-ins that are remembered
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
Claims = dict[str, Any]


def new_key() -> Any:
    """Return a new key to sign with."""
    return jwk.RSAKey.generate_key(
        2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"}, private=True
    )


def b64(data: bytes) -> str:
    """Return what JOSE calls base64url."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Client(ClientMixin):
    """A program that may ask: the portal, which proves itself by a secret or by a key that it shows."""

    client_id: str
    method: str  # client_secret_basic, private_key_jwt
    secret: str = ""
    redirect: str = ""  # none: any that ends the way of a partner
    keys_at: str = ""
    back: str = ""
    notices: str = ""

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return self.redirect

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect if self.redirect else "/extranet/sign-in/answer/" in redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return bool(self.secret) and secrets.compare_digest(client_secret, self.secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == self.method

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code:
    """A code that was given out, and for whom."""

    code: str
    client_id: str
    redirect_uri: str
    code_challenge: str
    code_challenge_method: str
    nonce: str
    person: Mapping[str, Any]
    at: float

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return "openid email profile"


@dataclass
class Issuer:
    """One provider. ``issuer`` is its address; ``person`` is a mapping: sub, email, verified, name, sid."""

    issuer: str
    clients: dict[str, Client]
    keys: list[Any] = field(default_factory=lambda: [new_key()])
    codes: dict[str, Code] = field(default_factory=dict)
    last: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # by access token, for the user info
    client_keys: dict[str, Any] = field(default_factory=dict)
    spent: dict[str, float] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.Lock)

    def attach(self, app: Flask) -> None:
        """Let the token endpoint work within ``app``."""
        kept = self

        class ByCode(grants.AuthorizationCodeGrant):
            TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "private_key_jwt"]

            def save_authorization_code(self, code: str, request: Any) -> None:
                raise NotImplementedError

            def query_authorization_code(self, code: str, client: Client) -> Code | None:
                found = kept.codes.get(code)
                fits = found is not None and found.client_id == client.client_id
                return found if fits and found and time.time() - found.at < LIFE else None

            def delete_authorization_code(self, authorization_code: Code) -> None:
                kept.codes.pop(authorization_code.code, None)

            def authenticate_user(self, authorization_code: Code) -> Any:
                return authorization_code.person

        class ByKey(JWTBearerClientAssertion):
            CLIENT_AUTH_METHOD = "private_key_jwt"

            def validate_jti(self, claims: Any, jti: str) -> bool:
                new = jti not in kept.spent
                _remember(kept.spent, jti, time.time())
                return new

            def resolve_client_public_key(self, client: Client) -> Any:
                return kept.key_of(client, _named(request.form.get("client_assertion", "")))

            def get_audiences(self) -> list[str]:
                return [f"{kept.issuer}/token", kept.issuer]

        self.server = AuthorizationServer(
            app, query_client=self.clients.get, save_token=lambda token, request: None
        )
        self.server.register_grant(ByCode, [CodeChallenge(required=True)])
        self.server.register_client_auth_method(ByKey.CLIENT_AUTH_METHOD, ByKey())

    def key_of(self, client: Client, name: str) -> Any:
        """Return the public key of a client by its name, fetched anew when it is not known yet."""
        if name not in self.client_keys:
            with requests.Session() as session:
                session.trust_env = False
                listed = session.get(client.keys_at, timeout=5).json()["keys"]
            self.client_keys = {str(one.get("kid", "")): jwk.import_key(one) for one in listed}
        found = self.client_keys.get(name)
        if found is None:
            raise InvalidClientError(description="This key is not shown.")
        return found

    def metadata(self) -> Claims:
        """Return what the provider says of itself (OpenID Connect Discovery)."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
        }

    def public_keys(self) -> Claims:
        """Return the keys by which a signature is checked."""
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    def asks(self, asked: Mapping[str, str]) -> Client | None:
        """Return who asks, where this provider knows that program and its address."""
        client = self.clients.get(asked.get("client_id", ""))
        return client if client and client.check_redirect_uri(asked.get("redirect_uri", "")) else None

    def answer(self, asked: Mapping[str, str], person: Mapping[str, Any] | None, *, error: str = "") -> str:
        """Return where the browser goes with the answer: a code for ``person``, or an error."""
        back = {"state": asked.get("state", ""), "iss": self.issuer}
        if error or person is None:
            back["error"] = error or "access_denied"
        elif asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            back["error"] = "invalid_request"
        else:
            code = secrets.token_urlsafe(24)
            given = Code(
                code, asked["client_id"], asked["redirect_uri"], asked["code_challenge"], "S256",
                asked.get("nonce", ""), dict(person), time.time(),
            )  # fmt: skip
            with self.lock:
                _remember(self.codes, code, given)
            back["code"] = code
        return f"{asked['redirect_uri']}?{urlencode(self.told(back))}"

    def told(self, back: dict[str, str]) -> dict[str, str]:
        """Return the answer as it leaves."""
        return back

    def token(self) -> Response:
        """Answer the request for tokens that is in hand."""
        given = self.codes.get(request.form.get("code", ""))
        answer: Response = self.server.create_token_response()
        if answer.status_code != 200 or given is None:
            return answer
        said = orjson.loads(answer.get_data())
        with self.lock:
            _remember(self.last, said["access_token"], given.person)
        id_token = self.id_token(given, said["access_token"])
        if id_token:
            said["id_token"] = id_token
        return Response(
            orjson.dumps(said), mimetype="application/json", headers={"Cache-Control": "no-store"}
        )

    def userinfo(self, authorization: str) -> Claims | None:
        """Return what is said of whom an access token was given for; None for one that is not known."""
        person = self.last.get(authorization.removeprefix("Bearer "))
        return self.told_of(person) if person is not None else None

    @staticmethod
    def told_of(person: Mapping[str, Any]) -> Claims:
        """Return subject, address and name of somebody."""
        return {
            "sub": person["sub"], "email": person["email"], "email_verified": person["verified"],
            "name": person["name"], "locale": person.get("locale", "en"),
        }  # fmt: skip

    def id_token(self, given: Code, access_token: str) -> str:
        """Return the signed proof of who came; '' for none."""
        now = int(time.time())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims = {
            "iss": self.issuer, "aud": given.client_id, "exp": now + 300, "iat": now, "auth_time": now,
            "nonce": given.nonce, "at_hash": b64(half), **self.told_of(given.person), "sid": given.person["sid"],
        }  # fmt: skip
        return self.signed({"alg": "RS256", "kid": self.keys[0].kid}, claims)

    def notice(self, client: Client, *, sub: str, sid: str = "") -> str:
        """Return the signed notice that somebody signed out here (OpenID Connect Back-Channel Logout 1.0)."""
        now = int(time.time())
        claims: Claims = {
            "iss": self.issuer, "aud": client.client_id, "iat": now, "exp": now + 120, "jti": secrets.token_hex(8),
            "sub": sub, "events": {LOGOUT_EVENT: {}}, **({"sid": sid} if sid else {}),
        }  # fmt: skip
        return self.signed({"alg": "RS256", "kid": self.keys[0].kid, "typ": "logout+jwt"}, claims)

    def signed(self, header: Claims, claims: Claims) -> str:
        """Return claims as a signed token."""
        return jwt.encode(header, claims, self.keys[0])


def _named(assertion: str) -> str:
    """Return the name of the key that a client says it has signed with."""
    try:
        header = jws.extract_compact(assertion.encode()).headers()
    except (JoseError, ValueError):
        return ""
    return str(header.get("kid", ""))


def _remember(kept: dict[str, Any], key: str, value: Any) -> None:
    kept[key] = value
    while len(kept) > MOST:
        kept.pop(next(iter(kept)))
