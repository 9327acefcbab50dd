"""The identity provider of the demo as a process of its own, which makes faults on request.

``python -m tests.oidc.provider`` prints its port. What it does next is set by POST /_next (JSON): ``sub``, ``email``,
``verified``, ``name``, ``sid``, and ``fault``, one of those that the views and :class:`Faulty` know.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import time
from collections.abc import Mapping
from typing import Any

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # on the loopback

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwk, jwt
from werkzeug.serving import make_server

from portal.dev.identity import Client, Code, Issuer, b64, new_key

SECRET = "a-secret-between-two-firms"
DEFAULT: dict[str, Any] = {
    "sub": "nils-1", "email": "nils@northwind.example", "verified": True, "name": "Nils Berg",
    "fault": "", "sid": "s-1",
}  # fmt: skip
ELSEWHERE = "https://somebody.example"


class Known(Client):
    """A client whose name may say that its address was never registered."""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return super().check_redirect_uri(redirect_uri) and "unregistered" not in self.client_id


class Faulty(Issuer):
    """The provider, and what may be wrong with it."""

    next: dict[str, Any] = DEFAULT
    seen: list[str] = []

    @property
    def fault(self) -> str:
        return str(self.next["fault"])

    def metadata(self) -> dict[str, Any]:
        said = super().metadata()
        if self.fault == "discovery_issuer":
            said["issuer"] += "/other"
        said["authorization_response_iss_parameter_supported"] = self.fault != "issuer_never_named"
        return said

    def told(self, back: dict[str, str]) -> dict[str, str]:
        if self.fault == "issuer_wrong":
            back["iss"] = ELSEWHERE
        elif self.fault in {"issuer_missing", "issuer_never_named"}:
            del back["iss"]
        return back

    def id_token(self, given: Code, access_token: str) -> str:
        return "" if given.person["fault"] == "no_token" else super().id_token(given, access_token)

    def signed(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        spoil(self.fault, header, claims)
        return self.signed_anyhow(self.fault, header, claims)

    def signed_anyhow(self, fault: str, header: dict[str, Any], claims: dict[str, Any]) -> str:
        key = self.keys[0]
        if fault in {"alg_none", "hs256", "algorithm"}:
            header["alg"] = {"alg_none": "none", "hs256": "HS256"}.get(fault, "RS1")
            body = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
            if fault == "alg_none":
                return body + "."
            return body + "." + b64(hmac.digest(key.as_pem(private=False), body.encode(), "sha256"))
        if fault == "foreign_key":
            key = jwk.RSAKey.generate_key(2048, {"kid": key.kid}, private=True)
        if fault == "unknown_key":
            key = new_key()
            header["kid"] = key.kid
        return jwt.encode(header, claims, key)


def spoil(fault: str, header: dict[str, Any], claims: dict[str, Any]) -> None:
    """Make header and claims as a fault wants them."""
    now = int(time.time())
    changes: dict[str, dict[str, Any]] = {
        "audience": {"aud": "another-program"}, "audience_many": {"aud": [claims["aud"], "another-program"]},
        "azp": {"azp": "another-program"}, "expired": {"exp": now - 3600, "iat": now - 7200},
        "early": {"iat": now + 3600, "exp": now + 7200}, "not_before": {"nbf": now + 3600},
        "nonce": {"nonce": "x" * 20}, "empty_sub": {"sub": ""}, "token_issuer": {"iss": ELSEWHERE},
        "at_hash": {"at_hash": "x" * 22}, "stale": {"auth_time": now - 3600}, "exp_text": {"exp": "tomorrow"},
        "skewed": {"iat": now + 30, "nbf": now + 30},
    }  # fmt: skip
    gone = {
        "no_nonce": ("nonce",), "no_exp": ("exp",), "no_sub": ("sub",),
        "mail_in_userinfo": ("email", "email_verified"),
    }  # fmt: skip
    for name in gone.get(fault, ()):
        del claims[name]
    if fault == "kind":
        header["typ"] = "at+jwt"
    claims.update(changes.get(fault, {}))


app = Flask("provider")
http = make_server("127.0.0.1", 0, app, threaded=True)
provider = Faulty(
    f"http://127.0.0.1:{http.server_port}",
    {
        "portal": Known("portal", "client_secret_basic", secret=SECRET),
        "portal-key": Known("portal-key", "private_key_jwt"),
    },
)
provider.attach(app)


@app.before_request
def _called() -> None:
    """Be a provider for each name of this machine: two issuers in one process."""
    provider.issuer = f"http://{request.host}"


@app.get("/.well-known/openid-configuration")
def metadata() -> Any:
    if provider.fault == "discovery_nonsense":
        return Response("<h1>Hello</h1>", mimetype="text/html")
    return jsonify(provider.metadata())


@app.get("/keys")
def keys() -> Any:
    provider.seen.append("keys")
    return jsonify(provider.public_keys())


@app.get("/authorize")
def authorize() -> Any:
    asked: Mapping[str, str] = request.args.to_dict()
    if provider.asks(asked) is None:
        return "This program is not known here.", 400
    error = {"denied": "access_denied", "own_fault": "server_error"}.get(provider.fault, "")
    if asked.get("prompt") == "none":
        error = "login_required"
    return redirect(provider.answer(asked, dict(provider.next), error=error), 302)


@app.post("/token")
def token() -> Any:
    fault = provider.fault
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
    return provider.token()


@app.get("/userinfo")
def userinfo() -> Any:
    return jsonify(provider.userinfo(request.headers.get("Authorization", "")))


@app.get("/logout")
def logout() -> Any:
    provider.seen.append("logout:" + ",".join(sorted(request.args)))
    return redirect(request.args["post_logout_redirect_uri"])


@app.post("/_next")
def _next() -> Any:
    provider.next = {**DEFAULT, **(request.get_json() or {})}
    if "client_keys" in provider.next:
        provider.clients["portal-key"].keys_at, provider.client_keys = provider.next["client_keys"], {}
    return jsonify(provider.next)


@app.post("/_rotate")
def _rotate() -> Any:
    """Sign with a new key from now on, and show the old one no more."""
    provider.keys = [new_key()]
    return jsonify(kid=provider.keys[0].kid)


@app.get("/_seen")
def _seen() -> Any:
    return jsonify(provider.seen)


@app.post("/_notice")
def _notice() -> Any:
    """Return the notice of a sign-out, with the claims and the header that are asked for."""
    asked = request.get_json()
    parts = provider.notice(provider.clients["portal"], sub="nils-1").split(".")[:2]
    header, claims = (json.loads(_unb64(part)) for part in parts)
    header |= asked.get("header", {})
    claims |= asked.get("claims", {})
    header = {name: value for name, value in header.items() if value is not None}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jsonify(token=provider.signed_anyhow(asked.get("fault", ""), header, claims))


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


if __name__ == "__main__":
    print(http.server_port, flush=True)
    http.serve_forever()
