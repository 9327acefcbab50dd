"""The terms for complaints: how long promises are and when something ends by itself, set from a day on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.domain import complaints, errors, firm
from portal.domain.actor import Permission
from portal.ui import gates
from portal.ui.forms import say
from portal.ui.session import require_fresh

from . import blueprint
from .staff import Answer

setting, terms = complaints.setting, complaints.terms


@blueprint.route("/complaint-terms", methods=["GET", "POST"])
@gates.staff(Permission.SETTINGS_WRITE)
def complaint_terms() -> Answer:
    """Read the terms; a POST looks at what other ones would change, and changes nothing."""
    if request.method == "GET":
        return _page()
    values, problems, day = _given()
    if problems or day is None:
        return _page(values, problems), 422
    body, _wrong = setting.checked(values)
    changes = setting.preview(body, day, actor=g.actor)
    return _page(values, changes=changes, day=day, looked=True)


@blueprint.post("/complaint-terms/versions")
@gates.staff(Permission.SETTINGS_WRITE)
def complaint_terms_set() -> Answer:
    """Set the terms from a day on."""
    require_fresh()
    values, problems, day = _given()
    if problems or day is None:
        return _page(values, problems), 422
    seen = request.form.get("version", "")
    try:
        complaints.setting.set_terms(
            values, day, actor=g.actor, why=request.form.get("why", ""),
            expected=int(seen) if seen.isdecimal() and len(seen) < 9 else None,
        )  # fmt: skip
    except errors.Invalid as error:
        return _page(
            values, [error], setting.preview(setting.checked(values)[0], day, actor=g.actor), day, True
        ), 422
    flash(_("Noted. Promises that begin on that day or later follow it; what runs keeps its date."), "done")
    return redirect(url_for("admin.complaint_terms"), 303)


@blueprint.post("/complaint-terms/versions/<int:number>/removal")
@gates.staff(Permission.SETTINGS_WRITE)
def complaint_terms_removal(number: int) -> Answer:
    """Take a version back before its day."""
    require_fresh()
    if number >= 2**31:
        raise errors.NotFound()
    setting.withdraw_terms(number, actor=g.actor)
    flash(_("Taken back. The terms stay as they are."), "done")
    return redirect(url_for("admin.complaint_terms"), 303)


def _given() -> tuple[dict[str, str], list[errors.Invalid], date | None]:
    values = {one.key: request.form.get(one.key, "") for one in terms.SETTINGS}
    problems = setting.checked(values)[1]
    day = None
    try:
        day = setting.checked_day(request.form.get("valid_from", ""))
    except errors.Invalid as error:
        problems.append(error)
    return values, problems, day


def _page(
    values: dict[str, str] | None = None,
    problems: list[errors.Invalid] | None = None,
    changes: list[setting.Change] | None = None,
    day: date | None = None,
    looked: bool = False,
) -> str:
    today = terms.today()
    now = terms.on(today)
    history = setting.history(g.actor)
    wrong = {str(one.field): say(one.message) for one in problems or ()}
    labels: dict[str, Any] = {one.key: one.name for one in terms.SETTINGS}
    labels |= {"valid_from": _("From which day on"), "why": _("Why it changes")}
    return render_template(
        "admin/complaint_terms/complaint_terms.html", settings=terms.SETTINGS, now=now, shipped=terms.shipped(),
        values=values or {key: str(n) for key, n in now.items()}, wrong=wrong, changes=changes, looked=looked,
        problems=[(key, f"{say(labels[key])}: {text}") for key, text in wrong.items()], history=history, today=today,
        valid_from=request.form.get("valid_from", ""), why=request.form.get("why", ""), day=day,
        tomorrow=today + timedelta(days=1), running=setting.running(g.actor), counted=setting.COUNTED,
        said=terms.unit_text, newest=history[0].number if history else 0, zone=firm.now().zone,
    )  # fmt: skip
