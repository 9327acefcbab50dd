"""The document of the API (OpenAPI 3.1), made once per process from the operations themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from portal.domain import clients
from portal.domain.programs import WORDS
from portal.ui.problems import API, KINDS, OAUTH, TYPE

from .asked import FILE, JSON
from .operations import OPERATIONS, PARTNER_OPERATIONS, Operation

VERSION = "1.0"
HEADERS: dict[str, Any] = {
    "ETag": ("The state of the resource, for If-Match and If-None-Match", {"type": "string"}),
    "Link": ("The next page of a list, with rel=next (RFC 8288)", {"type": "string"}),
    "Location": ("Where the new resource stands", {"type": "string"}),
    "RateLimit": ("How many calls are left, and for how many seconds", {"type": "string"}),
    "RateLimit-Policy": ("How many calls a minute has", {"type": "string"}),
    "Retry-After": ("How many seconds to wait", {"type": "string"}),
    "Idempotency-Replayed": (
        "true when the answer is the kept one of an earlier request",
        {"type": "string"},
    ),
}
PROBLEM = {
    "type": "object",
    "description": "Why it was refused and what to do (RFC 9457)",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Which kind; a link to the page that explains it"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do about it"},
        "scope": {"type": "string", "description": "The scope that the token lacks"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string", "description": "A field of the body (RFC 6901)"},
                    "parameter": {"type": "string", "description": "A parameter of the address"},
                    "header": {"type": "string"},
                    "detail": {"type": "string"},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the resource as it was read",
    "schema": {"type": "string", "pattern": r'^(\*|(W/)?"[!#-~]*")$'},
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A key of your own for this one act, such as a new UUID: sent again, nothing happens twice",
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,100}$"},
}


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom a document is: its operations, how they prove themselves, and what can be refused."""

    title: str
    description: str
    operations: list[Operation]
    problems: tuple[str, ...]
    security: dict[str, Any]


AUDIENCES = {
    "customers": Audience(
        "Reins",
        "The portal for your own programs: the same acts, the same rules, the same record.",
        OPERATIONS,
        tuple(name for name in KINDS if name != "gone"),
        {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that you make under “Programs”. Its scopes: "
            + "; ".join(f"{scope.value} – {words}" for scope, words in WORDS.items()),
        },
    ),
    "partners": Audience(
        "Reins for partners",
        "Tasks, shared data and what changes, for the systems of partners: the same rules as on the extranet.",
        PARTNER_OPERATIONS,
        tuple(KINDS),
        {
            "type": "oauth2",
            "description": "Client credentials (RFC 6749, 4.4) of a system that your administrator lets in.",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": f"{OAUTH}/token",
                    "scopes": {scope.value: str(words) for scope, words in clients.WORDS.items()},
                }
            },
        },
    ),
}


@lru_cache(maxsize=2)
def document(audience: str = "customers") -> dict[str, Any]:
    """Return the document for ``customers`` or ``partners``; the names of its parts are those of the shapes."""
    theirs = AUDIENCES[audience]
    shapes: dict[str, Any] = {}
    inputs = [one.body for one in theirs.operations if one.body is not None]
    outputs = [one.answer for one in theirs.operations if one.answer is not None]
    for mode, models in (("validation", inputs), ("serialization", outputs)):
        wanted: Any = [(model, mode) for model in dict.fromkeys(models)]
        _, found = models_json_schema(wanted, ref_template="#/components/schemas/{model}")
        shapes |= {name: _trimmed(shape) for name, shape in found.get("$defs", {}).items()}
    paths: dict[str, dict[str, Any]] = {}
    for one in theirs.operations:
        paths.setdefault(one.address, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": theirs.title,
            "version": VERSION,
            "description": theirs.description,
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": subject} for subject in dict.fromkeys(one.subject for one in theirs.operations)],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM, **shapes},
            "responses": {_named(name): _problem(name) for name in theirs.problems},
            "headers": {
                name: {"description": said, "schema": shape} for name, (said, shape) in HEADERS.items()
            },
            "securitySchemes": {"token": theirs.security},
        },
    }


