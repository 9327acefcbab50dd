"""An invitation to act for a partner: who holds its link reads what is offered, and comes in."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import Length

from portal import config
from portal.domain import errors, partners
from portal.ui import gates
from portal.ui.forms import Form
from portal.ui.session import reading, require_fresh
from portal.ui.signing import needed

from . import blueprint, provider


class ComingForm(Form):
    """Name and password of who comes in without a provider."""

    name = StringField(_l("Your name"), [needed, Length(max=120)])
    password = PasswordField(_l("Choose a password"), [needed, Length(max=4096)])


class GoForm(Form):
    """One press; the proof is given at the provider."""


class JoinForm(Form):
    """The same person takes one more company."""

    joining = HiddenField(default="1")


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@gates.link
def invitation(token: str) -> Any:
    """What is offered, and the way in."""
    try:
        with reading():
            asked = partners.asked(token)
            found = None if asked.by_password else partners.provider_of(asked.company_id)
            here = asked.by_password and config.load().partners_may_use_passwords
            may_join = not partners.is_of(g.actor, asked.company_id) and (
                found is not None or (here and partners.proof_of(g.actor) is None)
            )
    except errors.NotFound:
        return render_template("extranet/invitation/over.html"), 404
    may_join = may_join and g.actor.is_partner
    if may_join and request.form.get("joining"):
        return _join(token, asked, found)
    form = ComingForm(name=asked.name) if here else GoForm()
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
    page = render_template(
        "extranet/invitation/invitation.html",
        form=form,
        asked=asked,
        found=found,
        here=here,
        joining=JoinForm(formdata=None) if may_join else None,
    )
    return page if form.ok else (page, 422)


def _join(token: str, asked: partners.Asked, found: partners.Provider | None) -> Any:
    """Add the company to who is signed in: both sides are proved anew."""
    if not JoinForm().validate_on_submit():
        raise errors.NotFound()
    require_fresh()
    if found is not None:
        return provider.set_out(
            found, hint=asked.address, why=partners.Why.JOIN, invitation=asked.uuid
        )  # fmt: skip
    name = partners.join_here(token, actor=g.actor)
    flash(_("You are now acting for %(name)s.", name=name), "info")
    return redirect(url_for("extranet.home"), 303)
