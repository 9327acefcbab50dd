"""Sign-in and security of staff."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.ui import gates, session
from portal.ui.passkeys import passkey_pages
from portal.ui.security import security_pages

from . import blueprint

security_pages(blueprint, gates.staff(), "admin")
passkey_pages(blueprint, gates.staff(), "admin")


@blueprint.post("/language")
@gates.staff()
def set_language() -> ResponseReturnValue:
    """Read on in another language."""
    return session.switch_language()
