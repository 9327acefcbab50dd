"""Who calls: a token in the header and nothing else, its scope, what its person or its partner may now, how often."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from flask import Response, current_app, g, request
from flask.blueprints import BlueprintSetupState
from limits import RateLimitItemPerMinute

from portal.domain import accounts, clients, errors, programs
from portal.text import Lazy, _t
from portal.ui import watch
from portal.ui.browser import network
from portal.ui.counting import Counts
from portal.ui.gates import Access, Kind, access_of
from portal.ui.problems import Problem, for_a_program
from portal.ui.reader import Reader
from portal.ui.session import reading

from . import blueprint

BEARER = re.compile(r"bearer +([A-Za-z0-9_.~+/-]+=*) *", re.IGNORECASE)
WRONG_TOKENS = RateLimitItemPerMinute(60)  # of one network
REALM = 'Bearer realm="Reins"'
Found = TypeVar("Found")
# What a partner's system does about a token, where that is something else than for a customer's program.
MENDS: dict[str, Lazy] = {
    "token-needed": _t("Send the header “Authorization: Bearer …” with a token from the token endpoint."),
    "token-invalid": _t("Ask the token endpoint for a new one. A system that was shut out gets none."),
    "scope-missing": _t(
        "Ask for a token with this scope; whether the system may have it says its administrator."
    ),
    "denied": _t("The system may not do this."),
}


@blueprint.record_once
def _count(state: BlueprintSetupState) -> None:
    """Give this application its counter, which it shares with others through Redis where there is one."""
    state.app.extensions["reins.api_calls"] = Counts(
        state.app.config["SETTINGS"].redis_url.get_secret_value()
    )


@blueprint.before_request
def enter() -> None:
    """Let a program in, as its person in its account, or a partner's system; or say what is missing."""
    access = access_of(request.endpoint or "")
    if access is None:
        raise errors.NotFound()
    if access.kind is Kind.PROGRAM:
        _program(access)
    elif access.kind is Kind.CLIENT:
        _client(access)


def _program(access: Access) -> None:
    found = _resume(programs.resume, {})
    g.actor, g.program = found.actor, found
    g.once = partial(programs.once, found.id, found.actor.account_id)
    g.reader = Reader(found.actor.language, found.actor.zone)
    if found.touch_due:
        programs.touch(found.id, _token())
    _spend(f"program:{found.id}")
    if not programs.covers(found.scopes, programs.Scope(access.scope)):
        watch.note("program.scope_missing", program=found.id)
        raise _scope_missing(access.scope, {})
    if access.rights and not g.actor.has_right(*access.rights):
        raise errors.Denied()


def _client(access: Access) -> None:
    found = _resume(clients.resume, MENDS)
    g.actor, g.client = found.actor, found
    g.once = partial(clients.once, found.id)
    g.reader = Reader("en", "UTC")
    if found.touch_due:
        clients.touch(found.id)
    _spend(f"client:{found.id}")
    if not clients.covers(found.scopes, clients.Scope(access.scope)):
        watch.note("client.scope_missing", client=found.id)
        raise _scope_missing(access.scope, MENDS)


def _scope_missing(scope: str, mends: Mapping[str, Lazy]) -> Problem:
    header = f'{REALM}, error="insufficient_scope", scope="{scope}"'
    words = mends.get("scope-missing", "")
    return Problem("scope-missing", words, scope=scope, headers={"WWW-Authenticate": header})


@blueprint.after_request
def _mark(answer: Response) -> Response:
    """Keep answers out of every store and say how many calls are left (RateLimit header fields, IETF draft 10)."""
    if not for_a_program():
        return answer
    answer.headers["Cache-Control"] = "no-store"
    if "reader" in g:  # what was turned away at the door has none
        answer.headers["Content-Language"] = g.reader.language
    if "rate" in g:
        most, left, seconds = g.rate
        answer.headers["RateLimit-Policy"] = f'"program";q={most};w=60'
        answer.headers["RateLimit"] = f'"program";r={left};t={seconds}'
    return answer


def _token() -> str:
    """Return the token of the header, '' where there is none or it has no shape of one."""
    shape = BEARER.fullmatch(request.headers.get("Authorization", ""))
    return shape[1] if shape else ""


def _resume(resume: Callable[[str], Found | None], mends: Mapping[str, Lazy]) -> Found:
    if not request.headers.get("Authorization", ""):
        raise Problem("token-needed", mends.get("token-needed", ""), headers={"WWW-Authenticate": REALM})
    limiter: Counts = current_app.extensions["reins.api_calls"]
    token, found = _token(), None
    if token:
        with reading():
            found = resume(token)
    if found is None:
        watch.note("program.token_refused", network=network())
        # Only wrong ones are counted and refused: a guesser in the same network shuts nobody out.
        if not limiter.hit(WRONG_TOKENS, f"network:{accounts.network_of(network())}"):
            raise Problem("too-many", headers={"Retry-After": "60"})
        wrong = {"WWW-Authenticate": f'{REALM}, error="invalid_token"'}
        raise Problem("token-invalid", mends.get("token-invalid", ""), headers=wrong)
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
