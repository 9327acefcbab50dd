"""The extranet of the partners: one module per concept, all behind one gate."""

from __future__ import annotations

from flask import Blueprint

from portal.ui import gates

blueprint = Blueprint("extranet", __name__, url_prefix="/extranet")
gates.guard(blueprint, sign_in="extranet.sign_in")

from . import (  # noqa: E402 - the views need the blueprint
    acting_for,
    announcements,
    dropped_files,
    events,
    exchange,
    home,
    invitation,
    leads,
    materials,
    people,
    prices,
    promises,
    provider,
    security,
    shares,
    sign_in,
    switches,
    systems,
    tasks,
)

__all__ = [
    "promises",
    "prices",
    "dropped_files",
    "acting_for",
    "announcements",
    "blueprint",
    "events",
    "exchange",
    "home",
    "invitation",
    "leads",
    "materials",
    "people",
    "provider",
    "security",
    "shares",
    "sign_in",
    "switches",
    "systems",
    "tasks",
]
