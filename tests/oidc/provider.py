"""An identity provider of a partner, as a process of its own: Authlib's server, and faults on request.

``python -m tests.oidc.provider`` prints its port. What it does next is set by POST /_next (JSON):
``sub``, ``email``, ``verified``, ``name``, and ``fault``, one of those that :func:`spoilt` and the views know.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
from typing import Any
from urllib.parse import urlencode

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # on the loopback

import hashlib
import hmac

import requests
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwk, jwt
from werkzeug.serving import make_server

SECRET = "a-secret-between-two-firms"
DEFAULT: dict[str, Any] = {
    "sub": "nils-1", "email": "nils@northwind.example", "verified": True, "name": "Nils Berg",
    "fault": "", "sid": "s-1",
}  # fmt: skip


class Client(ClientMixin):
    """The one client: the portal."""

    def __init__(self, client_id: str, method: str) -> None:
        self.client_id, self.method = client_id, method

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return "/extranet/sign-in/answer/" in redirect_uri and "unregistered" not in self.client_id

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(client_secret, SECRET)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == self.method

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


CLIENTS = {
    "portal": Client("portal", "client_secret_basic"),
    "portal-key": Client("portal-key", "private_key_jwt"),
}


class Code:
    """A code that was given out."""

    def __init__(self, kept: dict[str, Any]) -> None:
        self.__dict__.update(kept)

    def get_redirect_uri(self) -> str:
        return str(self.redirect_uri)  # type: ignore[attr-defined]

    def get_scope(self) -> str:
        return "openid email profile"


class State:
    """What this process remembers."""

    def __init__(self) -> None:
        self.next = dict(DEFAULT)
        self.codes: dict[str, Code] = {}
        self.keys = [self.new_key()]
        self.jti: set[str] = set()
        self.client_keys = ""  # where the portal shows the public half of its key
        self.seen: list[str] = []

    @staticmethod
    def new_key() -> Any:
        return jwk.RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"}, private=True)


state = State()
app = Flask("provider")
issuer = ""


class ByCode(grants.AuthorizationCodeGrant):
    """Codes that work once, with PKCE."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "private_key_jwt"]

    def save_authorization_code(self, code: str, request: Any) -> None:
        raise NotImplementedError

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        found = state.codes.get(code)
        return found if found is not None and found.client_id == client.client_id else None  # type: ignore[attr-defined]

    def delete_authorization_code(self, authorization_code: Code) -> None:
        state.codes.pop(authorization_code.code, None)  # type: ignore[attr-defined]

    def authenticate_user(self, authorization_code: Code) -> dict[str, Any]:
        return authorization_code.person  # type: ignore[attr-defined,no-any-return]


