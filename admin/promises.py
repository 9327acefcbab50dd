"""Promises of stock for staff: what comes by when, what is late, and noting what has come."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import supply
from portal.domain.actor import Permission
from portal.ui import gates, paging
from portal.ui.supplying import StepForm

from . import blueprint

SIZE = 50
MAY = gates.staff(Permission.PARTNERS_WRITE)
LABELS = {"open": _l("Open"), "late": _l("Late"), "ended": _l("Ended")}


@blueprint.get("/exchange/promises")
@MAY
def promises() -> str:
    """The promises of every supplier, by their day."""
    chosen = request.args.get("view", "open")
    view = chosen if chosen in supply.VIEWS else "open"
    rows = supply.promises(g.actor, view=view, after=paging.uuid_key(), limit=SIZE)
    return render_template(
        "admin/promises/list.html",
        page=paging.page(rows, SIZE, lambda row: [str(row.uuid)]),
        view=view,
        views=[
            {"label": LABELS[key], "url": url_for("admin.promises", view=key), "active": key == view}
            for key in supply.VIEWS
        ],
    )


@blueprint.get("/exchange/promises/<uuid:uuid>")
@MAY
def promise(uuid: uuidlib.UUID) -> str:
    """One promise with its history."""
    return _page(uuid)


@blueprint.post("/exchange/promises/<uuid:uuid>/delivery")
@MAY
def promise_delivery(uuid: uuidlib.UUID) -> Any:
    """Note that it has come."""
    form = StepForm()
    if form.validate():
        with form.catching():
            supply.deliver(uuid, actor=g.actor, on=form.on.data)
            flash(_("Noted."))
            return redirect(url_for("admin.promise", uuid=uuid), 303)
    return _page(uuid, form), 422


def _page(uuid: uuidlib.UUID, form: StepForm | None = None) -> str:
    view = supply.promise_view(g.actor, uuid)
    return render_template(
        "admin/promises/one.html",
        view=view,
        line=view.line,
        refused=form,
        form=form or StepForm(formdata=None),
    )
