"""Signing in and out of the customer portal, and the fresh proof before sensitive acts."""

from __future__ import annotations

from typing import Any

from flask import g, redirect

from portal.domain.accounts import Face
from portal.ui import gates, signing
from portal.ui.addresses import nav_url
from portal.ui.passkeys import passkey_doors

from . import blueprint


def home() -> str:
    """Return the first page of a signed-in customer."""
    return nav_url("customer.home") or "/"


@blueprint.route("/sign-in", methods=["GET", "POST"])
@gates.public
def sign_in() -> Any:
    """Address and password."""
    return signing.sign_in_page(Face.CUSTOMER, "customer/sign_in/sign_in.html", home=home())


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@gates.public
def sign_in_code() -> Any:
    """The code of those who have a second step."""
    return signing.code_page(
        Face.CUSTOMER, "customer/sign_in/sign_in_code.html", home=home(), start="customer.sign_in"
    )


@blueprint.route("/sign-in/enrol", methods=["GET", "POST"])
@gates.enrolling
def sign_in_enrol() -> Any:
    """Set up the authenticator app where the firm wants a second step of everybody; the codes are shown once."""
    return signing.enrol_page(Face.CUSTOMER, "customer", home=home())


@blueprint.post("/sign-out")
@gates.public
def sign_out() -> Any:
    """End this sign-in; pressed twice it only leads on."""
    if g.actor.person_id is None:
        return redirect("/", 303)
    return signing.sign_out_here("customer.sign_in")


@blueprint.route("/confirm-it-is-you", methods=["GET", "POST"])
@gates.customer()
def confirm() -> Any:
    """Ask once more for the password before a sensitive act."""
    return signing.confirm_page("customer/sign_in/confirm.html", home=home())


passkey_doors(blueprint, Face.CUSTOMER, home)
