"""Who calls: a token in the header and nothing else, its scope, the rights of its person now, and how often."""

from __future__ import annotations

import math
import re
import time

from flask import Response, current_app, g, request
from flask.blueprints import BlueprintSetupState
from limits import RateLimitItemPerMinute

from portal.domain import accounts, errors, programs
from portal.ui import watch
from portal.ui.browser import network
from portal.ui.counting import Counts
from portal.ui.gates import Kind, access_of
from portal.ui.problems import Problem, for_a_program
from portal.ui.reader import Reader
from portal.ui.session import reading

from . import blueprint

BEARER = re.compile(r"bearer +([A-Za-z0-9_.~+/-]+=*) *", re.IGNORECASE)
WRONG_TOKENS = RateLimitItemPerMinute(60)  # of one network
REALM = 'Bearer realm="Reins"'


@blueprint.record_once
def _count(state: BlueprintSetupState) -> None:
    """Give this application its counter, which it shares with others through Redis where there is one."""
    state.app.extensions["reins.api_calls"] = Counts(
        state.app.config["SETTINGS"].redis_url.get_secret_value()
    )


@blueprint.before_request
def enter() -> None:
    """Let a program in, as its person in its account, or say what is missing."""
    access = access_of(request.endpoint or "")
    if access is None:
        raise errors.NotFound()
    if access.kind is not Kind.PROGRAM:
        return
    found = _resume()
    g.actor, g.program = found.actor, found
    g.reader = Reader(found.actor.language, found.actor.zone)
    _spend(f"program:{found.id}")
    if not programs.covers(found.scopes, programs.Scope(access.scope)):
        watch.note("program.scope_missing", program=found.id)
        raise Problem(
            "scope-missing",
            scope=access.scope,
            headers={"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{access.scope}"'},
        )
    if access.rights and not g.actor.has_right(*access.rights):
        raise errors.Denied()


@blueprint.after_request
def _mark(answer: Response) -> Response:
    """Keep answers out of every store and say how many calls are left (RateLimit header fields, IETF draft 10)."""
    if not for_a_program():
        return answer
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Language"] = g.reader.language
    if "rate" in g:
        most, left, seconds = g.rate
        answer.headers["RateLimit-Policy"] = f'"program";q={most};w=60'
        answer.headers["RateLimit"] = f'"program";r={left};t={seconds}'
    return answer


def _resume() -> programs.Resumed:
    given = request.headers.get("Authorization", "")
    if not given:
        raise Problem("token-needed", headers={"WWW-Authenticate": REALM})
    limiter: Counts = current_app.extensions["reins.api_calls"]
    shape = BEARER.fullmatch(given)
    found = None
    if shape is not None:
        with reading():
            found = programs.resume(shape[1])
    if found is None:
        watch.note("program.token_refused", network=network())
        # Only wrong ones are counted and refused: a guesser in the same network shuts nobody out.
        if not limiter.hit(WRONG_TOKENS, f"network:{accounts.network_of(network())}"):
            raise Problem("too-many", headers={"Retry-After": "60"})
        raise Problem("token-invalid", headers={"WWW-Authenticate": f'{REALM}, error="invalid_token"'})
    if found.touch_due and shape is not None:
        programs.touch(found.id, shape[1])
    return found


def _spend(key: str) -> None:
    """Count a call; raise the problem when there are none left in this minute."""
    limiter: Counts = current_app.extensions["reins.api_calls"]
    item = RateLimitItemPerMinute(current_app.config["SETTINGS"].api_calls_per_minute)
    allowed = limiter.hit(item, key)
    window = limiter.window(item, key)
    seconds = max(1, math.ceil(window.reset_time - time.time()))
    g.rate = (item.amount, window.remaining, seconds)
    if not allowed:
        raise Problem("too-many", headers={"Retry-After": str(seconds)})
