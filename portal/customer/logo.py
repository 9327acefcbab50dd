"""Logos: the firm's, and those of partners, each by the hash of its content."""

from __future__ import annotations

from flask import make_response
from werkzeug.wrappers import Response

from portal.domain import firm, partners
from portal.ui import gates

from . import blueprint

YEAR = 31_536_000


@blueprint.get("/logo/<string:digest>.png")
@gates.public
def logo(digest: str) -> Response:
    """A picture that was ever put up; it never changes, so it may be kept for good."""
    return _for_good(firm.logo(digest))


@blueprint.get("/logo/partner/<string:digest>.png")
@gates.public
def partner_logo(digest: str) -> Response:
    """The logo of a partner, as long as it has it."""
    return _for_good(partners.logo(digest))


def _for_good(content: bytes) -> Response:
    answer = make_response(content)
    answer.mimetype = "image/png"
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    answer.headers["Content-Disposition"] = "inline; filename=logo.png"
    return answer
