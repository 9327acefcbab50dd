"""The firm: what it is called, where it is, how it is reached, its logo; versioned, and known without a query.

now()                                 the firm as it is; a process takes a change up within seconds
change(actor=…, **fields)             the next version; the same once more changes nothing
put_logo(content, actor=…) · remove_logo(actor=…) · logo(digest)
history(actor)                        the versions, who made them and when
hours                                 opening hours and closed days: each change a version of the calendar
"""

from __future__ import annotations

from portal.domain import audit

from . import hours
from .editing import Version, change, history, put_logo, remove_logo
from .firm import FIELDS, SECTORS, Firm
from .logos import MOST_BYTES, Logo, drawn, logo
from .store import now

__all__ = [
    "Firm", "hours", "FIELDS", "SECTORS", "now", "change", "put_logo", "remove_logo", "logo", "drawn", "Logo",
    "MOST_BYTES", "history", "Version",
]  # fmt: skip

audit.name_firm(lambda: now().name)
