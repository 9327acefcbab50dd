"""Refusals for programs: problem+json (RFC 9457), one kind for each reason, each with its mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Response, g, request
from werkzeug.exceptions import HTTPException

from portal.domain import errors
from portal.text import Lazy, _t
from portal.ui.forms import say

API = "/api/v1"
PARTNER_API = "/api/partner/v1"
OAUTH = "/oauth"
TYPE = "application/problem+json"
PAGE = "/api"  # where each kind is explained


@dataclass(frozen=True, slots=True)
class Kind:
    """One reason to refuse: its status, its title, and what to do about it."""

    status: int
    title: Lazy
    mend: Lazy


KINDS: dict[str, Kind] = {
    "malformed": Kind(
        400, _t("The request cannot be read"), _t("Mend what the errors name, then send it again.")
    ),
    "token-needed": Kind(
        401,
        _t("A token is needed"),
        _t("Send the header “Authorization: Bearer …” with a token that you made."),
    ),
    "token-invalid": Kind(
        401,
        _t("This token is worth nothing"),
        _t("It was stopped, has passed its day, or was never one. Make a new one under “Programs”."),
    ),
    "scope-missing": Kind(
        403, _t("The token may not do this"), _t("Make a token with the scope that the answer names.")
    ),
    "denied": Kind(
        403,
        _t("The person may not do this"),
        _t("A token can do no more than its person. Whoever administers the account can give the right."),
    ),
    "not-found": Kind(
        404,
        _t("We could not find this"),
        _t("It does not exist, or it is not yours to see: both answer the same."),
    ),
    "method": Kind(
        405, _t("This address does not do that"), _t("Use one of the methods that “Allow” names.")
    ),
    "not-acceptable": Kind(
        406, _t("We cannot answer in that form"), _t("Accept “application/json”, or for a file what it is.")
    ),
    "conflict": Kind(
        409, _t("This does not fit the present state"), _t("Read the resource again, and decide anew.")
    ),
    "changed": Kind(
        412,
        _t("It has changed since you read it"),
        _t("Read the resource again, look at what is new, and send its present ETag in “If-Match”."),
    ),
    "gone": Kind(
        410,
        _t("This cursor is kept no more"),
        _t("Ask without a cursor for the one of now, read the lists again, and go on from there."),
    ),
    "too-large": Kind(
        413, _t("This is too large"), _t("Send less. The page about the API names the limits.")
    ),
    "media-type": Kind(
        415,
        _t("The content is of another type"),
        _t("Send what the page about the API names for this address."),
    ),
    "invalid": Kind(422, _t("A value does not fit"), _t("Mend the fields that the errors name.")),
    "key-reused": Kind(
        422, _t("This key came with another request"), _t("Use a new “Idempotency-Key” for each new request.")
    ),
    "condition-needed": Kind(
        428,
        _t("Say which state you have seen"),
        _t("Send the ETag of the resource in “If-Match”, so that nothing new is overwritten."),
    ),
    "too-many": Kind(429, _t("Too many requests"), _t("Wait as many seconds as “Retry-After” says.")),
    "fault": Kind(500, _t("Something went wrong on our side"), _t("Try again later. We have a note of it.")),
}
BY_STATUS = {401: "token-needed", 403: "denied", 404: "not-found", 405: "method", 406: "not-acceptable",
             409: "conflict", 410: "gone", 412: "changed", 413: "too-large", 415: "media-type", 422: "invalid",
             428: "condition-needed", 429: "too-many"}  # fmt: skip
KEPT_HEADERS = {"Allow", "Retry-After"}


class Problem(Exception):
    """A refusal of the API itself; ``kind`` is a key of :data:`KINDS`."""

    def __init__(
        self,
        kind: str,
        detail: Lazy | str = "",
        *,
        errors: Iterable[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.kind, self.detail, self.errors = kind, detail, list(errors)
        self.headers, self.more = dict(headers or {}), more
        super().__init__(kind)


def for_a_program() -> bool:
    """Tell whether this request is one of the API, which no cookie speaks for and no page answers."""
    path = request.path
    return any(path == place or path.startswith(place + "/") for place in (API, PARTNER_API, OAUTH))


def answer(problem: Problem, *, status: int | None = None) -> Response:
    """Return a problem in the reader's language; an error names its place and the mend."""
    kind = KINDS[problem.kind]
    body: dict[str, Any] = {
        "type": f"{PAGE}#{problem.kind}",
        "title": say(kind.title),
        "status": status or kind.status,
        "detail": say(problem.detail or kind.mend),
    }
    if problem.errors:
        body["errors"] = [
            {name: say(value) if isinstance(value, Lazy) else value for name, value in one.items()}
            for one in problem.errors
        ]
    body |= problem.more
    found = Response(orjson.dumps(body), status or kind.status, content_type=TYPE)
    found.headers["Cache-Control"] = "no-store"
    found.headers.update(problem.headers)
    return found


def of_domain(error: errors.DomainError) -> Problem:
    """Return what a rule refused as a problem; the field is the one of the body that the operation read."""
    match error:
        case errors.NotFound():
            return Problem("not-found")
        case errors.TooMany():
            return Problem("too-many", error.message, headers={"Retry-After": str(error.retry_after)})
        case errors.Denied() | errors.FreshSignInNeeded():
            return Problem("denied")
        case errors.Conflict():
            return Problem("conflict", error.message)
    if error.code == "programs.key_reused":
        return Problem("key-reused", error.message)
    named: Mapping[str, str] = g.get("fields") or {}
    place = named.get(error.field or "", error.field or "")
    found = [{"pointer": f"/{place}" if place else "", "detail": error.message}]
    return Problem("invalid", error.message, errors=found)


def of_http(error: HTTPException) -> Response:
    """Return what the framework refused as a problem with the same status."""
    status = error.code or 500
    kind = BY_STATUS.get(status, "malformed" if status < 500 else "fault")
    kept = {name: value for name, value in error.get_headers() if name in KEPT_HEADERS}
    return answer(Problem(kind, headers=kept), status=status)
