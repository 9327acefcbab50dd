"""Signing in and out of the staff area: always with a second step, enrolled at the first sign-in."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, session, url_for

from portal.domain import accounts, errors
from portal.domain.accounts import Face
from portal.ui import gates, signing
from portal.ui.assets import nav_url
from portal.ui.browser import device, network, recognise
from portal.ui.passkeys import passkey_doors
from portal.ui.session import enter, next_path, reading

from . import blueprint


def home() -> str:
    """Return the first page of signed-in staff."""
    return nav_url("admin.dashboard") or "/admin/security"


@blueprint.route("/sign-in", methods=["GET", "POST"])
@gates.public
def sign_in() -> Any:
    """Address and password."""
    return signing.sign_in_page(Face.STAFF, "admin/sign_in/sign_in.html", home=home())


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@gates.public
def sign_in_code() -> Any:
    """The code of the app, or a recovery code."""
    return signing.code_page(
        Face.STAFF, "admin/sign_in/sign_in_code.html", home=home(), start="admin.sign_in"
    )


@blueprint.route("/sign-in/enrol", methods=["GET", "POST"])
@gates.enrolling
def sign_in_enrol() -> Any:
    """Set up the authenticator app, which staff cannot do without, and show the recovery codes once."""
    token = str(session.get("step") or "")
    try:
        with reading():
            enrolment = accounts.enrolling(token)
    except errors.NotFound:
        return signing.too_slow("admin.sign_in")
    form = signing.CodeForm()
    if form.validate_on_submit():
        try:
            with form.catching():
                step, codes = accounts.sign_in_enrol(
                    token, form.code.data or "", device=device(), network=network()
                )
                onward = next_path(home())
                recognise(step.person_id, Face.STAFF)
                enter(step.token)
                return render_template("admin/sign_in/codes.html", codes=codes, onward=onward)
        except errors.TooMany as error:
            form.refuse(error)
            return render_template("admin/sign_in/sign_in_enrol.html", form=form, enrolment=enrolment), 429
    form.next.data = next_path("")
    page = render_template("admin/sign_in/sign_in_enrol.html", form=form, enrolment=enrolment)
    return page if form.ok else (page, 422)


@blueprint.post("/sign-out")
@gates.public
def sign_out() -> Any:
    """End this sign-in; pressed twice it only leads on."""
    if g.actor.person_id is None:
        return redirect(url_for("admin.sign_in"), 303)
    return signing.sign_out_here("admin.sign_in")


@blueprint.route("/confirm-it-is-you", methods=["GET", "POST"])
@gates.staff()
def confirm() -> Any:
    """Ask once more for password and code before a sensitive act."""
    return signing.confirm_page("admin/sign_in/confirm.html", home=home())


passkey_doors(blueprint, Face.STAFF, home)
