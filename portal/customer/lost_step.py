"""A lost second step of a customer: reported behind the password, confirmed by mail, waited for, removed."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain import accounts, errors
from portal.ui import gates, signing
from portal.ui.session import leave, reading

from . import blueprint
from .register import PressForm


def _private(page: str, status: int = 200, **values: Any) -> Response:
    answer = make_response(render_template(f"customer/lost_step/{page}.html", **values), status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.route("/sign-in/lost", methods=["GET", "POST"])
@gates.public
def sign_in_lost() -> Any:
    """Say how it goes on without the second step, and write the mail that begins it."""
    step = str(session.get("step") or "")
    try:
        with reading():
            wait = accounts.may_report(step)
        form = PressForm()
        if form.validate_on_submit():
            accounts.report_lost(step)
            return _private("sent")
    except errors.NotFound:
        return signing.too_slow("customer.sign_in")
    return _private("lost", form=form, wait=wait)


@blueprint.route("/second-step/<token>", methods=["GET", "POST"])
@gates.link
def second_step_wait(token: str) -> Any:
    """Begin the wait, by the link in the mailbox, on POST only."""
    form = PressForm()
    try:
        if form.validate_on_submit():
            return _private("waiting", wait=accounts.begin_wait(token))
        return _private("wait", form=form, wait=accounts.peek_wait(token))
    except errors.NotFound:
        return _private("over", 404)


@blueprint.route("/second-step/<token>/removal", methods=["GET", "POST"])
@gates.link
def second_step_regain(token: str) -> Any:
    """Take the lost second step away when the wait is over, on POST only."""
    form = PressForm()
    try:
        if form.validate_on_submit():
            accounts.regain(token)
            leave()
            flash(
                _("The lost second step is gone. Sign in with your password, and set up a new one."), "done"
            )
            return redirect(url_for("customer.sign_in"), 303)
        accounts.peek_regain(token)
    except errors.NotFound:
        return _private("over", 404)
    return _private("regain", form=form)
