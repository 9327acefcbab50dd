"""The open cases of a colleague who leaves or is away, and their hand-over."""

from __future__ import annotations

import uuid as uuidlib

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.domain import accounts, complaints, errors, lookups
from portal.domain.actor import Permission
from portal.text import _t
from portal.ui import gates
from portal.ui.forms import say

from . import blueprint

MOST = 50


@blueprint.get("/staff/<uuid:uuid>/cases")
@gates.staff(Permission.STAFF_ADMIN, Permission.COMPLAINTS_READ, Permission.COMPLAINTS_SUPERVISE)
def staff_cases(uuid: uuidlib.UUID) -> str:
    """What is in the hands of a colleague, what is due first."""
    lookups.open_list(actor=g.actor, kind="queue")
    return _show(uuid)


def _show(uuid: uuidlib.UUID, problems: tuple[tuple[str | None, str], ...] = ()) -> str:
    line = accounts.staff_file(g.actor, uuid).line
    cases = complaints.open_cases_of(line.person_id, actor=g.actor, limit=MOST)
    return render_template(
        "admin/staff/cases.html",
        line=line,
        cases=cases[:MOST],
        more=len(cases) > MOST,
        handlers=[one for one in complaints.handlers() if one[0] != uuid],
        problems=problems,
        chosen=set(request.form.getlist("case")),
        to=request.form.get("to", ""),
        next_step=request.form.get("next_step", ""),
        most=complaints.LIMITS["next_step"],
    )


@blueprint.post("/staff/<uuid:uuid>/hand-over")
@gates.staff(Permission.STAFF_ADMIN, Permission.COMPLAINTS_READ, Permission.COMPLAINTS_SUPERVISE)
def staff_hand_over(uuid: uuidlib.UUID) -> Response | str | tuple[str, int]:
    """Put the chosen cases into the hands of another."""
    line = accounts.staff_file(g.actor, uuid).line
    try:
        to = uuidlib.UUID(request.form.get("to", ""))
    except ValueError:
        return _show(uuid, (("to", say(_t("Choose who takes them over."))),)), 422
    chosen = []
    for text in request.form.getlist("case"):
        try:
            chosen.append(uuidlib.UUID(text))
        except ValueError:
            raise errors.NotFound() from None
    if not chosen:
        return _show(uuid, ((None, say(_t("Choose at least one case."))),)), 422
    result = complaints.hand_over_many(
        chosen, actor=g.actor, to=to, next_step=request.form.get("next_step", "")
    )
    if result.moved:
        flash(
            ngettext(
                "%(num)d case handed over. The customer is told.",
                "%(num)d cases handed over. The customers are told.",
                result.moved,
            ),
            "done",
        )
    for number, why in result.stayed[:10]:
        flash(_("Complaint %(number)s stays: %(why)s", number=number, why=say(why)), "warn")
    left = complaints.in_hands_of(line.person_id)
    return redirect(url_for("admin.staff_cases" if left else "admin.staff_one", uuid=uuid), 303)
