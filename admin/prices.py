"""Price lists for staff: ours for partners, those of suppliers for us; which is valid when, and what changed."""

from __future__ import annotations

import uuid as uuidlib

from flask import Response, g, render_template

from portal.domain import supply
from portal.domain.actor import Permission
from portal.ui import gates, paging
from portal.ui.supplying import as_file, position

from . import blueprint

SIZE = 100
MAY = gates.staff(Permission.PARTNERS_WRITE)


@blueprint.get("/exchange/prices")
@MAY
def prices() -> str:
    """Every price list, those valid now first."""
    return render_template("admin/prices/list.html", lists=supply.price_lists(g.actor))


@blueprint.get("/exchange/prices/<uuid:uuid>")
@MAY
def price_list(uuid: uuidlib.UUID) -> str:
    """One price list: when it is valid, what changed, and its prices."""
    view = supply.price_list(g.actor, uuid, after=position(), limit=SIZE)
    page = paging.page(view.prices, SIZE, lambda row: [row.position])
    return render_template("admin/prices/one.html", view=view, line=view.line, page=page)


@blueprint.get("/exchange/prices/<uuid:uuid>/file")
@MAY
def price_list_file(uuid: uuidlib.UUID) -> Response:
    """A price list as a file."""
    return as_file(*supply.all_prices(g.actor, uuid))
