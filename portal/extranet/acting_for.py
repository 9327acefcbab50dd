"""For which partner one acts: somebody who works for several has one in hand at a time."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.domain import errors, partners
from portal.ui import gates
from portal.ui.session import next_path, reading

from . import blueprint, provider


@blueprint.get("/acting-for")
@gates.partner()
def acting_for() -> str:
    """Show every partner of the person."""
    return render_template(
        "extranet/acting_for/acting_for.html",
        companies=partners.in_reach(g.actor),
        role_name=partners.role_name,
    )


@blueprint.post("/acting-for")
@gates.partner(any_partner=True)
def act_for() -> Any:
    """Act for another of one's partners from now on, or sign in as that one wants it."""
    try:
        wanted = uuid.UUID(request.form.get("account", ""))
    except ValueError:
        raise errors.NotFound() from None
    with reading():
        there = partners.to_prove_at(g.actor, wanted)
    if there is not None:
        return provider.set_out(there, why=partners.Why.SWITCH)
    try:
        name = partners.take_in_hand(g.actor, wanted)
    except partners.ProvedElsewhere as error:
        flash(
            _("%(name)s asks for another sign-in. Sign in for it to act for it.", name=error.company), "info"
        )
        return redirect(url_for("extranet.sign_in"), 303)
    flash(_("You are now acting for %(name)s.", name=name), "info")
    return redirect(next_path(url_for("extranet.home")), 303)
