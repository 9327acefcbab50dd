"""The customer portal: one module per concept, all behind one gate."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from flask import Blueprint

from portal.ui import gates

blueprint = Blueprint("customer", __name__)
gates.guard(blueprint, sign_in="customer.sign_in")

MODULES = (
    "public", "sign_in", "register", "home", "permissions", "preferences", "messages", "complaints",
    "complaint_new", "complaint_acts", "complaint_ends", "files", "feedback", "timeline", "who_looked", "security",
    "profile", "legal",
)  # fmt: skip
for _name in MODULES:
    if find_spec(f"{__name__}.{_name}"):
        import_module(f"{__name__}.{_name}")
