"""Retention: the rules, what was removed when, what goes next, and legal holds."""

from __future__ import annotations

import uuid as uuidlib
from datetime import date

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from portal.domain import retention
from portal.domain.actor import Permission
from portal.domain.errors import Invalid
from portal.ui import gates, paging
from portal.ui.forms import Form
from portal.ui.session import require_fresh
from portal.ui.signing import needed

from . import blueprint

SIZE = 30
Answer = str | Response | tuple[str, int]


class HoldForm(Form):
    """Whose data stay, and why."""

    number = StringField(validators=[needed, Length(max=20)])
    reason = TextAreaField(validators=[needed, Length(max=300)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.number.label.text, self.reason.label.text = _("Customer number"), _("Why the law needs them")


@blueprint.get("/retention")
@gates.staff(Permission.RETENTION_READ)
def retention_rules() -> str:
    """The rules with their past and what is due, the days on which something went, the holds."""
    return _page(HoldForm())


@blueprint.post("/retention/holds")
@gates.staff(Permission.RETENTION_READ, Permission.RETENTION_WRITE)
def retention_hold() -> Answer:
    """Keep everything of a customer from being removed."""
    form = HoldForm()
    if form.validate():
        try:
            retention.hold(form.number.data or "", form.reason.data or "", actor=g.actor)
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Nothing of this customer is removed until you lift the hold."))
            return redirect(url_for("admin.retention_rules") + "#holds", 303)
    return _page(form), 422


@blueprint.post("/retention/holds/<uuid:uuid>/lifting")
@gates.staff(Permission.RETENTION_READ, Permission.RETENTION_WRITE)
def retention_lift(uuid: uuidlib.UUID) -> Response:
    """End a hold, after a fresh sign-in: what is due goes at the next run, for good."""
    require_fresh()
    retention.lift(uuid, actor=g.actor)
    flash(_("The hold is lifted. What is due by now goes at the next run."))
    return redirect(url_for("admin.retention_rules") + "#holds", 303)


def _page(form: HoldForm) -> str:
    rows = retention.runs(g.actor, before=_key(), limit=SIZE + 1)
    return render_template(
        "admin/retention/retention.html",
        form=form,
        lines=retention.overview(g.actor),
        holds=retention.holds(g.actor),
        page=paging.page(rows, SIZE, lambda row: [row.day.isoformat(), row.key]),
        may_hold=g.actor.may(Permission.RETENTION_WRITE),
    )


def _key() -> tuple[date, str] | None:
    match paging.key_from_request():
        case [str(day), str(rule)]:
            try:
                return date.fromisoformat(day), rule
            except ValueError:
                return None
        case _:
            return None
