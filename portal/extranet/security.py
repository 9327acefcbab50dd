"""Sign-in and security of a partner's people."""

from __future__ import annotations

from portal.ui import gates
from portal.ui.passkeys import passkey_pages
from portal.ui.security import security_pages

from . import blueprint

security_pages(blueprint, gates.partner(), "extranet")
passkey_pages(blueprint, gates.partner(), "extranet")