class ByKey(JWTBearerClientAssertion):
    """Clients that prove themselves with a key."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def validate_jti(self, claims: Any, jti: str) -> bool:
        new = jti not in state.jti
        state.jti.add(jti)
        return new

    def resolve_client_public_key(self, client: Client, headers: Any = None) -> Any:
        found = requests.get(state.client_keys, timeout=5).json()["keys"][0]
        return jwk.import_key(found)


server = AuthorizationServer(app, query_client=CLIENTS.get, save_token=lambda token, request: None)
server.register_grant(ByCode, [CodeChallenge(required=True)])


@app.get("/.well-known/openid-configuration")
def metadata() -> Any:
    fault = state.next["fault"]
    if fault == "discovery_nonsense":
        return Response("<h1>Hello</h1>", mimetype="text/html")
    said = {
        "issuer": issuer + ("/other" if fault == "discovery_issuer" else ""),
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/keys",
        "end_session_endpoint": f"{issuer}/logout",
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": fault != "issuer_never_named",
        "backchannel_logout_supported": True,
    }
    return jsonify(said)


@app.get("/keys")
def keys() -> Any:
    state.seen.append("keys")
    return jsonify(keys=[key.as_dict(private=False) for key in state.keys])


@app.get("/authorize")
def authorize() -> Any:
    asked, fault = request.args, state.next["fault"]
    client = CLIENTS.get(asked.get("client_id", ""))
    if client is None or not client.check_redirect_uri(asked["redirect_uri"]):
        return "This program is not known here.", 400
    back: dict[str, str] = {"state": asked["state"], "iss": issuer}
    if asked.get("prompt") == "none":
        back["error"] = "login_required"
    elif fault == "denied":
        back["error"] = "access_denied"
    elif fault == "own_fault":
        back["error"] = "server_error"
    else:
        code = secrets.token_urlsafe(24)
        state.codes[code] = Code({
            "code": code, "client_id": client.client_id, "redirect_uri": asked["redirect_uri"],
            "code_challenge": asked["code_challenge"], "code_challenge_method": asked["code_challenge_method"],
            "nonce": asked["nonce"], "person": dict(state.next), "at": time.time(),
        })  # fmt: skip
        back["code"] = code
    if fault == "issuer_wrong":
        back["iss"] = "https://somebody.example"
    elif fault in {"issuer_missing", "issuer_never_named"}:
        del back["iss"]
    return redirect(f"{asked['redirect_uri']}?{urlencode(back)}", 302)


@app.post("/token")
def token() -> Any:
    fault = state.next["fault"]
    if fault == "token_slow":
        time.sleep(3)
    if fault == "token_drip":
        return Response((b" " for _ in iter(lambda: time.sleep(0.2), 1)), mimetype="application/json")
    if fault == "token_nonsense":
        return Response("<h1>Hello</h1>", mimetype="text/html")
    if fault == "token_list":
        return jsonify(["no", "object"])
    if fault == "token_broken":
        return "Oh", 500
    if fault == "token_elsewhere":
        return redirect("http://127.0.0.1:9/")
    if fault == "token_large":
        return Response(b'{"a":"' + b"x" * 700_000 + b'"}', mimetype="application/json")
    given = state.codes.get(request.form.get("code", ""))
    answer = server.create_token_response()
    if answer.status_code != 200 or given is None:
        return answer
    said = json.loads(answer.get_data())
    if fault != "no_token":
        said["id_token"] = id_token(given, said["access_token"])
    return jsonify(said)


@app.get("/userinfo")
def userinfo() -> Any:
    return jsonify(sub=state.next["sub"], email=state.next["email"], email_verified=state.next["verified"])


@app.get("/logout")
def logout() -> Any:
    state.seen.append("logout:" + ",".join(sorted(request.args)))
    return redirect(request.args["post_logout_redirect_uri"])


def id_token(given: Any, access_token: str) -> str:
    person, now = given.person, int(time.time())
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    claims: dict[str, Any] = {
        "iss": issuer, "sub": person["sub"], "aud": given.client_id, "exp": now + 300, "iat": now, "auth_time": now,
        "nonce": given.nonce, "at_hash": _b64(half), "email": person["email"], "email_verified": person["verified"],
        "name": person["name"], "sid": person["sid"],
    }  # fmt: skip
    if person["fault"] == "mail_in_userinfo":
        for name in ("email", "email_verified"):
            del claims[name]
    header = {"alg": "RS256", "kid": state.keys[0].kid}
    return signed(*spoilt(person["fault"], header, claims))


def spoilt(
    fault: str, header: dict[str, Any], claims: dict[str, Any]
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return the fault with header and claims as it wants them."""
    now = int(time.time())
    changes: dict[str, dict[str, Any]] = {
        "audience": {"aud": "another-program"}, "audience_many": {"aud": [claims["aud"], "another-program"]},
        "azp": {"azp": "another-program"}, "expired": {"exp": now - 3600, "iat": now - 7200},
        "early": {"iat": now + 3600, "exp": now + 7200}, "not_before": {"nbf": now + 3600},
        "nonce": {"nonce": "x" * 20},
        "empty_sub": {"sub": ""}, "token_issuer": {"iss": "https://somebody.example"}, "at_hash": {"at_hash": "x" * 22},
        "stale": {"auth_time": now - 3600}, "exp_text": {"exp": "tomorrow"},
        "skewed": {"iat": now + 30, "nbf": now + 30},
    }  # fmt: skip
    gone = {"no_nonce": "nonce", "no_exp": "exp", "no_sub": "sub"}.get(fault)
    if gone:
        del claims[gone]
    if fault == "kind":
        header["typ"] = "at+jwt"
    return fault, header, claims | changes.get(fault, {})


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(fault: str, header: dict[str, Any], claims: dict[str, Any]) -> str:
    key = state.keys[0]
    if fault in {"alg_none", "hs256", "algorithm"}:
        header["alg"] = {"alg_none": "none", "hs256": "HS256"}.get(fault, "RS1")
        body = ".".join(_b64(json.dumps(part).encode()) for part in (header, claims))
        if fault == "alg_none":
            return body + "."
        return body + "." + _b64(hmac.digest(key.as_pem(private=False), body.encode(), "sha256"))
    if fault == "foreign_key":
        key = jwk.RSAKey.generate_key(2048, {"kid": key.kid}, private=True)
    if fault == "unknown_key":
        key = State.new_key()
        header["kid"] = key.kid
    return jwt.encode(header, claims, key)


@app.post("/_next")
def _next() -> Any:
    state.next = {**DEFAULT, **(request.get_json() or {})}
    state.client_keys = state.next.get("client_keys", state.client_keys)
    return jsonify(state.next)


@app.post("/_rotate")
def _rotate() -> Any:
    """Sign with a new key from now on, and show the old one no more."""
    state.keys = [State.new_key()]
    return jsonify(kid=state.keys[0].kid)


@app.get("/_seen")
def _seen() -> Any:
    return jsonify(state.seen)


@app.post("/_notice")
def _notice() -> Any:
    """Return the notice of a sign-out, with the claims and the header that are asked for."""
    asked, now = request.get_json(), int(time.time())
    claims = {
        "iss": issuer, "aud": "portal", "iat": now, "exp": now + 120, "jti": secrets.token_hex(8), "sub": "nils-1",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    } | asked.get("claims", {})  # fmt: skip
    header = {"alg": "RS256", "kid": state.keys[0].kid, "typ": "logout+jwt"} | asked.get("header", {})
    header = {name: value for name, value in header.items() if value is not None}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jsonify(token=signed(asked.get("fault", ""), header, claims))


if __name__ == "__main__":
    http = make_server("127.0.0.1", 0, app, threaded=True)
    issuer = f"http://127.0.0.1:{http.server_port}"
    server.register_client_auth_method(ByKey.CLIENT_AUTH_METHOD, ByKey(f"{issuer}/token", validate_jti=True))
    print(http.server_port, flush=True)
    http.serve_forever()
