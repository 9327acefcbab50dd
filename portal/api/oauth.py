"""Tokens for systems of partners: client credentials (RFC 6749, 4.4), given back (RFC 7009), described (RFC 8414).

Authlib reads the requests and says what is wrong with them; who a client is, what it may and what is kept of a token
is the domain's. No token ever stands in an address, a log or a table.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import orjson
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.errors import InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from flask import Response, current_app, g, request
from limits import RateLimitItemPerMinute

from portal.domain import accounts, clients
from portal.ui import gates, watch
from portal.ui.browser import network
from portal.ui.counting import Counts
from portal.ui.problems import OAUTH

from . import blueprint
from .asked import JSON

METHODS = ["client_secret_basic", "client_secret_post"]
GRANT = "client_credentials"
WRONG = RateLimitItemPerMinute(30)  # credentials of one network
ISSUED = RateLimitItemPerMinute(60)  # tokens of one client
MOST = 4096  # bytes of a body


class Proving:
    """A client that says who it is, as Authlib asks for it: an unknown one is found out by its secret alone."""

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id
        self.row: clients.PartnerClient | None = None

    def check_client_secret(self, secret: str) -> bool:
        self.row = clients.proved(self.client_id, secret)
        return self.row is not None

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method in METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == GRANT


class Credentials(ClientCredentialsGrant):
    """The one grant there is; the token is made and kept by the domain."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def create_token_response(self) -> tuple[int, dict[str, Any], Any]:
        row = self.request.client.row
        wanted = (self.request.payload.scope or "").split()
        seconds = current_app.config["SETTINGS"].partner_token_seconds
        issued = clients.issue(row, wanted, seconds=seconds)
        if issued is None:
            raise InvalidScopeError()
        g.client_id = row.id
        answer = {
            "access_token": issued.token, "token_type": "Bearer", "expires_in": issued.seconds,
            "scope": " ".join(issued.scopes),
        }  # fmt: skip
        return 200, answer, self.TOKEN_RESPONSE_HEADER


class Returning(RevocationEndpoint):
    """A token that is given back; what is none of the caller's own answers the same."""

    CLIENT_AUTH_METHODS = METHODS

    def authenticate_token(self, asked: Any, client: Proving) -> str:
        if not asked.form.get("token"):
            raise InvalidRequestError("The parameter token is needed.")
        return str(asked.form["token"])

    def revoke_token(self, token: str, asked: Any) -> None:
        clients.revoke_token(asked.client.row, token)


class Server(AuthorizationServer):
    """Authlib's server without tables of its own."""

    def query_client(self, client_id: str) -> Proving:
        return Proving(client_id)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Tell nobody: what Authlib would send round holds the token."""

    def handle_response(self, status_code: int, payload: Any, headers: Any) -> Response:
        answer = Response(orjson.dumps(payload or {}), status_code, content_type=JSON)
        answer.headers.update({name: value for name, value in headers if name != "Content-Type"})
        answer.headers["Cache-Control"] = "no-store"
        return answer


SERVER = Server()
SERVER.register_grant(Credentials)
SERVER.register_endpoint(Returning)


@blueprint.post(f"{OAUTH}/token", provide_automatic_options=False)
@gates.public
def token() -> Response:
    """A short token for a system of a partner."""
    return _answer(_issue)


def _issue() -> Response:
    grant = request.form.get("grant_type")
    if grant != GRANT:
        error = "unsupported_grant_type" if grant else "invalid_request"
        return _refused(error, "The parameter grant_type is to be client_credentials.")
    answer: Response = SERVER.create_token_response(request)
    limiter: Counts = current_app.extensions["reins.api_calls"]
    if answer.status_code == 200 and not limiter.hit(ISSUED, key := f"oauth:client:{g.client_id}"):
        return _wait(limiter, ISSUED, key)  # a refusal keeps nothing, so the token is none
    return answer


@blueprint.post(f"{OAUTH}/revoke", provide_automatic_options=False)
@gates.public
def token_revocation() -> Response:
    """A token is given back: it is worth nothing from now on."""
    return _answer(lambda: SERVER.create_endpoint_response(Returning.ENDPOINT_NAME, request))


@blueprint.get("/.well-known/oauth-authorization-server", provide_automatic_options=False)
@gates.public
def token_server() -> Response:
    """Where tokens come from, for programs (RFC 8414)."""
    base = current_app.config["SETTINGS"].base_url.rstrip("/")
    found = {
        "issuer": base,
        "token_endpoint": f"{base}{OAUTH}/token",
        "token_endpoint_auth_methods_supported": METHODS,
        "revocation_endpoint": f"{base}{OAUTH}/revoke",
        "revocation_endpoint_auth_methods_supported": METHODS,
        "grant_types_supported": [GRANT],
        "response_types_supported": [],
        "scopes_supported": [scope.value for scope in clients.Scope],
        "service_documentation": f"{base}/api/partner",
    }
    return Response(orjson.dumps(found), content_type=JSON)


def _answer(act: Callable[[], Response]) -> Response:
    """Answer as RFC 6749, 5.2 has it; what Authlib would stumble over is refused before it gets there."""
    request.max_content_length = MOST
    if request.query_string:
        return _refused("invalid_request", "Send everything in the body, and nothing in the address.")
    if request.mimetype != "application/x-www-form-urlencoded":
        return _refused("invalid_request", "Send a form: application/x-www-form-urlencoded.")
    if any(len(request.form.getlist(name)) > 1 for name in request.form):
        return _refused("invalid_request", "Send each parameter once.")
    if request.headers.get("Authorization") and request.form.get("client_secret"):
        return _refused("invalid_request", "Prove yourself in one way: by the header or by the form.")
    try:
        answer = act()
    except UnicodeDecodeError:  # in credentials that are no text
        return _unproved()
    return _unproved() if b'"invalid_client"' in answer.get_data() else answer


def _unproved() -> Response:
    """Refuse credentials, each time in the same words; who guesses on from one network waits."""
    limiter: Counts = current_app.extensions["reins.api_calls"]
    watch.note("client.refused", network=network())
    # Only wrong ones are counted and refused: a guesser in the same network shuts nobody out.
    here = f"oauth:{accounts.network_of(network())}"
    if not limiter.hit(WRONG, here):
        return _wait(limiter, WRONG, here)
    answer = _refused("invalid_client", "These credentials let nobody in.", 401)
    answer.headers["WWW-Authenticate"] = 'Basic realm="Reins"'
    return answer


def _refused(error: str, words: str, status: int = 400) -> Response:
    answer = Response(orjson.dumps({"error": error, "error_description": words}), status, content_type=JSON)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _wait(limiter: Counts, item: RateLimitItemPerMinute, key: str) -> Response:
    answer = _refused("slow_down", "Too many requests: wait as many seconds as Retry-After says.", 429)
    seconds = math.ceil(limiter.window(item, key).reset_time - time.time())
    answer.headers["Retry-After"] = str(max(1, seconds))
    return answer
