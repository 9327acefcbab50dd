"""“This was not me”: the page behind the link in every mail about security, for customers and staff alike."""

from __future__ import annotations

from typing import Any

from flask import current_app, make_response, render_template
from werkzeug.wrappers import Response

from portal.domain import accounts, errors
from portal.ui import gates
from portal.ui.session import leave

from . import blueprint
from .register import PressForm


@blueprint.route("/not-me/<token>", methods=["GET", "POST"])
@gates.link
def not_me(token: str) -> Any:
    """Show what pressing does, and do it on POST only: programs that follow links change nothing."""
    form = PressForm()
    try:
        if form.validate_on_submit():
            undone = accounts.not_me(token).undoes
            leave()
            firm = current_app.config["SETTINGS"]
            return _private(render_template("customer/register/not_me_done.html", undone=undone, firm=firm))
        alarm = accounts.peek_not_me(token)
    except errors.NotFound:
        return _private(render_template("customer/register/not_me_over.html"), 404)
    return _private(render_template("customer/register/not_me.html", form=form, alarm=alarm))


def _private(body: str, status: int = 200) -> Response:
    answer = make_response(body, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
