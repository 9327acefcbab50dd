"""The document itself, and the page that reads it to people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from flask import Response, current_app, render_template
from flask_babel import gettext

from portal.domain import clients, programs
from portal.ui import gates, problems
from portal.ui.problems import API, PARTNER_API

from . import blueprint, reading_aid
from .asked import JSON
from .document import AUDIENCES, document
from .entering import MENDS


@blueprint.get(f"{API}/openapi.json", provide_automatic_options=False)
@gates.public
def openapi() -> Response:
    """The document (OpenAPI 3.1)."""
    return Response(orjson.dumps(document(), option=orjson.OPT_INDENT_2), content_type=JSON)


@blueprint.get("/api")
@gates.public
def reference() -> str:
    """How to begin, the rules, and every operation with its fields and an example."""
    settings = current_app.config["SETTINGS"]
    return render_template(
        "api/reference.html",
        base=settings.base_url,
        calls=settings.api_calls_per_minute,
        file_megabytes=settings.file_max_bytes // (1024 * 1024),
        kept_hours=int(programs.KEPT.total_seconds() // 3600),
        sections=reading_aid.sections(settings.base_url),
        scopes=[(scope.value, words) for scope, words in programs.WORDS.items()],
        kinds=_kinds("customers"),
        say_text=_said,
    )


@blueprint.get(f"{PARTNER_API}/openapi.json", provide_automatic_options=False)
@gates.public
def partner_openapi() -> Response:
    """The document for systems of partners (OpenAPI 3.1)."""
    return Response(orjson.dumps(document("partners"), option=orjson.OPT_INDENT_2), content_type=JSON)


@blueprint.get("/api/partner")
@gates.public
def partner_reference() -> str:
    """How a partner's system begins, the rules, and every operation with its fields and an example."""
    settings = current_app.config["SETTINGS"]
    return render_template(
        "api/partner_reference.html",
        base=settings.base_url,
        calls=settings.api_calls_per_minute,
        minutes=settings.partner_token_seconds // 60,
        kept_hours=int(programs.KEPT.total_seconds() // 3600),
        sections=reading_aid.sections(settings.base_url, "partners"),
        scopes=[(scope.value, words) for scope, words in clients.WORDS.items()],
        kinds=_kinds("partners"),
        say_text=_said,
    )


def _kinds(audience: str) -> list[tuple[str, problems.Kind]]:
    """Return what can be refused; what to do about a token is another thing for a system than for a program."""
    kinds = [(name, problems.KINDS[name]) for name in AUDIENCES[audience].problems]
    if audience == "customers":
        return kinds
    return [(name, replace(kind, mend=MENDS.get(name, kind.mend))) for name, kind in kinds]


def _said(text: Any) -> str:
    """Return a text of the document in the reader's language; an empty one stays empty."""
    return gettext(str(text)) if text else ""
