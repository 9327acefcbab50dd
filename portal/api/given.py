"""What an answer carries: the shape as JSON, its ETag, where it stands; and the same answer to the same request."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import Response, g, request
from pydantic import BaseModel

from portal.text import _t
from portal.ui.problems import Problem

from .asked import JSON

KEY = re.compile(r"[\x21-\x7e]{1,100}")
REPLAYED = ("ETag", "Location")


@dataclass(slots=True)
class Answer:
    """A shape with what its headers say besides."""

    shape: BaseModel | None
    headers: dict[str, str] = field(default_factory=dict)


def dump(shape: BaseModel) -> bytes:
    """Return a shape as JSON."""
    return orjson.dumps(shape.model_dump(mode="json"))


def etag_of(content: bytes) -> str:
    """Return the strong ETag of a content (RFC 9110, 8.8.3)."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def require_match(shape: BaseModel) -> None:
    """Raise the problem unless If-Match names the present state of the resource (RFC 9110, 13.1.1)."""
    if not request.if_match.contains(etag_of(dump(shape)).strip('"')):
        raise Problem("changed", headers={"ETag": etag_of(dump(shape))})


def finish(answer: Any, status: int) -> Response:
    """Make the response of what a view returned: a shape, an answer, a response, or nothing."""
    if isinstance(answer, Response):
        return answer
    if isinstance(answer, BaseModel):
        answer = Answer(answer)
    if answer is None or answer.shape is None:
        empty = Response(status=204)
        empty.headers.update(answer.headers if answer else {})
        del empty.headers["Content-Type"]
        return empty
    content = dump(answer.shape)
    tag = etag_of(content)
    if request.method == "GET" and request.if_none_match.contains_weak(tag.strip('"')):
        found = Response(status=304)
        del found.headers["Content-Type"]
    else:
        found = Response(content, status, content_type=JSON)
    found.headers["ETag"] = tag
    found.headers.update(answer.headers)
    return found


def once(act: Callable[[], Response]) -> Response:
    """Act, and keep the answer in the same transaction; the same request again gets it without acting."""
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        words = _t(
            "Send a key of your own in “Idempotency-Key”, such as a new UUID, at most 100 signs of ASCII."
        )
        raise Problem("malformed", words, errors=[{"header": "Idempotency-Key", "detail": words}])
    row, known = g.once(key, _fingerprint())
    if known:
        kept = Response(row.body or None, row.status, headers=row.headers)
        if row.body:
            kept.content_type = JSON
        else:
            del kept.headers["Content-Type"]
        kept.headers["Idempotency-Replayed"] = "true"
        return kept
    answer = act()
    if answer.status_code < 400:
        row.status, row.body = answer.status_code, answer.get_data(as_text=True)
        row.headers = {name: answer.headers[name] for name in REPLAYED if name in answer.headers}
    return answer


def _fingerprint() -> str:
    """Return what stands for a request: its method, address, kind and content."""
    whole = hashlib.sha256()
    for part in (request.method, request.path, request.query_string.decode("latin-1"), request.mimetype):
        whole.update(part.encode() + b"\0")
    whole.update(request.get_data())
    return whole.hexdigest()
