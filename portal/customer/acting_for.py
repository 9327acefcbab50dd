"""For whom one acts: the accounts of a person, the one in hand, what one may do there, and leaving a company."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain import accounts, errors
from portal.ui import gates
from portal.ui.forms import say
from portal.ui.session import next_path

from . import blueprint


@blueprint.get("/acting-for")
@gates.customer()
def acting_for() -> str:
    """Show every account of the person, and the rights in the one in hand with who gave them."""
    return render_template(
        "customer/acting_for/acting_for.html",
        accounts=accounts.accounts_in_reach(g.actor),
        zone=accounts.account_by_id(g.actor.account_id).zone,
        rights=accounts.own_rights(g.actor),
        names=accounts.NAMES,
        meanings=accounts.MEANINGS,
    )


@blueprint.post("/acting-for")
@gates.customer(any_account=True)
def act_for() -> Response:
    """Act for another of one's accounts from now on, and go on where one was."""
    try:
        wanted = uuid.UUID(request.form.get("account", ""))
    except ValueError:
        raise errors.NotFound() from None
    name = accounts.take_in_hand(g.actor, wanted)
    flash(_("You are now acting for %(name)s.", name=name), "info")
    return redirect(next_path(url_for("customer.home")), 303)


@blueprint.route("/acting-for/leave", methods=["GET", "POST"])
@gates.customer()
def leave_company() -> Any:
    """Leave the company in hand."""
    if not g.actor.acting_for:
        raise errors.NotFound()
    refused = ""
    if request.method == "POST":
        try:
            name = accounts.leave_company(actor=g.actor)
        except errors.Conflict as error:
            refused = say(error.message)
        else:
            flash(_("You have left %(name)s. You no longer see what belongs to it.", name=name), "done")
            return redirect(url_for("customer.home" if g.me.several else "customer.sign_in"), 303)
    page = render_template("customer/acting_for/leave.html", company=g.actor.acting_for, refused=refused)
    return (page, 409) if refused else page
