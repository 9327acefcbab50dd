"""Announcements on the extranet: what is new for this company, and confirming what asks for it."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import db
from portal.domain import exchange
from portal.ui import gates, paging
from portal.ui.reader import reader_language

from . import blueprint
from .exchange import SHORT, part

SIZE = 30


@part("announcements", _l("Announcements"), "megaphone", "extranet/announcements/short.html")
def _short() -> dict[str, Any]:
    return {"rows": exchange.notices(g.actor, reader_language(), limit=SHORT)[:SHORT]}


@blueprint.get("/exchange/announcements")
@gates.partner()
def announcements() -> str:
    """Everything that is announced now, newest first."""
    rows = exchange.notices(g.actor, reader_language(), after=paging.uuid_key(), limit=SIZE)
    return render_template(
        "extranet/announcements/list.html", page=paging.page(rows, SIZE, lambda row: [str(row.uuid)])
    )


@blueprint.get("/exchange/announcements/<uuid:uuid>")
@gates.partner()
def announcement(uuid: uuidlib.UUID) -> str:
    """One announcement; that it was opened is noted."""
    found = exchange.notice(g.actor, uuid, reader_language())
    if found.first_at is None:
        with db.apart():
            exchange.opened(uuid, actor=g.actor)
    return render_template("extranet/announcements/announcement.html", one=found)


@blueprint.post("/exchange/announcements/<uuid:uuid>/confirmation")
@gates.partner()
def announcement_confirm(uuid: uuidlib.UUID) -> Response:
    """Confirm that one has read it."""
    exchange.confirm(uuid, actor=g.actor)
    flash(_("Thank you: it is noted that you have read this."))
    return redirect(url_for("extranet.announcement", uuid=uuid), 303)
