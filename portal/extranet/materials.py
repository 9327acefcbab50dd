"""Materials on the extranet: what counts now, in the reader's language first, and its file."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import Response, g, render_template, request
from flask_babel import lazy_gettext as _l

from portal.domain import exchange
from portal.ui import gates, paging
from portal.ui.downloads import SHUT, named
from portal.ui.reader import reader_language

from . import blueprint
from .exchange import SHORT, part

SIZE = 30


@part("materials", _l("Materials"), "book", "extranet/materials/short.html")
def _short() -> dict[str, Any]:
    return {"rows": exchange.materials(g.actor, reader_language(), limit=SHORT)[:SHORT]}


@blueprint.get("/exchange/materials")
@gates.partner()
def materials() -> str:
    """Everything published for this company, newest first."""
    rows = exchange.materials(g.actor, reader_language(), after=paging.uuid_key(), limit=SIZE)
    return render_template(
        "extranet/materials/list.html", page=paging.page(rows, SIZE, lambda one: [str(one.row.uuid)])
    )


@blueprint.get("/exchange/materials/<uuid:uuid>")
@gates.partner()
def material(uuid: uuidlib.UUID) -> str:
    """One with what counts now, in which languages, and what counted before."""
    item = exchange.material(g.actor, uuid, reader_language())
    return render_template("extranet/materials/material.html", item=item)


@blueprint.get("/exchange/materials/<uuid:uuid>/versions/<uuid:edition>")
@gates.partner()
def material_file(uuid: uuidlib.UUID, edition: uuidlib.UUID) -> Response | tuple[str, int]:
    """The file of a version while it is valid; after that a page that names what is valid instead."""
    found = exchange.hand(g.actor, uuid, edition, reader_language(), counted=request.method == "GET")
    if isinstance(found, exchange.NotValid):
        return render_template("extranet/materials/over.html", over=found), 410
    answer = Response(found.chunks, mimetype=found.media_type)
    answer.headers["Content-Length"] = str(found.size)
    answer.headers["Content-Disposition"] = named(found.name)
    answer.headers["Content-Security-Policy"] = SHUT
    answer.headers["Cache-Control"] = "no-store"
    return answer
