"""The lists by which complaints are sorted: names in each language, their order, and what is offered no more."""

from __future__ import annotations

import uuid as uuidlib
from collections.abc import Mapping
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain import complaints, errors, firm
from portal.domain.actor import Permission
from portal.ui import gates
from portal.ui.forms import say

from . import blueprint
from .staff import Answer
from .texts import languages

categories, categorising = complaints.categories, complaints.categorising
Sort = categories.Sort


@blueprint.get("/complaint-categories")
@gates.staff(Permission.SETTINGS_WRITE)
def complaint_categories() -> str:
    """Both lists, each in its order, and a row to add to each."""
    return _page()


@blueprint.post("/complaint-categories/<string:sort>")
@gates.staff(Permission.SETTINGS_WRITE)
def complaint_category_new(sort: str) -> Answer:
    """Put a row at the end of a list."""
    if sort not in set(Sort):
        raise errors.NotFound()
    names = _names()
    try:
        categorising.add(Sort(sort), names, actor=g.actor)
    except (errors.Invalid, errors.Conflict) as error:
        return _page(sort, names, error), 422 if isinstance(error, errors.Invalid) else 409
    flash(_("Added at the end of the list. It can be chosen from now on."), "done")
    return redirect(_place(sort), 303)


@blueprint.route("/complaint-categories/rows/<uuid:uuid>", methods=["GET", "POST"])
@gates.staff(Permission.SETTINGS_WRITE)
def complaint_category(uuid: uuidlib.UUID) -> Answer:
    """The names of one row."""
    row = _row(uuid)
    if request.method == "GET":
        return _row_page(row, dict(row.names))
    names = _names()
    try:
        categorising.rename(uuid, names, actor=g.actor)
        if row.sort is Sort.SUBJECT:
            categorising.set_sector(uuid, request.form.get("sector", row.sector), actor=g.actor)
    except errors.Invalid as error:
        return _row_page(row, names, error), 422
    flash(_("The names are changed, on complaints of before too."), "done")
    return redirect(_place(row.sort), 303)


@blueprint.post("/complaint-categories/rows/<uuid:uuid>/place")
@gates.staff(Permission.SETTINGS_WRITE)
def complaint_category_move(uuid: uuidlib.UUID) -> Response:
    """Move a row by one place."""
    row = _row(uuid)
    categorising.move(uuid, -1 if request.form.get("to") == "up" else 1, actor=g.actor)
    return redirect(_place(row.sort), 303)


@blueprint.post("/complaint-categories/rows/<uuid:uuid>/retirement")
@gates.staff(Permission.SETTINGS_WRITE)
def complaint_category_retire(uuid: uuidlib.UUID) -> Response:
    """Offer a row no more, or again."""
    row = _row(uuid)
    if row.retired_at is None:
        categorising.retire(uuid, actor=g.actor)
        flash(_("It is offered no more. Complaints that carry it keep it."), "done")
    else:
        categorising.bring_back(uuid, actor=g.actor)
        flash(_("It can be chosen again."), "done")
    return redirect(_place(row.sort), 303)


def _row(uuid: uuidlib.UUID) -> Any:
    categories.forget()  # who sets the lists reads what stands now, whichever process wrote it
    for sort in Sort:
        for row in categories.every(sort):
            if row.uuid == uuid:
                return row
    raise errors.NotFound()


def _names() -> dict[str, str]:
    return {code: request.form.get(f"name-{code}", "") for code, _name in languages()}


def _place(sort: str) -> str:
    return url_for("admin.complaint_categories") + f"#{sort}"


def _said(error: errors.DomainError | None) -> dict[str, str]:
    return {error.field or "": say(error.message)} if error is not None else {}


def _page(
    sort: str = "", names: Mapping[str, str] | None = None, error: errors.DomainError | None = None
) -> str:
    categories.forget()
    return render_template(
        "admin/complaint_categories/lists.html", sorts=categories.SORTS, every=categories.every, languages=languages(),
        refused=sort, names=names or {}, wrong=_said(error), language=g.reader.language,
        problems=[(f"{sort}-{error.field}" if error.field else None, say(error.message))] if error else [],
    )  # fmt: skip


def _row_page(row: Any, names: Mapping[str, str], error: errors.DomainError | None = None) -> str:
    return render_template(
        "admin/complaint_categories/row.html", row=row, names=names, languages=languages(), wrong=_said(error),
        title=row.name(g.reader.language), sort=categories.SORTS[row.sort],
        sectors=firm.SECTORS if row.sort is Sort.SUBJECT else {}, sector=request.form.get("sector", row.sector),
        problems=[(error.field, say(error.message))] if error else [],
    )  # fmt: skip
