"""Files that a partner sends us: the list, a new one of a kind, and what came of each line by line."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import drops
from portal.domain.actor import PartnerRight
from portal.ui import dropping, gates, paging
from portal.ui.downloads import download
from portal.ui.dropping import DropForm
from portal.ui.formats import datetime as shown_at
from portal.ui.supplying import position

from . import blueprint
from .exchange import SHORT, part

SIZE, FAULTS = 30, 100
EXCHANGES = gates.partner(PartnerRight.EXCHANGE_WRITE)
Answer = Any


@part("dropped_files", _l("Files"), "upload", "extranet/dropped_files/short.html")
def _short() -> dict[str, Any]:
    return {"rows": drops.dropped_files(g.actor, limit=SHORT)[:SHORT]}


@blueprint.get("/exchange/files")
@EXCHANGES
def dropped_files() -> str:
    """The files, newest first."""
    rows = drops.dropped_files(g.actor, after=paging.uuid_key(), limit=SIZE)
    return render_template(
        "extranet/dropped_files/list.html",
        page=paging.page(rows, SIZE, lambda row: [str(row.uuid)]),
        kinds=drops.kinds_for(g.actor),
    )


@blueprint.route("/exchange/files/new/<kind>", methods=["GET", "POST"])
@EXCHANGES
def dropped_file_new(kind: str) -> Answer:
    """Send a file of a kind."""
    wanted = dropping.kind_of(kind, drops.kinds_for(g.actor))
    form = DropForm.new()
    if form.validate_on_submit():
        content, name = dropping.sent()
        with form.catching():
            file, new = drops.drop(content, name=name, kind=kind, said=form.said(), actor=g.actor)
            if new:
                flash(_("Received. We check it line by line; what came of it stands below."))
            else:
                flash(
                    _(
                        "Already received on %(date)s: nothing was done twice.",
                        date=shown_at(file.created_at),
                    ),
                    "info",
                )
            return redirect(url_for("extranet.dropped_file", uuid=file.uuid), 303)
    page = render_template("extranet/dropped_files/new.html", form=form, kind=wanted)
    return page if form.ok else (page, 422)


@blueprint.get("/exchange/files/example/<kind>")
@EXCHANGES
def dropped_file_example(kind: str) -> Response:
    """A file of a kind, to be filled in."""
    return dropping.example(dropping.kind_of(kind, drops.kinds_for(g.actor)))


@blueprint.get("/exchange/files/<uuid:uuid>")
@EXCHANGES
def dropped_file(uuid: uuidlib.UUID) -> str:
    """One file: how it stands, and what is wrong in it."""
    view = drops.dropped_file(g.actor, uuid, after=position(), limit=FAULTS)
    page = paging.page(view.faults, FAULTS, lambda row: [row.key])
    return render_template("extranet/dropped_files/file.html", view=view, line=view.line, page=page)


@blueprint.get("/exchange/files/<uuid:uuid>/errors")
@EXCHANGES
def dropped_file_errors(uuid: uuidlib.UUID) -> Response:
    """What is wrong in a file, as a file."""
    return dropping.faults(*drops.faults(g.actor, uuid))


@blueprint.get("/exchange/files/<uuid:uuid>/content")
@EXCHANGES
def dropped_file_content(uuid: uuidlib.UUID) -> Response:
    """The file as it was sent."""
    return download(drops.content(g.actor, uuid))
