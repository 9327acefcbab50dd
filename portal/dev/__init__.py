"""Demo mode only: the demo firm, the gallery of components, the mail viewer, one-time sign-in links."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from flask import Blueprint

from portal.ui import gates

blueprint = Blueprint("dev", __name__, url_prefix="/dev")
gates.guard(blueprint, sign_in="customer.sign_in")

for _name in ("pages", "mail", "link"):
    if find_spec(f"{__name__}.{_name}"):
        import_module(f"{__name__}.{_name}")
