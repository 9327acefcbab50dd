"""Privacy notice, imprint, accessibility statement."""

from __future__ import annotations

from flask import render_template

from portal.domain import firm, retention
from portal.ui import gates

from . import blueprint


@blueprint.get("/privacy")
@gates.public
def privacy() -> str:
    """What we do with data, for how long, and what you can do about it (GDPR articles 13 and 14)."""
    return render_template("customer/legal/privacy.html", firm=firm.now(), kept=retention.told())


@blueprint.get("/imprint")
@gates.public
def imprint() -> str:
    """Who stands behind these pages."""
    return render_template("customer/legal/imprint.html", firm=firm.now())


@blueprint.get("/accessibility")
@gates.public
def accessibility() -> str:
    """How accessible these pages are, and what to do when they are not (WCAG 2.2 AA)."""
    return render_template("customer/legal/accessibility.html", firm=firm.now())
