"""Companies without an administrator: two of staff agree, and never see the code."""

from __future__ import annotations

import uuid as uuidlib

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain import accounts
from portal.domain.actor import Permission
from portal.ui import gates
from portal.ui.session import require_fresh

from . import blueprint


@blueprint.get("/seats")
@gates.staff(Permission.COMPANIES_RECOVER)
def seats() -> str:
    """Every open request."""
    return render_template(
        "admin/seats/seats.html", claims=accounts.seat.open_claims(g.actor), me_id=g.actor.person_id
    )


@blueprint.post("/seats/<uuid:uuid>/agreement")
@gates.staff(Permission.COMPANIES_RECOVER)
def seat_agreement(uuid: uuidlib.UUID) -> Response:
    """Agree to one."""
    require_fresh()
    second = accounts.seat.agree(uuid, actor=g.actor)
    flash(
        _("Both agreed: the letter with the code goes to the print queue. You two cannot open the code.")
        if second
        else _("Noted. A colleague has to agree too."),
        "done",
    )
    return redirect(url_for("admin.seats"), 303)


@blueprint.post("/seats/<uuid:uuid>/refusal")
@gates.staff(Permission.COMPANIES_RECOVER)
def seat_refusal(uuid: uuidlib.UUID) -> Response:
    """Do not agree."""
    require_fresh()
    accounts.seat.refuse(uuid, actor=g.actor)
    flash(_("Ended. Everybody who acts for the company gets a mail about it."), "done")
    return redirect(url_for("admin.seats"), 303)
