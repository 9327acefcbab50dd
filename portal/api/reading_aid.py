"""What the page about the API shows of the document: fields as rows, an example of each body, a line for curl."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from portal.domain.programs import SUBJECTS
from portal.text import _t

from .document import AUDIENCES, document
from .operations import Operation

PARTNER_SUBJECTS = {"tasks": _t("Tasks"), "shares": _t("Shared data"), "changes": _t("Changes")}
SAMPLES: dict[str, Any] = {
    "uuid": "3f0c6f0a-6f39-4c1e-9d1f-0a4b7a1c2d3e",
    "date-time": "2026-03-14T09:30:00Z",
    "date": "2026-03-14",
}
ETAG = '"5d41402abc4b2a76b9719d911017c592"'
DEEPEST = 4


@lru_cache(maxsize=4)
def sections(base: str, audience: str = "customers") -> list[dict[str, Any]]:
    """Return the operations by subject, each with its parameters, fields and examples."""
    operations = AUDIENCES[audience].operations
    titles = SUBJECTS if audience == "customers" else PARTNER_SUBJECTS
    return [
        {
            "subject": subject,
            "title": title,
            "operations": [_shown(one, base, audience) for one in operations if one.subject == subject],
        }
        for subject, title in titles.items()
        if any(one.subject == subject for one in operations)
    ]


def _shown(one: Operation, base: str, audience: str) -> dict[str, Any]:
    whole = document(audience)["paths"][one.address][one.method.lower()]
    sent = _schema(one.body.__name__) if one.body is not None else None
    got = _schema(one.answer.__name__) if one.answer is not None else None
    example = dict(one.example) if one.example is not None else (sample(sent) if sent else None)
    return {
        "name": one.name,
        "method": one.method,
        "address": one.address,
        "summary": one.summary,
        "words": one.words,
        "scope": one.scope.value,
        "status": one.status,
        "parameters": whole["parameters"],
        "sent": fields(sent) if sent else [],
        "got": fields(got) if got else [],
        "curl": curl(one, base, example),
        "answer": _pretty(sample(got)) if got else "",
    }


def _schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = _schemas()[name]
    return found


@lru_cache(maxsize=1)
def _schemas() -> dict[str, Any]:
    """Return the shapes of both documents; what stands in both is the same shape."""
    return {
        name: shape
        for audience in AUDIENCES
        for name, shape in document(audience)["components"]["schemas"].items()
    }


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, and of "this or nothing" take this."""
    if "$ref" in schema:
        return _resolved(_schema(schema["$ref"].rpartition("/")[2]))
    for kind in schema.get("anyOf", ()):
        if kind.get("type") != "null":
            return _resolved(kind)
    return schema


def fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of a shape: name, kind in words, whether it is needed, what it says."""
    needed = schema.get("required", ())
    return [
        {
            "name": name,
            "kind": kind_of(known),
            "needed": name in needed,
            "words": known.get("description", ""),
            "choices": _resolved(known).get("enum", ()),
        }
        for name, known in schema.get("properties", {}).items()
    ]


def kind_of(schema: dict[str, Any]) -> str:
    """Return the kind of a field as programmers say it: ``string``, ``date-time``, ``list of object`` …"""
    known = _resolved(schema)
    kind = known.get("format") or known.get("type") or "any"
    if kind == "array":
        return f"list of {kind_of(known.get('items', {}))}"
    return str(kind)


def sample(schema: dict[str, Any], depth: int = 0) -> Any:
    """Return a believable value of a shape."""
    if schema.get("examples"):
        return schema["examples"][0]
    known = _resolved(schema)
    if known.get("examples"):
        return known["examples"][0]
    if known.get("enum"):
        return known["enum"][0]
    if "const" in known:
        return known["const"]
    match known.get("type"):
        case "object" if depth < DEEPEST:
            return {name: sample(part, depth + 1) for name, part in known.get("properties", {}).items()}
        case "array":
            inner = known.get("items", {})
            return [sample(inner, depth + 1)] if depth < DEEPEST else []
        case "integer" | "number":
            return known.get("minimum", 1)
        case "boolean":
            return False
        case "string":
            return SAMPLES.get(known.get("format", ""), "…")
        case _:
            return {}


def curl(one: Operation, base: str, example: Any) -> str:
    """Return a line for curl that does it."""
    address = base + one.address
    for name in [part.strip("{}") for part in one.address.split("/") if part.startswith("{")]:
        address = address.replace("{" + name + "}", SAMPLES["uuid"])
    if one.upload:
        address += "?name=photo.jpg"
    parts = ["curl", *([f"-X {one.method}"] if one.method != "GET" else []), f"'{address}'"]
    parts.append('-H "Authorization: Bearer $REINS_TOKEN"')
    if one.once:
        parts.append('-H "Idempotency-Key: $(uuidgen)"')
    if one.conditional:
        parts.append(f"-H 'If-Match: {ETAG}'")
    if one.upload:
        parts += ["-H 'Content-Type: application/octet-stream'", "--data-binary @photo.jpg"]
    elif one.body is not None:
        parts += ["-H 'Content-Type: application/json'", f"-d '{orjson.dumps(example).decode()}'"]
    if one.download:
        parts.append("-OJ")
    return " \\\n  ".join(
        [" ".join(parts[: 2 if one.method == "GET" else 3]), *parts[2 if one.method == "GET" else 3 :]]
    )


def _pretty(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
