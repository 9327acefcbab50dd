"""Events that partners' receivers did not take: all of them in one list, to be sent again."""

from __future__ import annotations

import uuid as uuidlib

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain import webhooks
from portal.domain.actor import Permission
from portal.ui import gates

from . import blueprint


@blueprint.get("/partner-events")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_events() -> str:
    """What was given up, newest first, with why."""
    return render_template("admin/partner_events/partner_events.html", lines=webhooks.dead(actor=g.actor))


@blueprint.post("/partner-events/<uuid:uuid>/again")
@gates.staff(Permission.PARTNERS_WRITE)
def partner_event_again(uuid: uuidlib.UUID) -> Response:
    """Let one go again."""
    webhooks.send_again(None, uuid, actor=g.actor)
    flash(_("It is on its way again."), "done")
    return redirect(url_for("admin.partner_events"), 303)
