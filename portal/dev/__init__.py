"""Demo mode only: the demo firm, the gallery, the mail viewer, one-time sign-in links, Northwind's sign-in."""

from __future__ import annotations

from flask import Blueprint

from portal.ui import gates

blueprint = Blueprint("dev", __name__, url_prefix="/dev")
gates.guard(blueprint, sign_in="customer.sign_in")

from . import link, mail, northwind, pages  # noqa: E402 - the views need the blueprint

__all__ = ["blueprint", "link", "mail", "northwind", "pages"]
