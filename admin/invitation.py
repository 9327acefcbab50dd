"""An invitation to work here, and the way back: choose a password, then set up the second step."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import Length

from portal.domain import accounts, errors
from portal.domain.accounts import Face
from portal.ui import gates, signing
from portal.ui.browser import device, network
from portal.ui.forms import Form

from . import blueprint
from .sign_in import home


class ChooseForm(Form):
    """A new password, once: it can be shown and pasted."""

    password = PasswordField(_l("Password"), [signing.needed, Length(max=4096)])


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@gates.link
def invitation(token: str) -> Any:
    """Accept the invitation with a password; a program that only follows the link changes nothing."""
    form = ChooseForm()
    try:
        if form.validate_on_submit():
            with form.catching():
                person_id = accounts.accept_invitation(token, form.password.data or "")
                step = accounts.after_invitation(person_id, device=device(), network=network())
                return signing.proceed(step, Face.STAFF, home=home())
        address = accounts.peek_link(accounts.INVITATION, token)
    except errors.NotFound:
        return render_template("admin/invitation/over.html"), 404
    page = render_template("admin/invitation/invitation.html", form=form, address=address)
    return page if form.ok else (page, 422)


@blueprint.route("/way-back/<token>", methods=["GET", "POST"])
@gates.link
def way_back(token: str) -> Any:
    """Go the way back of the only administrator: a new password, then a new second step."""
    form = ChooseForm()
    try:
        if form.validate_on_submit():
            with form.catching():
                person_id = accounts.use_way_back(token, form.password.data or "")
                step = accounts.after_invitation(person_id, device=device(), network=network())
                return signing.proceed(step, Face.STAFF, home=home())
        address = accounts.peek_link(accounts.WAY_BACK, token)
    except errors.NotFound:
        return render_template("admin/invitation/way_back_over.html"), 404
    page = render_template("admin/invitation/way_back.html", form=form, address=address)
    return page if form.ok else (page, 422)
