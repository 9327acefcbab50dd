"""Price lists: ours for the partner, or those of a supplier for us; which is valid when, and what changed."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import Response, g, render_template
from flask_babel import lazy_gettext as _l

from portal.domain import drops, supply
from portal.domain.actor import PartnerRight
from portal.ui import gates, paging
from portal.ui.supplying import as_file, position

from . import blueprint
from .exchange import SHORT, part

SIZE = 100
EXCHANGES = gates.partner(PartnerRight.EXCHANGE_WRITE)


@part("prices", _l("Price lists"), "tag", "extranet/prices/short.html")
def _short() -> dict[str, Any]:
    return {"rows": supply.price_lists(g.actor)[:SHORT]}


@blueprint.get("/exchange/prices")
@EXCHANGES
def prices() -> str:
    """Every price list that the company may read, those valid now first."""
    return render_template(
        "extranet/prices/list.html",
        lists=supply.price_lists(g.actor),
        kind=next((one for one in drops.kinds_for(g.actor) if one.key == "price_list"), None),
    )


@blueprint.get("/exchange/prices/<uuid:uuid>")
@EXCHANGES
def price_list(uuid: uuidlib.UUID) -> str:
    """One price list: when it is valid, what changed, and its prices."""
    view = supply.price_list(g.actor, uuid, after=position(), limit=SIZE)
    page = paging.page(view.prices, SIZE, lambda row: [row.position])
    return render_template("extranet/prices/one.html", view=view, line=view.line, page=page)


@blueprint.get("/exchange/prices/<uuid:uuid>/file")
@EXCHANGES
def price_list_file(uuid: uuidlib.UUID) -> Response:
    """A price list as a file."""
    return as_file(*supply.all_prices(g.actor, uuid))
