"""Signing in and out of the extranet."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, url_for

from portal.domain.accounts import Face
from portal.ui import gates, signing
from portal.ui.addresses import nav_url
from portal.ui.passkeys import passkey_doors

from . import blueprint


def home() -> str:
    """Return the first page of somebody of a partner."""
    return nav_url("extranet.home") or "/extranet"


@blueprint.route("/sign-in", methods=["GET", "POST"])
@gates.public
def sign_in() -> Any:
    """Address and password, for partners without a sign-in of their own company."""
    return signing.sign_in_page(Face.PARTNER, "extranet/sign_in/sign_in.html", home=home())


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@gates.public
def sign_in_code() -> Any:
    """The code of the app, or a recovery code."""
    return signing.code_page(
        Face.PARTNER, "extranet/sign_in/sign_in_code.html", home=home(), start="extranet.sign_in"
    )


@blueprint.route("/sign-in/enrol", methods=["GET", "POST"])
@gates.enrolling
def sign_in_enrol() -> Any:
    """Set up the authenticator app, which a partner's people cannot do without, and show the recovery codes once."""
    return signing.enrol_page(Face.PARTNER, "extranet", home=home())


@blueprint.post("/sign-out")
@gates.public
def sign_out() -> Any:
    """End this sign-in; pressed twice it only leads on."""
    if g.actor.person_id is None:
        return redirect(url_for("extranet.sign_in"), 303)
    return signing.sign_out_here("extranet.sign_in")


@blueprint.route("/confirm-it-is-you", methods=["GET", "POST"])
@gates.partner()
def confirm() -> Any:
    """Ask once more for password and code before a sensitive act."""
    return signing.confirm_page("extranet/sign_in/confirm.html", home=home())


passkey_doors(blueprint, Face.PARTNER, home)
