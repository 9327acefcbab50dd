"""Sorting one complaint by the firm's own lists, for filters and figures."""

from __future__ import annotations

import uuid as uuidlib

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain import complaints
from portal.domain.actor import Permission
from portal.domain.complaints import Case
from portal.text import Lazy
from portal.ui import gates
from portal.ui.reader import reader_language

from . import blueprint


def lists_of(found: Case) -> list[tuple[str, Lazy, list[tuple[str, str]], str, str]]:
    """Return (field, label, choices, key, name) of each list of the firm that has rows or that this case carries."""
    lists, language, told = complaints.categories, reader_language(), []
    for sort, label in lists.SORTS.items():
        key = getattr(found.complaint, lists.FIELDS[sort]) or ""
        choices = lists.choices(sort, language, present=key)
        if choices or key:
            told.append((lists.FIELDS[sort], label, choices, key, lists.name_of(sort, key, language)))
    return told


@blueprint.post("/complaints/<uuid:uuid>/sorting")
@gates.staff(Permission.COMPLAINTS_READ, Permission.COMPLAINTS_WRITE)
def case_sort(uuid: uuidlib.UUID) -> Response:
    """Say what went wrong and what it concerns, for filters and figures; no state and no date changes."""
    complaints.categorise(
        complaints.of(g.actor).get(uuid), actor=g.actor, kind=request.form.get("kind_key"),
        subject=request.form.get("subject_key"),
    )  # fmt: skip
    flash(_("Sorted. It counts in the figures so from now on."), "done")
    return redirect(url_for("admin.case", uuid=uuid), 303)
