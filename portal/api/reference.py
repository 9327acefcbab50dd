"""The document itself, and the page that reads it to people."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, current_app, render_template
from flask_babel import gettext

from portal.domain import programs
from portal.ui import gates, problems
from portal.ui.problems import API

from . import blueprint, reading_aid
from .asked import JSON
from .document import document


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
        kinds=[(name, kind) for name, kind in problems.KINDS.items()],
        say_text=_said,
    )


def _said(text: Any) -> str:
    """Return a text of the document in the reader's language; an empty one stays empty."""
    return gettext(str(text)) if text else ""
