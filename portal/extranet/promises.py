"""Promises of stock of a supplier: by when what comes, what is late, and what is done about each."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import drops, errors, supply
from portal.domain.actor import PartnerRight
from portal.ui import gates, paging
from portal.ui.supplying import StepForm

from . import blueprint
from .exchange import SHORT, part

SIZE = 50
EXCHANGES = gates.partner(PartnerRight.EXCHANGE_WRITE)
LABELS = {"open": _l("Open"), "late": _l("Late"), "ended": _l("Ended")}


@part("promises", _l("Stock promises"), "calendar3", "extranet/promises/short.html")
def _short() -> dict[str, Any]:
    return {"rows": supply.promises(g.actor, limit=SHORT)[:SHORT]}


@blueprint.get("/exchange/promises")
@EXCHANGES
def promises() -> str:
    """The promises of the company, by their day."""
    chosen = request.args.get("view", "open")
    view = chosen if chosen in supply.VIEWS else "open"
    rows = supply.promises(g.actor, view=view, after=paging.uuid_key(), limit=SIZE)
    return render_template(
        "extranet/promises/list.html",
        page=paging.page(rows, SIZE, lambda row: [str(row.uuid)]),
        view=view,
        kind=next((one for one in drops.kinds_for(g.actor) if one.key == "stock_promise"), None),
        views=[
            {"label": LABELS[key], "url": url_for("extranet.promises", view=key), "active": key == view}
            for key in supply.VIEWS
        ],
    )


@blueprint.get("/exchange/promises/<uuid:uuid>")
@EXCHANGES
def promise(uuid: uuidlib.UUID) -> str:
    """One promise with its history."""
    return _page(uuid)


@blueprint.post("/exchange/promises/<uuid:uuid>/step")
@EXCHANGES
def promise_step(uuid: uuidlib.UUID) -> Any:
    """Promise another day, say that it was delivered, or withdraw it."""
    form = StepForm()
    if form.validate():
        with form.catching():
            match form.act.data:
                case "moved":
                    supply.move_promise(uuid, actor=g.actor, by=form.by.data, reason=form.reason.data or "")
                case "delivered":
                    supply.deliver(uuid, actor=g.actor, on=form.on.data)
                case "withdrawn":
                    supply.withdraw(uuid, actor=g.actor, reason=form.reason.data or "")
                case _:
                    raise errors.NotFound()
            flash(_("Noted."))
            return redirect(url_for("extranet.promise", uuid=uuid), 303)
    return _page(uuid, form), 422


def _page(uuid: uuidlib.UUID, form: StepForm | None = None) -> str:
    view = supply.promise_view(g.actor, uuid)
    return render_template(
        "extranet/promises/one.html", view=view, line=view.line, refused=form, form=form or StepForm(formdata=None),
        reason_max=supply.REASON_MAX,
    )  # fmt: skip
