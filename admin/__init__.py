"""The staff admin: one module per concept, all behind one gate."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from flask import Blueprint

from portal.ui import gates

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
gates.guard(blueprint, sign_in="admin.sign_in")

MODULES = (
    "sign_in", "security", "dashboard", "queue", "case", "case_acts", "intake", "customers", "search", "feedback",
    "tasks", "letters", "consent", "contacts", "files",
)  # fmt: skip
for _name in MODULES:
    if find_spec(f"{__name__}.{_name}"):
        import_module(f"{__name__}.{_name}")
