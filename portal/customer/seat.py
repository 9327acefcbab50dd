"""Nobody administers the company any more: ask, enter the code from the letter, or stop it."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from portal.domain import accounts
from portal.ui import gates, times
from portal.ui.forms import Form
from portal.ui.signing import needed

from . import blueprint


class AskForm(Form):
    """Why there is nobody."""

    why = StringField(validators=[needed, Length(max=300)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.why.label.text = _("What happened")


class CodeForm(Form):
    """The code from the letter."""

    code = StringField(validators=[needed, Length(max=40)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.label.text = _("Code from the letter")


@blueprint.route("/acting-for/administrator", methods=["GET", "POST"])
@gates.customer()
def seat() -> Any:
    """Ask to administer the company in hand, or see how such a request stands."""
    form = AskForm()
    now = accounts.seat.current(g.actor)
    if form.validate_on_submit():
        with form.catching():
            accounts.seat.claim(actor=g.actor, why=form.why.data or "")
            flash(_("Asked. Everybody who acts for the company gets a mail about it."), "done")
            return redirect(url_for("customer.seat"), 303)
    return _page(now, form, CodeForm(formdata=None))


@blueprint.post("/acting-for/administrator/code")
@gates.customer()
def seat_code() -> Any:
    """Enter the code from the letter."""
    form = CodeForm()
    if form.validate_on_submit():
        with form.catching():
            until = accounts.seat.enter_code(form.code.data or "", actor=g.actor)
            flash(
                _("The code is right. You administer the company from %(at)s on.", at=times.datetime(until)),
                "done",
            )
            return redirect(url_for("customer.seat"), 303)
    return _page(accounts.seat.current(g.actor), AskForm(formdata=None), form)


@blueprint.post("/acting-for/administrator/stop")
@gates.customer()
def seat_stop() -> Response:
    """Stop the request of the company in hand."""
    accounts.seat.stop(actor=g.actor)
    flash(_("Stopped. Everybody who acts for the company gets a mail about it."), "done")
    return redirect(url_for("customer.seat"), 303)


def _page(now: accounts.seat.Claim | None, ask: AskForm, code: CodeForm) -> Any:
    page = render_template(
        "customer/acting_for/administrator.html", now=now, ask=ask, code=code,
        mine=now is not None and now.person_id == g.actor.person_id, wait=accounts.seat.WAIT.days,
    )  # fmt: skip
    return page if ask.ok and code.ok else (page, 422)
