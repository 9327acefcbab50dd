"""An invitation to work here, and the way back: choose a password, then set up the second step."""

from __future__ import annotations

from collections.abc import Callable
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
    return _choose(token, accounts.accept_invitation, accounts.INVITATION, "invitation", "over")


@blueprint.route("/way-back/<token>", methods=["GET", "POST"])
@gates.link
def way_back(token: str) -> Any:
    """Go the way back of the only administrator: a new password, then a new second step."""
    return _choose(token, accounts.use_way_back, accounts.WAY_BACK, "way_back", "way_back_over")


def _choose(token: str, use: Callable[[str, str], int], kind: str, page: str, over: str) -> Any:
    """Show the page that a link opens, or use the link with the password that was chosen."""
    form = ChooseForm()
    try:
        if form.validate_on_submit():
            with form.catching():
                person_id = use(token, form.password.data or "")
                step = accounts.after_invitation(person_id, device=device(), network=network())
                return signing.proceed(step, Face.STAFF, home=home())
        address = accounts.peek_link(kind, token)
    except errors.NotFound:
        return render_template(f"admin/invitation/{over}.html"), 404
    shown = render_template(f"admin/invitation/{page}.html", form=form, address=address)
    return shown if form.ok else (shown, 422)
