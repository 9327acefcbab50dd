"""The logo of the firm, by the hash of its content."""

from __future__ import annotations

from flask import make_response
from werkzeug.wrappers import Response

from portal.domain import firm
from portal.ui import gates

from . import blueprint

YEAR = 31_536_000


@blueprint.get("/logo/<string:digest>.png")
@gates.public
def logo(digest: str) -> Response:
    """A picture that was ever put up; it never changes, so it may be kept for good."""
    answer = make_response(firm.logo(digest))
    answer.mimetype = "image/png"
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    answer.headers["Content-Disposition"] = "inline; filename=logo.png"
    return answer
