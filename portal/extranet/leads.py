"""Leads of one's own partner, registered by it or handed over by us."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from flask import current_app, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from portal.domain import exchange as exchanging
from portal.domain import firm
from portal.domain.actor import PartnerRight
from portal.ui import gates, paging
from portal.ui.forms import Form
from portal.ui.prospects import ProspectForm

from . import blueprint
from .exchange import SHORT, part

SIZE = 30
EXCHANGES = gates.partner(PartnerRight.EXCHANGE_WRITE)
Answer = str | Response | tuple[str, int]


class StepForm(Form):
    """A step with a lead, and why."""

    act = StringField()
    reason = TextAreaField(_l("Why"))


class RenewForm(Form):
    """What was done since, for which a lead is protected longer."""

    activity = TextAreaField(_l("What you have done since"))


@part("leads", _l("Leads"), "briefcase", "extranet/leads/short.html")
def _short() -> dict[str, Any]:
    return {"rows": exchanging.leads(g.actor, limit=SHORT)[:SHORT], "waiting": exchanging.waiting(g.actor)}


@blueprint.get("/exchange/leads")
@EXCHANGES
def leads() -> str:
    """The leads, newest first."""
    rows = exchanging.leads(g.actor, after=paging.uuid_key(), limit=SIZE)
    return render_template(
        "extranet/leads/leads.html",
        page=paging.page(rows, SIZE, lambda row: [str(row.uuid)]),
        days=_days(),
    )


@blueprint.route("/exchange/leads/new", methods=["GET", "POST"])
@EXCHANGES
def lead_new() -> Answer:
    """Register a company."""
    form = ProspectForm(country=firm.now().country)
    if form.validate_on_submit() and form.take(exchanging.faults(form.prospect(), actor=g.actor)):
        with form.catching():
            lead, new = exchanging.register(form.prospect(), actor=g.actor)
            if not new:
                flash(_("Your company has this one in hand already: here it is."), "info")
            elif lead.protected_until is None:
                flash(
                    _("Kept. Another partner registered this company before you, so it is not yours now."),
                    "warn",
                )
            else:
                flash(_("Registered. The company is yours until the date below."))
            return redirect(url_for("extranet.lead", uuid=lead.uuid), 303)
    page = render_template("extranet/leads/new.html", form=form, days=_days(), about_max=exchanging.ABOUT_MAX)
    return page if form.ok else (page, 422)


@blueprint.get("/exchange/leads/<uuid:uuid>")
@EXCHANGES
def lead(uuid: uuidlib.UUID) -> str:
    """One lead with its history."""
    return _page(uuid)


@blueprint.post("/exchange/leads/<uuid:uuid>/step")
@EXCHANGES
def lead_step(uuid: uuidlib.UUID) -> Answer:
    """Accept, decline, begin, win or lose."""
    form = StepForm()
    with form.catching():
        exchanging.move(uuid, form.act.data or "", actor=g.actor, reason=form.reason.data or "")
        flash(_("Noted."))
        return redirect(url_for("extranet.lead", uuid=uuid), 303)
    return _page(uuid, step=form), 422


@blueprint.post("/exchange/leads/<uuid:uuid>/renewal")
@EXCHANGES
def lead_renewal(uuid: uuidlib.UUID) -> Answer:
    """Protect it once more."""
    form = RenewForm()
    with form.catching():
        exchanging.renew(uuid, actor=g.actor, activity=form.activity.data or "")
        flash(_("Protected for longer: the new date stands below."))
        return redirect(url_for("extranet.lead", uuid=uuid), 303)
    return _page(uuid, renewal=form), 422


@blueprint.post("/exchange/leads/<uuid:uuid>/claim")
@EXCHANGES
def lead_claim(uuid: uuidlib.UUID) -> Response:
    """Take a company that is free again."""
    exchanging.claim_again(uuid, actor=g.actor)
    flash(_("The company is yours until the date below."))
    return redirect(url_for("extranet.lead", uuid=uuid), 303)


def _page(uuid: uuidlib.UUID, *, step: StepForm | None = None, renewal: RenewForm | None = None) -> str:
    view = exchanging.lead(g.actor, uuid)
    return render_template(
        "extranet/leads/lead.html", view=view, lead=view.lead, line=view.line, refused=step or renewal,
        step=step or StepForm(formdata=None), renewal=renewal or RenewForm(formdata=None), days=_days(),
        reason_max=exchanging.REASON_MAX,
    )  # fmt: skip


def _days() -> int:
    return int(current_app.config["SETTINGS"].lead_protected_days)
