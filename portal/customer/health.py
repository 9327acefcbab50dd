"""What a supervisor, a load balancer and a watchman ask; no answer says anything about a person."""

from __future__ import annotations

import hmac

from flask import Response, current_app, make_response, request

from portal import condition
from portal.domain import errors
from portal.ui import gates

from . import blueprint


@blueprint.get("/healthz")
@gates.public
def healthz() -> Response:
    """Tell that this process lives; nothing else is asked, so a database that is away ends no process."""
    return make_response({"status": "ok"})


@blueprint.get("/readyz")
@gates.public
def readyz() -> Response:
    """Tell whether all works (200) or what does not (503); ``?part=web`` leaves the worker out."""
    found = condition.now()
    ready = found.serving if request.args.get("part") == "web" else found.ready
    parts = {"database": found.database, "schema": found.schema, "worker": found.worker}
    return make_response({"status": "ready" if ready else "not ready", **parts}, 200 if ready else 503)


@blueprint.get("/metrics")
@gates.public
def metrics() -> Response:
    """Give figures in the text format of Prometheus to whom the token of the settings is known."""
    token = current_app.config["SETTINGS"].metrics_token.get_secret_value()
    if not token:
        raise errors.NotFound()
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        refused = make_response("A token is needed.\n", 401)
        refused.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        refused.mimetype = "text/plain"
        return refused
    body, kind = current_app.extensions["reins.meters"].exposition()
    answer = make_response(body)
    answer.headers["Content-Type"] = kind
    answer.headers["Cache-Control"] = "no-store"
    return answer
