"""Exchange with partners, for staff: every lead, who holds it and who came second, and handing one over."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from portal.domain import exchange as exchanging
from portal.domain import firm, partners
from portal.domain.actor import Permission
from portal.ui import gates, paging
from portal.ui.prospects import ProspectForm

from . import blueprint

SIZE = 50
Answer = str | Response | tuple[str, int]
LABELS = {"open": _l("Going on"), "contested": _l("Registered twice"), "ended": _l("Ended")}


class ShareForm(ProspectForm):
    """A prospect, for whom, and by when it is to be accepted."""

    partner = SelectField(_l("Partner"), validate_choice=False)
    accept_by = DateField(_l("To be accepted by the end of"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partner.choices = [("", "–"), *((str(one.uuid), one.name) for one in partners.active())]


@blueprint.get("/exchange")
@gates.staff(Permission.PARTNERS_WRITE)
def exchange() -> str:
    """The leads of every partner, newest first."""
    chosen = request.args.get("view", "open")
    view = chosen if chosen in exchanging.VIEWS else "open"
    rows = exchanging.all_leads(g.actor, view=view, after=paging.uuid_key(), limit=SIZE)
    return render_template(
        "admin/exchange/exchange.html",
        page=paging.page(rows, SIZE, lambda row: [str(row.uuid)]),
        view=view,
        views=[
            {"label": LABELS[key], "url": url_for("admin.exchange", view=key), "active": key == view}
            for key in exchanging.VIEWS
        ],
    )


@blueprint.route("/exchange/leads/new", methods=["GET", "POST"])
@gates.staff(Permission.PARTNERS_WRITE)
def lead_new() -> Answer:
    """Hand a prospect to a partner."""
    form = ShareForm(country=firm.now().country)
    if form.validate_on_submit() and form.take(exchanging.faults(form.prospect(), actor=g.actor)):
        with form.catching():
            lead = exchanging.share(
                _uuid(form.partner.data), form.prospect(), actor=g.actor, accept_by=form.accept_by.data
            )
            flash(_("Handed over. The partner gets a mail and accepts or declines it."))
            return redirect(url_for("admin.lead", uuid=lead.uuid), 303)
    page = render_template("admin/exchange/new.html", form=form, about_max=exchanging.ABOUT_MAX)
    return page if form.ok else (page, 422)


@blueprint.get("/exchange/leads/<uuid:uuid>")
@gates.staff(Permission.PARTNERS_WRITE)
def lead(uuid: uuidlib.UUID) -> str:
    """One lead with its history."""
    view = exchanging.lead(g.actor, uuid)
    return render_template("admin/exchange/lead.html", view=view, lead=view.lead, line=view.line)


def _uuid(text: str | None) -> uuidlib.UUID | None:
    try:
        return uuidlib.UUID(text or "")
    except ValueError:
        return None
