"""Law and outside bodies: which rule holds for whom, from when, confirmed by whom; and where a customer can go."""

from __future__ import annotations

from datetime import date
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

legislating, terms = complaints.legislating, complaints.terms
SET = gates.staff(Permission.SETTINGS_WRITE)


@blueprint.get("/law")
@SET
def law() -> str:
    """Every row of law and every outside body."""
    today = terms.today()
    return render_template(
        "admin/law/law.html",
        rows=[one for one in legislating.law_rows(g.actor) if one.valid_to is None or one.valid_to > today],
        bodies=[one for one in legislating.outside_bodies(g.actor) if one.valid_to is None or one.valid_to > today],
        today=today, **_words(),
    )  # fmt: skip


@blueprint.route("/law/<key>", methods=["GET", "POST"])
@SET
def law_row(key: str) -> Answer:
    """One rule in its versions; a POST adds the next one."""
    if request.method == "GET":
        return _row_page(key)
    require_fresh()
    try:
        legislating.add_version(
            key, actor=g.actor, valid_from=_day("valid_from"), length=request.form.get("length", ""),
            unit=request.form.get("unit", ""), effect=request.form.get("effect", ""),
            source=request.form.get("source", ""),
        )  # fmt: skip
    except errors.Invalid as error:
        return _row_page(key, error), 422
    flash(_("Noted. Complaints received from that day on follow it; what runs keeps its date."), "done")
    return redirect(url_for("admin.law_row", key=key), 303)


@blueprint.post("/law/<key>/<valid_from>/confirmation")
@SET
def law_confirmation(key: str, valid_from: str) -> Answer:
    """Say that the row was read against its source."""
    require_fresh()
    legislating.confirm_law(key, _version(valid_from), actor=g.actor)
    flash(_("Confirmed, with your name."), "done")
    return redirect(url_for("admin.law_row", key=key), 303)


@blueprint.post("/law/<key>/<valid_from>/switch")
@SET
def law_switch(key: str, valid_from: str) -> Answer:
    """Switch a row on from a day, or off."""
    require_fresh()
    version = _version(valid_from)
    if request.form.get("to") == "off":
        legislating.switch_off(key, version, actor=g.actor)
        flash(_("Switched off for new complaints. What runs keeps its date."), "done")
        return redirect(url_for("admin.law_row", key=key), 303)
    try:
        day = _day("day")
        if day is None:
            raise errors.Invalid(complaints.legislating.CHOOSE_DAY, field="day")
        legislating.switch_on(key, version, day, actor=g.actor)
    except errors.Invalid as error:
        return _row_page(key, error), 422
    flash(_("Switched on. Complaints received from that day on follow it."), "done")
    return redirect(url_for("admin.law_row", key=key), 303)


@blueprint.route("/outside-bodies/<key>", methods=["GET", "POST"])
@SET
def outside_body(key: str) -> Answer:
    """One outside body; a POST confirms it, or keeps its new address from a day on."""
    if request.method == "GET":
        return _body_page(key)
    require_fresh()
    try:
        legislating.keep_body(
            key, actor=g.actor, name=request.form.get("name", ""), address=request.form.get("address", ""),
            web=request.form.get("web", ""), valid_from=_day("valid_from"),
        )  # fmt: skip
    except errors.Invalid as error:
        return _body_page(key, error), 422
    flash(_("Confirmed. Customers read it so."), "done")
    return redirect(url_for("admin.law"), 303)


def _row_page(key: str, error: errors.Invalid | None = None) -> str:
    rows = legislating.law_rows(g.actor, key)
    return render_template(
        "admin/law/row.html", rows=rows, newest=rows[0], today=terms.today(), typed=request.form,
        units=list(legislating.UNITS.items()), effects_list=list(legislating.EFFECTS.items()),
        **_wrong(error), **_words(),
    )  # fmt: skip


def _body_page(key: str, error: errors.Invalid | None = None) -> str:
    body = legislating.outside_body(key, actor=g.actor)
    return render_template(
        "admin/law/body.html", body=body, today=terms.today(), typed=request.form, **_wrong(error), **_words()
    )


def _wrong(error: errors.Invalid | None) -> dict[str, Any]:
    wrong = {str(error.field): say(error.message)} if error is not None else {}
    return {"wrong": wrong, "problems": list(wrong.items())}


def _words() -> dict[str, Any]:
    return {
        "events": legislating.EVENTS, "effects": legislating.EFFECTS, "sectors": firm.SECTORS,
        "length_of": lambda row: complaints.law_length(row.length, row.unit),
    }  # fmt: skip


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None


def _version(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise errors.NotFound() from None
