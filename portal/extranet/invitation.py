"""An invitation to act for a partner: who holds its link reads what is offered, and comes in."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import Length

from portal.domain import errors, partners
from portal.ui import gates
from portal.ui.forms import Form
from portal.ui.session import reading
from portal.ui.signing import needed

from . import blueprint, provider


class ComingForm(Form):
    """Name and password of who comes in without a provider."""

    name = StringField(_l("Your name"), [needed, Length(max=120)])
    password = PasswordField(_l("Choose a password"), [needed, Length(max=4096)])


class GoForm(Form):
    """One press; the proof is given at the provider."""


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@gates.link
def invitation(token: str) -> Any:
    """What is offered, and the way in."""
    try:
        with reading():
            asked = partners.asked(token)
            found = None if asked.by_password else partners.provider_of(asked.company_id)
    except errors.NotFound:
        return render_template("extranet/invitation/over.html"), 404
    form = ComingForm(name=asked.name) if asked.by_password else GoForm()
    if form.validate_on_submit():
        if found is not None:
            return provider.set_out(found, hint=asked.address)
        if isinstance(form, ComingForm):
            with form.catching():
                partners.accept_with_password(
                    token, name=form.name.data or "", password=form.password.data or ""
                )
                session["typed"] = asked.address
                flash(
                    _("Your password is kept. Sign in with it now; then you set up your second step."), "done"
                )
                return redirect(url_for("extranet.sign_in_password"), 303)
    page = render_template("extranet/invitation/invitation.html", form=form, asked=asked, found=found)
    return page if form.ok else (page, 422)