def _trimmed(schema: Any) -> Any:
    """Return a shape without the titles that pydantic makes of names, and without defaults that say nothing."""
    if isinstance(schema, list):
        return [_trimmed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {}
    for name, part in schema.items():
        if name == "properties":
            found[name] = {inner: _trimmed(known) for inner, known in part.items()}
        elif name == "title" or (name == "default" and part in ("", None)):
            continue
        else:
            found[name] = _trimmed(part) if name not in ("default", "examples", "enum", "const") else part
    return found


def _operation(one: Operation) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        for name in re.findall(r"<uuid:(\w+)>", one.path)
    ]
    if one.query is not None:
        parameters += query_parameters(one.query)
    parameters += [IF_MATCH] if one.conditional else []
    parameters += [KEY] if one.once else []
    found: dict[str, Any] = {
        "operationId": one.name,
        "tags": [one.subject],
        "summary": str(one.summary),
        "description": f"{one.words or ''} Scope: {one.scope.value}.".strip(),
        "x-scope": one.scope.value,
        "parameters": parameters,
        "responses": _responses(one),
    }
    if one.prefix != API:
        found["security"] = [{"token": [one.scope.value]}]
    if one.upload:
        schema = {"type": "string", "format": "binary", "minLength": 1}
        found["requestBody"] = {"required": True, "content": {FILE: {"schema": schema}}}
    elif one.body is not None:
        content: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{one.body.__name__}"}}
        if one.example is not None:
            content["example"] = dict(one.example)
        needed = any(known.is_required() for known in one.body.model_fields.values())
        found["requestBody"] = {"required": needed, "content": {JSON: content}}
    return found


def query_parameters(shape: type[BaseModel]) -> list[dict[str, Any]]:
    """Return the parameters of an address as OpenAPI writes them."""
    schema = shape.model_json_schema()
    found = []
    for name, known in schema.get("properties", {}).items():
        known = {key: value for key, value in known.items() if key not in ("title", "default")}
        kinds = [kind for kind in known.pop("anyOf", ()) if kind.get("type") != "null"]
        if "$ref" in known:
            known = {"type": "string", "enum": schema["$defs"][known["$ref"].rpartition("/")[2]]["enum"]}
        said = known.pop("description", "")
        place = {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": kinds[0] if kinds else known,
        }
        found.append(place | ({"description": said} if said else {}))
    return found


def _responses(one: Operation) -> dict[str, Any]:
    rate = ["RateLimit", "RateLimit-Policy"]
    names = [*rate, *(["ETag"] if one.answer is not None or one.download else [])]
    if one.query is not None and "after" in one.query.model_fields:
        names.append("Link")
    names += ["Location"] if one.status == 201 else []
    names += ["Idempotency-Replayed"] if one.once else []
    success: dict[str, Any] = {
        "description": "Done" if one.method != "GET" else "Found",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
    }
    if one.download:
        success["content"] = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    elif one.answer is not None:
        success["content"] = {JSON: {"schema": {"$ref": f"#/components/schemas/{one.answer.__name__}"}}}
    found = {str(one.status): success}
    if one.method == "GET" and not one.download:
        found["304"] = {"description": "Nothing has changed since the ETag in If-None-Match"}
    refused = ["malformed", "token-needed", "denied", "not-found", "not-acceptable", "too-many", "fault"]
    if one.method != "GET":
        refused += ["too-large", "conflict", "invalid"]
    refused += ["media-type"] if one.body is not None or one.upload else []
    refused += ["changed", "condition-needed"] if one.conditional else []
    refused += ["gone"] if one.ages else []
    for name in refused:
        found[str(KINDS[name].status)] = {"$ref": f"#/components/responses/{_named(name)}"}
    return dict(sorted(found.items()))


def _problem(name: str) -> dict[str, Any]:
    kind = KINDS[name]
    headers = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}} if kind.status == 429 else {}
    return {
        "description": f"{kind.title}. {kind.mend}",
        "headers": headers,
        "content": {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _named(kind: str) -> str:
    return "".join(part.capitalize() for part in kind.split("-"))
