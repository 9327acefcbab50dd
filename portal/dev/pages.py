"""The gallery: every component in every state, to look at and for the tests that measure pages."""

from __future__ import annotations

from flask import render_template

from portal.dev.gallery import gallery_context
from portal.ui import gates

from . import blueprint


@blueprint.get("/components")
@gates.dev
def components() -> str:
    """Show every component with sample data."""
    return render_template("dev/components.html", **gallery_context())
