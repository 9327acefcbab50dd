"""Language and colours of the extranet."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.ui import gates, session, theme

from . import blueprint


@blueprint.post("/language")
@gates.public
def set_language() -> ResponseReturnValue:
    """Read on in another language."""
    return session.switch_language()


@blueprint.post("/theme")
@gates.public
def set_theme() -> ResponseReturnValue:
    """Read on in light or dark colours."""
    return theme.switch_theme()
