"""The timeline as the customer reads it: every row that staff read too."""

from __future__ import annotations

from flask import g, render_template, request, url_for

from portal.domain import timeline as record
from portal.text import _t
from portal.ui import gates, paging
from portal.ui.record import rows, with_days

from . import blueprint

SIZE = 30


@blueprint.get("/timeline")
@gates.customer()
def timeline() -> str:
    """Everything that happened between us, newest first."""
    group = request.args.get("kind", "")
    kinds = [group] if group in record.GROUPS else []
    found = record.of(g.actor).page(after=paging.uuid_key(), limit=SIZE, kinds=kinds)
    page = paging.page(found, SIZE, lambda row: [str(row.uuid)])
    views = [{"label": _t("Everything"), "url": url_for("customer.timeline"), "active": not kinds}] + [
        {"label": label, "url": url_for("customer.timeline", kind=key), "active": key in kinds}
        for key, label in record.GROUPS.items()
        if key != "colleagues" or g.actor.acting_for
    ]
    return render_template(
        "customer/timeline/timeline.html",
        page=page,
        rows=with_days(rows(page.rows)),
        views=views,
        kinds=kinds,
    )
